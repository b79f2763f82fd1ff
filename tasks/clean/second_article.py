"""Articles that a page appends to the one it is about, in full or as teasers with bylines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tasks.clean.blocks import HEADINGS, Block
from tasks.clean.dates import parse_moment
from tasks.clean.person_names import people
from tasks.clean.words import fold

FIRST = 800
"""Characters that the page's own article has at least before another one begins."""

HEAD = 6
"""Blocks between the headline of an appended article and its byline, at most."""

PROSE = 300
"""A block with more characters is more than a standfirst."""

MOST = 0.5
"""At most this share of the chosen text is taken for appended, unless it is marked up as another
article."""

_BYLINE = re.compile(r"^(?:By|Von|Par|Por)[\s:]\s*(?P<names>[A-ZÀ-Þ].{3,80})$")
_SENTENCE_END = re.compile(r"[.!?…][\"”’')»]*$")


def second_article(
    blocks: Sequence[Block],
    choice: Sequence[bool],
    headlines: Iterable[str],
    authors: Iterable[str],
) -> tuple[int, ...]:
    """Find the chosen blocks that belong to an article after the first.

    Another article begins with a heading that is none of the page's headlines, and a byline soon
    after it that names somebody else.

    Args:
        blocks: Of the page.
        choice: Its body.
        headlines: Forms of the page's headline.
        authors: Whom the page names as its authors.

    Returns:
        Numbers of blocks, in order; empty if there is one article.
    """
    own = {fold(text) for text in headlines}
    named = {fold(name) for name in authors}
    chosen = [number for number, keep in enumerate(choice) if keep]
    total = sum(len(blocks[number].text) for number in chosen)
    before = paragraphs = 0
    for number in range(chosen[0], chosen[-1]) if chosen else ():
        block = blocks[number]
        if (
            before >= FIRST
            and paragraphs >= 3
            and _is_title(block)
            and block.key not in own
            and _is_signed(blocks, number, named)
        ):
            rest = tuple(other for other in chosen if other >= number)
            is_marked = _article(blocks[rest[-1]]) != _article(blocks[chosen[0]])
            is_short = total - before <= MOST * total
            goes_on = _goes_on(blocks, chosen, number)
            return rest if (is_marked or is_short) and not goes_on else ()
        if choice[number]:
            before += len(block.text)
            paragraphs += len(block.text) > 80
    return ()


def _goes_on(blocks: Sequence[Block], chosen: Sequence[int], number: int) -> bool:
    """Tell whether prose stands after a place in the very element that it stands in before it."""
    prose = [other for other in chosen if len(blocks[other].text) > 80]
    before = {blocks[other].elements[1:2] for other in prose if other < number}
    return any(blocks[other].elements[1:2] in before for other in prose if other > number)


def _is_title(block: Block) -> bool:
    return (
        block.tag in HEADINGS
        and 3 <= block.key.count(" ") <= 25
        and not _SENTENCE_END.search(block.text)
    )


def _is_signed(blocks: Sequence[Block], number: int, own: set[str]) -> bool:
    """Tell whether a byline of others follows, before any prose unless a date is set over it."""
    is_dated = False
    for block in blocks[number + 1 : number + 1 + HEAD]:
        match = _BYLINE.match(block.text)
        if match:
            names = {fold(name) for name in people([match["names"]])}
            return bool(names) and not names & own
        is_dated = is_dated or (len(block.text) <= 40 and bool(parse_moment(block.text, "text")))
        if len(block.text) > PROSE and not is_dated:
            return False
    return False


def _article(block: Block) -> int | None:
    """Name the outermost article element that a block stands in."""
    found = None
    for step, number in zip(block.path, block.elements, strict=True):
        if step.startswith("article."):
            found = number
    return found
