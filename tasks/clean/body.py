"""The body of a page: which of its text blocks are the article."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document

from tasks.clean.blocks import Block
from tasks.clean.furniture import Paragraph
from tasks.clean.words import fold, normalise

MAX_TREE = 40_000
"""Pages with more elements are not given to trafilatura, which needs 5 s for 50,000 paragraphs."""

ALIGNED = 0.8
"""Share of trafilatura's words that must be found among the blocks to go on with the blocks."""

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Extraction:
    """The body as extracted, before furniture is removed."""

    paragraphs: tuple[Paragraph, ...]
    """In page order."""

    extractor: str
    """What chose them."""

    chosen: tuple[bool, ...] = ()
    """For each block of the page whether it belongs to the body; empty if that is unknown."""


def extract_body(tree: HtmlElement, blocks: Sequence[Block]) -> Extraction:
    """Choose the body with trafilatura, told in terms of the page's blocks.

    Args:
        tree: The page.
        blocks: Its text blocks.
    """
    lines = trafilatura_lines(tree)
    chosen = align(blocks, lines)
    found = sum(len(block.key) for block, keep in zip(blocks, chosen, strict=True) if keep)
    wanted = sum(len(fold(line)) for line in lines)
    if found < ALIGNED * wanted:
        paragraphs = tuple(Paragraph(normalise(line)) for line in lines)
        return Extraction(paragraphs, f"trafilatura {trafilatura.__version__}")
    return Extraction(
        paragraphs_of(blocks, chosen), f"trafilatura {trafilatura.__version__}", tuple(chosen)
    )


def paragraphs_of(blocks: Sequence[Block], chosen: Sequence[bool]) -> tuple[Paragraph, ...]:
    """Make the chosen blocks paragraphs."""
    return tuple(
        Paragraph(block.text, block.tag, block.link_share)
        for block, keep in zip(blocks, chosen, strict=True)
        if keep
    )


def trafilatura_lines(tree: HtmlElement, fast: bool = True) -> list[str]:
    """List what trafilatura takes for the body, line by line."""
    document = trafilatura.bare_extraction(
        tree, fast=fast, include_comments=False, with_metadata=False, deduplicate=False
    )
    text = document.text if isinstance(document, Document) else None
    return [line.strip(" |") for line in (text or "").split("\n") if line.strip(" |-")]


def align(blocks: Sequence[Block], lines: Sequence[str]) -> list[bool]:
    """Mark the blocks whose words are among some lines, in order as far as possible.

    Args:
        blocks: Of the page.
        lines: Of trafilatura's result.
    """
    keys = [fold(line) for line in lines]
    whole = Counter(keys)
    text = f" {' '.join(keys)} "
    chosen = []
    for block in blocks:
        key = block.key
        if not key:
            chosen.append(False)
        elif whole.get(key, 0) > 0:
            whole[key] -= 1
            chosen.append(True)
        else:
            chosen.append(len(key) > 20 and f" {key} " in text and key not in whole)
    return chosen
