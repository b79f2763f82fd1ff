"""Whether a confidence of 0.8 is right eight times in ten.

Expected calibration error (Naeini, Cooper and Hauskrecht 2015) over ten bins of equal width: the
distance between mean confidence and share right in each bin, weighted by the bin's size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.evaluate.rates import Score
from tasks.evaluate.reported_words import ChunkVerdict

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies in one tenth of the scale."""

    low: float
    """Lower end of the bin; its width is a tenth."""

    count: int
    confidence: float
    """Mean confidence, 0 to 1."""
    right: float
    """Share that is right, 0 to 1."""


def confidence_bins(answers: Iterable[tuple[float, bool]]) -> list[Bin]:
    """Sort answers (confidence, right or not) into ten bins; empty ones are left out."""
    sorted_in: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        sorted_in.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    return [
        Bin(
            low=number / BINS,
            count=len(bin_answers),
            confidence=sum(confidence for confidence, _ in bin_answers) / len(bin_answers),
            right=sum(right for _, right in bin_answers) / len(bin_answers),
        )
        for number, bin_answers in sorted(sorted_in.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Give the expected calibration error, 0 to 1; null without answers."""
    total = sum(b.count for b in bins)
    if not total:
        return None
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / total


def calibration_scores(set_name: str, verdicts: Sequence[ChunkVerdict]) -> list[Score]:
    """Judge the confidence of found quotations (in percent).

    A quotation is right as `is_right` says: what `confidence` of the quotes table promises. Give
    the verdicts of the soft match.
    """
    answers = [
        (v.found.confidence, is_right(v))
        for v in verdicts
        if v.found and v.found.confidence is not None
    ]
    error = calibration_error(confidence_bins(answers))
    value = None if error is None else 100 * error
    return [Score(set_name, "calibration error of confidence", value, len(answers))]


def is_right(verdict: ChunkVerdict) -> bool:
    """Whether a found quotation is right: its words, and its speaker where gold knows one.

    Where gold's speaker was named by a machine, the source that people labelled is held against us
    instead.
    """
    if not (verdict.gold and verdict.found):
        return False
    if verdict.gold.is_silver:
        return verdict.is_same_source
    is_judged = verdict.found.speaker is not None and verdict.gold.speaker is not None
    return verdict.is_right_speaker or not is_judged
