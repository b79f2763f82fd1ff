"""Who metadata and markup name as the author of an article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml.etree import XPath
from lxml.html import HtmlElement

from tasks.clean.blocks import Block
from tasks.clean.structured import PageFacts, text_of, texts_of
from tasks.clean.words import normalise

AUTHOR_META = (
    "citation_author",
    "parsely-author",
    "author",
    "byl",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "article:author",
    "article.author",
    "cxenseparse:author",
    "og:article:author",
    "twitter:creator:name",
    "byline",
    "authors",
)
_MARKED = XPath(
    "//*[@rel='author' or contains(@itemprop, 'author')][not(self::link or self::meta)]"
)
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s._-])(?:byline|author|authors|article-author|c-byline|autor|autoren|auteur)",
    re.IGNORECASE,
)
_NOT_BYLINE = re.compile(
    r"bio|comment|related|social|share|avatar|image|photo|follow|more|list-item|card|teaser",
    re.IGNORECASE,
)

_AUTHOR_NAME = re.compile(r"auth?or.{0,24}name|name.{0,8}auth?or|auteur.{0,12}nom", re.IGNORECASE)
_OTHERS = re.compile(r"comment|related|teaser|more|list|photo|image|recommend", re.IGNORECASE)

CARD_LABEL = re.compile(
    r"^(?:[\d.:, ]*von|(?:[a-z]+ )?by|author|verfasst von|geschrieben von|autor|écrit par|auteur"
    r"|escrito por|por|scritto da|autore)\s*:?$",
    re.IGNORECASE,
)


def told_elsewhere(value: object, nodes: Sequence[Mapping[str, object]]) -> list[object]:
    """Look up the authors that a JSON-LD node names by id only."""
    listed = value if isinstance(value, list) else [value]
    wanted = [item["@id"] for item in listed if isinstance(item, dict) and set(item) == {"@id"}]
    return [node for node in nodes if "name" in node and node.get("@id") in wanted]


def ld_authors(value: object) -> list[str]:
    """List the names in a JSON-LD claim of authors, without organisations."""
    if isinstance(value, list):
        return [name for item in value for name in ld_authors(item)]
    if isinstance(value, dict):
        kinds = value.get("@type")
        if kinds in ("Organization", "NewsMediaOrganization", "Corporation"):
            return []
        return texts_of(value.get("name"))
    text = text_of(value)
    return [text] if text else []


def marked_claims(tree: HtmlElement, blocks: Sequence[Block]) -> Iterator[tuple[list[str], str]]:
    """Read what is marked as the author anywhere on the page, by rel, itemprop or class."""
    marked = [_marked_text(element) for element in _MARKED(tree)]
    found = [text for text in marked if 4 < len(text) < 100][:3]
    if not found:
        found = [
            block.text
            for block in blocks
            if 4 < len(block.text) < 100 and is_byline_step(block.path[:2])
        ][:1]
    yield found, "byline"


def _marked_text(element: HtmlElement) -> str:
    """Read an element; words that only the layout sets apart are two pieces: a name and a job."""
    text = ""
    for piece in element.itertext():
        glued = text[-1:].islower() and piece[:1].isalpha()
        text += f" | {piece}" if glued else piece
    return normalise(text)


def card_authors(facts: PageFacts) -> list[str]:
    """Read the author that a page gives for the card of a link to it: "Written by", a name."""
    return [
        name
        for number in ("1", "2")
        if CARD_LABEL.match(facts.first(f"twitter:label{number}") or "")
        for name in facts.meta.get(f"twitter:data{number}", ())
    ]


def is_byline_step(steps: Sequence[str]) -> bool:
    """Tell elements whose class says that they are a byline."""
    return any(_BYLINE_CLASS.search(step) and not _NOT_BYLINE.search(step) for step in steps)


def is_author_name(steps: Sequence[str]) -> bool:
    """Tell elements whose class says that they hold an author's name, in a card or a short bio."""
    return any(_AUTHOR_NAME.search(step) and not _OTHERS.search(step) for step in steps)
