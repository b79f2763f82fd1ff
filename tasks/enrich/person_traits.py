"""What a text says of the people it names: ages, roles, gender by pronouns."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from tasks.enrich.name_spans import never_names
from tasks.enrich.people import Appearance, Cast, Person, is_hidden
from tasks.lexicon.files import read_words
from tasks.records import Mark, Span

SPEAKERS = "speakers.txt"
SOMEBODY = 0.9  # evidence from which on a name is taken for a person's


OPENING = 12  # characters in which a sentence's first pronoun stands


_AGE = re.compile(r",? \(?(?:aged )?(\d\d?)\b[,)]?")


_WHO = re.compile(r",? who\b")


_APPOSITION = re.compile(
    r",? ?[—–,] ?((?:(?:a|an|the|her|his|their|our)\b|former|head|chief|director)"
    r"[^,.;:—–“”\"\n()]{2,90})"
)


_BEFORE = re.compile(r"(?:(?:[A-Za-z’'-]+) ){1,7}$")


_PRONOUN = re.compile(r"\b(he|she|his|her|him|hers)\b", re.IGNORECASE)


STRONG_PRONOUN = 1.0  # weight of "She" that opens the sentence after one about one person


WEAK_PRONOUN = 0.5  # weight of "her" in a sentence about one person


def look_around(person: Person, text: str) -> None:
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
    while (
        start
        and words[start - 1].lower() not in small
        and words[start - 1].lower() not in cue_words()
    ):
        start -= 1
    return " ".join(words[start:])


@lru_cache(maxsize=1)
def cue_words() -> frozenset[str]:
    """Give some verbs that end a description read backwards."""
    return frozenset(["said", "says", "added", "told", "and", "but", "met", "asked"])


def weigh_pronouns(
    cast: Cast, text: str, sentences: tuple[Span, ...], marks: tuple[Mark, ...]
) -> None:
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
