"""The people of an article: who is named in it, by which forms, where, and what we know of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from tasks.enrich.name_spans import NameSpan, find_names, never_names
from tasks.enrich.names import (
    Gender,
    fold_parts,
    is_family_name_first,
    may_refer_to,
    name_parts,
    surname,
    usual_gender,
)
from tasks.lexicon.files import read_words
from tasks.records import AnnotatedArticle, Mark, Span

SPEAKERS = "speakers.txt"
SOMEBODY = 0.9  # evidence from which on a name is taken for a person's
OPENING = 12  # characters in which a sentence's first pronoun stands

_AGE = re.compile(r",? \(?(?:aged )?(\d\d?)\b[,)]?")
_WHO = re.compile(r",? who\b")
_APPOSITION = re.compile(r",? ?[—–,] ?((?:(?:a|an|the|her|his|their|our)\b|former|head|chief|director)[^,.;:—–“”\"\n()]{2,90})")
_BEFORE = re.compile(r"(?:(?:[A-Za-z’'-]+) ){1,7}$")
_PRONOUN = re.compile(r"\b(he|she|his|her|him|hers)\b", re.IGNORECASE)

STRONG_PRONOUN = 1.0  # weight of "She" that opens the sentence after one about one person
WEAK_PRONOUN = 0.5  # weight of "her" in a sentence about one person


@dataclass(slots=True)
class Appearance:
    """One place where a person is named."""

    start: int
    end: int
    text: str
    """As written, with the honorific."""

    title_start: int
    """Offset of the honorific, or of the name."""


@dataclass(slots=True)
class Person:
    """Somebody an article names."""

    name: str
    """The fullest form, without honorific."""

    parts: tuple[str, ...]
    """Folded parts of the fullest form."""

    appearances: list[Appearance] = field(default_factory=list)
    genders: dict[str, float] = field(default_factory=dict)
    """Evidence from honorifics and pronouns: f, m -> weight."""

    hint: Gender | None = None
    """What the given name suggests."""

    roles: list[str] = field(default_factory=list)
    """Descriptions that stand next to the name."""

    evidence: float = 0.0
    """How much says that this is a person at all."""

    entity_no: int | None = None

    @property
    def gender(self) -> Gender | None:
        """What honorifics and pronouns of the text say; null when they say nothing."""
        f, m = self.genders.get("f", 0.0), self.genders.get("m", 0.0)
        if f == m:
            return None
        return "f" if f > m else "m"

    @property
    def likely_gender(self) -> Gender | None:
        """The same, or what the given name suggests."""
        return self.gender or self.hint

    def before(self, position: int) -> Appearance | None:
        """Give the last place before an offset where the person is named."""
        at = bisect_left(self.appearances, position, key=lambda a: a.start)
        return self.appearances[at - 1] if at else None


@dataclass(slots=True)
class Cast:
    """All people of an article."""

    people: list[Person]
    by_part: dict[str, list[Person]]
    """Folded surname, or other part -> people who may be called so."""

    places: list[tuple[int, Person]]
    """Every appearance in reading order."""

    others: dict[str, str]
    """Folded name -> fullest form, for names that are no persons'."""

    def find(self, name: str, position: int) -> Person | None:
        """Find who is meant by a name at an offset; of two, the one named last before it."""
        parts = fold_parts(name)
        if not parts:
            return None
        candidates = [
            person
            for person in self.by_part.get(parts[-1], ())
            if person.parts == parts or may_refer_to(name, person.name)
        ]
        if len(parts) == 1 and len(candidates) > 1:
            family = [p for p in candidates if fold_parts(surname(p.name) or "") == parts]
            candidates = family or candidates
        if not candidates:
            return None
        exact = [person for person in candidates if person.parts == parts]
        if len(parts) > 1 and exact:
            return exact[0]
        return max(candidates, key=lambda person: _distance_key(person, position))


def _distance_key(person: Person, position: int) -> tuple[int, int]:
    last = person.before(position + 1)
    return (1, last.start) if last else (0, -person.appearances[0].start)


def cast_of(annotated: AnnotatedArticle) -> Cast:
    """Find the people of an article, from its mentions where it has them, else from capitals."""
    text = annotated.article.text
    spans = list(find_names(text))
    people: list[Person] = []
    by_part: dict[str, list[Person]] = {}
    others: dict[str, str] = {}
    types = {(m.start, m.end): m for m in annotated.mentions if m.kind == "name"}
    starts = {m.start: m for m in annotated.mentions if m.kind == "name"}
    known = bool(annotated.mentions)
    full = [s for s in spans if len(name_parts(s.name)) > 1]
    kept = set()
    for span in full:
        mention = types.get((span.start, span.end)) or starts.get(span.start)
        kind = mention.type if mention else None
        if not _may_be_person(span, kind, known):
            others.setdefault(" ".join(fold_parts(span.name)), span.name)
            continue
        kept.add(span)
        _join(people, by_part, span)
    for span in spans:
        if span in kept:
            continue
        parts = fold_parts(span.name)
        if len(parts) != 1:
            continue
        mention = types.get((span.start, span.end)) or starts.get(span.start)
        if mention is not None and mention.type != "PERSON" and not span.gender:
            continue
        _name_alone(people, by_part, span, mention is not None)
    for person in people:
        person.appearances.sort(key=lambda a: a.start)
        _look_around(person, text)
    places = sorted(
        ((a.start, person) for person in people for a in person.appearances), key=lambda x: x[0]
    )
    _number(people, annotated)
    cast = Cast(people, by_part, places, others)
    _know_speakers(cast, annotated)
    weigh_pronouns(cast, text, annotated.sentences, annotated.marks)
    return cast


def _know_speakers(cast: Cast, annotated: AnnotatedArticle) -> None:
    """Count it as evidence of a person that somebody is quoted by the name."""
    at = {person_start: person for person_start, person in cast.places}
    for quote in annotated.quotes:
        if quote.field != "body" or quote.source_start is None or quote.source_end is None:
            continue
        for position in range(quote.source_start, min(quote.source_end, quote.source_start + 60)):
            person = at.get(position)
            if person is not None:
                person.evidence += 1.0


def _number(people: Iterable[Person], annotated: AnnotatedArticle) -> None:
    """Say which entity each person is, where entities are known."""
    by_name = {
        fold_parts(name): entity.entity_no
        for entity in annotated.entities
        if entity.type == "PERSON"
        for name in (*entity.aliases, entity.canonical_name)
    }
    for person in people:
        person.entity_no = by_name.get(person.parts)


def _may_be_person(span: NameSpan, kind: str | None, known: bool) -> bool:
    if kind is not None:
        return kind == "PERSON"
    words = span.name.split()
    if any(word.lower() in read_words(SPEAKERS, "organisations") for word in words):
        return False
    if len(words) > 5 or any(word.isupper() and len(word) > 3 for word in words):
        return False
    if words[0].lower() in read_words(SPEAKERS, "nationalities"):
        return False
    return not known or span.title is not None or usual_gender(span.name) is not None


def _join(people: list[Person], by_part: dict[str, list[Person]], span: NameSpan) -> None:
    parts = fold_parts(span.name)
    person = next(
        (
            p
            for p in by_part.get(parts[-1], ())
            if p.parts == parts
            or may_refer_to(span.name, p.name)
            or (may_refer_to(p.name, span.name) and len(p.parts) > 1)
        ),
        None,
    )
    if person is None:
        person = Person(span.name, parts, hint=usual_gender(span.name))
        people.append(person)
    elif len(parts) > len(person.parts) or len(span.name) > len(person.name):
        person.name, person.parts = span.name, parts
        person.hint = person.hint or usual_gender(span.name)
    keys = {parts[-1], parts[0], "".join(parts[-2:])}
    family = fold_parts(surname(span.name) or "")
    keys |= {family[-1]} if family else set()
    if is_family_name_first(span.name):
        keys.add(parts[0])
    for key in keys:
        listed = by_part.setdefault(key, [])
        if person not in listed:
            listed.append(person)
    _appear(person, span)


def _name_alone(
    people: list[Person], by_part: dict[str, list[Person]], span: NameSpan, is_person: bool
) -> None:
    part = fold_parts(span.name)[0]
    candidates = by_part.get(part, [])
    if candidates:
        earlier = [p for p in candidates if any(a.start < span.start for a in p.appearances)]
        chosen = earlier or candidates
        gendered = [p for p in chosen if not span.gender or p.likely_gender in (None, span.gender)]
        person = max(
            gendered or chosen,
            key=lambda p: max((a.start for a in p.appearances if a.start < span.start), default=-1),
        )
        _appear(person, span)
    elif span.gender or span.title or is_person:
        person = Person(span.name, (part,))
        people.append(person)
        by_part[part] = [person]
        _appear(person, span)


def _appear(person: Person, span: NameSpan) -> None:
    shown = f"{span.title} {span.name}" if span.title else span.name
    person.appearances.append(Appearance(span.start, span.end, shown, span.title_start))
    if span.gender:
        person.genders[span.gender] = person.genders.get(span.gender, 0.0) + 2.0
    if span.title:
        person.evidence += 1.0
        person.roles.append(span.title)


def _look_around(person: Person, text: str) -> None:
    """Gather what stands next to a person's name: age, apposition, role."""
    if person.hint:
        person.evidence += 2.0
    if sum(" " not in place.text for place in person.appearances) > 1:
        person.evidence += 1.0
    for place in person.appearances[:6]:
        age = _AGE.match(text, place.end, place.end + 14)
        if age:
            person.evidence += 1.0
            person.roles.append(f"{age.group(1)}-year-old")
        elif _WHO.match(text, place.end, place.end + 8):
            person.evidence += 1.0
        after = age.end() - 1 if age and age.group().endswith(",") else place.end
        apposition = _APPOSITION.match(text, after, after + 110)
        if apposition:
            person.roles.append(apposition.group(1).strip())
        before = _role_before(text, place)
        if before:
            person.roles.append(before)


def _role_before(text: str, place: Appearance) -> str | None:
    """Read the description before a name: "Curry house owner" in "Curry house owner Abdul Ali"."""
    low = max(text.rfind("\n", 0, place.title_start) + 1, place.title_start - 70)
    m = _BEFORE.search(text, low, place.title_start)
    if m is None:
        return None
    words = m.group().split()
    if words[-1].lower() not in read_words(SPEAKERS, "roles"):
        return None
    start = len(words) - 1
    small = read_words("function_words.txt", "prepositions") | never_names()
    while start and words[start - 1].lower() not in small and words[start - 1].lower() not in cue_words():
        start -= 1
    return " ".join(words[start:])


@lru_cache(maxsize=1)
def cue_words() -> frozenset[str]:
    """Give some verbs that end a description read backwards."""
    return frozenset(["said", "says", "added", "told", "and", "but", "met", "asked"])


def weigh_pronouns(cast: Cast, text: str, sentences: tuple[Span, ...], marks: tuple[Mark, ...]) -> None:
    """Learn people's gender from the pronouns that follow their names.

    A pronoun counts where only one person can be meant: the only one named before it in its
    sentence, or in the sentence before when the pronoun opens its own.
    """
    starts = [sentence.start for sentence in sentences]
    hidden = [(mark.start, mark.end) for mark in marks]
    at = [start for start, _ in cast.places]
    for m in _PRONOUN.finditer(text):
        if is_hidden(m.start(), hidden):
            continue
        here = bisect_left(starts, m.start() + 1) - 1
        if here < 0:
            continue
        named = _named_in(cast, at, starts[here], m.start(), hidden)
        weight = WEAK_PRONOUN
        if not named and here and m.start() - starts[here] < OPENING:
            named = _named_in(cast, at, starts[here - 1], starts[here], hidden)
            weight = STRONG_PRONOUN
        if len(named) == 1:
            gender = "m" if m.group(1).lower() in ("he", "his", "him") else "f"
            person = next(iter(named.values()))
            person.genders[gender] = person.genders.get(gender, 0.0) + weight


def _named_in(
    cast: Cast, at: list[int], start: int, end: int, hidden: list[tuple[int, int]]
) -> dict[int, Person]:
    low, high = bisect_left(at, start), bisect_left(at, end)
    return {
        id(person): person
        for position, person in cast.places[low:high]
        if not is_hidden(position, hidden) and person.evidence >= SOMEBODY
    }


def is_hidden(position: int, hidden: list[tuple[int, int]]) -> bool:
    """Whether an offset lies between quotation marks."""
    at = bisect_left(hidden, (position + 1, -1)) - 1
    return at >= 0 and hidden[at][0] <= position < hidden[at][1]
