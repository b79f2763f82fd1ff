"""The people an article names, and where it names them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.enrich.names import (
    Gender,
    fold_parts,
    may_refer_to,
    surname,
)
from tasks.records import Span, SpeakerKind

MOST_NAMESAKES = 60
MOST_PLACES = 100  # places before an offset that are looked at: long texts stay linear
HINT = 1.25  # what a given name's usual gender weighs beside the text's own evidence


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

    kind: SpeakerKind = "person"
    """What kind of speaker it makes: somebody nobody names is no person's name."""

    is_they: bool = False
    """Whether the text says that they go by the pronoun they."""

    @property
    def gender(self) -> Gender | None:
        """What honorifics and pronouns of the text say; null when they say nothing."""
        f, m = self.genders.get("f", 0.0), self.genders.get("m", 0.0)
        if f == m:
            return None
        return "f" if f > m else "m"

    @property
    def likely_gender(self) -> Gender | None:
        """The same, what the given name suggests weighed in."""
        f, m = self.genders.get("f", 0.0), self.genders.get("m", 0.0)
        f += HINT * (self.hint == "f")
        m += HINT * (self.hint == "m")
        if f == m:
            return None
        return "f" if f > m else "m"

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

    def places_before(self, position: int) -> list[tuple[int, Person]]:
        """Give the last places before an offset at which somebody is named, in reading order."""
        at = bisect_left(self.places, position, key=lambda place: place[0])
        return self.places[max(at - MOST_PLACES, 0) : at]

    def named_in(self, span: Span) -> Iterator[Person]:
        """Give those who are named in a stretch of the text."""
        at = bisect_left(self.places, span.start, key=lambda place: place[0])
        while at < len(self.places) and self.places[at][0] < span.end:
            yield self.places[at][1]
            at += 1

    def find(self, name: str, position: int, gender: Gender | None = None) -> Person | None:
        """Find who is meant by a name at an offset; of two, the one named last before it.

        Args:
            name: As written, without honorific.
            position: Its offset.
            gender: What its honorific says.
        """
        parts = fold_parts(name)
        if not parts:
            return None
        candidates = [
            person
            for person in namesakes(self.by_part.get(parts[-1], []), position)
            if person.parts == parts or may_refer_to(name, person.name)
        ]
        if len(parts) == 1 and len(candidates) > 1:
            family = [p for p in candidates if fold_parts(surname(p.name) or "") == parts]
            candidates = family or candidates
        if len(candidates) > 1 and gender is not None:
            fitting = [p for p in candidates if p.likely_gender == gender]
            unknown = [p for p in candidates if p.likely_gender is None]
            candidates = fitting or unknown or candidates
        if not candidates:
            return None
        exact = [person for person in candidates if person.parts == parts]
        if len(parts) > 1 and exact:
            return exact[0]
        return max(candidates, key=lambda person: _distance_key(person, position))


def namesakes(people: list[Person], position: int) -> list[Person]:
    """Give those of many people who share a name among whom one at an offset is looked for.

    Args:
        people: In the order in which they are named first.
        position: The offset.

    Returns:
        All of them, or where they are very many those named first before the offset, the last
        ones: a text of thousands of people takes no longer for each of its names.
    """
    if len(people) <= MOST_NAMESAKES:
        return people
    met = bisect_left(people, position + 1, key=lambda person: person.appearances[0].start)
    return people[max(met - MOST_NAMESAKES, 0) : max(met, MOST_NAMESAKES)]


def _distance_key(person: Person, position: int) -> tuple[int, int]:
    last = person.before(position + 1)
    return (1, last.start) if last else (0, -person.appearances[0].start)


def is_hidden(position: int, hidden: list[tuple[int, int]]) -> bool:
    """Whether an offset lies between quotation marks."""
    at = bisect_left(hidden, (position + 1, -1)) - 1
    return at >= 0 and hidden[at][0] <= position < hidden[at][1]
