"""The standfirst: the summary that a page prints between its headline and its body."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from tasks.clean.blocks import Block
from tasks.clean.page_parts import parts_of
from tasks.clean.words import fold

SHORTEST = 30
LONGEST = 700
"""Characters of a standfirst; what is shorter is a label, what is longer a body."""

TYPICAL = 0.3
"""A block marked up like this share of the body is its first paragraph, no standfirst."""

SEARCHED = 40
"""How many blocks after the headline are looked at."""

PIECES = 4
"""A standfirst has at most so many paragraphs or points."""


_TRAIL = re.compile(r"[….\s]+$")


def find_standfirst(
    blocks: Sequence[Block],
    choice: Sequence[bool],
    headlines: Iterable[str],
    summaries: Iterable[str],
) -> tuple[int, ...]:
    """Find the blocks of the printed standfirst.

    A block is one if it stands above the body and either has the words that the page gives as its
    summary, or is named so by its class; unless it is marked up like the body itself: then it is
    the first paragraph.

    Args:
        blocks: Of the page.
        choice: Which of them are the body.
        headlines: Forms of the headline.
        summaries: What JSON-LD and meta elements give as the summary.

    Returns:
        Numbers of the blocks, in order; empty if none is printed.
    """
    kinds: Counter[tuple[str, ...]] = Counter()
    for block, keep in zip(blocks, choice, strict=True):
        if keep:
            kinds[block.path[:3]] += len(block.text)
    total = sum(kinds.values()) or 1
    start, end = _window(blocks, choice, headlines, kinds, total)
    claimed = [fold(_TRAIL.sub("", text)) for text in summaries if len(text) >= SHORTEST]
    found: list[int] = []
    for number in range(start, end):
        block = blocks[number]
        if not _can_be(block) or kinds[block.path[:3]] >= TYPICAL * total:
            continue
        if found and block.path != blocks[found[0]].path:
            break
        if _is_claimed(block.key, claimed) or parts_of(block, "standfirst", 2) or found:
            found.append(number)
            if len(found) == PIECES:
                break
    return tuple(found)


def _window(
    blocks: Sequence[Block],
    choice: Sequence[bool],
    headlines: Iterable[str],
    kinds: Counter[tuple[str, ...]],
    total: int,
) -> tuple[int, int]:
    """Where a standfirst can stand: from the headline to the first typical paragraph."""
    titles = {fold(text) for text in headlines}
    end = next(
        (
            number
            for number, (block, keep) in enumerate(zip(blocks, choice, strict=True))
            if keep and kinds[block.path[:3]] >= TYPICAL * total
        ),
        next((number for number, keep in enumerate(choice) if keep), 0) + 3,
    )
    end = min(end, len(blocks))
    heads = [
        number
        for number in range(end)
        if blocks[number].tag == "h1" or (blocks[number].key in titles and titles)
    ]
    start = heads[-1] + 1 if heads else max(0, end - SEARCHED)
    return max(start, end - SEARCHED), end


def _can_be(block: Block) -> bool:
    return (
        SHORTEST <= len(block.text) <= LONGEST
        and block.link_share < 0.5
        and block.tag not in ("figcaption", "td", "tr", "th", "h1")
        and not block.within("figure", "figcaption", "aside")
        and not parts_of(block, "furniture", 3)
    )


def _is_claimed(key: str, claimed: Sequence[str]) -> bool:
    return any(
        summary == key or (len(key) >= 40 and (summary.startswith(key) or key.startswith(summary)))
        for summary in claimed
    )
