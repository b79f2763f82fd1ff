"""What kind of words name a source: a pronoun, a name, a body, a role, a document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tasks.enrich.name_spans import NameSpan, find_names
from tasks.enrich.names import CACHE, is_honorific
from tasks.lexicon.files import read_words
from tasks.records import SpeakerKind

Form = Literal["pronoun", "names", "name", "nominal"]

SPEAKERS = "speakers.txt"
CUES = "cues.txt"
PRONOUNS = frozenset(
    [
        "he",
        "she",
        "they",
        "it",
        "i",
        "we",
        "you",
        "who",
        "which",
        "that",
        "his",
        "her",
        "their",
        "its",
        "my",
        "our",
        "whom",
        "whose",
        "him",
        "them",
    ]
)

# Nouns that stand for a body named before: "the department" for a ministry.
STAND_INS = frozenset(
    [
        "department", "ministry", "agency", "company", "firm", "group", "organisation",
        "organization", "body", "bank", "charity", "club", "council", "committee", "commission",
        "watchdog", "utility", "regulator", "network", "newspaper", "office", "service",
        "authority",
    ]
)  # fmt: skip
# Other words for somebody unnamed, used to vary.
ALIKE = {
    "insider": "source",
    "source": "insider",
    "pal": "friend",
    "friend": "pal",
    "mum": "mother",
    "dad": "father",
}

# Roles in small letters, papers with a capital: "the star said", "the Star said".
PAPERS = frozenset(["star", "observer", "independent"])

_WORDS = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*")
_ARTICLE = re.compile(
    r"^(?:the|a|an|one(?! of)|another|this|that|these|those|his|her|its|their)\s+", re.IGNORECASE
)
_HEAD_END = re.compile(
    r"\s(?:for|of|at|from|in|with|who|that|which|on|by|to|,|near|outside|inside|among|close)\b|,"
)


@dataclass(frozen=True, slots=True)
class Source:
    """The words that name a source, taken apart."""

    text: str
    start: int
    form: Form
    names: tuple[NameSpan, ...]
    """Names in its head: before "of", "for" or a comma."""

    head: str
    """The head noun (lower case)."""

    is_definite: bool
    """Whether it begins with "the", "this" or a possessive."""


def read_source(text: str, start: int, end: int) -> Source:
    """Take the words of a source apart."""
    words = text[start:end]
    low = words.lower()
    found = _WORDS.findall(low)
    if low in PRONOUNS:
        return Source(words, start, "pronoun", (), low, True)
    ending = _HEAD_END.search(words)
    head_end = start + (ending.start() if ending else len(words))
    names = tuple(find_names(text, start, head_end))
    head_words = _WORDS.findall(text[start:head_end].lower())
    head = head_words[-1].removesuffix("'s").removesuffix("’s") if head_words else ""
    definite = bool(found) and found[0] in (
        "the",
        "this",
        "that",
        "these",
        "those",
        "his",
        "her",
        "its",
        "their",
        "our",
    )
    names = tuple(name for name in names if not _is_role_only(name.name))
    last_is_name = bool(names) and names[-1].end >= head_end - 3
    form: Form = "name" if last_is_name else "nominal"
    if len(names) > 1 and last_is_name and re.search(r"\band\b", text[start:head_end]):
        form = "names"
    return Source(words, start, form, names, head, definite)


@lru_cache(maxsize=CACHE)
def form_of(source: str) -> Form:
    """Tell what form the words of a source have, whatever stands around them."""
    return read_source(source, 0, len(source)).form


def _is_role_only(name: str) -> bool:
    """Whether capitals name an office, not a person: "MP", "Conservative MP", "Prime Minister"."""
    roles, nationalities = read_words(SPEAKERS, "roles"), read_words(SPEAKERS, "nationalities")
    return all(
        (low := word.lower()) in roles
        or low in nationalities
        or is_honorific(word)
        or low.endswith(("shman", "shwoman", "chman", "chwoman"))
        for word in name.split()
    )


def kind_of(source: Source) -> SpeakerKind:
    """Tell what kind of speaker a description without a person's name makes."""
    low = [w.removesuffix("’s").removesuffix("'s") for w in _WORDS.findall(source.text.lower())]
    head = source.head
    if head in read_words(SPEAKERS, "spokespeople"):
        return "organisation" if len(low) > 2 else "unnamed"
    if not read_words(CUES, "documents").isdisjoint(
        (head, head.removesuffix("s"))
    ) and head not in ("station", "campaign"):
        return "document"
    if head in read_words(SPEAKERS, "unnamed") or head.removesuffix("s") in read_words(
        SPEAKERS, "unnamed"
    ):
        return "unnamed"
    is_body = not read_words(SPEAKERS, "organisations").isdisjoint((head, head.removesuffix("s")))
    if is_body and not (head in PAPERS and head in source.text):
        return "organisation"
    if head in read_words(SPEAKERS, "groups"):
        return "group"
    if head in read_words(SPEAKERS, "roles"):
        return "unnamed"
    if source.form == "name":
        return "organisation"
    return "unnamed"


def description(source: Source) -> str:
    """Give the words of an unnamed source without article: "spokesman for the service"."""
    return _ARTICLE.sub("", " ".join(source.text.split())).strip(" ,")
