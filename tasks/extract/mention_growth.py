"""Names a tagger takes in too little of: the rest of the word, of the person, of the body."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache

from tasks.extract.known_names import known_types
from tasks.extract.mention_edges import is_common
from tasks.extract.tagger import TaggedSpan
from tasks.lexicon.files import read_phrases, read_words

_WORDS = "mention_words.txt"
# After a hyphen these make an adjective of the name before: "UN-backed", "Madrid-based".
_ADJECTIVE = re.compile(
    r"(?:\w+(?:ed|ing|en|based|born|run|led|style|like|wide|era|only|free|made|area|bound|heavy|"
    r"weary|held|facing|friendly|owned|loving|fuelled|size|sized|type|level|watcher|watchers)|"
    r"style|led|run|era|wide|based|born|like|free|made|bound|held|turned|cum|plus|up|in-\w+)\b",
)
_DIRECTION = re.compile(r"(?:(?:north|south)-?(?:east|west)|sub-Saharan)\s$")
_REST = re.compile(r"-[a-zà-ÿ]{2,6}\b(?!-)")
_LONGEST = 4  # words of a name put together from two
_CONTINENTS = ("Asia", "Africa", "Europe")
_CHAIN = re.compile(r"(?:[A-Z]\w+[-–])+$")
_PARALLEL = re.compile(
    r"(North|South|East|West)\s+(?:and|or)\s+(?:the\s+)?(North|South|East|West)\s+(\w+)$"
)
_HALF = re.compile(r"(?:North|South|East|West)\s")
_OPEN_PAIR = re.compile(r"\b(North|South|East|West)\s+(?:and|or)\s+(?:the\s+)?$")
_DOUBLE = re.compile(r"(?:-[A-Z][a-zà-ÿ]+(?:[’'][A-Z][a-z]+)?)+(?![\w-]| [A-Z])")
# Small words that begin a surname wherever they stand after a name …
_PARTICLES = r"(?:v[ao]n(?: de[rnm]?)?|de(?: la| los| las)?|d[aeio]s?|du|della|bin|ibn|ter|ten)"
_SURNAME = re.compile(rf"(?: {_PARTICLES} | (?:al|el|as|ash|ad|an|ar)-)[A-Z][\w’'-]+")
# … and those that are no English word before one.
_PARTICLES_BEFORE = re.compile(r"\b(?:v[ao]n de[rnm]?|von|de la|bin|ibn|dos|della) $")
_BEGINNINGS = frozenset(
    ["Mac", "Mc", "Ó", "Ní", "Nic", "Uí", "De", "Van", "Von", "Al", "Bin", "Della"]
)
"""What a surname may begin with, written large: "Pádraig Mac" is not all of it."""
_NEXT_CAPITAL = re.compile(r" [A-ZÀ-ÖØ-Þ][\w’'-]+")
_NEXT_WORD = re.compile(r" ([A-Z][a-zà-ÿ]{2,}(?:-[A-Z][a-zà-ÿ]+)?)(?![\w-]|[’'.]\w| [A-Z])")
_TITLED = re.compile(r"\b(?:Duke|Duchess|Prince|Princess|Earl|Countess|Marquess|Baroness)\s+of\s+$")


def grow(text: str, names: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Let every name take in the rest of its words.

    The rest of a hyphenated word ("Moon Jae" -> "Moon Jae-in"), a surname beside ("Rodrigo
    Muxfeldt" + "Gularte"), the noun of a body or site ("Durban" -> "Durban high court"), a
    direction written small ("north-east Asia").
    """
    starts = {name.start for name in names}
    grown = [_finish_surname(text, _finish_word(text, name), starts) for name in names]
    grown = [_take_head(text, _take_direction(text, name)) for name in grown]
    return _join_neighbours(text, grown)


def _finish_word(text: str, name: TaggedSpan) -> TaggedSpan:
    """Take in the rest of a word that the name breaks off in."""
    start, end = name.start, name.end
    while end < len(text) and text[end].isalpha() and text[end - 1].isalpha():
        end += 1
    while start and text[start - 1].isalpha() and text[start].isalpha():
        start -= 1
    rest = _REST.match(text, end) if name.type == "PERSON" else None
    if rest and not _ADJECTIVE.match(text, end + 1):
        end = rest.end()
    if (start, end) == (name.start, name.end):
        return name
    return name._replace(start=start, end=end)


def _finish_surname(text: str, name: TaggedSpan, starts: Set[int]) -> TaggedSpan:
    """Take in the rest of a person's surname, unless another name starts there.

    A double name ("Maria Duarte" -> "Maria Duarte-Lopes"), a surname with particles ("Pieter" ->
    "Pieter van den Berg", "Berg" after them), the word after a usual given name ("Colm" ->
    "Colm Rahilly").
    """
    if name.type != "PERSON":
        return name
    start, end = name.start, name.end
    words = text[start:end]
    if " " in words and (double := _DOUBLE.match(text, end)) and end + 1 not in starts:
        end = double.end()
    elif (" " in words and words.rpartition(" ")[2] in _BEGINNINGS) and (
        found := _NEXT_CAPITAL.match(text, end)
    ):
        end = found.end()
    elif found := _SURNAME.match(text, end):
        end = found.end() if not starts & set(range(end + 1, found.end() - 1)) else end
    elif (
        words in read_words("given_names.txt")
        and (found := _NEXT_WORD.match(text, end))
        and found.start(1) not in starts
        and not is_common(found.group(1))
        and not known_types(found.group(1))
        and found.group(1).lower() not in read_words("function_words.txt")
    ):
        end = found.end()
    if " " not in words and (before := _PARTICLES_BEFORE.search(text[max(0, start - 10) : start])):
        start -= len(before.group())
    return TaggedSpan(start, end, name.type, name.score)


def part_pair(text: str, name: TaggedSpan) -> list[TaggedSpan]:
    """Part "North and South Korea" into "North" and "South Korea"; any other name stays.

    Where the tagger has "South Korea" alone, the first half is added.
    """
    words = text[name.start : name.end]
    if pair := _PARALLEL.search(words):
        first_end = name.start + pair.end(1)
        return [
            TaggedSpan(name.start + pair.start(1), first_end, "PLACE", name.score),
            TaggedSpan(name.start + pair.start(2), name.end, "PLACE", name.score),
        ]
    before = text[max(0, name.start - 20) : name.start]
    if name.type == "PLACE" and _HALF.match(words) and (first := _OPEN_PAIR.search(before)):
        start = name.start - len(before) + first.start()
        return [TaggedSpan(start, start + len(first.group(1)), "PLACE", name.score), name]
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
    """Join a person's names parted by nothing but a space: "Ana Lucia" + "Prado", "Ana" + the rest.

    One of the two must be a single name, the first a usual given name if it is that one.
    """
    joined: list[TaggedSpan] = []
    for name in names:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.type == name.type == "PERSON"
            and text[last.end : name.start] in (" ", "\xa0")
            and (
                " " not in text[name.start : name.end]
                or text[last.start : last.end] in read_words("given_names.txt")
            )
            and text.count(" ", last.start, name.end) < _LONGEST
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
