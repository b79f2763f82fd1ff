"""The text blocks of a page in reading order: what everything after the parse works on.

A block is a run of inline content: a paragraph, a heading, a list item, or the bare text between
two of them. Each knows where in the page it stands (its signature), so that what is learned of one
block can be told of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

from tasks.clean.words import fold, normalise
from tasks.errors import CleanError

MENU = 4
"""So many short links and nothing else are a menu."""

MAX_BLOCKS = 20_000
"""A page with more is data, not journalism; the largest of 467 articles had 1,353."""

MAX_DEPTH = 250
"""Deeper elements are read as part of the one at this depth."""

_NEVER = """
script style noscript template svg iframe button nav head select option textarea object video audio
canvas math map datalist dialog input label progress meter embed applet rt rp
"""
_WITHIN_RUNS = """
a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd mark output picture q rb
ruby s samp small source span strike strong sub sup time tt u var wbr o:p amp-img u1:p nobr
"""

SKIPPED = frozenset(_NEVER.split())
"""Elements that never hold the words of an article."""

INLINE = frozenset(_WITHIN_RUNS.split())
"""Elements that do not end a run of text."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_BREAK = "\x0b"
_PARAGRAPH_BREAK = re.compile(r"\x0b(?:[ \t\r\n\xa0]*\x0b)+")
_SENTENCE_BREAK = re.compile(r"(?<=[.!?:”\"’])\s*\x0b")
_HASHED = re.compile(r"\d+")


@dataclass(slots=True, eq=False)
class Block:
    """A run of text on a page. It never changes; its `key` is found when first asked for."""

    text: str
    """Normalised, without line breaks."""

    tag: str
    """The block element it stands in: p, h2, li, td, blockquote, figcaption, div …"""

    path: tuple[str, ...]
    """`tag.class` of that element and those above it, innermost first, up to the body."""

    elements: tuple[int, ...]
    """Numbers of the same elements on this page, in the order of `path`."""

    link_share: float
    """Share of its characters that are links, from 0 to 1."""

    emphasis_share: float
    """Share of its characters that are bold or italic, from 0 to 1."""

    _key: str | None = field(default=None, init=False, repr=False)

    @property
    def key(self) -> str:
        """Its words, folded: what it is recognised by."""
        if self._key is None:
            self._key = fold(self.text)
        return self._key

    @property
    def signature(self) -> str:
        """What kind of block it is on its site: its element and the two above it."""
        return " < ".join(self.path[:3])

    def within(self, *tags: str) -> bool:
        """Tell whether it stands inside one of these elements."""
        return any(step.partition(".")[0] in tags for step in self.path)


@lru_cache(maxsize=20_000)
def class_name(raw: str) -> str:
    """Shorten a class attribute to what stays the same from page to page."""
    kept = {name for name in raw.split() if len(name) < 48}
    names = sorted({_HASHED.sub("#", name) for name in kept} if _HASHED.search(raw) else kept)
    return ".".join(names[:4])


def text_blocks(root: HtmlElement) -> list[Block]:
    """List the text blocks under an element in reading order."""
    return walk(root)[0]


def walk(
    root: HtmlElement, barren: frozenset[tuple[str, ...]] = frozenset()
) -> tuple[list[Block], list[HtmlElement]]:
    """List the text blocks under an element, and the elements that their numbers count from 1.

    Args:
        root: The body of a page.
        barren: Paths of elements that are known to hold nothing of interest: not entered.

    Raises:
        CleanError: too_large.
    """
    steps = _Walk(barren)
    steps.element(root, 0)
    if len(steps.blocks) > MAX_BLOCKS:
        raise CleanError("too_large", f"more than {MAX_BLOCKS:,} paragraphs: no article")
    return steps.blocks, steps.nodes


def prune_menus(blocks: Sequence[Block], nodes: Sequence[HtmlElement]) -> None:
    """Take out of the tree, in place, what holds nothing but short links: menus, lists of tags.

    Args:
        blocks: Of a page.
        nodes: Its elements, as `walk` numbers them.
    """
    words = [0] * (len(nodes) + 1)
    count = [0] * (len(nodes) + 1)
    for block in blocks:
        plain = 0 if block.link_share > 0.8 and len(block.text) < 100 else len(block.text)
        for number in block.elements:
            words[number] += plain
            count[number] += 1
    for number, node in enumerate(nodes, start=1):
        if count[number] < MENU or words[number] or number == 1:
            continue
        parent = node.getparent()
        if parent is not None:
            node.drop_tree()


class _Place:
    """Where elements of one kind stand; siblings with the same classes share it."""

    __slots__ = ("inside", "is_barren", "path")

    def __init__(self, path: tuple[str, ...], is_barren: bool) -> None:
        self.path = path
        self.is_barren = is_barren
        self.inside: dict[tuple[str, str], _Place] = {}


class _Walk:
    """The state of one walk over a tree."""

    __slots__ = ("barren", "blocks", "bold", "links", "nodes", "parts", "place", "stack", "tag")

    def __init__(self, barren: frozenset[tuple[str, ...]]) -> None:
        self.barren = barren
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.links = 0
        self.bold = 0
        self.nodes: list[HtmlElement] = []
        self.tag = "body"
        self.place = _Place((), False)
        self.stack: list[int] = []

    def element(self, element: HtmlElement, depth: int) -> None:
        """Walk over a block element."""
        if self.parts:
            self.flush()
        if len(self.blocks) > MAX_BLOCKS:
            return
        outside = self.tag, self.place
        tag = str(element.tag)
        self.nodes.append(element)
        self.tag = tag
        css = element.get("class") or element.get("id") or ""
        self.place = self.place.inside.get((tag, css)) or self.new_place(tag, css)
        self.stack.append(len(self.nodes))
        if self.place.is_barren:
            pass
        elif depth >= MAX_DEPTH:
            self.parts.append(" ".join(element.itertext()))
        elif tag == "tr" and _is_data_row(element):
            self.row(element)
        else:
            self.content(element, depth, False, False)
        if self.parts:
            self.flush()
        self.stack.pop()
        self.tag, self.place = outside

    def new_place(self, tag: str, css: str) -> _Place:
        """Make a place for elements of a new kind inside the one that is being walked over."""
        path = (f"{tag}.{class_name(css)}", *self.place.path)
        found = self.place.inside[tag, css] = _Place(
            path, bool(self.barren) and path in self.barren
        )
        return found

    def content(self, element: HtmlElement, depth: int, linked: bool, bold: bool) -> None:
        """Walk over what is inside an element."""
        if text := element.text:
            self.add(text, linked, bold)
        for child in element:
            name = child.tag
            if name == "br":
                self.parts.append(_BREAK)
            elif name in INLINE:
                if depth < MAX_DEPTH:
                    self.content(
                        child,
                        depth + 1,
                        linked or name == "a",
                        bold or name in ("b", "strong", "em", "i"),
                    )
            elif name not in SKIPPED and isinstance(name, str):
                self.element(child, depth + 1)
            elif name != "input":
                self.parts.append(" ")
            if tail := child.tail:
                self.add(tail, linked, bold)

    def row(self, row: HtmlElement) -> None:
        """Take a row of a table of data as one run."""
        cells = (normalise("".join(cell.itertext())) for cell in row.iterchildren("td", "th"))
        self.parts.append(" | ".join(cell for cell in cells if cell))
        self.links = sum(len(link.text_content()) for link in row.iter("a"))

    def add(self, text: str, linked: bool, bold: bool) -> None:
        self.parts.append(text)
        if linked:
            self.links += len(text)
        if bold:
            self.bold += len(text)

    def flush(self) -> None:
        """End the run of text."""
        raw = "".join(self.parts)
        if raw and not raw.isspace():
            length = len(raw) - raw.count(_BREAK)
            share = min(1.0, self.links / max(1, length))
            bold = min(1.0, self.bold / max(1, length))
            elements = tuple(self.stack[::-1])
            for piece in _split_breaks(raw):
                text = normalise(piece)
                if text:
                    block = Block(text, self.tag, self.place.path, elements, share, bold)
                    self.blocks.append(block)
        self.parts.clear()
        self.links = self.bold = 0


def _is_data_row(row: HtmlElement) -> bool:
    """Tell a row of data from one that lays out the page: its cells hold only inline content."""
    return not any(
        element.tag not in INLINE and element.tag not in ("td", "th", "br")
        for element in row.iterdescendants()
    )


def _split_breaks(raw: str) -> list[str]:
    """Split a run at line breaks that end a paragraph: doubled ones, and those after a sentence."""
    if _BREAK not in raw:
        return [raw]
    pieces = [
        part for piece in _PARAGRAPH_BREAK.split(raw) for part in _SENTENCE_BREAK.split(piece)
    ]
    return [piece.replace(_BREAK, " ") for piece in pieces]
