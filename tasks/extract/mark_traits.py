"""Traits of a stretch between marks, by which a quotation is told from a title or a term."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.extract.tokens import FUNCTION_WORDS
from tasks.extract.word_kinds import word_kinds
from tasks.lexicon.files import read_words
from tasks.records import Mark

WORKS = "works.txt"
LEAD = 60  # characters before a mark that are looked at

LONGEST_HEADLINE = 200  # characters
NICKNAME = 3  # words at most

_FORENAME = re.compile(r"(?<![\w.])(?:(?:[A-Z]\.)+|[A-Z][a-z’'-]+) [“\"‘']$")
_SURNAME = re.compile(r"[”\"’'] [A-Z][a-z’'-]")
_PLAIN = re.compile(r"\b(?!(?:with|from|over|than|into|amid|upon)\b)[a-zß-ÿ]{4,}\b")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
# The last two words before a mark; possessive throughout, so that a search takes linear time.
_LAST_WORDS = re.compile(
    r"(?<![\w’'-])([\w’'-]++)?+\s*+([\w’'-]++)?+([,:;(—–-]?+)\s*+[“\"‘'«„`]*+$"
)
_FIRST = re.compile(r"[”\"’'»]{0,3}([,.;:)?!—–-]?)\s*([\w’'-]{0,30})")


@lru_cache(maxsize=8)
def _words(name: str, section: str) -> frozenset[str]:
    return read_words(name, section)


def mark_traits(text: str, mark: Mark) -> frozenset[str]:
    """Name the traits of a marked stretch that can be seen without reading the sentence."""
    inner = text[mark.start : mark.end]
    words = _WORD.findall(inner)
    traits: set[str] = set()
    count = len(words)
    traits.add(
        "one_word"
        if count <= 1
        else "two_words"
        if count == 2
        else "few_words"
        if count <= 4
        else "some_words"
        if count <= 8
        else "many_words"
    )
    if count and _is_title_case(words) and not _is_headline(text, mark):
        traits.add("title_case")
    if inner[:1].islower():
        traits.add("lower_start")
    last = inner.rstrip()[-1:]
    if last in ",?!" or (last == "." and count > 3):
        traits.add("ends_in_point")
    low = {word.lower() for word in words}
    if low & _words(WORKS, "speech"):
        traits.add("speaks")
    if count and any(word in _words(FUNCTION_WORDS, "auxiliaries") for word in low):
        traits.add("has_verb")
    traits |= _before(text, mark.start) | _after(text, mark, words)
    if last == "." and inner[:1].isupper() and "after_colon" in traits:
        traits.add("ends_in_point")  # Mr Reid’s answer was short: “No.”
    if count and count <= NICKNAME and "title_case" in traits and _is_between_names(text, mark):
        traits.add("nickname")
    return frozenset(traits)


def _is_headline(text: str, mark: Mark) -> bool:
    """Whether each word of the line has a capital: Hale Calls Reid’s Plan ‘A Disgrace’."""
    start = text.rfind("\n", 0, mark.start) + 1
    end = text.find("\n", mark.end)
    end = len(text) if end < 0 else end
    if _SURNAME.match(text, mark.end):  # “Harbour Lights” Star
        return False
    if end - start > LONGEST_HEADLINE or mark.end - mark.start > (end - start) / 2:
        return False
    return not _PLAIN.search(text, start, end)


def _is_between_names(text: str, mark: Mark) -> bool:
    """Whether a first name or initials and a surname stand around marks: C.L. “Butch” Moe."""
    before = _FORENAME.search(text, max(mark.start - LEAD, 0), mark.start)
    return before is not None and _SURNAME.match(text, mark.end) is not None


def is_title(traits: frozenset[str]) -> bool:
    """Whether a marked stretch is a nickname or the name of a work, by its looks alone."""
    if "nickname" in traits:
        return True
    if "title_case" not in traits or traits & {"many_words", "starts_paragraph"}:
        return False
    if "after_name" in traits:
        return True
    if "speaks" in traits and not traits & {"after_work", "before_work"}:
        return False
    if traits & {"after_colon", "after_comma"} and not traits & {"after_work", "before_work"}:
        return False
    named = traits & {"after_work", "before_work", "before_noun", "after_preposition", "after_told"}
    return bool(named) and (
        "one_word" not in traits or bool(traits & {"after_work", "before_work"})
    )


def _is_title_case(words: list[str]) -> bool:
    small = _words(WORKS, "small")
    big = [word for word in words if word.lower() not in small]
    return (
        bool(big)
        and all(word[0].isupper() or word[0].isdigit() for word in big)
        and (words[0][0].isupper() or words[0][0].isdigit())
    )


def _before(text: str, start: int) -> set[str]:
    traits: set[str] = set()
    lead = text[max(start - LEAD, 0) : start].rpartition("\n")[2]
    m = _LAST_WORDS.search(lead)
    if m is None or not lead.strip("“\"‘'«„` "):
        return {"starts_paragraph"}
    before, word, point = m.group(1), m.group(2) or m.group(1), m.group(3)
    low = (word or "").lower()
    if point == ":":
        traits.add("after_colon")
    elif point == ",":
        traits.add("after_comma")
    elif point in ("(", "—", "–"):
        traits.add("after_dash")
    elif low in ("the", "a", "an", "this", "that", "these", "those", "some"):
        traits.add("after_article")
    elif low in _words(FUNCTION_WORDS, "prepositions"):
        traits.add("after_preposition")
    if low in _words(WORKS, "nouns") or low.removesuffix("s") in _words(WORKS, "nouns"):
        traits.add("after_work")
    if low in _words(WORKS, "naming") or (
        low == "as" and (before or "").lower() in _words(WORKS, "naming")
    ):
        traits.add("after_naming")
        named = (before or "").lower() if low == "as" else low
        if named in _words(WORKS, "names"):
            traits.add("after_name")
    if low in ("told", "tells", "telling", "tell", "including", "and's") or low.endswith(
        ("’s", "'s")
    ):
        traits.add("after_told")
    if low in _words(WORKS, "hedging"):
        traits.add("after_hedge")
    return traits


def _after(text: str, mark: Mark, words: list[str]) -> set[str]:
    m = _FIRST.match(text, mark.end)
    if m is None:
        return set()
    point, word = m.group(1), m.group(2)
    inner_point = text[mark.start : mark.end].rstrip()[-1:] in ",.?!"
    if not point and not inner_point and word:
        if word.islower() and word not in word_kinds():
            return {"before_noun"}
        if word.lower() in _words(WORKS, "nouns"):
            return {"before_work", "before_noun"}
    return set()
