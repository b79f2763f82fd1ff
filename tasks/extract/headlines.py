"""Headlines Where Each Word Has A Capital, as American papers set them: read as plain sentences."""

from __future__ import annotations

import re

from tasks.extract.masking import VEIL
from tasks.extract.tokens import auxiliaries
from tasks.extract.verb_forms import base_verbs, finite_verbs
from tasks.extract.word_kinds import SURE_BASES, word_kinds

LONGEST_HEADLINE = 200  # characters
FEWEST_WORDS = 4

_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_PLAIN = re.compile(r"\b[a-zß-ÿ]{5,}\b")
_KEPT = frozenset(["will", "may", "mark", "march", "us", "i"])


def plain_headlines(view: str) -> str:
    """Give function words and verbs of title-case lines small letters; no offset changes.

    >>> plain_headlines("Mayor Says Town Is Not Safe After Flood")
    'Mayor says Town is not Safe after Flood'
    """
    return _LINE.sub(_plain, view)


def _plain(line: re.Match[str]) -> str:
    text = line.group()
    if len(text) > LONGEST_HEADLINE or _PLAIN.search(text):
        return text
    words = list(_WORD.finditer(text))
    if (len(words) < FEWEST_WORDS and VEIL not in text) or not any(
        _has_verb(m.group()) for m in words[1:]
    ):
        return text
    pieces: list[str] = []
    done, before = 0, ""
    for m in words:
        word = m.group()
        low = word.lower()
        opened = not before or text[m.start() - 2 : m.start()].rstrip().endswith((":", "."))
        if word[0].isupper() and not opened and _is_common(low, before) and not word.isupper():
            pieces += (text[done : m.start()], low)
            done = m.end()
        before = low
    return "".join((*pieces, text[done:]))


def _has_verb(word: str) -> bool:
    return word[0].isupper() and (word.lower() in finite_verbs() or word.lower() in auxiliaries())


def _is_common(low: str, before: str) -> bool:
    if low in _KEPT:
        return False
    if low in word_kinds():
        return word_kinds()[low] != "T"
    if low in base_verbs():
        return before == "to" or low in SURE_BASES
    return low in finite_verbs()
