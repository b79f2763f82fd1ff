"""What a page says of itself in JSON-LD (schema.org), and in meta elements."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from tasks.clean.words import normalise

_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review|Liveblog|Column)$", re.IGNORECASE)
_CONTAINERS = (
    "@graph",
    "mainEntity",
    "mainEntityOfPage",
    "itemListElement",
    "hasPart",
    "@list",
    "item",
)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_CONTROL = re.compile(r"[\x00-\x1f]+")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_TAG = re.compile(r"<[^<>]{1,300}>")
MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page's own markup claims, before anything is believed."""

    article: Mapping[str, Any] = field(default_factory=dict)
    """The JSON-LD node that describes the article; empty if there is none."""

    nodes: tuple[Mapping[str, Any], ...] = ()
    """All JSON-LD nodes."""

    meta: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Meta elements: lower-case name or property -> contents in page order."""

    title: str | None = None
    """The title element."""

    canonical: str | None = None
    """rel=canonical, as written."""

    language: str | None = None
    """The lang attribute of the html element, lower case."""

    def first(self, *names: str) -> str | None:
        """Give the content of the first of these meta elements that has one."""
        for name in names:
            for content in self.meta.get(name, ()):
                if content:
                    return content
        return None

    @property
    def types(self) -> tuple[str, ...]:
        """schema.org types of the article node."""
        return type_names(self.article)


def page_facts(tree: HtmlElement, headline_hint: str | None = None) -> PageFacts:
    """Read the claims of a page in one pass over its head elements.

    Args:
        tree: The whole page.
        headline_hint: Text that tells which of several article nodes is meant, such as the h1.
    """
    nodes: list[Mapping[str, Any]] = []
    meta: dict[str, list[str]] = {}
    title = canonical = None
    for element in tree.iter("script", "meta", "title", "link"):
        tag = element.tag
        if tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = element.get("content")
            if name and content:
                meta.setdefault(name.lower().strip(), []).append(plain(content))
        elif tag == "script":
            kind = element.get("type")
            if kind and "ld+json" in kind.lower() and element.text:
                nodes.extend(_nodes(_loads(element.text)))
        elif tag == "title":
            if title is None and element.text and element.getparent() is not None:
                parent = element.getparent()
                title = plain(element.text) if parent is not None and parent.tag != "svg" else None
        elif canonical is None and (element.get("rel") or "").lower() == "canonical":
            canonical = (element.get("href") or "").strip() or None
    found = [node for node in nodes if any(_ARTICLE.search(name) for name in type_names(node))]
    language = (
        tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    ).lower()
    return PageFacts(
        article=_best(found, headline_hint or title),
        nodes=tuple(nodes),
        meta={name: tuple(contents) for name, contents in meta.items()},
        title=title,
        canonical=canonical,
        language=language.strip() or None,
    )


def type_names(node: Mapping[str, Any]) -> tuple[str, ...]:
    """schema.org types of a node, without their namespace."""
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return tuple(kind.rpartition("/")[2] for kind in listed if isinstance(kind, str))


def plain(value: str) -> str:
    """Take entities (sometimes escaped twice) and tags out of a claim."""
    text = html.unescape(value)
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return normalise(text)


def text_of(value: object) -> str | None:
    """Read a string claim, or the name or value of a node in its place."""
    if isinstance(value, list):
        return next((text for text in map(text_of, value) if text), None)
    if isinstance(value, dict):
        return text_of(value.get("name") or value.get("@value") or value.get("url"))
    return (plain(value) or None) if isinstance(value, str) else None


def texts_of(value: object) -> list[str]:
    """All string claims or names in a value that may be one or many."""
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    text = text_of(value)
    return [text] if text else []


def _loads(raw: str) -> Any:
    text = raw.strip()
    if text[:1] not in "{[" or text[-1:] not in "}]":
        text = _WRAPPING.sub("", text)
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text)).rstrip("; ")):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:500]:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in _CONTAINERS:
            if isinstance(value.get(name), (dict, list)):
                yield from _nodes(value[name], depth + 1)


def _best(found: list[Mapping[str, Any]], title: str | None) -> Mapping[str, Any]:
    """Choose the article node that says most; one whose headline is in the title wins."""
    folded = (title or "").lower()

    def worth(node: Mapping[str, Any]) -> int:
        headline = text_of(node.get("headline") or node.get("name")) or ""
        named = 8 if headline and headline.lower() in folded else 0
        return named + sum(
            weight
            for weight, name in (
                (4, "datePublished"),
                (2, "headline"),
                (2, "author"),
                (1, "articleBody"),
            )
            if node.get(name)
        )

    return max(found, key=worth, default={})
