"""What one page teaches of its site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.clean.blocks import Block

STEP = " < "
"""Joins the steps of a path."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one page teaches of its site."""

    outlet: str
    """The site."""

    kinds: tuple[tuple[str, int, int], ...]
    """Signature, characters that were body, characters that were not."""

    lines: tuple[str, ...]
    """Folded paragraphs of the text as extracted, furniture included."""

    length: int
    """Characters of the text."""

    is_fallback: bool = False
    """Whether the site's template did not fit this page."""

    language: str | None = None
    """The language of its text, where the page claims it rightly."""

    barren: tuple[str, ...] = ()
    """Paths of the outermost elements that hold nothing of the article, joined by " < "."""

    live: tuple[str, ...] = ()
    """Paths of the elements that hold something of it."""

    dropped: int = 0
    """Characters that were then dropped from it as furniture."""


def lesson_of(
    outlet: str,
    blocks: Sequence[Block],
    choice: Sequence[bool],
    length: int,
    is_fallback: bool = False,
    language: str | None = None,
    head: Sequence[Block] = (),
    dropped: int = 0,
) -> Lesson:
    """Read what a page teaches.

    Args:
        outlet: Its site.
        blocks: Of the page.
        choice: Which of them were taken for the body.
        length: Characters of the text.
        is_fallback: Whether the site's template did not fit it.
        language: Of the text, where the page claims it rightly.
        head: The blocks around its headline.
        dropped: Characters that were dropped from the text as furniture.
    """
    body: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for block, keep in zip(blocks, choice, strict=True):
        (body if keep else other)[block.signature] += len(block.text)
    kinds = tuple((kind, body[kind], other[kind]) for kind in dict.fromkeys([*body, *other]))
    lines = tuple(
        block.key
        for block, keep in zip(blocks, choice, strict=True)
        if keep and 2 <= block.key.count(" ") + 1 <= 60
    )
    live = {
        block.path[level:]
        for block in (*head, *(b for b, keep in zip(blocks, choice, strict=True) if keep))
        for level in range(len(block.path))
    }
    barren = {
        outermost for block in blocks if (outermost := _outermost(block.path, live)) is not None
    }
    return Lesson(
        outlet,
        kinds,
        lines,
        length,
        is_fallback,
        language,
        tuple(sorted(STEP.join(path) for path in barren)),
        tuple(sorted(STEP.join(path) for path in live)),
        dropped,
    )


def _outermost(path: tuple[str, ...], live: set[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Find the outermost element around a block that holds nothing live."""
    found = None
    for level in range(len(path)):
        if path[level:] in live:
            return found
        found = path[level:]
    return found
