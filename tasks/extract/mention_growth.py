"""Names a tagger takes in too little of: the rest of the word, of the person, of the body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tasks.extract.tagger import TaggedSpan
from tasks.lexicon.files import read_phrases

_WORDS = "mention_words.txt"
# After a hyphen these make an adjective of the name before: "UN-backed", "Madrid-based".
_ADJECTIVE = re.compile(
    r"(?:\w+(?:ed|ing|en|based|born|run|led|style|like|wide|era|only|free|made|area|bound|heavy|"
    r"weary|held|facing|friendly|owned|loving|fuelled|size|sized|type|level|watcher|watchers)|"
    r"style|led|run|era|wide|based|born|like|free|made|bound|held|turned|cum|plus|up|in-\w+)\b",
)
_DIRECTION = re.compile(r"(?:(?:north|south)-?(?:east|west)|sub-Saharan)\s$")
_LONGEST = 4  # words of a name put together from two
_CONTINENTS = ("Asia", "Africa", "Europe")
_CHAIN = re.compile(r"(?:[A-Z]\w+[-–])+$")
_PARALLEL = re.compile(
    r"(North|South|East|West)\s+(?:and|or)\s+(?:the\s+)?(North|South|East|West)\s+(\w+)$"
)
_TITLED = re.compile(r"\b(?:Duke|Duchess|Prince|Princess|Earl|Countess|Marquess|Baroness)\s+of\s+$")


def grow(text: str, names: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Let every name take in the rest of its words.

    The rest of a hyphenated word ("Moon Jae" -> "Moon Jae-in"), a surname beside ("Rodrigo
    Muxfeldt" + "Gularte"), the noun of a body or site ("Durban" -> "Durban high court"), a
    direction written small ("north-east Asia").
    """
    grown = [_finish_word(text, name) for name in names]
    grown = [_take_head(text, _take_direction(text, name)) for name in grown]
    return _join_neighbours(text, grown)


def _finish_word(text: str, name: TaggedSpan) -> TaggedSpan:
    """Take in the rest of a word that the name breaks off in."""
    start, end = name.start, name.end
    while end < len(text) and text[end].isalpha() and text[end - 1].isalpha():
        end += 1
    while start and text[start - 1].isalpha() and text[start].isalpha():
        start -= 1
    rest = re.compile(r"-[a-zà-ÿ]{2,6}\b(?!-)").match(text, end)
    if name.type == "PERSON" and rest and not _ADJECTIVE.match(text, end + 1):
        end = rest.end()
    return TaggedSpan(start, end, name.type, name.score)


def part_pair(text: str, name: TaggedSpan) -> list[TaggedSpan]:
    """Part "North and South Korea" into "North" and "South Korea"; any other name stays."""
    words = text[name.start : name.end]
    if pair := _PARALLEL.search(words):
        first_end = name.start + pair.end(1)
        return [
            TaggedSpan(name.start + pair.start(1), first_end, "PLACE", name.score),
            TaggedSpan(name.start + pair.start(2), name.end, "PLACE", name.score),
        ]
    return [name]


def _take_direction(text: str, name: TaggedSpan) -> TaggedSpan:
    if name.type != "PLACE":
        return name
    before = text[max(0, name.start - 20) : name.start]
    if titled := _TITLED.search(before):
        return TaggedSpan(name.start - len(titled.group()), name.end, "PERSON", name.score)
    continent = text[name.start : name.end] in _CONTINENTS
    if continent and (direction := _DIRECTION.search(before)):
        return TaggedSpan(name.start - len(direction.group()), name.end, "PLACE", name.score)
    return name


def _take_head(text: str, name: TaggedSpan) -> TaggedSpan:
    """Take in the noun, written small, that makes a body or a site of the name before it."""
    if name.type not in ("PLACE", "ORG", "GROUP") or text[name.end : name.end + 1] != " ":
        return name
    found = _heads().match(text, name.end + 1)
    if not found:
        return name
    kind = "PLACE" if found.group().lower() in read_phrases(_WORDS, "site_heads") else "ORG"
    if kind == "ORG" and name.type == "GROUP":
        return name
    chain = _CHAIN.search(text[max(0, name.start - 40) : name.start])
    start = name.start - (len(chain.group()) if chain else 0)
    return TaggedSpan(start, found.end(), kind, name.score)


def _join_neighbours(text: str, names: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Join a person's name with a single one that follows it after nothing but a space."""
    joined: list[TaggedSpan] = []
    for name in names:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.type == name.type == "PERSON"
            and text[last.end : name.start] in (" ", "\xa0")
            and " " not in text[name.start : name.end]
            and text.count(" ", last.start, last.end) < _LONGEST - 1
        ):
            joined[-1] = TaggedSpan(last.start, name.end, "PERSON", last.score)
        else:
            joined.append(name)
    return joined


@lru_cache(maxsize=1)
def _heads() -> re.Pattern[str]:
    phrases = read_phrases(_WORDS, "body_heads") | read_phrases(_WORDS, "site_heads")
    ordered = sorted(phrases, key=len, reverse=True)
    return re.compile(r"(?:" + "|".join(re.escape(phrase) for phrase in ordered) + r")\b")
