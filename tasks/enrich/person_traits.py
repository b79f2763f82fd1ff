"""What a text says of the people it names: ages, roles, gender by pronouns."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from tasks.enrich.name_spans import never_names
from tasks.enrich.names import Gender
from tasks.enrich.people import Appearance, Cast, Person, is_hidden
from tasks.lexicon.files import read_words
from tasks.records import Mark, Span

SPEAKERS = "speakers.txt"
SOMEBODY = 0.9  # evidence from which on a name is taken for a person's


PLACES = 6  # of a person that are looked at
OPENING = 12  # characters in which a sentence's first pronoun stands


_AGE = re.compile(r",? \(?(?:aged )?(\d\d?)\b[,)]?")


_WHO = re.compile(r",? who\b")


# "Edna Moss is a retired toll collector", "Owen Pryce, who is the harbourmaster".
_IS = re.compile(r"(?:,? who)? (?:is|was) ((?:a|an|the|her|his|their)\b[^,.;:—–“”\"\n()]{2,70})")


# "the premier, Doh Ji-won, and her foreign minister": whose they are tells the gender before.
_OWN = re.compile(r"(?:, [^,\n“”\"]{2,50},)?,? (?:and|with|alongside) (his|her)\b")


_THEY = re.compile(
    r"\b(?:uses?|goes by|prefers?)\b[^.\n]{0,30}\bthey\b|\bnon-?binary\b", re.IGNORECASE
)


STATED = 1.5  # weight of a noun that says what somebody is: "his wife, Jane", "spokesman"


_APPOSITION = re.compile(
    r",? ?[—–,] ?((?:(?:a|an|the|her|his|their|our)\b|former|head|chief|director)"
    r"[^,.;:—–“”\"\n()]{2,90})"
)


_APPOSED_TO = re.compile(
    r"\b((?:[Tt]he|[Hh]er|[Hh]is|[Tt]heir|[Ii]ts|[Oo]ne|[Aa]n?|[A-Z][\w-]+['’]s?)(?<=\w|['’])"
    r"(?![\w])[^,.;:—–“”\"\n()]{2,60})"
    r"(?: \([^()\n]{2,40}\))?, $"
)


_HEAD_STOP = re.compile(r",? (?:of|for|at|in|to|from|on|with|who|and)\b")


_BEFORE = re.compile(r"(?:(?:[A-Za-z’'-]+) ){1,7}$")


# In any case; written so that a search looks at nothing but h and s.
_PRONOUN = re.compile(
    r"[HhSs](?<!\w\w)(?:(?<=[Hh])(?:[Ee](?:[Rr][Ss]?)?|[Ii][SsMm])|(?<=[Ss])[Hh][Ee])\b"
)


_KIN = re.compile(
    r"\b(?:[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[\w-]+['’]s|[\w-]+s['’]) (?:[a-z-]+ ){0,2}([a-z-]+),? $"
)


STRONG_PRONOUN = 1.0  # weight of "She" that opens the sentence after one about one person


WEAK_PRONOUN = 0.5  # weight of "her" in a sentence about one person


def weigh_evidence(person: Person) -> None:
    """Count what the forms of a name say: a usual given name, a surname that stands alone."""
    if person.hint:
        person.evidence += 2.0
    if sum(" " not in place.text for place in person.appearances) > 0:
        person.evidence += 1.0


def look_around(person: Person, text: str, places: Sequence[Appearance]) -> None:
    """Gather what stands next to a person's name: age, apposition, role, gender.

    Args:
        person: Changed in place.
        text: The article.
        places: Places where the person is named; a few are enough.
    """
    known = len(person.roles)
    for place in places[:PLACES]:
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
            person.evidence += _is_of_people(_first_noun(apposition.group(1)))
        being = _IS.match(text, place.end, place.end + 90)
        if being:
            person.roles.append(being.group(1).strip())
            person.evidence += _is_of_people(_first_noun(being.group(1)))
        before = _role_before(text, place) or _role_apposed_to(text, place)
        if before:
            person.roles.append(before)
            person.evidence += 1.0
        own = _OWN.match(text, place.end, place.end + 75)
        if own:
            gender = "f" if own.group(1) == "her" else "m"
            person.genders[gender] = person.genders.get(gender, 0.0) + STATED
        if _THEY.search(text, place.end, min(place.end + 70, _line_end(text, place.end))):
            person.is_they = True
    for role in person.roles[known:]:
        stated = noun_gender(role.split()[-1]) or noun_gender(_first_noun(role))
        if stated:
            person.genders[stated] = person.genders.get(stated, 0.0) + STATED
            break


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
    ending = _description_ends()
    while start and words[start - 1].lower() not in ending:
        start -= 1
    return " ".join(words[start:])


def _role_apposed_to(text: str, place: Appearance) -> str | None:
    """Read the description a name is set beside: "his wife, Jane", "The caretaker, Tom Fenn"."""
    low = max(text.rfind("\n", 0, place.title_start) + 1, place.title_start - 70)
    m = _APPOSED_TO.search(text, low, place.title_start)
    if m is None:
        return None
    head = _first_noun(m.group(1))
    known = head in read_words(SPEAKERS, "roles") or head in read_words(SPEAKERS, "relations")
    return m.group(1) if known or is_agent(head) else None


def _first_noun(role: str) -> str:
    """Give the head of a description: the word before its first preposition."""
    words = _HEAD_STOP.split(role, maxsplit=1)[0].split()
    return words[-1].lower() if words else ""


def _is_of_people(noun: str) -> bool:
    """Whether a description's head is a noun for people."""
    return is_role(noun) or noun_gender(noun) is not None


def is_role(noun: str) -> bool:
    """Whether a noun says what one person is: minister, beekeeper, mum-of-two, 58-year-old."""
    base = noun.partition("-of-")[0].removeprefix("ex-")
    return base in read_words(SPEAKERS, "roles") or is_agent(base) or base.endswith("-year-old")


def noun_gender(noun: str) -> Gender | None:
    """Give the gender a noun says: f for spokeswoman, m for grandfather; null when it says none."""
    low = noun.lower().partition("-of-")[0]  # a mother-of-three
    if low in read_words(SPEAKERS, "women"):
        return "f"
    if low in read_words(SPEAKERS, "men"):
        return "m"
    if low.endswith(("woman", "women")):
        return "f"
    return "m" if low.endswith(("shman", "chman", "dsman", "esman", "tsman")) else None


@lru_cache(maxsize=4096)
def is_agent(noun: str) -> bool:
    """Whether a noun's ending says that it is somebody by what they do: choirmaster, beekeeper."""
    endings = tuple(ending[1:] for ending in read_words(SPEAKERS, "agents"))
    return noun.endswith(endings) and len(noun) > 4


def is_description(lead: str) -> bool:
    """Whether the words before a name only describe: "Milk Marketing Board chairman"."""
    if any(point in lead for point in ",.;:"):
        return False
    words = lead.replace("’s", "").split()
    known = _describing()
    return all(
        word[:1].isupper() or word in known or is_role(word) or word in ("and", "of", "for", "the")
        for word in words
    )


@lru_cache(maxsize=1)
def _describing() -> frozenset[str]:
    return read_words(SPEAKERS, "organisations") | read_words(SPEAKERS, "nationalities")


def is_kin(text: str, start: int) -> bool:
    """Whether a name follows a word for kin: "his wife, Sandra", "her son Idris"."""
    return kin_noun(text, start) is not None


def kin_noun(text: str, start: int) -> str | None:
    """Give the word for kin that a name follows: wife, son."""
    m = _KIN.search(text, max(start - 30, 0), start)
    noun = m.group(1).lower() if m is not None else None
    return noun if noun in read_words(SPEAKERS, "kin") else None


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


@lru_cache(maxsize=1)
def _description_ends() -> frozenset[str]:
    """Give the words that end a description read backwards."""
    verbs = ("said", "says", "added", "told", "and", "but", "met", "asked")
    return read_words("function_words.txt", "prepositions") | never_names() | frozenset(verbs)


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
            gender = "m" if m.group().lower() in ("he", "his", "him") else "f"
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
