"""Whom an age means: "the teenager", "the 46-year-old"."""

from __future__ import annotations

import re

from tasks.enrich.people import Person
from tasks.enrich.pronouns import antecedents
from tasks.enrich.scene import Scene
from tasks.enrich.sources import Source

# Nouns, and the ages from and to which they are used.
AGES = {
    "teenager": (13, 19),
    "teen": (13, 19),
    "youngster": (5, 21),
    "schoolboy": (5, 18),
    "schoolgirl": (5, 18),
    "pensioner": (60, 120),
    "septuagenarian": (70, 79),
    "octogenarian": (80, 89),
    "nonagenarian": (90, 99),
    "centenarian": (100, 120),
}
_YEARS = re.compile(r"(\d\d?)-year-old$")


def aged(noun: str) -> bool:
    """Whether a noun says how old somebody is."""
    return noun in AGES or _YEARS.match(noun) is not None


def by_age(scene: Scene, source: Source) -> Person | None:
    """Find who is as old as a noun says: of those whose age the text gives, else of the others.

    Where no age fits, who spoke or was named last and has no other age is meant.
    """
    years = _YEARS.match(source.head)
    low, high = (int(years.group(1)),) * 2 if years else AGES[source.head]
    before = scene.cast.places_before(source.start)
    known = {id(p): age for _, p in before if (age := age_of(p)) is not None}
    fitting = [p for _, p in before if low <= known.get(id(p), -1) <= high]
    if fitting or not source.is_definite:
        return fitting[-1] if fitting else None
    ranked = antecedents(
        scene.cast,
        "",
        source.start,
        scene.annotated.article.text,
        scene.annotated.sentences,
        scene.hidden,
        scene.spoken,
    )
    return next((p for p, _ in ranked if p.parts and id(p) not in known), None)


def age_of(person: Person) -> int | None:
    """Give the age that stands beside a person's name, in years."""
    found = (_YEARS.match(role) for role in person.roles)
    return next((int(years.group(1)) for years in found if years), None)
