"""Words of a sentence, as the clause rules read them: a quotation is one token."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tasks.extract.masking import VEIL
from tasks.lexicon.files import read_words

FUNCTION_WORDS = "function_words.txt"

TITLE = "Title"  # the word that stands for a title in marks

SHORT = {"'s": "is", "'re": "are", "'m": "am", "'ve": "have", "'ll": "will", "'d": "would"}

_TOKEN = re.compile(
    r"(?=\S)(?:"  # white space is told in one step
    r"[a-z]++(?![\w’'.&/,-])"  # most words; all other shapes take longer to try
    rf"|{VEIL}+"
    r"|(?:Mrs?|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Prof|Rev|St|Jr|Sr|Hon|Cllr|Maj|Reps|Sens|Atty|Engr|Barr|Cpl|Supt|Insp|Det|Adm|Cmdr|Fr|Msgr|Ald|Smt|Shri|Adv|Amb|Asst|Dep|Pres|Const)\."
    r"|(?:[A-Za-z]\.){2,}|[A-Z]\.(?=\s[A-Z])"
    r"|[#@$£€]?[^\W_]+(?:(?:[’'.&/-]|\b[,](?=\d))[^\W_]+)*(?:[’'](?=\s))?"
    r"|[—–]|--+|\.{2,}|[^\w\s])"
)


class Token(NamedTuple):
    """A word, a punctuation mark, or a whole quotation (a tuple, for there are very many)."""

    start: int
    end: int
    word: str
    """As written; for a quotation a single `VEIL`."""

    low: str
    """Lower case, with straight apostrophes and without a possessive ending."""

    is_capital: bool
    is_possessive: bool

    @property
    def is_quotation(self) -> bool:
        """Whether it stands for a stretch between marks."""
        return self.word == VEIL


class Chunk(NamedTuple):
    """A group of tokens of one kind."""

    kind: str
    """One letter; see the module."""

    first: int
    """Number of its first token."""

    last: int
    """Number just past its last token."""


def tokenize(
    view: str,
    start: int,
    end: int,
    titles: frozenset[int] = frozenset(),
    pauses: frozenset[int] = frozenset(),
) -> list[Token]:
    """Split a stretch of the veiled view into tokens.

    Args:
        view: The veiled view of the text.
        start: Where the stretch starts.
        end: Where it ends.
        titles: Offsets of veiled stretches that are names of works and such: read as nouns.
        pauses: Offsets of veiled stretches that end in a comma.
    """
    tokens: list[Token] = []
    for m in _TOKEN.finditer(view, start, end):
        word = m.group()
        first, last = m.span()
        if word[0] == VEIL:
            if first not in titles:
                tokens.append(Token(first, last, VEIL, VEIL, False, False))
                continue
            tokens.append(Token(first, last, TITLE, TITLE.lower(), True, False))
            if first in pauses:
                tokens.append(Token(last - 1, last, ",", ",", False, False))
            continue
        low, is_capital, is_possessive, cut = _shape(word)
        if cut:
            middle = first + cut
            tokens.append(Token(first, middle, word[:cut], low[:cut], is_capital, False))
            tokens.append(Token(middle, last, word[cut:], SHORT[low[cut:]], False, False))
        else:
            tokens.append(Token(first, last, word, low, is_capital, is_possessive))
    return tokens


@lru_cache(maxsize=16384)
def _shape(word: str) -> tuple[str, bool, bool, int]:
    """Give a word in lower case, whether it is a capital or a possessive, and where to cut it.

    The cut is 0 but for a pronoun with an auxiliary: he's, they've.
    """
    low = word.lower().replace("’", "'")
    possessive = False
    if "'" in low:
        if low in contractions():
            return low, word[0].isupper(), False, low.index("'")
        if low not in auxiliaries():
            if low.endswith("'s"):
                low, possessive = low[:-2], True
            elif low.endswith("s'"):
                low, possessive = low[:-1], True
    return low, word[0].isupper(), possessive, 0


@lru_cache(maxsize=1)
def contractions() -> frozenset[str]:
    """Give the pronouns that are written in one word with an auxiliary: he's, they've."""
    subjects = ("i", "he", "she", "it", "we", "you", "they", "who", "that", "there", "what")
    return frozenset(subject + ending for subject in subjects for ending in SHORT)


@lru_cache(maxsize=1)
def auxiliaries() -> frozenset[str]:
    """Give the auxiliary verbs and the pronouns contracted with one."""
    return read_words(FUNCTION_WORDS, "auxiliaries")
