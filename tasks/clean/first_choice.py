"""What a page makes plain of its body, before anything is weighed.

Two kinds of page need no extractor: those whose JSON-LD gives the whole body, which vouches for
the blocks, and those whose prose stands in one element.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tasks.clean.blocks import HEADINGS, Block
from tasks.clean.page_parts import parts_of
from tasks.clean.words import fold

Choice = list[bool]

PROSE = 60
"""A block with more characters, few of them linked, is a paragraph rather than a label."""

FILLABLE = HEADINGS | {"p", "li", "div", "blockquote"}
"""Elements that paragraphs, headings and list items of a body stand in."""

COMPLETE = 1000
"""A claimed body with fewer characters may be a teaser."""

EVIDENT = 0.9
"""Share of a page's prose that must stand in one element for the body to be evident."""


def verify(blocks: Sequence[Block], choice: Choice, claimed: str | None) -> Choice:
    """Choose again where the page's own articleBody says that the choice missed the article.

    The claimed text itself is never used: it is often a teaser, and has no paragraphs.

    Args:
        blocks: Of the page.
        choice: So far.
        claimed: articleBody of the JSON-LD.
    """
    whole = f" {fold(claimed or '')} "
    if len(whole) < 400:
        return choice
    hits = [
        15 < len(block.key) < 0.6 * len(whole) and f" {block.key} " in whole for block in blocks
    ]
    covered = sum(len(block.key) for block, hit in zip(blocks, hits, strict=True) if hit)
    chosen = sum(
        len(block.key)
        for block, hit, keep in zip(blocks, hits, choice, strict=True)
        if hit and keep
    )
    return hits if covered > 0.7 * len(whole) and chosen < 0.8 * covered else choice


def vouched(blocks: Sequence[Block], claimed: str | None) -> Choice | None:
    """Choose the blocks that the page's own articleBody vouches for, if it is clearly complete.

    Complete means: nearly all of it stands in the blocks, and no prose that is marked up like what
    it names is left over.

    Returns:
        The choice; null where the claim is a teaser, or says nothing.
    """
    whole = f" {fold(claimed or '')} "
    if len(whole) < COMPLETE:
        return None
    hits = [
        15 < len(block.key) < 0.5 * len(whole) and f" {block.key} " in whole for block in blocks
    ]
    covered = sum(len(block.key) + 1 for block, hit in zip(blocks, hits, strict=True) if hit)
    if not 0.9 * len(whole) < covered < 1.15 * len(whole):
        return None
    kinds = {block.path[:3] for block, hit in zip(blocks, hits, strict=True) if hit}
    left = sum(
        len(block.text)
        for block, hit in zip(blocks, hits, strict=True)
        if not hit and len(block.text) > PROSE and block.path[:3] in kinds
    )
    if left >= 0.1 * covered:
        return None
    parents = Counter(block.elements[1:2] for block, hit in zip(blocks, hits, strict=True) if hit)
    return [
        hit
        or (
            block.tag == "p"
            and parents[block.elements[1:2]] >= 3
            and block.link_share < 0.5
            and len(block.text) > PROSE
            and not is_named_furniture(block)
        )
        for block, hit in zip(blocks, hits, strict=True)
    ]


def evident(blocks: Sequence[Block]) -> Choice | None:
    """Choose the body of a page whose prose stands in one element: then there is nothing to weigh.

    Returns:
        The choice; null where the prose is spread, or there is little of it.
    """
    parents: Counter[int] = Counter()
    count: Counter[int] = Counter()
    total = 0
    for block in blocks:
        if len(block.text) > PROSE and block.link_share < 0.4 and not parts_of(block, "furniture"):
            total += len(block.text)
            if block.tag == "p" and len(block.elements) > 1:
                parents[block.elements[1]] += len(block.text)
                count[block.elements[1]] += 1
    if not parents:
        return None
    body, size = parents.most_common(1)[0]
    if size < EVIDENT * total or size < COMPLETE or count[body] < 5:
        return None
    return [
        (block.elements[1:2] == (body,) and block.tag in FILLABLE)
        or (body in block.elements[2:5] and block.tag in ("li", "p", "tr"))
        or (body in block.elements[2:4] and block.tag in HEADINGS)
        or (block.elements[:1] == (body,) and len(block.text) > PROSE)
        for block in blocks
    ]


def is_named_furniture(block: Block) -> bool:
    """Tell whether the class names around a block say that it is no part of a body."""
    return bool(parts_of(block, "furniture") or parts_of(block, "doubtful"))
