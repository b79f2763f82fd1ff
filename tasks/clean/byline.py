"""Who wrote an article: people named in its byline, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lxml.html import HtmlElement

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
    r"^\W*(?:(?:written|words|reported|story|posted|published|reviewed|edited|text|analysis|opinion)\s+by|by|von|par|por|de|di|"
    r"door|af|av|text|autor(?:in)?|auteur|author)\b\s*:?\s*",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*(?:[;|•·/\n]|,?\s+(?:and|und|et|y|e|og|och|en)\s+|\s+&\s+|\s+with\s+)\s*"
)
_COMMA = re.compile(r"\s*,\s*")
_AFTERWARDS = re.compile(
    r"\s*(?:[(\[<@].*|\s[-–—|]\s.*|\b\d.*|\b(?:for|in|at|of)\s+(?:the\s+)?[A-Z].*|\S+@\S+.*|\bvia\b.*|https?:.*)$"
)
_NAME = re.compile(r"^(?:[^\W\d_][\w.'’‘-]*)(?:\s+(?:[^\W\d_][\w.'’‘\"“”-]*)){0,5}$")
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|author|authors|article-author|c-byline|autor|autoren|auteur)",
    re.IGNORECASE,
)
_NOT_BYLINE = re.compile(
    r"bio|comment|related|social|share|avatar|image|photo|follow|more|list-item|card|teaser",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _organisation() -> re.Pattern[str]:
    """Find words that make a name no person's: Staff, Newsroom, Reuters."""
    sections = read_sections("agencies.txt")
    words = [*sections["agency"], *sections["desk"]]
    listed = "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\b(?:{listed})\b")


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


def authors(
    facts: PageFacts, tree: HtmlElement, outlet_names: Iterable[str]
) -> tuple[tuple[str, ...] | None, str]:
    """Find the people named in the byline, and what named them: json-ld, meta or byline."""
    outlets = tuple(outlet_names)
    claims: list[tuple[list[str], str]] = [(_ld_authors(facts.article.get("author")), "json-ld")]
    claims += [(list(facts.meta.get(name, ())), "meta") for name in _AUTHOR_META]
    for names, source in claims:
        found = people(names, outlets)
        if found:
            return found, source
    found = people(_visible_bylines(tree), outlets)
    return (found, "byline") if found else (None, "")


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


def _visible_bylines(tree: HtmlElement) -> list[str]:
    """Find bylines in sight: marked as author, or of a byline class that is no biography."""
    strong: list[str] = []
    weak: list[str] = []
    for element in tree.iter("a", "span", "p", "div", "address", "li", "cite", "strong"):
        css = element.get("class")
        marked = element.get("rel") == "author" or "author" in (element.get("itemprop") or "")
        if not marked and not (css and _BYLINE_CLASS.search(css) and not _NOT_BYLINE.search(css)):
            continue
        text = normalise(element.text_content())
        if 4 < len(text) < 120:
            (strong if marked else weak).append(text)
    return strong[:3] or weak[:2]
