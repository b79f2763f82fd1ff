"""Which mentions of an article name the same person."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence

from tasks.enrich.names import (
    Gender,
    fold,
    fold_parts,
    gender_of_honorific,
    may_refer_to,
    name_parts,
    surname,
)
from tasks.records import Mention

_CIVIL_BEFORE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Sir|Dame|Lord|Lady)\.?\s$")
_JUNIOR = re.compile(r"\b(?:Jr|Junior|Sr|Senior|II|III|IV)\b\.?$")


def group_persons(text: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Group the mentions of persons, each group in reading order.

    Names of two parts or more are joined when one may stand for the other and no third name
    contradicts. A single name goes to the person it may stand for: one already introduced, the
    one most named so far; else the first one named later.
    """
    persons = _join_full_names(mentions)
    spots = [[mention.start for mention in person] for person in persons]
    singles: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if len(fold_parts(mention.mention)) < 2:
            name = mention.mention
            choices = _choices(text, mention, persons)
            if not choices:
                singles[fold(name)].append(mention)
                continue
            chosen = _best(mention, choices, spots)
            persons[chosen].append(mention)
            spots[chosen] = sorted([*spots[chosen], mention.start])
    return [sorted(same, key=lambda m: m.start) for same in [*persons, *singles.values()]]


def gender_before(text: str, mention: Mention) -> Gender | None:
    """Give the gender that the honorific before a name says: Mrs, Sir."""
    found = re.search(
        r"([A-Z][\w.]*(?:\s[A-Z][\w.]*)?)\s$", text[max(0, mention.start - 25) :][:25]
    )
    before = text[max(0, mention.start - 25) : mention.start]
    found = re.search(r"([A-Z][\w.]*)\s$", before)
    return gender_of_honorific(f"{found.group(1)} {mention.mention}") if found else None


def _join_full_names(mentions: Sequence[Mention]) -> list[list[Mention]]:
    forms: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if len(fold_parts(mention.mention)) >= 2:
            forms[_form(mention.mention)].append(mention)
    names = sorted(forms, key=lambda name: (-len(fold_parts(name)), forms[name][0].start))
    groups: list[list[str]] = []
    for name in names:
        fits = [group for group in groups if all(_same(name, other) for other in group)]
        if len(fits) == 1:
            fits[0].append(name)
        elif len(fits) > 1:
            max(fits, key=lambda group: sum(len(forms[n]) for n in group)).append(name)
        else:
            groups.append([name])
    return [
        sorted((m for name in group for m in forms[name]), key=lambda m: m.start)
        for group in groups
    ]


def _form(name: str) -> str:
    return " ".join(name.split())


def _same(left: str, right: str) -> bool:
    if bool(_JUNIOR.search(left)) != bool(_JUNIOR.search(right)):
        return False
    return may_refer_to(left, right) or may_refer_to(right, left)


def _choices(text: str, mention: Mention, persons: Sequence[Sequence[Mention]]) -> list[int]:
    """Give the persons a single name may stand for; by surname before by given name."""
    name = mention.mention
    with_honorific = bool(_CIVIL_BEFORE.search(text[max(0, mention.start - 6) : mention.start]))
    gender = gender_before(text, mention)
    by_surname: list[int] = []
    by_given: list[int] = []
    single = fold(name)
    for number, person in enumerate(persons):
        full = max((m.mention for m in person), key=lambda n: len(name_parts(n)))
        if gender and (known := _gender(text, person)) and known != gender:
            continue
        family = fold(surname(full) or "")
        if single in (family, *family.split()[-1:], *fold_parts(full)[-1:]):
            by_surname.append(number)
        elif not with_honorific and may_refer_to(name, full):
            by_given.append(number)
    return by_surname or by_given


def _gender(text: str, person: Sequence[Mention]) -> Gender | None:
    votes = Counter(found for mention in person if (found := gender_before(text, mention)))
    return votes.most_common(1)[0][0] if votes else None


def _best(mention: Mention, choices: Sequence[int], spots: Sequence[Sequence[int]]) -> int:
    before = [n for n in choices if spots[n] and spots[n][0] < mention.start]
    if not before:
        return min(choices, key=lambda n: spots[n][0])
    return max(before, key=lambda n: (bisect_left(spots[n], mention.start), -spots[n][0]))
