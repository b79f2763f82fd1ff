"""What a student tagger sees of a text: tokens, the features of each distinct one, candidates.

Training and running share this module: a change here makes every weight file useless, which is why
`TOKENS_VERSION` stands in the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tasks.lexicon.files import read_words
from tasks.lexicon.gazetteer import read_gazetteer

TOKENS_VERSION = 3

# A token takes the one space after it along; apostrophe-s, line ends and marks stand alone.
TOKEN = re.compile(r"(?:(?:[^\W\d_]\.){2,}|[^\W_]+|['’][sS]\b|\n+|[^\w\s]|_+) ?|\s+")

NGRAM_BUCKETS = 1 << 14
AFFIX_BUCKETS = 1 << 12
SHAPE_BUCKETS = 512
AFFIXES = 4
GAP = 4
"""Empty places between texts, so that no window reaches from one into the next."""

CAPITAL, DASH, ATTACHED, ARTICLE, POSSESSIVE, BLANK, TAIL, HEAD = (1 << n for n in range(8))
_TAILS = frozenset(
    {"party", "council", "county", "convention", "coast", "sea", "war", "university", "club"}
    | {"com", "org", "net", "gov"}
)
"""Small words that end a name after a capital: "Labour party", "Pendle council", "Amazon.com"."""
_HEADS = frozenset(
    {"al", "bin", "ibn", "abu", "el", "de", "da", "di", "du", "la"}
    | {"von", "van", "der", "den", "ten", "ter"}
)
"""Small words that begin one before a capital: "bin Laden"."""
_NUMBER = re.compile(r"\d{1,4}")  # Flight 370
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)")  # 9th Circuit
_LONGEST_SHAPE = 12
_LONGEST_WORD = 24  # bytes of a word that count
GAZETTEER_KINDS = ("given", "family", "place", "part of a place", "nationality", "body", "title")


@dataclass(frozen=True, slots=True)
class TokenFeatures:
    """What is known of a token without its surroundings."""

    exact: str
    """As written, without its space."""

    lower: str
    """In small letters."""

    shape: int
    """Bucket of its pattern of capitals, small letters and digits."""

    spaced: int
    """1 if a space follows."""

    affixes: tuple[int, int, int, int]
    """Buckets of its last three and two, first three and two bytes."""

    ngrams: tuple[int, ...]
    """Buckets of its stretches of three to five bytes."""

    flags: int
    """CAPITAL and the others, added."""


@lru_cache(maxsize=1 << 15)
def features_of(token: str) -> TokenFeatures:
    """Describe a token."""
    word = token[:-1] if len(token) > 1 and token[-1] == " " else token
    spaced = int(len(word) != len(token))
    if word.isspace():
        word, spaced = ("\n" if word == "\n" else "\n\n" if "\n" in word else " "), 0
    lower = word.lower()
    data = lower.encode("utf-8", "replace")
    affixes = (
        crc32(b"3" + data[-3:]) % AFFIX_BUCKETS,
        crc32(b"2" + data[-2:]) % AFFIX_BUCKETS,
        crc32(b"p" + data[:3]) % AFFIX_BUCKETS,
        crc32(b"q" + data[:2]) % AFFIX_BUCKETS,
    )
    edged = b"<" + data[:_LONGEST_WORD] + b">"
    ngrams = (
        [data]
        if len(word) == 1
        else [edged[at : at + n] for n in (3, 4, 5) for at in range(len(edged) - n + 1)]
    )
    return TokenFeatures(
        exact=word,
        lower=lower,
        shape=crc32(_shape(word).encode("utf-8", "replace")) % SHAPE_BUCKETS,
        spaced=spaced,
        affixes=affixes,
        ngrams=tuple(crc32(ngram) % NGRAM_BUCKETS for ngram in ngrams),
        flags=_flags(word),
    )


def _shape(word: str) -> str:
    """Give a word's pattern, runs cut to two: "McConnell" -> XxXxx."""
    out: list[str] = []
    for c in word[:_LONGEST_SHAPE]:
        kind = "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c
        if out[-2:] != [kind, kind]:
            out.append(kind)
    return "".join(out)


def _flags(word: str) -> int:
    lower = word.lower()
    return (
        CAPITAL * any(c.isupper() for c in word)
        + DASH * (word in ("-", "–"))
        + ATTACHED * (word in (".", "/", "'", "’", "@"))
        + ARTICLE * (lower in ("the", "a", "an"))
        + POSSESSIVE * (lower in ("'s", "’s"))
        + BLANK * word.isspace()
        + TAIL * (word in _TAILS or bool(_NUMBER.fullmatch(word)))
        + HEAD * (word in _HEADS or bool(_ORDINAL.fullmatch(word)))
    )


def candidates(flags: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Mark the tokens that may be part of a name: a fifth of a text, with nearly all names.

    Tokens with a capital, what stands between two of them at most three apart, dashes and their
    neighbours, marks attached to one, small words and numbers that begin or end names beside one;
    never a line end.

    Args:
        flags: Of each token, 0 in gaps.
    """
    capital = (flags & CAPITAL) > 0
    marked = capital.copy()
    at = np.flatnonzero(capital)
    apart = np.diff(at)
    for distance in (2, 3):
        for step in range(1, distance):
            marked[at[:-1][apart == distance] + step] = True
    beside = np.zeros_like(capital)
    beside[1:-1] = ((flags & DASH) > 0)[1:-1] & (capital[:-2] | capital[2:])
    dashes = np.flatnonzero(beside)
    marked[dashes] = marked[dashes - 1] = marked[dashes + 1] = True
    marked[1:] |= ((flags & ATTACHED) > 0)[1:] & capital[:-1]
    marked[1:] |= ((flags & TAIL) > 0)[1:] & marked[:-1]
    marked[:-1] |= ((flags & HEAD) > 0)[:-1] & capital[1:]
    names: NDArray[np.bool_] = marked & ((flags & BLANK) == 0)
    return names


def gazetteer_bits() -> Mapping[str, int]:
    """Give what the shipped word lists and knowledge base say of words in small letters.

    Returns:
        Word -> bits in the order of GAZETTEER_KINDS; training writes them into the weight file, so
        that a student stays the same when the lists grow.
    """
    bits: dict[str, int] = {}

    def add(words: Iterable[str], kind: str) -> None:
        bit = 1 << GAZETTEER_KINDS.index(kind)
        for word in words:
            bits[word.lower()] = bits.get(word.lower(), 0) | bit

    add(read_words("given_names.txt"), "given")
    add(read_words("family_names.txt"), "family")
    add(read_words("honorifics.txt"), "title")
    for thing in read_gazetteer().things:
        add((word for name in thing.demonyms for word in name.split()), "nationality")
        for name in (thing.name, *thing.aliases):
            words = name.split()
            whole = "place" if thing.type == "PLACE" else "body"
            add(words, whole if len(words) == 1 or whole == "body" else "part of a place")
    return MappingProxyType(bits)


def padded(parts: Sequence[Sequence[int]]) -> list[int]:
    """Join the tokens of texts with gaps (0) before, between and after them."""
    joined = [0] * GAP
    for part in parts:
        joined.extend(part)
        joined.extend([0] * GAP)
    return joined
