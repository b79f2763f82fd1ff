"""Names that are none: words that a tagger takes for a name because they begin with a capital."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tasks.extract.known_names import known_types, small_words
from tasks.extract.tagger import TaggedSpan
from tasks.lexicon.files import read_words

_ENDS_BEFORE = ".!?\n:"
_MARKS = " \"'“‘(•*-–—"
_TIMELESS = ("PERSON", "PLACE", "GROUP")
_FEW = 4  # words: a shorter line in capitals may be a name, or a label
_CLOCK = re.compile(r"\d[:.]\d")
_ORDINARY_KINDS = ("PERSON", "ORG", "GROUP", "PRODUCT")


def drop_doubtful(text: str, names: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Drop what only its capitals make a name, and times of day.

    In lines in capitals every word has them: only known names stay there, and those that the
    article writes elsewhere come back by the sweep. A word that begins each sentence it stands in
    with a capital, and is written small elsewhere, is an ordinary word.
    """
    small = small_words(text)
    return [
        name
        for name in names
        if not _is_shouted(text, name)
        and not _is_word(text, name, small)
        and not (name.type in _TIMELESS and _CLOCK.search(text, name.start, name.end))
    ]


def starts_sentence(text: str, start: int) -> bool:
    """Whether a word begins a sentence or line, quotation marks and bullets aside."""
    before = text[max(0, start - 4) : start].rstrip(_MARKS)
    return not before or before[-1] in _ENDS_BEFORE


def _is_shouted(text: str, name: TaggedSpan) -> bool:
    words = text[name.start : name.end]
    if not words.isupper() or known_types(words) or known_types(words.title()):
        return False
    begin = text.rfind("\n", 0, name.start) + 1
    end = text.find("\n", name.end)
    line = text[begin : end if end >= 0 else len(text)]
    return line.isupper() and len(line.split()) >= _FEW


def _is_word(text: str, name: TaggedSpan, small: frozenset[str]) -> bool:
    words = text[name.start : name.end]
    return (
        name.type in _ORDINARY_KINDS
        and words.isalpha()
        and words.istitle()
        and not small.isdisjoint(
            (words.lower(), words.lower().removesuffix("s"), words.lower() + "s")
        )
        and words not in _names_of_persons()
        and not known_types(words)
        and all(
            starts_sentence(text, found.start())
            for found in re.finditer(rf"\b{re.escape(words)}\b", text)
        )
    )


@lru_cache(maxsize=1)
def _names_of_persons() -> frozenset[str]:
    famous = read_words("mention_words.txt", "famous_surnames")
    return read_words("given_names.txt") | read_words("family_names.txt") | famous
