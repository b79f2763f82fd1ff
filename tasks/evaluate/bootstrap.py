"""How far a score would move with other documents: percentile bootstrap over documents.

Efron and Tibshirani 1993. Documents are drawn, not quotations, because the quotations of one
article stand or fall together. A change of the pipeline is judged by `difference_interval`: the
same draw scores both versions, so what makes a document hard cancels out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

Part = TypeVar("Part")
Measure = Callable[[Sequence[Part]], float]
"""Gives the score of some documents: their verdicts, one sequence a document, counted."""

DRAWS = 1000
SEED = 20250601  # any; fixed, so that the same input has the same interval
LEVEL = 0.95


def interval(
    documents: Sequence[Part], measure: Measure[Part], draws: int = DRAWS
) -> tuple[float, float]:
    """Give the 95% interval of a score.

    Args:
        documents: What was judged, one item a document.
        measure: Gives the score of a sample of them.
        draws: How many samples to draw.
    """
    return _middle([measure(sample) for (sample,) in _samples([documents], draws)])


def difference_interval(
    before: Sequence[Part], after: Sequence[Part], measure: Measure[Part], draws: int = DRAWS
) -> tuple[float, float]:
    """Give the 95% interval of what a change gained; 0 inside it means: not shown.

    Args:
        before: What was judged of the old version, one item a document.
        after: The same documents, judged of the new one.
        measure: Gives the score of a sample of documents.
        draws: How many samples to draw.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} documents before, {len(after)} after: not the same ones")
    samples = _samples([before, after], draws)
    return _middle([measure(new) - measure(old) for old, new in samples])


def _samples(versions: Sequence[Sequence[Part]], draws: int) -> list[list[list[Part]]]:
    chance = Random(SEED)  # noqa: S311 -- no secret depends on it
    numbers = range(len(versions[0]))
    drawn = ([chance.choice(numbers) for _ in numbers] for _ in range(draws))
    return [[[version[i] for i in draw] for version in versions] for draw in drawn]


def _middle(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    cut = int((1 - LEVEL) / 2 * len(ordered))
    return ordered[cut], ordered[-1 - cut]
