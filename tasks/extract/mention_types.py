"""What kind of thing a name names, decided over the whole article rather than mention by mention.

A tagger takes "Buttigieg" for a firm in one sentence and for a person in the next. One name means
one thing in one article nearly always, so the kinds are put to a vote in which the words around a
name count too, and a surname follows the full name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.extract.known_names import is_country, is_sport, known_types, teams
from tasks.extract.mention_evidence import STRONG, evidence, evidence_inside
from tasks.extract.tagger import TaggedSpan
from tasks.lexicon.files import read_words

_FAMILY = "family_names.txt"
_FIXED = ("WORK", "LAW", "PRODUCT")  # kinds that only the tagger can tell
_TAGGER = 2.0  # what the tagger says of a name weighs less than one strong piece of evidence
_IN_PLACE = re.compile(r"\b(?:[Ii]n|near|from|outside|throughout|across|of)\s(?:the\s)?$")
_PLACE_ONLY = re.compile(r"\b(?:[Ii]n|near|around|outside|city of|town of|streets of)\s(?:the\s)?$")
_BESIDE = re.compile(r"(?:,|,? (?:and|or)) ")
# After "the" and a name, these show that the name is no mere qualifier: "the Oreshnik, which".
_NO_NOUN_AFTER = re.compile(
    r"[,.;)]|\s(?:is|was|has|in|on|of|and|or|to|at|by|for|with|from|can|could)\b"
)
_LIST = 3  # names from which on a list has one kind


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
        last = pieces[-1]
        if _may_be_surname(last, pieces[0]):
            parts.setdefault(last, words)
        if is_family_first(pieces):
            parts.setdefault(pieces[0], words)
            continue
        given.add(pieces[0])
        if len(pieces) > 2 and (tail := _surname_with_particle(pieces)):
            parts.setdefault(tail, words)
    return Persons(frozenset(full), parts, frozenset(given))


def _may_be_surname(part: str, first: str) -> bool:
    """Whether the last word of a full name may stand for it alone.

    A known firm's or place's name may only after a usual given name: Harrison Ford, Jack London.
    """
    return (
        len(part) > 1
        and part[0].isupper()
        and part.lower() not in read_words("function_words.txt")
        and "GROUP" not in known_types(part)
        and (not known_types(part) or first in read_words("given_names.txt"))
    )


def is_family_first(pieces: Sequence[str]) -> bool:
    """Whether the words of a name begin with a family name: Kim Jong-un, Xi Jinping."""
    return (
        len(pieces) == 2
        and pieces[0] in read_words(_FAMILY)
        and ("-" in pieces[1] or pieces[1] not in read_words("given_names.txt"))
    )


def settle_types(text: str, names: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Give every name the kind it has in this article."""
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    certain: dict[TaggedSpan, str] = {}
    for name in names:
        tally = tallies[text[name.start : name.end]]
        tally.tagged[name.type] += 1
        tally.is_thing |= bool(
            text[max(0, name.start - 4) : name.start] in ("the ", "The ")
            and _NO_NOUN_AFTER.match(text, name.end)
        )
        for kind, weight in evidence(text, name):
            tally.evidence[kind] += weight
            if weight > STRONG:
                certain[name] = kind
    for words, tally in tallies.items():
        for kind, weight in evidence_inside(words, tally.tagged.most_common(1)[0][0]):
            tally.evidence[kind] += weight
    kinds = {words: tally.kind(" " not in words) for words, tally in tallies.items()}
    settled = [
        _typed(name, certain.get(name) or kinds[text[name.start : name.end]]) for name in names
    ]
    persons = persons_of(text, settled)
    settled = [_follow_full_name(text, name, persons) for name in settled]
    settled = _settle_lists(text, settled, persons)
    return _settle_teams(text, settled) if is_sport(text) else settled


def _typed(name: TaggedSpan, kind: str) -> TaggedSpan:
    """Give a name a kind; most have it already."""
    return name if name.type == kind else TaggedSpan(name.start, name.end, kind, name.score)


@dataclass(slots=True)
class _Tally:
    """What speaks for each kind of one name."""

    tagged: Counter[str] = field(default_factory=Counter)
    evidence: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    is_thing: bool = False

    def kind(self, single: bool) -> str:
        """Choose the kind: the tagger's shares count as much as _TAGGER, evidence as it is."""
        total = self.tagged.total()
        first = self.tagged.most_common(1)[0][0]
        if first in _FIXED:
            return "ORG" if first == "PRODUCT" and self.evidence.get("ORG") else first
        if single and first == "PERSON" and self.is_thing and not any(self.evidence.values()):
            return "PRODUCT"
        scores = {kind: _TAGGER * count / total for kind, count in self.tagged.items()}
        for kind, weight in self.evidence.items():
            scores[kind] = scores.get(kind, 0.0) + weight
        return max(scores, key=lambda kind: (scores[kind], self.tagged[kind]))


def _follow_full_name(text: str, name: TaggedSpan, persons: Persons) -> TaggedSpan:
    """Make a person of a surname whose full name the article has, unless it is a place here."""
    words = text[name.start : name.end]
    if name.type == "PRODUCT" and words[-1] == "s" and words[:-1] in persons.parts:
        return _typed(name, "PERSON")
    if name.type == "PERSON" or words not in persons.parts:
        return name
    is_place = name.type == "PLACE" and "PLACE" in known_types(words)
    if is_place and _IN_PLACE.search(text[max(0, name.start - 20) : name.start]):
        return name
    return _typed(name, "PERSON")


def _settle_lists(text: str, names: list[TaggedSpan], persons: Persons) -> list[TaggedSpan]:
    """Give the names of a list the kind that the sure ones have: "Bonaire, Saba and Aruba"."""
    settled = list(names)
    start = 0
    while start < len(names):
        end = start + 1
        while end < len(names) and _BESIDE.fullmatch(text[names[end - 1].end : names[end].start]):
            end += 1
        if end - start >= _LIST:
            settled[start:end] = _settle_list(text, names[start:end], persons)
        start = end
    return settled


def _settle_list(text: str, names: list[TaggedSpan], persons: Persons) -> list[TaggedSpan]:
    sure = [_is_sure(text[name.start : name.end], name.type, persons) for name in names]
    kinds = Counter(name.type for name, known in zip(names, sure, strict=True) if known)
    if len(kinds) != 1:
        return names
    [kind] = kinds
    return [
        name
        if known or name.type == "GROUP" or " " in text[name.start : name.end]
        else _typed(name, kind)
        for name, known in zip(names, sure, strict=True)
    ]


def _is_sure(words: str, kind: str, persons: Persons) -> bool:
    if kind == "PERSON":
        return words in persons.full or words in persons.parts
    return known_types(words) == {kind}


def _settle_teams(text: str, names: list[TaggedSpan]) -> list[TaggedSpan]:
    """In a report on sport a town with a team of its name is the team, unless one is "in" it."""
    return [
        _typed(name, "ORG")
        if name.type == "PLACE"
        and (words := text[name.start : name.end]) in teams()
        and not is_country(words)
        and not _PLACE_ONLY.search(text[max(0, name.start - 20) : name.start])
        else name
        for name in names
    ]


def _surname_with_particle(pieces: Sequence[str]) -> str | None:
    """Give "von der Leyen" of "Ursula von der Leyen", or the last two parts of any long name."""
    particles = read_words("name_parts.txt", "particles")
    first = next((i for i, piece in enumerate(pieces[1:-1], 1) if piece.lower() in particles), -2)
    return " ".join(pieces[first:])
