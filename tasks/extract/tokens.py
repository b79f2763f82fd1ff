"""Words of a sentence, as the clause rules read them: a quotation is one token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tasks.extract.masking import VEIL
from tasks.lexicon.files import read_words

FUNCTION_WORDS = "function_words.txt"

TITLE = "Title"  # the word that stands for a title in marks

SHORT = {"'s": "is", "'re": "are", "'m": "am", "'ve": "have", "'ll": "will", "'d": "would"}

_TOKEN = re.compile(
    rf"{VEIL}+"
    r"|(?:Mrs?|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Prof|Rev|St|Jr|Sr|Hon|Cllr|Maj|Reps|Sens)\."
    r"|(?:[A-Za-z]\.){2,}|[A-Z]\.(?=\s[A-Z])"
    r"|[#@$£€]?[^\W_]+(?:(?:[’'.&/-]|\b[,](?=\d))[^\W_]+)*(?:[’'](?=\s))?"
    r"|[—–]|--+|\.{2,}|[^\w\s]"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a punctuation mark, or a whole quotation."""

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


@dataclass(frozen=True, slots=True)
class Chunk:
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
        if word[0] == VEIL and m.start() in titles:
            tokens.append(Token(m.start(), m.end(), TITLE, TITLE.lower(), True, False))
            if m.start() in pauses:
                tokens.append(Token(m.end() - 1, m.end(), ",", ",", False, False))
            continue
        if word[0] == VEIL:
            tokens.append(Token(m.start(), m.end(), VEIL, VEIL, False, False))
            continue
        low = word.lower().replace("’", "'")
        if "'" in low and low in contractions():
            cut = low.index("'")
            middle = m.start() + cut
            tokens.append(Token(m.start(), middle, word[:cut], low[:cut], word[0].isupper(), False))
            tokens.append(Token(middle, m.end(), word[cut:], SHORT[low[cut:]], False, False))
            continue
        possessive = False
        if "'" in low and low not in auxiliaries():
            if low.endswith("'s"):
                low, possessive = low[:-2], True
            elif low.endswith("s'"):
                low, possessive = low[:-1], True
        tokens.append(Token(m.start(), m.end(), word, low, word[0].isupper(), possessive))
    return tokens


@lru_cache(maxsize=1)
def contractions() -> frozenset[str]:
    """Give the pronouns that are written in one word with an auxiliary: he's, they've."""
    subjects = ("i", "he", "she", "it", "we", "you", "they", "who", "that", "there", "what")
    return frozenset(subject + ending for subject in subjects for ending in SHORT)


@lru_cache(maxsize=1)
def auxiliaries() -> frozenset[str]:
    """Give the auxiliary verbs and the pronouns contracted with one."""
    return read_words(FUNCTION_WORDS, "auxiliaries")
