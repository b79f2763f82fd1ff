"""Names that the shipped gazetteer knows: evidence for a name's kind, and names to look for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from tasks.lexicon.files import read_phrases, read_words
from tasks.lexicon.gazetteer import read_gazetteer
from tasks.records import EntityType

_WORDS = "mention_words.txt"
_WORD = re.compile(r"[^\W_]+")
_SMALL = re.compile(r"\b[a-z]+\b")
_HYPHENATED = re.compile(r"[\w-]+")
# Kinds of known places that are looked for; a city's name alone is too often somebody's surname.
_SOUGHT_KINDS = frozenset({"country", "territory", "capital", "state"})
_SHORTEST_SOUGHT = 3  # letters


def known_types(name: str) -> frozenset[EntityType]:
    """Give the kinds of the known things that bear exactly this name; none when unknown."""
    return _types().get(name, frozenset())


def is_country(name: str) -> bool:
    """Whether a name is that of a country, territory, state or continent."""
    return name in _countries()


def is_sought(name: str) -> bool:
    """Whether a name means one known thing wherever it stands."""
    return name in sought_names()


@lru_cache(maxsize=1)
def sought_names() -> Mapping[str, EntityType]:
    """Give the names to look for in every text: known ones that are no words and no surnames."""
    skipped = read_phrases(_WORDS, "ambiguous_names") | read_phrases(_WORDS, "not_names")
    sought: dict[str, EntityType] = {}
    for thing in read_gazetteer().things:
        if thing.type == "ORG" or thing.kind in _SOUGHT_KINDS:
            for name in (thing.name, *thing.aliases):
                if (
                    name not in skipped
                    and len(name) >= _SHORTEST_SOUGHT
                    and (name[0].isupper() or " " in name or "-" in name)
                    and len(known_types(name)) == 1
                ):
                    sought[name] = thing.type
    return MappingProxyType(sought)


class NameFinder:
    """Finds any of many names in a text by a look-up at every word.

    Args:
        names: What to find.
    """

    def __init__(self, names: Iterable[str]) -> None:
        by_word: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if first := _WORD.search(name):
                by_word[first.group()].append(name)
        self._by_word = {
            word: sorted(same, key=len, reverse=True) for word, same in by_word.items()
        }

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Give start and name of each occurrence, whole words only, the longest at a place."""
        end = 0
        for at, word in sorted(self._places(text)):
            if at < end:
                continue
            for name in self._by_word[word]:
                start = at - _offset(name)
                if start >= 0 and text.startswith(name, start):
                    after = start + len(name)
                    if not (text[after : after + 1].isalnum() and name[-1].isalnum()):
                        yield start, name
                        end = after
                        break

    def _places(self, text: str) -> Iterator[tuple[int, str]]:
        """Give the places of the words that names begin with: few of a text's words do."""
        places = _places_of(text)
        for word in self._by_word.keys() & places.keys():
            for at in places[word]:
                yield at, word


@lru_cache(maxsize=8)
def _places_of(text: str) -> Mapping[str, Sequence[int]]:
    """Give the places of each word of a text."""
    places: dict[str, list[int]] = defaultdict(list)
    for found in _WORD.finditer(text):
        places[found.group()].append(found.start())
    return places


@lru_cache(maxsize=8)
def small_words(text: str) -> frozenset[str]:
    """List the words of a text that are written small throughout."""
    return frozenset(_SMALL.findall(text))


@lru_cache(maxsize=1)
def known_finder() -> NameFinder:
    """Make the finder of `sought_names`, once."""
    return NameFinder(sought_names())


@lru_cache(maxsize=4096)
def _offset(name: str) -> int:
    first = _WORD.search(name)
    return first.start() if first else 0


@lru_cache(maxsize=1)
def _types() -> Mapping[str, frozenset[EntityType]]:
    types: dict[str, set[EntityType]] = defaultdict(set)
    for thing in read_gazetteer().things:
        for name in (thing.name, *thing.aliases):
            types[name].add(thing.type)
        for demonym in thing.demonyms:
            types[demonym].add("GROUP")
    return MappingProxyType({name: frozenset(kinds) for name, kinds in types.items()})


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    kinds = {"country", "territory", "state", "region"}
    things = [thing for thing in read_gazetteer().things if thing.kind in kinds]
    return frozenset(name for thing in things for name in (thing.name, *thing.aliases))


@lru_cache(maxsize=1)
def teams() -> frozenset[str]:
    """Give the names that mean a team in a report of a match."""
    names: set[str] = set()
    for section in ("football", "rugby", "australian", "american"):
        names |= read_phrases("clubs.txt", section)
    return frozenset(names)


def is_sport(text: str) -> bool:
    """Whether an article is about sport: several of its words are."""
    return len(read_words(_WORDS, "sport_words").intersection(_HYPHENATED.findall(text))) >= 3
