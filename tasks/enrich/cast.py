"""The people of an article: who is named in it, by which forms, where, and what we know of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from tasks.enrich.name_spans import NameSpan, find_names
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
from tasks.records import AnnotatedArticle

SPEAKERS = "speakers.txt"

_AGE = re.compile(r",? (?:who|\(?\d\d?\)?[,)]|aged \d)|, \d\d?,")
_APPOSITION = re.compile(r"[’']?s?,? (?:—|–|,)?\s?((?:a|an|the|who) [^,.;:—–“”\n]{3,90})")
_ROLE_BEFORE = re.compile(r"([\w’'-]+(?: [\w’'&-]+){0,6}) $")


@dataclass(slots=True)
class Appearance:
    """One place where a person is named."""

    start: int
    end: int
    text: str
    """As written, with the honorific."""


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
    return Cast(people, by_part, places, others)


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
    person.appearances.append(Appearance(span.start, span.end, shown))
    if span.gender:
        person.genders[span.gender] = person.genders.get(span.gender, 0.0) + 2.0
    if span.title:
        person.evidence += 1.0
        person.roles.append(span.title)


def _look_around(person: Person, text: str) -> None:
    """Gather what stands next to a person's name: age, apposition, role."""
    if person.hint:
        person.evidence += 2.0
    for place in person.appearances[:6]:
        if _AGE.match(text, place.end, place.end + 12):
            person.evidence += 1.0
        apposition = _APPOSITION.match(text, place.end, place.end + 110)
        if apposition and text[place.end : place.end + 3].strip()[:1] in (",", "—", "–"):
            person.roles.append(apposition.group(1))
        before = _ROLE_BEFORE.search(text, max(place.start - 60, 0), place.start)
        if before:
            person.roles.append(before.group(1).rpartition(". ")[2])
