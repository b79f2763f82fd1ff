"""The head of an article as the page shows it: the lines around its headline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tasks.clean.blocks import Block
from tasks.clean.words import fold

BEFORE = 3
AFTER = 14
"""How many blocks before and after the headline belong to the head."""

FARTHEST = 60
"""Bylines are looked for further down, as long as no paragraph comes before them: share buttons, a
video and its transcript may stand in between."""

LINE = 160
"""A line of the head has at most so many characters."""

HEADLINE = 300
"""No headline has more characters."""

PROSE = 220
"""An unlinked paragraph with more characters is the body, where the head has ended."""


PARAGRAPH = 80
"""A block with more characters is more than a byline."""


_BYLINE = re.compile(r"^\W*(?:By|BY|Von|VON|Par|Por)\s+[A-ZÀ-Þ]")


def head_lines(blocks: Sequence[Block], headlines: Iterable[str]) -> list[Block]:
    """List the short blocks around the headline: kicker, byline, date; those after it come first.

    Args:
        blocks: Of the page.
        headlines: Forms of the headline; without any on the page the first h1 counts.
    """
    titles = {fold(text) for text in headlines if text}
    place = next(
        (
            number
            for number, block in enumerate(blocks)
            if block.tag == "h1" and block.key in titles
        ),
        None,
    )
    if place is None:
        places = [
            number
            for number, block in enumerate(blocks)
            if (len(block.text) < HEADLINE and block.key in titles)
            or (block.tag == "h1" and not titles)
        ]
        place = places[-1] if places else None
    if place is None:
        return []
    after: list[Block] = []
    standfirst: tuple[str, ...] | None = None
    for number, block in enumerate(blocks[place + 1 : place + 1 + FARTHEST], start=place + 1):
        if len(block.text) > PROSE and block.link_share < 0.3:
            if standfirst is not None or not _stands_alone(blocks, number):
                break
            standfirst = block.path
        is_near = number <= place + AFTER
        if len(block.text) <= LINE and (is_near or _BYLINE.match(block.text)):
            after.append(block)
    before = [block for block in blocks[max(0, place - BEFORE) : place] if len(block.text) <= LINE]
    return after + before[::-1]


def _stands_alone(blocks: Sequence[Block], number: int) -> bool:
    """Tell whether a long paragraph is marked up unlike the next one: a standfirst, no body."""
    following = (
        block
        for block in blocks[number + 1 : number + 1 + AFTER]
        if len(block.text) > PARAGRAPH and not block.within("figure", "figcaption")
    )
    after = next(following, None)
    return after is not None and after.path[:3] != blocks[number].path[:3]
