"""The body of a page: which of its text blocks are the article."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import trafilatura
from lxml.etree import XPath
from lxml.html import HtmlElement
from trafilatura.settings import Document

from tasks.clean.alignment import align
from tasks.clean.blocks import Block, prune_menus
from tasks.clean.document import STUMBLES, strip_machinery
from tasks.clean.expressions import put_into_python
from tasks.clean.first_choice import PROSE, evident, vouched
from tasks.clean.furniture import Paragraph
from tasks.clean.selection import refine
from tasks.clean.words import fold, normalise

MAX_TREE = 40_000
"""Pages with more elements are not given to trafilatura, which needs 5 s for 50,000 paragraphs."""

MAX_WEIGHED = 5_000
"""Nor are pages with more blocks."""

ALIGNED = 0.8
"""Share of trafilatura's words that must be found among the blocks to go on with the blocks."""

MEAGRE = 600
"""A text with fewer characters gets a second look, with all that trafilatura can do."""

GAIN = 2.0
"""By so much the second look must find more to be believed."""

_COUNT = XPath("count(//*)")

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
put_into_python()


@dataclass(frozen=True, slots=True)
class Extraction:
    """The body as extracted, before furniture is removed."""

    paragraphs: tuple[Paragraph, ...]
    """In page order."""

    extractor: str
    """What chose them."""

    choice: tuple[bool, ...] = ()
    """For each block of the page whether it belongs to the body; empty if that is unknown."""

    def without(self, blocks: Sequence[Block], numbers: Sequence[int]) -> Extraction:
        """Take some blocks out of the body."""
        if not any(self.choice[number] for number in numbers):
            return self
        kept = tuple(keep and number not in numbers for number, keep in enumerate(self.choice))
        return Extraction(paragraphs_of(blocks, kept), self.extractor, kept)


def extract_body(
    tree: HtmlElement,
    blocks: Sequence[Block],
    nodes: Sequence[HtmlElement],
    claimed: str | None = None,
    without: frozenset[str] = frozenset(),
) -> Extraction:
    """Choose the body: trafilatura's choice, told in terms of the page's blocks, and refined.

    Args:
        tree: The page; what holds no words may be taken out of it.
        blocks: Its text blocks.
        nodes: Its elements, as `walk` numbers them.
        claimed: articleBody of its JSON-LD, which can tell that the choice missed the article.
        without: Names of rules to leave out, to measure what each one does.
    """
    named = vouched(blocks, claimed) if "vouched" not in without else None
    if named:
        choice = refine(blocks, named, None, without)
        return Extraction(paragraphs_of(blocks, choice), "json-ld", tuple(choice))
    plain = evident(blocks) if "evident" not in without else None
    if plain:
        choice = refine(blocks, plain, None, without)
        return Extraction(paragraphs_of(blocks, choice), "evident", tuple(choice))
    strip_machinery(tree)
    prune_menus(blocks, nodes)
    is_large = len(blocks) > MAX_WEIGHED or int(_COUNT(tree)) > MAX_TREE
    lines = None if is_large else trafilatura_lines(tree)
    if lines is None:
        prose = [len(block.text) > PROSE and block.link_share < 0.5 for block in blocks]
        return Extraction(paragraphs_of(blocks, prose), "prose", tuple(prose))
    choice, is_aligned = _told_in_blocks(blocks, lines)
    if is_aligned:
        choice = refine(blocks, choice, claimed, without)
    if "second_look" not in without and _is_meagre(blocks, choice if is_aligned else None, lines):
        more = trafilatura_lines(tree, fast=False) or []
        second, second_aligned = _told_in_blocks(blocks, more)
        if sum(map(len, more)) > GAIN * sum(map(len, lines)):
            lines, is_aligned = more, second_aligned
            choice = refine(blocks, second, claimed, without) if is_aligned else second
    if not is_aligned:
        paragraphs = tuple(Paragraph(normalise(line)) for line in lines)
        return Extraction(paragraphs, f"trafilatura {trafilatura.__version__}")
    return Extraction(
        paragraphs_of(blocks, choice), f"trafilatura {trafilatura.__version__}", tuple(choice)
    )


_LEARNED = frozenset({"extend", "drop_page_parts", "drop_above"})
"""Rules that a template has learned the results of."""


def extract_by_template(
    blocks: Sequence[Block],
    choice: list[bool],
    without: frozenset[str] = frozenset(),
) -> Extraction:
    """Choose the body as the site's template does, refined like any other choice.

    Args:
        blocks: Of the page.
        choice: By the template.
        without: As for `extract_body`.
    """
    choice = refine(blocks, choice, None, without | _LEARNED)
    return Extraction(paragraphs_of(blocks, choice), "template 1", tuple(choice))


def _told_in_blocks(blocks: Sequence[Block], lines: Sequence[str]) -> tuple[list[bool], bool]:
    """Mark the blocks that lines come from, and tell whether they cover the lines."""
    keys = [fold(line) for line in lines]
    choice = align([block.key for block in blocks], keys)
    found = sum(len(block.key) for block, keep in zip(blocks, choice, strict=True) if keep)
    return choice, found >= ALIGNED * sum(map(len, keys)) and any(choice)


def _is_meagre(
    blocks: Sequence[Block], choice: Sequence[bool] | None, lines: Sequence[str]
) -> bool:
    """Tell whether little was chosen from a page with much prose."""
    size = (
        sum(len(block.text) for block, keep in zip(blocks, choice, strict=True) if keep)
        if choice is not None
        else sum(map(len, lines))
    )
    if size >= MEAGRE:
        return False
    prose = sum(
        len(block.text)
        for block in blocks
        if len(block.text) > 80 and block.link_share < 0.3 and block.tag in ("p", "div")
    )
    return prose > GAIN * size


def paragraphs_of(blocks: Sequence[Block], chosen: Sequence[bool]) -> tuple[Paragraph, ...]:
    """Make the chosen blocks paragraphs."""
    return tuple(
        Paragraph(block.text, block.tag, block.link_share, block.key)
        for block, keep in zip(blocks, chosen, strict=True)
        if keep
    )


def trafilatura_lines(tree: HtmlElement, fast: bool = True) -> list[str] | None:
    """List what trafilatura takes for the body, line by line; null where it stumbles."""
    try:
        document = trafilatura.bare_extraction(
            tree,
            fast=fast,
            favor_recall=fast,
            include_comments=False,
            with_metadata=False,
            deduplicate=False,
        )
    except STUMBLES:
        return None
    text = document.text if isinstance(document, Document) else None
    return [line.strip(" |") for line in (text or "").split("\n") if line.strip(" |-")]
