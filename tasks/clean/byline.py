"""Who wrote an article: people named in its byline, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from lxml.etree import XPath
from lxml.html import HtmlElement

from tasks.clean.blocks import Block
from tasks.clean.structured import PageFacts, plain, text_of, texts_of
from tasks.clean.words import fold, normalise
from tasks.lexicon.files import read_sections

MAX_AUTHORS = 12
_AUTHOR_META = (
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
    "citation_author",
    "byline",
    "authors",
)
_PREFIX = re.compile(
    r"^\W*(?:(?:(?:written|words|reported|story|posted|published|reviewed|edited|text|analysis|opinion)"
    r"\s+by|by|von|par|por|de|di|door|af|av|text|autor(?:in)?|auteur|author)\b\s*:?\s*"
    r"|(?-i:By(?=[A-Z])))",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*(?:[;|•·/\n]|,?\s+(?:and|und|et|y|e|og|och|en)\s+|\s+&\s+|\s+with\s+)\s*"
)
_COMMA = re.compile(r"\s*,\s*")
_AFTERWARDS = re.compile(
    r"\s*(?:"
    r"\b(?i:updated|published|posted|last modified|modified|stand:?)\b.*"
    r"|\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b(?:[\s,]+(?:\d|[A-Z][a-z]{2,8}$).*|$)"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s+\d.*"
    r"|[(\[<@].*|\s[-–—|]\s.*|\d.*|\b(?:for|in|at|of)\s+(?:the\s+)?[A-Z].*"
    r"|\S+@\S+.*|\bvia\b.*|https?:.*)$"
)
_MARKED = XPath(
    "//*[@rel='author' or contains(@itemprop, 'author')][not(self::link or self::meta)]"
)
_NAME = re.compile(r"^(?:[^\W\d_][\w.'’‘-]*)(?:\s+(?:[^\W\d_][\w.'’‘\"“”-]*)){0,5}$")
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
    r"(?:^|[\s_-])(?:byline|author|authors|article-author|c-byline|autor|autoren|auteur)",
    re.IGNORECASE,
)
_NOT_BYLINE = re.compile(
    r"bio|comment|related|social|share|avatar|image|photo|follow|more|list-item|card|teaser",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _desk() -> re.Pattern[str]:
    """Find words that make a name a desk of the outlet: Staff, Newsroom, Editors."""
    listed = "|".join(re.escape(fold(word)) for word in read_sections("agencies.txt")["staff"])
    return re.compile(rf"\b(?:{listed})\b")


@lru_cache(maxsize=1)
def _organisation() -> re.Pattern[str]:
    """Find words that make a name no person's: Staff, Newsroom, Reuters."""
    sections = read_sections("agencies.txt")
    words = [*sections["agency"], *sections["staff"], *sections["desk"]]
    listed = "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\b(?:{listed})\b")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who is named as the author of an article."""

    people: tuple[str, ...]
    """Persons, in order."""

    organisations: tuple[str, ...]
    """Agencies, desks and others that are named as the author."""

    source: str
    """What named the persons: json-ld, meta or byline."""


def people(names: Iterable[str], outlet_names: Iterable[str] = ()) -> tuple[str, ...]:
    """Keep the persons among the names of a byline, in order, each once.

    Args:
        names: As claimed, each perhaps several names with "By", roles and separators.
        outlet_names: What the outlet calls itself; it is no person.
    """
    outlets = {fold(name).replace(" ", "") for name in outlet_names if name}
    found: dict[str, str] = {}
    for claim in names:
        for name in _split(claim):
            key = fold(name)
            if key and key not in found and _is_person(name, key, outlets):
                found[key] = name
    kept = [
        name
        for key, name in found.items()
        if not any(key != other and set(key.split()) < set(other.split()) for other in found)
    ]
    return tuple(kept[:MAX_AUTHORS])


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
    claims: list[tuple[list[str], str]] = [(_ld_authors(facts.article.get("author")), "json-ld")]
    claims += [(list(facts.meta.get(name, ())), "meta") for name in _AUTHOR_META]
    claims += [([line], "byline") for line in shown]
    for names, source in chain(claims, _marked_claims(tree, blocks)):
        found = people(names, outlets)
        if found:
            fuller = _fuller(found, shown, outlets)
            return Byline(
                fuller or found,
                _organisations(names, outlets),
                f"{source}+byline" if fuller else source,
            )
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


def _organisations(claims: Iterable[str], outlet_names: Iterable[str]) -> tuple[str, ...]:
    """List what a byline names that is neither a person nor the outlet: agencies, institutes."""
    outlets = {fold(name).replace(" ", "") for name in outlet_names if name}
    found: dict[str, str] = {}
    for claim in claims:
        if claim.startswith(("http", "www.", "@")):
            continue
        for piece in _SEPARATOR.split(normalise(plain(claim))):
            name = _PREFIX.sub("", piece, count=1).strip(" .,")
            key = fold(name)
            is_own = key.replace(" ", "") in outlets or _desk().search(key)
            is_name = 2 <= len(name) <= 60 and _ORGANISATION_NAME.match(name)
            if is_name and not is_own and not _is_person(name, key, outlets):
                found.setdefault(key, name)
    return tuple(found.values())[:3]


def _shown_claims(head: Sequence[Block]) -> list[str]:
    """Read the lines of the head that name somebody: "By …", a byline class, a name and a date."""
    found: list[str] = []
    for number, block in enumerate(head):
        text = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4})", " ", block.text)
        if _PICTURED.search(text):
            continue
        opening = _SHOWN.search(text)
        marked = _is_byline_step(block.path[:2])
        dated = _DATED.match(text)
        if opening:
            found.append(opening["names"] or opening["glued"])
        elif dated:
            found.append(dated["names"])
        elif (marked and len(text) < 120) or (_NAME.match(text) and _has_date(head, number + 1)):
            found.append(text)
    return found[:3]


def _has_date(head: Sequence[Block], number: int) -> bool:
    """Tell whether a line of the head is little more than a date."""
    if number >= len(head) or len(head[number].text) > 40:
        return False
    return bool(_DATE.search(head[number].text))


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


def _split(claim: str) -> list[str]:
    text = normalise(plain(claim))
    if text.lower().startswith(("http:", "https:", "www.", "@")):
        return []
    text = _PREFIX.sub("", text, count=1)
    parts = [part for piece in _SEPARATOR.split(text) for part in _COMMA.split(piece)]
    return [_tidy(part) for part in parts if part]


def _tidy(name: str) -> str:
    name = _PREFIX.sub("", name, count=1)
    name = _AFTERWARDS.sub("", name).strip(' .,:;-–—|*"“”')
    if name.isupper() and len(name) > 4:
        name = re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lambda word: word[0].capitalize(), name)
    return name


def _is_person(name: str, key: str, outlets: set[str]) -> bool:
    words = key.split()
    if not 2 <= len(words) <= 6 or len(name) > 50 or not _NAME.match(name):
        return False
    if key.replace(" ", "") in outlets or _organisation().search(key):
        return False
    capitals = [word for word in name.split() if word[0].isupper() or not word[0].isascii()]
    return len(capitals) >= 2 or (len(words) == 2 and name.islower())


def _marked_claims(tree: HtmlElement, blocks: Sequence[Block]) -> Iterator[tuple[list[str], str]]:
    """Read what is marked as the author anywhere on the page, by rel, itemprop or class."""
    marked = [normalise(element.text_content()) for element in _MARKED(tree)]
    found = [text for text in marked if 4 < len(text) < 100][:3]
    if not found:
        found = [
            block.text
            for block in blocks
            if 4 < len(block.text) < 100 and _is_byline_step(block.path[:2])
        ][:1]
    yield found, "byline"


def _is_byline_step(steps: Sequence[str]) -> bool:
    return any(_BYLINE_CLASS.search(step) and not _NOT_BYLINE.search(step) for step in steps)
