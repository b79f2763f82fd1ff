"""What kind of thing a name names, decided over the whole article rather than mention by mention.

A tagger takes "Buttigieg" for a firm in one sentence and for a person in the next. One name means
one thing in one article nearly always, so the kinds are put to a vote, and a surname follows the
full name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.extract.tagger import TaggedSpan
from tasks.lexicon.files import read_words

_WORDS = "mention_words.txt"
_CIVIL = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx)\.?\s$")
_IN_PLACE = re.compile(
    r"\b(?:in|near|at|from|outside|throughout|across|of)\s(?:the\s)?$", re.IGNORECASE
)
_FAMILY = "family_names.txt"


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons an article names in full."""

    full: frozenset[str]
    """Full names, as written."""

    parts: Mapping[str, str]
    """Surnames, and family names written first -> one full name that has it."""

    given: frozenset[str]
    """First names of these persons."""


def persons_of(text: str, names: Sequence[TaggedSpan]) -> Persons:
    """Collect the persons named in full: two words or more, mostly taken for persons."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        if " " in (words := text[name.start : name.end]):
            votes[words][name.type] += 1
    full = {w for w, kinds in votes.items() if kinds["PERSON"] * 2 >= kinds.total()}
    parts: dict[str, str] = {}
    given: set[str] = set()
    for words in sorted(full):
        pieces = words.split()
        first, last = pieces[0], pieces[-1]
        if len(last) > 1 and last[0].isupper():
            parts.setdefault(last, words)
        surname_first = first in read_words(_FAMILY) and (len(pieces) > 1 and _is_asian(pieces))
        if surname_first:
            parts.setdefault(first, words)
        else:
            given.add(first)
        for index, piece in enumerate(pieces[1:-1], 1):
            if piece.lower() in read_words("name_parts.txt", "particles"):
                parts.setdefault(" ".join(pieces[index:]), words)
                break
        else:
            if len(pieces) > 2 and not surname_first:
                parts.setdefault(" ".join(pieces[-2:]), words)
    return Persons(frozenset(full), parts, frozenset(given))


def settle_types(text: str, names: Sequence[TaggedSpan], persons: Persons) -> list[TaggedSpan]:
    """Give every name the kind it has in this article."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        kind = "PERSON" if _CIVIL.search(text[max(0, name.start - 6) : name.start]) else name.type
        words = text[name.start : name.end]
        votes[words][kind] += 5 if kind != name.type else 1
    return [
        replace(name, type=kind)
        if (kind := _kind(text, name, votes, persons)) != name.type
        else name
        for name in names
    ]


def _kind(text: str, name: TaggedSpan, votes: Mapping[str, Counter[str]], persons: Persons) -> str:
    words = text[name.start : name.end]
    if name.type in ("WORK", "LAW", "EVENT", "PRODUCT"):
        return name.type
    if words in persons.full:
        return "PERSON"
    counts = votes[words]
    best = max(counts, key=lambda kind: (counts[kind], kind == name.type))
    if words in persons.parts and " " not in words:
        in_place = name.type == "PLACE" and _IN_PLACE.search(text[: name.start][-12:])
        return name.type if in_place and best == "PLACE" else "PERSON"
    return best


@lru_cache(maxsize=2048)
def _is_east_asian_given(part: str) -> bool:
    return bool(re.fullmatch(r"[A-Z][a-z]+-[a-zA-Z]+", part))


def _is_asian(pieces: Sequence[str]) -> bool:
    return len(pieces) == 2 and (
        _is_east_asian_given(pieces[1]) or pieces[1] not in read_words("given_names.txt")
    )
