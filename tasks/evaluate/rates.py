"""One number of an evaluation, and the arithmetic of precision and recall."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """One measure on one set of gold."""

    set: str
    """The set of gold: sample, polnear …"""

    measure: str
    """What was measured."""

    value: float | None
    """The result, in percent unless the measure names a unit; null where nothing was to measure."""

    count: int
    """How many units it was measured on."""


def ratio(part: float, whole: float) -> float:
    """Give a share in percent; 0 of nothing is 0."""
    return 100 * part / whole if whole else 0.0


def f1(precision: float, recall: float) -> float:
    """Give the harmonic mean of two percentages."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
