"""How much two sets of stretches share, counted in letters or in words, never in punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tasks.evaluate.gold import Stretch

WORD = re.compile(r"\w+")


def letters(text: str, spans: Iterable[Stretch]) -> frozenset[int]:
    """Offsets of the letters and digits in some stretches."""
    return frozenset(i for start, end in spans for i in range(start, end) if text[i].isalnum())


def words(text: str, span: Stretch) -> frozenset[int]:
    """Offsets at which the words of a stretch start."""
    return frozenset(match.start() for match in WORD.finditer(text, *span))


def cut(spans: Iterable[Stretch], holes: Iterable[Stretch]) -> list[Stretch]:
    """Take some stretches out of others.

    >>> cut([(0, 10)], [(3, 5)])
    [(0, 3), (5, 10)]
    """
    left = list(spans)
    for start, end in holes:
        left = [
            piece
            for s, e in left
            for piece in ([(s, e)] if end <= s or start >= e else [(s, start), (end, e)])
            if piece[0] < piece[1]
        ]
    return left


def trim(text: str, span: Stretch) -> Stretch:
    """Take what is no letter or digit off both ends.

    >>> trim("“No.”", (0, 5))
    (1, 3)
    """
    start, end = span
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end


def chunks(text: str, spans: Iterable[Stretch], holes: Iterable[Stretch]) -> list[Stretch]:
    """Cut the contiguous pieces of reported words.

    No source or cue is inside, the edges are trimmed, and neighbours with nothing but punctuation
    between them are joined.

    Args:
        text: The article.
        spans: Parts of one quotation.
        holes: Its own source and cue.
    """
    pieces = (trim(text, piece) for piece in cut(spans, holes))
    joined: list[Stretch] = []
    for start, end in sorted(piece for piece in pieces if piece[0] < piece[1]):
        if joined and not any(c.isalnum() for c in text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
