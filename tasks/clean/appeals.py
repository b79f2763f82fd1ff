"""Appeals: where an outlet asks its readers for money, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import pairwise

from tasks.clean.rules import appeal_wording, appeal_words, may_be_appeal, own_words
from tasks.clean.words import fold

LONGEST = 900
"""No appeal has a paragraph of more characters."""

RUN = 4
"""Paragraphs between two anchors that may belong to the same appeal, at most."""

_WORD = re.compile(r"[\w’']+")
_QUOTED = re.compile(r"“[^“”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^«»]*(?:»|$)|„[^„“”]*(?:[“”]|$)")
_SENTENCE_END = re.compile(r"[.!?…][\"”’')»]*$")


def is_appeal(text: str) -> bool:
    """Tell an appeal by its wording, or by its talk of giving, money, the trade, us and you."""
    lower = text.lower()
    if len(text) > LONGEST or not may_be_appeal(lower):
        return False
    match = appeal_wording(lower)
    if match:
        quoted = (found.span() for found in _QUOTED.finditer(text))
        return not any(start <= match.start() < end for start, end in quoted)
    if _QUOTED.search(text):
        return False
    words = set(_WORD.findall(lower))
    give, trade, we, you, money = (bool(words & group) for group in appeal_words())
    return give and trade and we and (you or money)


def around_appeals(texts: Sequence[str], anchors: Set[int], dropped: Set[int]) -> set[int]:
    """Find what stands beside or between parts of an appeal and speaks of the outlet as well.

    Args:
        texts: The paragraphs.
        anchors: Numbers of those that are an appeal by their own words.
        dropped: Numbers of all that are dropped already, for whatever reason.

    Returns:
        Numbers of more paragraphs.
    """
    found: set[int] = set()
    for first, second in pairwise(sorted(anchors)):
        if second - first <= RUN + 1:
            between = (number for number in range(first + 1, second) if number not in dropped)
            found.update(number for number in between if _own_words(texts[number]) >= 3)
    for number in range(len(texts) - 1, 0, -1):
        before = number - 1
        if (number in anchors or number in found) and before not in dropped | found:
            text = texts[before]
            is_title = len(text) < 80 and not _SENTENCE_END.search(text)
            is_early = is_title and 1 < number < RUN
            if is_early or _is_own(text) or (is_title and _own_words(text)):
                found.add(before)
    return found


def speaks_of_itself(text: str) -> bool:
    """Tell a line in which an outlet speaks of itself or to its readers."""
    first_person = set(fold(text).split()) & {"we", "our", "us", "you", "your"}
    return not _QUOTED.search(text) and bool(first_person) and _own_words(text) >= 2


def _own_words(text: str) -> int:
    return sum(word in own_words() for word in fold(text).split())


def _is_own(text: str) -> bool:
    """Tell a paragraph in which an outlet speaks of itself from one that quotes or reports."""
    words = fold(text).split()
    is_first_person = bool(set(words) & {"we", "our", "us"})
    is_much = _own_words(text) >= max(3, 0.06 * len(words))
    return is_first_person and is_much and not _QUOTED.search(text)
