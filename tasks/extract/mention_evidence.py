"""What the words around a name say of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tasks.extract.known_names import is_country, is_sought, known_types
from tasks.extract.tagger import TaggedSpan
from tasks.lexicon.files import read_phrases, read_words

_WORDS = "mention_words.txt"
_HONORIFICS = "honorifics.txt"
_FAMOUS = "famous_surnames"
STRONG = 3.0  # outweighs what the tagger said of two mentions
WEAK = 1.5
_WINDOW = 40  # characters looked at on either side

_CIVIL = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Messrs)\.?\s$")
_NOUN_BEFORE = re.compile(r"([\w-]+)\s$")
_PLACE_OF = re.compile(r"\b(\w+)\sof\s$")
_IN_PLACE = re.compile(r"\b(?:[Ii]n|near|outside|throughout|across)\s$")
_WHO = re.compile(r",?\s(?:who|whose)\b|,\s(?:aged\s)?\d{2},")
_SAYS = re.compile(r"\s(?:has\s|had\s)?(\w+)(\s(?:that\s)?(?:his|her|he|she|himself|herself)\b)?")
_SAID_BEFORE = re.compile(r"[”’\"',]\s(\w+)\s$")
_SEAT = re.compile(
    r"\b(?:MP|MSP|MEP|MS|TD|AM|senator|candidate|councillor|mayor)\s(?:for|of|from)\s$"
)
_AREA_AFTER = re.compile(
    r"(?:\s(?:and|or)\s[A-Z]\w+)?\s(?:districts?|provinces?|regions?|counties|villages?|towns?)\b"
)
_COLLEGE = re.compile(r"\bat\s(?:[A-Z]\w+\sand\s)?$")
_ACTS = 0.5
_EVENT_AFTER = re.compile(r"(?:'s|’s)?\s(\w+)")
_ACRONYM = re.compile(r"[A-Z]{2,5}")
_SPELT_OUT = re.compile(r"((?:(?:[A-Z][\w’'&-]*|of|for|the|and|on|in|to|&) ){2,9})\([“\"]?$")
_DATELINE = re.compile(r"(?:, [A-Z][\w. ]{1,25})?(?: \([^)\n]{2,30}\))? ?(?:—|–|--|-) ")
_STORM = re.compile(r"(?:Storm|Hurricane|Typhoon|Cyclone)\s[A-Z]")


def evidence(text: str, name: TaggedSpan) -> Iterator[tuple[str, float]]:
    """Give kinds that the words around a name speak for, with their weight."""
    words = text[name.start : name.end]
    before = text[max(0, name.start - _WINDOW) : name.start]
    after = text[name.end : name.end + _WINDOW]
    if _CIVIL.search(before):
        yield "PERSON", 2 * STRONG
        return
    if words.isupper() and _DATELINE.match(after) and before.rpartition("\n")[2] == "":
        yield "PLACE", 2 * STRONG
    if words.isupper() and after[:1] == ")" and _spells_out(text[: name.start], words):
        yield "ORG", 2 * STRONG
    if _SEAT.search(before) or (name.type != "GROUP" and _AREA_AFTER.match(after)):
        yield "PLACE", STRONG
    if (of := _PLACE_OF.search(before)) and of.group(1) in _nouns("place_nouns"):
        yield "PLACE", STRONG
    if " " not in words:
        if name.type in ("PERSON", "PLACE") and _IN_PLACE.search(before):
            yield "PLACE", 1.0
        if words in _nouns("college_towns") and _COLLEGE.search(before):
            yield "ORG", 2 * STRONG
    if name.type == "GROUP":
        return
    if (noun_after := _EVENT_AFTER.match(after)) and noun_after.group(1) in _nouns("event_nouns"):
        yield "EVENT", STRONG
    if (noun := _NOUN_BEFORE.search(before)) and "\n" not in noun.group():
        yield from _evidence_of_noun(noun.group(1))
    if before.endswith(("the ", "The ")) or words.rpartition(" ")[2] in _nouns("body_words"):
        return
    if _WHO.match(after):
        yield "PERSON", STRONG
    yield from _evidence_of_speech(before, after)


def _spells_out(before: str, acronym: str) -> bool:
    """Whether capitalised words before a bracket give an acronym's letters, in order."""
    found = _SPELT_OUT.search(before[-120:])
    if not found:
        return False
    capitals = [word for word in found.group(1).split() if word[0].isupper()]
    letters = iter("".join(capitals).lower())
    return (
        len(capitals) > 1
        and any(word[0] == acronym[0] for word in capitals)
        and all(letter in letters for letter in acronym.lower() if letter.isalnum())
    )


def _evidence_of_speech(before: str, after: str) -> Iterator[tuple[str, float]]:
    """Who says, thinks or smiles is a person or speaks for a body; "his" makes it a person."""
    verbs = _nouns("person_verbs")
    if (says := _SAYS.match(after)) and says.group(1) in _nouns("human_acts"):
        yield "PERSON", STRONG
    elif says and says.group(1) in verbs:
        yield "PERSON", STRONG if says.group(2) else _ACTS
    elif (said := _SAID_BEFORE.search(before)) and said.group(1) in verbs:
        yield "PERSON", _ACTS


def evidence_inside(words: str, kind: str) -> Iterator[tuple[str, float]]:
    """Give kinds that the words of a name themselves speak for, with their weight."""
    last = words.rpartition(" ")[2]
    known = known_types(words)
    is_ambiguous = kind == "PERSON" and words in read_phrases(_WORDS, "ambiguous_names")
    if len(known) == 1 and not is_ambiguous:
        is_sure = is_country(words) or " " in words or words.isupper() or "GROUP" in (kind, *known)
        yield next(iter(known)), 2 * STRONG if is_sought(words) else STRONG if is_sure else WEAK
    if words in _nouns(_FAMOUS):
        yield "PERSON", STRONG
    if kind == "PERSON" and _ACRONYM.fullmatch(words) and words.title() not in _nouns(_FAMOUS):
        yield "ORG", STRONG
    if _STORM.match(words):
        yield "EVENT", STRONG
    first = words.partition(" ")[0]
    if last != words and kind == "PERSON" and known_types(first) == {"ORG"}:
        yield "ORG", 0.0 if first in read_words("given_names.txt") else STRONG
    if last != words and not known:
        if last in _nouns("law_words"):
            yield "LAW", STRONG
        elif last in _nouns("event_words"):
            yield "EVENT", STRONG
        elif kind == "PERSON" and last in _nouns("body_words"):
            yield "ORG", WEAK


def _evidence_of_noun(noun: str) -> Iterator[tuple[str, float]]:
    lower = noun.rpartition("-")[2]
    if lower in _nouns("person_nouns"):
        yield "PERSON", STRONG if lower not in _nouns("body_nouns") else 0.0
    elif lower in _nouns("body_nouns"):
        yield "ORG", STRONG
    elif noun in _titles():
        yield "PERSON", STRONG


@lru_cache(maxsize=16)
def _nouns(section: str) -> frozenset[str]:
    return read_words(_WORDS, section)


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    """Titles of one word that only persons bear: Judge, Captain, Cllr, Maj-Gen."""
    sections = ("political", "legal", "service", "academic", "church")
    phrases = {phrase for section in sections for phrase in read_phrases(_HONORIFICS, section)}
    words = {phrase for phrase in phrases if " " not in phrase}
    return frozenset(words | {word + "." for word in words})
