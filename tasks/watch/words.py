"""Words as they are compared: without case, accents and the like; and where they stand."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[\w\u0300-\u036f]+")
_GAP = re.compile(r"[^\w\n.!?;:]{1,3}|[.’']")
"""What may stand between two words of a phrase: no end of a sentence, no end of a paragraph."""

_ALIKE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Letters that Unicode does not take apart into a plain one and a mark."""


_SUFFIXES = ("jr", "sr", "ii", "iii")
"""What may follow a name, and is often left out."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text."""

    folded: str
    """As it is compared."""

    start: int
    """Offset of its first character."""

    end: int
    """Offset just past its last character."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, as they are looked for."""

    words: tuple[str, ...]
    """Folded."""

    gaps: tuple[str, ...]
    """What stands between them as they were given."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase stands in a text."""

    phrase: int
    """Its number among those looked for."""

    start: int
    """Offset of its first character."""

    end: int
    """Offset just past its last character."""


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """Fold a word: `Żaklina` and `zaklina` are the same.

    >>> fold_word("Wałęsa")
    'walesa'
    """
    decomposed = unicodedata.normalize("NFKD", word)
    return (
        "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().translate(_ALIKE)
    )


def words_of(text: str) -> list[Word]:
    """Take a text apart into its words."""
    return [Word(fold_word(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


def name_key(name: str) -> str:
    """Give what names of one person or organisation have in common, however they are spelt.

    >>> name_key("Ri Yong-ho") == name_key("RI Yong Ho") == name_key("Ri Yongho")
    True
    >>> name_key("Donald J. Trump") == name_key("Donald Trump")
    True
    """
    words = [word.folded for word in words_of(name)]
    while len(words) > 2 and words[-1] in _SUFFIXES:
        words = words[:-1]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    inner = [word for word in words[1:-1] if len(word) > 1]
    return "".join([*words[:1], *inner, *(words[-1:] if len(words) > 1 else ())])


def phrase_of(text: str) -> Phrase | None:
    """Make a phrase of the words in a text; None when there are none."""
    words = words_of(text)
    if not words:
        return None
    pairs = itertools.pairwise(words)
    gaps = tuple(text[left.end : right.start] for left, right in pairs)
    return Phrase(tuple(word.folded for word in words), gaps)


class PhraseFinder:
    """Finds many phrases in a text at once: by whole words, whatever their case and accents."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_first: dict[str, list[tuple[int, Phrase]]] = {}
        for number, phrase in enumerate(phrases):
            self._by_first.setdefault(phrase.words[0], []).append((number, phrase))

    def find(self, text: str) -> Iterator[Place]:
        """Find the phrases, in the order of the text; overlapping ones, too."""
        if not self._by_first:
            return
        words = words_of(text)
        by_first: Mapping[str, list[tuple[int, Phrase]]] = self._by_first
        for at, word in enumerate(words):
            for number, phrase in by_first.get(word.folded, ()):
                found = words[at : at + len(phrase.words)]
                if _is_phrase(found, phrase, text):
                    yield Place(number, word.start, found[-1].end)


def _is_phrase(found: list[Word], phrase: Phrase, text: str) -> bool:
    if tuple(word.folded for word in found) != phrase.words:
        return False
    between = (text[a.end : b.start] for a, b in itertools.pairwise(found))
    return all(
        _GAP.fullmatch(gap) or gap == given for gap, given in zip(between, phrase.gaps, strict=True)
    )
