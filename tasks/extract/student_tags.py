"""Names as tags of tokens, and the best sequence of tags: BILOU, decoded by Viterbi's algorithm.

Tag 0 is outside; each type has four: begin, inside, last, unit (Ratinov and Roth, 2009).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

TYPES = ("PERSON", "ORG", "PLACE", "GROUP", "EVENT", "WORK", "LAW", "PRODUCT")
"""What a student tells apart; the repair of mentions knows these names."""

TYPE_OF = {
    **{name: number for number, name in enumerate(TYPES)},
    "PER": 0,
    "GPE": 2,
    "LOC": 2,
    "FAC": 2,
    "NORP": 3,
    "WORK_OF_ART": 5,
}
"""Labels of teachers -> number of the type; others are left out."""

BEGIN, INSIDE, LAST, UNIT = range(4)
TAGS = 1 + 4 * len(TYPES)
_NEVER = np.float32(-1e4)

Floats = NDArray[np.float32]


def tag_of(kind: int, place: int) -> int:
    """Give the tag of a type's number and of BEGIN, INSIDE, LAST or UNIT."""
    return 1 + 4 * kind + place


def spans_of(tags: NDArray[np.int64], at: NDArray[np.int64]) -> Iterator[tuple[int, int, int, int]]:
    """Read the names out of legal tags.

    Args:
        tags: Of the tokens looked at.
        at: Where these tokens stand, in order.

    Yields:
        Place of the first token, of the last, number of the type, and index of the first in `at`.
    """
    inside = np.flatnonzero(tags)
    place, kind = (tags[inside] - 1) % 4, (tags[inside] - 1) // 4
    starts = np.flatnonzero((place == BEGIN) | (place == UNIT))
    ends = np.flatnonzero((place == LAST) | (place == UNIT))
    for first, last in zip(starts.tolist(), ends.tolist(), strict=True):
        yield int(at[inside[first]]), int(at[inside[last]]), int(kind[first]), int(inside[first])


def _transitions() -> tuple[Floats, Floats, Floats]:
    """Score what may follow what, begin and end: 0 or never."""
    follows = np.full((TAGS, TAGS), _NEVER, np.float32)
    begins, ends = np.zeros(TAGS, np.float32), np.zeros(TAGS, np.float32)
    for before in range(TAGS):
        place = (before - 1) % 4 if before else UNIT
        is_open = place in (BEGIN, INSIDE)
        for after in range(TAGS):
            goes_on = bool(after) and (after - 1) % 4 in (INSIDE, LAST)
            same = bool(before) and bool(after) and (before - 1) // 4 == (after - 1) // 4
            if (is_open and goes_on and same) or (not is_open and not goes_on):
                follows[before, after] = 0
        if before and place in (INSIDE, LAST):
            begins[before] = _NEVER
        if is_open:
            ends[before] = _NEVER
    return follows, begins, ends


_FOLLOWS, _BEGINS, _ENDS = _transitions()


def best_tags(scores: Floats, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Choose the best legal tags of each run of adjacent tokens.

    Args:
        scores: A row for each token looked at, a column for each tag.
        at: Where these tokens stand, in order.

    Returns:
        A tag for each row. Runs whose best tags one by one are legal need no search; the others
        are searched all at once, the longest first.
    """
    best: NDArray[np.int64] = scores.argmax(1)
    if not len(best):
        return best
    breaks = np.flatnonzero(np.diff(at) > 1)
    starts = np.concatenate([[0], breaks + 1])
    lengths = np.diff(np.concatenate([starts, [len(at)]]))
    legal = _FOLLOWS[np.concatenate([[0], best[:-1]]), best] == 0
    legal[starts] = _BEGINS[best[starts]] == 0
    legal[starts + lengths - 1] &= _ENDS[best[starts + lengths - 1]] == 0
    bad = ~np.logical_and.reduceat(legal, starts)
    starts, lengths = starts[bad], lengths[bad]
    if len(starts):
        _search(scores, starts, lengths, best)
    return best


def _search(
    scores: Floats,
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    best: NDArray[np.int64],
) -> None:
    """Write the best legal tags of some runs into `best`."""
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    reached = [scores[starts] + _BEGINS]
    came_from: list[NDArray[np.int64]] = []
    for step in range(1, int(lengths[0])):
        alive = int((lengths > step).sum())
        ways = reached[-1][:alive, :, None] + _FOLLOWS[None]
        came_from.append(ways.argmax(1))
        reached.append(ways.max(1) + scores[starts[:alive] + step])
    tags = np.zeros(len(starts), np.int64)
    for step in range(int(lengths[0]) - 1, -1, -1):
        alive = len(reached[step])
        is_last = lengths[:alive] == step + 1
        tags[:alive] = np.where(is_last, (reached[step] + _ENDS).argmax(1), tags[:alive])
        best[starts[:alive] + step] = tags[:alive]
        if step:
            tags[:alive] = came_from[step - 1][np.arange(alive), tags[:alive]]
