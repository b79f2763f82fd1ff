"""Who wrote an article: people named in its byline, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from lxml.etree import XPath
from lxml.html import HtmlElement

from tasks.clean.blocks import Block
from tasks.clean.person_names import (
    NAME,
    PREFIX,
    SEPARATOR,
    desk,
    given_name,
    has_job,
    is_person,
    joined_names,
    people,
)
from tasks.clean.structured import PageFacts, plain, text_of, texts_of
from tasks.clean.words import fold, normalise

_AUTHOR_META = (
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
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_SHOWN = re.compile(
    r"(?:^|\s)(?:(?:words|written|text|story|report|reported)\s+by|[Bb]y|BY|[Vv]on|VON|[Pp]ar|[Pp]or|Di|Door|Av|Af)\s*:?\s+"
    r"(?P<names>[A-ZÀ-Þ][^|•·\n]{2,90})|^By(?P<glued>[A-Z][a-z]+ [A-Z][^|•·\n]{2,60})"
)
_DATED = re.compile(
    rf"^(?P<names>(?-i:[A-ZÀ-Þ][\w.’'-]+(?:\s+[A-ZÀ-Þ][\w.’'-]+){{1,4}}?))\s*[|•·,–—-]?\s*"
    rf"(?:{_MONTH}\.?\s+\d{{1,2}},|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|\d{{1,2}}\.?\s+{_MONTH})",
    re.IGNORECASE,
)
_CAPITALISED = r"(?:[A-ZÀ-Þ\d][\w.’'&-]*|[^\x00-\u024f]+|of|for|the|and|de|la|del|du|des|der|für)"
_ORGANISATION_NAME = re.compile(rf"^(?!\w+:){_CAPITALISED}(?:[\s,]+{_CAPITALISED}){{0,7}}$")
_PICTURED = re.compile(
    r"\bgetty\b|^\W*(?:photo(?:graph)?|image|picture|illustration|foto)s?\s*(?::|by\b|credit|/)",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}"
    rf"|\d{{1,2}}\.?\s+{_MONTH}\.?\s+\d{{4}}",
    re.IGNORECASE,
)
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s._-])(?:byline|author|authors|article-author|c-byline|autor|autoren|auteur)",
    re.IGNORECASE,
)
_NOT_BYLINE = re.compile(
    r"bio|comment|related|social|share|avatar|image|photo|follow|more|list-item|card|teaser",
    re.IGNORECASE,
)


_HELPED = re.compile(
    r"^\W*(?:(?:medically|clinically|expert|fact)?[\s-]*(?:reviewed|edited|checked)\s+by"
    r"|(?:with\s+)?(?:additional\s+)?contributions?\s+(?:from|by)|contributors?\b)\s*:?\s*(?P<names>.*)$",
    re.IGNORECASE,
)
_TWICE = re.compile(r"^by(?=\s?by\s)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"^(?:@.*|and|und|et|y|e|&|,|\W*)$", re.IGNORECASE)
_CARD_LABEL = re.compile(
    r"^(?:written by|author|by|verfasst von|geschrieben von|von|autor|écrit par|auteur|escrito por|"
    r"por|scritto da|autore)\s*:?$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*[|•·]\s*")
_DASH = re.compile(r"\s+[-–—~]\s+")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who is named as the author of an article."""

    people: tuple[str, ...]
    """Persons, in order."""

    organisations: tuple[str, ...]
    """Agencies, desks and others that are named as the author."""

    source: str
    """What named the persons: json-ld, meta or byline."""


def byline(
    facts: PageFacts,
    tree: HtmlElement,
    blocks: Sequence[Block],
    head: Sequence[Block],
    outlet_names: Iterable[str],
) -> Byline:
    """Find who is named as the author: by JSON-LD, meta elements, and the lines under the headline.

    Args:
        facts: The page's claims.
        tree: The page.
        blocks: Its text blocks.
        head: The lines around the headline.
        outlet_names: What the outlet calls itself; it is no person.
    """
    outlets = tuple(outlet_names)
    shown = _shown_claims(head)
    claimed = facts.article.get("author")
    claims: list[tuple[list[str], str]] = [(_ld_authors(claimed), "json-ld")]
    claims += [(list(facts.meta.get(name, ())), "meta") for name in _AUTHOR_META]
    claims.append((_card_authors(facts), "meta"))
    claims += [([line], "byline") for line in shown]
    # Whom a system knows only by number has often posted what others wrote and are printed with.
    claims.append((_ld_authors(_told_elsewhere(claimed, facts.nodes)), "json-ld"))
    for names, source in chain(claims, _marked_claims(tree, blocks)):
        found = _without_helpers(people(names, outlets), head, outlets)
        if found:
            fuller = _fuller(found, shown, outlets)
            return Byline(
                fuller or found,
                _organisations(names, outlets),
                f"{source}+byline" if fuller else source,
            )
    alone = given_name(claims)
    if alone:
        return Byline((alone,), (), "byline")
    return Byline((), _organisations((name for names, _ in claims for name in names), outlets), "")


def _fuller(
    found: tuple[str, ...], shown: Sequence[str], outlets: Sequence[str]
) -> tuple[str, ...] | None:
    """Find a printed byline that names everybody found, and more: metadata often name one only."""
    keys = {fold(name) for name in found}
    for line in shown:
        named = people([line], outlets)
        if keys < {fold(name) for name in named}:
            return named
    return None


def _without_helpers(
    found: tuple[str, ...], head: Sequence[Block], outlets: Sequence[str]
) -> tuple[str, ...]:
    """Leave out whom the page names as editor, reviewer or contributor, unless nobody is left."""
    if len(found) < 2:
        return found
    helpers: set[str] = set()
    for number, block in enumerate(head):
        label = _HELPED.match(block.text)
        if label:
            following = head[number + 1].text if number + 1 < len(head) else ""
            helpers |= {fold(name) for name in people([label["names"] or following], outlets)}
    return tuple(name for name in found if fold(name) not in helpers) or found


def _card_authors(facts: PageFacts) -> list[str]:
    """Read the author that a page gives for the card of a link to it: "Written by", a name."""
    return [
        name
        for number in ("1", "2")
        if _CARD_LABEL.match(facts.first(f"twitter:label{number}") or "")
        for name in facts.meta.get(f"twitter:data{number}", ())
    ]


def _organisations(claims: Iterable[str], outlet_names: Iterable[str]) -> tuple[str, ...]:
    """List what a byline names that is neither a person nor the outlet: agencies, institutes."""
    outlets = joined_names(outlet_names)
    found: dict[str, str] = {}
    for claim in claims:
        if claim.startswith(("http", "www.", "@")):
            continue
        for piece in SEPARATOR.split(normalise(plain(claim))):
            name = PREFIX.sub("", piece, count=1).strip(" .,")
            key = fold(name)
            is_own = key.replace(" ", "") in outlets or desk().search(key)
            is_name = 2 <= len(name) <= 60 and _ORGANISATION_NAME.match(name)
            if is_name and not is_own and not is_person(name, key, outlets):
                found.setdefault(key, name)
    return tuple(found.values())[:3]


def _shown_claims(head: Sequence[Block]) -> list[str]:
    """Read the lines of the head that name somebody: "By …", a byline class, a name and a date."""
    found: list[str] = []
    for number, block in enumerate(head):
        text = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4})", " ", block.text)
        text = _TWICE.sub("", text)
        if _PICTURED.search(text) or _HELPED.match(text) or block.within("figure", "figcaption"):
            continue
        opening = _SHOWN.search(text)
        marked = _is_byline_step(block.path[:2])
        dated = _DATED.match(text)
        named = _named_beside_date(text)
        labelled = _names_below(head, number) if _CARD_LABEL.match(text) else ""
        if labelled:
            found.append(labelled)
        elif opening:
            found.append(opening["names"] or opening["glued"])
        elif dated:
            found.append(dated["names"])
        elif named:
            found.append(named)
        elif (
            has_job(text)
            or (marked and len(text) < 120)
            or (NAME.match(text) and _has_date(head, number + 1))
        ):
            found.append(text)
    return found[:3]


def _names_below(head: Sequence[Block], number: int) -> str:
    """Read the names that stand one a line under a label: "By", "Ada Quell", "and", "Tom Vale"."""
    names: list[str] = []
    path: tuple[str, ...] = ()
    is_joined = True
    for block in head[number + 1 : number + 10]:
        is_name = len(block.text) < 50 and len(people([block.text])) == 1
        if is_name and (is_joined or block.path == path):
            names.append(block.text)
            path = block.path
            is_joined = False
        elif _BETWEEN.match(block.text):
            is_joined = True
        else:
            break
    return "; ".join(names)


def _named_beside_date(text: str) -> str | None:
    """Find the name in a line of facts with a date: "27 January 2026 • Ada Quell • 3 min"."""
    pieces = _BULLET.split(text)
    day, _, name = _DASH.sub("\n", text, count=1).partition("\n")
    if name and len(text) < 60 and _DATE.match(day) and people([name]) == (name,):
        return name
    if len(text) > 100 or not 2 <= len(pieces) <= 5 or not any(map(_DATE.search, pieces)):
        return None
    return next((piece for piece in pieces if people([piece]) == (piece,)), None)


def _has_date(head: Sequence[Block], number: int) -> bool:
    """Tell whether a line of the head is little more than a date."""
    if number >= len(head) or len(head[number].text) > 40:
        return False
    return bool(_DATE.search(head[number].text))


def _told_elsewhere(value: object, nodes: Sequence[Mapping[str, object]]) -> list[object]:
    """Look up the authors that a JSON-LD node names by id only."""
    listed = value if isinstance(value, list) else [value]
    wanted = [item["@id"] for item in listed if isinstance(item, dict) and set(item) == {"@id"}]
    return [node for node in nodes if "name" in node and node.get("@id") in wanted]


def _ld_authors(value: object) -> list[str]:
    if isinstance(value, list):
        return [name for item in value for name in _ld_authors(item)]
    if isinstance(value, dict):
        kinds = value.get("@type")
        if kinds in ("Organization", "NewsMediaOrganization", "Corporation"):
            return []
        return texts_of(value.get("name"))
    text = text_of(value)
    return [text] if text else []


def _marked_claims(tree: HtmlElement, blocks: Sequence[Block]) -> Iterator[tuple[list[str], str]]:
    """Read what is marked as the author anywhere on the page, by rel, itemprop or class."""
    marked = [_marked_text(element) for element in _MARKED(tree)]
    found = [text for text in marked if 4 < len(text) < 100][:3]
    if not found:
        found = [
            block.text
            for block in blocks
            if 4 < len(block.text) < 100 and _is_byline_step(block.path[:2])
        ][:1]
    yield found, "byline"


def _marked_text(element: HtmlElement) -> str:
    """Read an element; words that only the layout sets apart are two pieces: a name and a job."""
    text = ""
    for piece in element.itertext():
        glued = text[-1:].islower() and piece[:1].isalpha()
        text += f" | {piece}" if glued else piece
    return normalise(text)


def _is_byline_step(steps: Sequence[str]) -> bool:
    return any(_BYLINE_CLASS.search(step) and not _NOT_BYLINE.search(step) for step in steps)
