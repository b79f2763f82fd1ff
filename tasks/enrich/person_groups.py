"""Which mentions of an article name the same person."""

from __future__ import annotations

import re
from bisect import insort
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

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
SHORT_FORM = 3  # letters of a given name that a short form of it shares at the least
_WINDOW = 25  # characters in which an honorific before a name is looked for


@dataclass(slots=True)
class _Person:
    """Somebody named in full, with the mentions found so far."""

    names: list[str]
    mentions: list[Mention]
    spots: list[int] = field(default_factory=list)
    gender: Gender | None = None
    met: int = 0
    """Mentions before the place that has been read to."""

    rankings: list[_Ranking] = field(default_factory=list)
    """Where the person is among those that a single name may stand for."""

    @property
    def full(self) -> str:
        """The name with most parts."""
        return self.names[0]

    def meet(self) -> None:
        """Count one more mention that has been read past."""
        self.met += 1
        for ranking in self.rankings:
            ranking.add(self)


class _Ranking:
    """Those a single name may stand for; the most named so far is found without asking all."""

    def __init__(self, persons: Sequence[_Person]) -> None:
        self.persons = persons
        self._numbers = {id(person): number for number, person in enumerate(persons)}
        self._heap = [self._entry(person) for person in persons if person.met]
        heapify(self._heap)
        for person in persons:
            person.rankings.append(self)

    def _entry(self, person: _Person) -> tuple[int, int, int]:
        return -person.met, person.spots[0], self._numbers[id(person)]

    def add(self, person: _Person) -> None:
        """Take in that somebody has been named once more."""
        heappush(self._heap, self._entry(person))

    def best(self) -> _Person:
        """Give the one most named so far, of two the first; if none was, the one named first."""
        while self._heap:
            person = self.persons[self._heap[0][2]]
            if self._heap[0] == self._entry(person):
                return person
            heappop(self._heap)
        return min(self.persons, key=lambda person: person.spots[0])


def group_persons(text: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Group the mentions of persons, each group in reading order.

    Names of two parts or more are joined when one may stand for the other and no third name
    contradicts. A single name goes to the person it may stand for: one already introduced, the
    one most named so far; else the first one named later.

    Args:
        text: The article.
        mentions: In reading order.
    """
    persons = _full_persons(text, mentions)
    by_part: dict[str, list[_Person]] = defaultdict(list)
    for person in persons:
        for part in {part for name in person.names for part in _keys(name)}:
            by_part[part].append(person)
    singles: dict[str, list[Mention]] = defaultdict(list)
    rankings: dict[tuple[str, bool, Gender | None], _Ranking] = {}
    full = deque(sorted((spot, n) for n, person in enumerate(persons) for spot in person.spots))
    joined: deque[tuple[int, _Person]] = deque()
    for mention in mentions:
        if len(fold_parts(mention.mention)) >= 2:
            continue
        while full and full[0][0] < mention.start:
            persons[full.popleft()[1]].meet()
        while joined and joined[0][0] < mention.start:
            joined.popleft()[1].meet()
        key = fold(mention.mention)
        bearers = by_part.get(key.replace(" ", ""), ())
        civil = bool(_CIVIL_BEFORE.search(text[max(0, mention.start - 6) : mention.start]))
        asked = (mention.mention, civil, gender_before(text, mention) if bearers else None)
        ranking = rankings.get(asked)
        if ranking is None:
            ranking = rankings[asked] = _Ranking(_choices(*asked, bearers))
        if not ranking.persons:
            singles[key].append(mention)
            continue
        chosen = ranking.best()
        chosen.mentions.append(mention)
        insort(chosen.spots, mention.start)
        joined.append((mention.start, chosen))
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
    by_key: dict[tuple[str, ...], list[_Person]] = defaultdict(list)
    by_end: dict[str, dict[int, int]] = defaultdict(dict)
    for name in sorted(forms, key=lambda name: (-len(fold_parts(name)), forms[name][0].start)):
        parts = fold_parts(name)
        alike = {id(p): p for key in _asked_keys(parts) for p in by_key.get(key, ())}
        near = [alike[known] for end in (parts[0], parts[-1]) for known in _of(by_end[end], alike)]
        fits = [p for p in near if all(_same(name, other) for other in p.names)]
        if fits:
            person = max(fits, key=lambda p: len(p.mentions))
            person.names.append(name)
            person.mentions += forms[name]
        else:
            person = _Person([name], list(forms[name]))
            persons.append(person)
        for end in {parts[0], parts[-1]}:
            by_end[end].setdefault(id(person), len(by_end[end]))
        for key in _kept_keys(name):
            by_key[key].append(person)
    for person in persons:
        person.spots = sorted(mention.start for mention in person.mentions)
        votes = Counter(g for m in person.mentions if (g := gender_before(text, m)))
        person.gender = votes.most_common(1)[0][0] if votes else None
    return persons


def _of(ranks: dict[int, int], alike: dict[int, _Person]) -> list[int]:
    """Give those of some persons that have a name with one end, in the order they came to it."""
    return sorted((known for known in alike if known in ranks), key=lambda known: ranks[known])


def _kept_keys(name: str) -> Iterator[tuple[str, ...]]:
    """Give the keys by which a full name is found again by names that may be the same person's.

    They leave out nearly all others, and nobody whom `may_refer_to` would join: names with the
    same last part whose first parts begin alike or are initials, endings of the name, and names
    that begin alike and share another part (family name first).
    """
    parts = fold_parts(name)
    first, last = parts[0], parts[-1]
    yield "begin", last, first[:SHORT_FORM]
    yield "any", last, first[0]
    if len(first) == 1:
        yield "initial", last, first
    for start in range(len(parts) - 1):
        yield "end", *parts[start:]
    yield "end", *fold(surname(name) or "").split()
    for part in {first, *parts[1:]}:
        yield "first", first, part
    if len(set(parts)) == 1:
        yield "only", first


def _asked_keys(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give the keys by which a name looks for longer ones and ones as long as it is."""
    first, last = parts[0], parts[-1]
    yield "begin", last, first[:SHORT_FORM]
    yield ("any" if len(first) == 1 else "initial"), last, first[0]
    yield "end", *parts
    yield "only", first
    for part in parts[1:]:
        yield "first", first, part


def _same(left: str, right: str) -> bool:
    if bool(_JUNIOR.search(left)) != bool(_JUNIOR.search(right)):
        return False
    return may_refer_to(left, right) or may_refer_to(right, left)


def _keys(name: str) -> set[str]:
    """Give the folded single names that may stand for a full one."""
    family = fold(surname(name) or "")
    return {*fold_parts(name), family.replace(" ", ""), *family.split()}


def _choices(
    name: str, with_honorific: bool, gender: Gender | None, persons: Sequence[_Person]
) -> list[_Person]:
    """Give the persons a single name may stand for; by surname before by given name."""
    single = fold(name)
    by_surname: list[_Person] = []
    by_given: list[_Person] = []
    for person in persons:
        if gender and person.gender and person.gender != gender:
            continue
        family = fold(surname(person.full) or "")
        if single in (family, *family.split()[-1:], *fold_parts(person.full)[-1:]):
            by_surname.append(person)
        elif not with_honorific and may_refer_to(name, person.full):
            by_given.append(person)
    return by_surname or by_given
