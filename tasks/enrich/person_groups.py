"""Which mentions of an article name the same person."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.enrich.names import (
    Gender,
    fold,
    fold_parts,
    gender_of_honorific,
    may_refer_to,
    surname,
)
from tasks.records import Mention

_TITLE_BEFORE = re.compile(r"([A-Z][\w.]*)\s$")
_CIVIL_BEFORE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Sir|Dame|Lord|Lady)\.?\s$")
_JUNIOR = re.compile(r"\b(?:Jr|Junior|Sr|Senior|II|III|IV)\b\.?$")
_WINDOW = 25  # characters in which an honorific before a name is looked for


@dataclass(slots=True)
class _Person:
    """Somebody named in full, with the mentions found so far."""

    names: list[str]
    mentions: list[Mention]
    spots: list[int] = field(default_factory=list)
    gender: Gender | None = None

    @property
    def full(self) -> str:
        """The name with most parts."""
        return self.names[0]


def group_persons(text: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Group the mentions of persons, each group in reading order.

    Names of two parts or more are joined when one may stand for the other and no third name
    contradicts. A single name goes to the person it may stand for: one already introduced, the
    one most named so far; else the first one named later.
    """
    persons = _full_persons(text, mentions)
    by_part: dict[str, list[_Person]] = defaultdict(list)
    for person in persons:
        for part in {part for name in person.names for part in _keys(name)}:
            by_part[part].append(person)
    singles: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if len(fold_parts(mention.mention)) >= 2:
            continue
        key = fold(mention.mention)
        choices = _choices(text, mention, by_part.get(key.replace(" ", ""), ()))
        if not choices:
            singles[key].append(mention)
            continue
        chosen = _best(mention, choices)
        chosen.mentions.append(mention)
        insort(chosen.spots, mention.start)
    groups = [*(person.mentions for person in persons), *singles.values()]
    return [sorted(same, key=lambda mention: mention.start) for same in groups]


def gender_before(text: str, mention: Mention) -> Gender | None:
    """Give the gender that the honorific before a name says: Mrs, Sir."""
    found = _TITLE_BEFORE.search(text[max(0, mention.start - _WINDOW) : mention.start])
    return gender_of_honorific(f"{found.group(1)} X") if found else None


def _full_persons(text: str, mentions: Sequence[Mention]) -> list[_Person]:
    """Join the full names that may stand for each other."""
    forms: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if len(fold_parts(mention.mention)) >= 2:
            forms[" ".join(mention.mention.split())].append(mention)
    persons: list[_Person] = []
    by_end: dict[str, list[_Person]] = defaultdict(list)
    for name in sorted(forms, key=lambda name: (-len(fold_parts(name)), forms[name][0].start)):
        parts = fold_parts(name)
        near = {id(p): p for end in (parts[0], parts[-1]) for p in by_end[end]}
        fits = [p for p in near.values() if all(_same(name, other) for other in p.names)]
        if fits:
            person = max(fits, key=lambda p: len(p.mentions))
            person.names.append(name)
            person.mentions += forms[name]
        else:
            person = _Person([name], list(forms[name]))
            persons.append(person)
        for end in {parts[0], parts[-1]}:
            by_end[end].append(person)
    for person in persons:
        person.spots = sorted(mention.start for mention in person.mentions)
        votes = Counter(g for m in person.mentions if (g := gender_before(text, m)))
        person.gender = votes.most_common(1)[0][0] if votes else None
    return persons


def _same(left: str, right: str) -> bool:
    if bool(_JUNIOR.search(left)) != bool(_JUNIOR.search(right)):
        return False
    return may_refer_to(left, right) or may_refer_to(right, left)


def _keys(name: str) -> set[str]:
    """Give the folded single names that may stand for a full one."""
    family = fold(surname(name) or "")
    return {*fold_parts(name), family.replace(" ", ""), *family.split()}


def _choices(text: str, mention: Mention, persons: Sequence[_Person]) -> list[_Person]:
    """Give the persons a single name may stand for; by surname before by given name."""
    if not persons:
        return []
    single = fold(mention.mention)
    with_honorific = bool(_CIVIL_BEFORE.search(text[max(0, mention.start - 6) : mention.start]))
    gender = gender_before(text, mention)
    by_surname: list[_Person] = []
    by_given: list[_Person] = []
    for person in persons:
        if gender and person.gender and person.gender != gender:
            continue
        family = fold(surname(person.full) or "")
        if single in (family, *family.split()[-1:], *fold_parts(person.full)[-1:]):
            by_surname.append(person)
        elif not with_honorific and may_refer_to(mention.mention, person.full):
            by_given.append(person)
    return by_surname or by_given


def _best(mention: Mention, choices: Sequence[_Person]) -> _Person:
    before = [person for person in choices if person.spots[0] < mention.start]
    if not before:
        return min(choices, key=lambda person: person.spots[0])
    return max(before, key=lambda p: (bisect_left(p.spots, mention.start), -p.spots[0]))
