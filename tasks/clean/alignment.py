"""Which blocks of a page an extractor's lines come from.

The lines are matched to the blocks in order, as a heaviest increasing subsequence: a teaser that
repeats a line of the body elsewhere on the page is not taken for it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

MAX_REPEATS = 12
"""Of a line that occurs more often on a page only the first so many are considered."""

PART = 15
"""A block of so many characters may be part of a longer line."""

COVERED = 0.6
"""Share of a block that lines must cover for the block to be theirs."""


def align(blocks: Sequence[str], lines: Sequence[str]) -> list[bool]:
    """Mark the blocks that some lines come from.

    Args:
        blocks: Folded texts of a page's blocks, in page order.
        lines: Folded lines of an extractor's result, in its order.
    """
    anchors = _anchors(blocks, lines)
    chosen = [False] * len(blocks)
    for block, _ in anchors:
        chosen[block] = True
    taken = {line for _, line in anchors}
    anchor_blocks = [block for block, _ in anchors]
    gaps: dict[tuple[int, int], tuple[str, list[str]]] = {}
    for number, key in enumerate(blocks):
        if chosen[number] or len(key) < PART:
            continue
        place = bisect_left(anchor_blocks, number)
        first = anchors[place - 1][1] + 1 if place else 0
        last = anchors[place][1] if place < len(anchors) else len(lines)
        if first >= last:
            continue
        if (first, last) not in gaps:
            free = [lines[line] for line in range(first, last) if line not in taken]
            gaps[first, last] = (f" {' '.join(free)} ", free)
        joined, free = gaps[first, last]
        if len(joined) > 2 and (f" {key} " in joined or _is_covered(key, free)):
            chosen[number] = True
    return chosen


def _is_covered(key: str, lines: Sequence[str]) -> bool:
    """Tell whether lines that lie inside a block make up most of it."""
    inside = sum(len(line) for line in lines if len(line) >= PART and line in key)
    return inside >= COVERED * len(key)


def _anchors(blocks: Sequence[str], lines: Sequence[str]) -> list[tuple[int, int]]:
    """Pair blocks with equal lines, both in order, so that the most characters are paired."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line and len(places[line]) < MAX_REPEATS:
            places[line].append(place)
    tops = _Tops(len(lines))
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for number, key in enumerate(blocks):
        for place in reversed(places.get(key, ())):
            weight, pair = tops.best_before(place)
            before[number, place] = pair
            tops.add(place, weight + len(key) + 1, (number, place))
    last = tops.best_before(len(lines))[1]
    found: list[tuple[int, int]] = []
    while last is not None:
        found.append(last)
        last = before[last]
    return found[::-1]


class _Tops:
    """The heaviest chain that ends at or before each line (a Fenwick tree of maxima)."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._tops: list[tuple[int, tuple[int, int] | None]] = [(0, None)] * (size + 1)

    def add(self, line: int, weight: int, pair: tuple[int, int]) -> None:
        place = line + 1
        while place <= self._size:
            if self._tops[place][0] < weight:
                self._tops[place] = (weight, pair)
            place += place & -place

    def best_before(self, line: int) -> tuple[int, tuple[int, int] | None]:
        best: tuple[int, tuple[int, int] | None] = (0, None)
        place = line
        while place > 0:
            if self._tops[place][0] > best[0]:
                best = self._tops[place]
            place -= place & -place
        return best
