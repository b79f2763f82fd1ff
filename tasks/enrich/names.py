"""Rules of persons' names: what to strip, which part is the surname, who may be meant by a part."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from tasks.lexicon.files import read_phrases, read_words

Gender = Literal["f", "m"]

HONORIFICS = "honorifics.txt"
FAMILY_NAMES = "family_names.txt"
GIVEN_NAMES = "given_names.txt"
GROUPS = ("female", "male", "political", "legal", "service", "academic", "church", "other")
LONGEST_HONORIFIC = 4  # words, as in "Work and Pensions Secretary"

NAME_PARTS = "name_parts.txt"
CACHE = 16384  # names remembered by each function: the same few come again and again

_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_NICKNAME = re.compile(r"\s*[\"“‘'(][^\"”’')]{1,30}[\"”’')](?=\s)")
_PART = re.compile(r"[^\s,]+")


@lru_cache(maxsize=CACHE)
def fold(name: str) -> str:
    """Fold a name for comparison: no accents, no case, no punctuation, single spaces."""
    decomposed = unicodedata.normalize("NFKD", name.replace("’", "'"))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", plain.replace("'", "").replace("-", " ")))


def strip_honorific(name: str) -> str:
    """Take honorifics and titles off the front of a name, suffixes and possessive off its end.

    "Det Ch Insp Sarah O'Neill's" -> "Sarah O'Neill". A name that is all title stays as it is.
    """
    words = tidy(name).split()
    start = _after_honorifics(tuple(words))
    rest = words[start:] or words
    while len(rest) > 1 and rest[-1].strip(".,").lower() in read_words(NAME_PARTS, "suffixes"):
        rest = rest[:-1]
    return " ".join(rest).rstrip(",")


def strip_postnominals(name: str) -> str:
    """Take letters off the end of a name that are no part of it: "Patrick Munro KC"."""
    words = name.split()
    while len(words) > 1 and words[-1].strip(".,").lower() in read_words(
        NAME_PARTS, "postnominals"
    ):
        words = words[:-1]
    return " ".join(words).rstrip(",")


def honorific_of(name: str) -> str | None:
    """Give the honorifics and titles a name begins with, as written; null when there are none."""
    words = tidy(name).split()
    start = _after_honorifics(tuple(words))
    return " ".join(words[:start]) or None if start < len(words) else None


def is_honorific(word: str) -> bool:
    """Whether a single word is an honorific or a title: Mr, Sen., President."""
    return _key(word) in _all_honorifics()


@lru_cache(maxsize=CACHE)
def gender_of_honorific(name: str) -> Gender | None:
    """Give the gender an honorific says: f for Mrs, m for Sir; null when it says none."""
    honorific = honorific_of(name)
    if honorific is None:
        return None
    words = {_key(word) for word in honorific.split()} | {_key(honorific)}
    if words & _honorifics("female"):
        return "f"
    return "m" if words & _honorifics("male") else None


def usual_gender(name: str) -> Gender | None:
    """Guess the gender of a given name: a hint for pronouns, never a fact to report."""
    parts = name_parts(name)
    if len(parts) < 2:
        return None
    given = parts[1] if is_family_name_first(name) else parts[0]
    for form in (given, given.partition("-")[0]):  # Anne-Marie, Kelly-Ann
        if form in read_words(GIVEN_NAMES, "female"):
            return "f"
        if form in read_words(GIVEN_NAMES, "male"):
            return "m"
    return None


@lru_cache(maxsize=CACHE)
def name_parts(name: str) -> tuple[str, ...]:
    """Give the parts of a person's name, without honorific, nickname, suffix and possessive."""
    return tuple(_PART.findall(_NICKNAME.sub("", strip_honorific(name))))


@lru_cache(maxsize=CACHE)
def is_family_name_first(name: str) -> bool:
    """Whether a name is written family name first: Kim Jong-un, Xi Jinping, Nguyen Phu Trong.

    The evidence is a first part that is a usual family name together with given names of the same
    tradition's shape; "Kim Smith" or "Lee Anderson" are not taken for one.
    """
    parts = name_parts(name)
    if not 2 <= len(parts) <= 4 or parts[0] not in read_words(FAMILY_NAMES):
        return False
    rest = parts[1:]
    if parts[0] in read_words(FAMILY_NAMES, "japanese"):
        return len(rest) == 1 and rest[0] not in _western_given_names()
    if len(rest) == 1:
        return _is_east_asian_given_name(rest[0])
    return all(len(part) <= 6 and part.isalpha() and part[0].isupper() for part in rest) and not (
        rest[-1] in _western_given_names() or rest[0] in _western_given_names()
    )


@lru_cache(maxsize=CACHE)
def surname(name: str) -> str | None:
    """Give the surname as written, with its particles: "von der Leyen", "Kim", "Lavrov".

    Returns:
        Null for a name of one part that may be anything, such as "Madonna"? No: that part itself;
        Null only when nothing is left of the name.
    """
    parts = name_parts(name)
    if not parts:
        return None
    if is_family_name_first(name):
        return parts[0]
    start = len(parts) - 1
    while start > 1 and parts[start - 1].lower() in read_words(NAME_PARTS, "particles"):
        start -= 1
    return " ".join(parts[start:])


@lru_cache(maxsize=CACHE)
def may_refer_to(short: str, full: str) -> bool:
    """Whether a shorter form of a name may stand for the full one.

    "Lavrov", "Mr Lavrov", "S. Lavrov" for "Sergei Lavrov"; "Mr Kim", "Kim" for "Kim Jong-un", but
    never "Kim Yong-chol". Whether it does must be decided among all the names of a text.
    """
    left, right = fold_parts(short), fold_parts(full)
    if not left or not right:
        return False
    if left == right:
        return True
    if len(left) > len(right):
        return False
    family = fold(surname(full) or "").split()
    if len(left) == 1:
        return (
            left == tuple(family)
            or left[0] == right[-1]
            or (honorific_of(short) is None and left[0] == right[0])
        )
    if left == tuple(family) or left == right[-len(left) :]:
        return True
    if is_family_name_first(full) or is_family_name_first(short):
        return set(left) <= set(right) and left[0] == right[0]
    same_end = left[-1] == right[-1]
    return same_end and (
        left[0] == right[0]
        or (min(len(left[0]), len(right[0])) == 1 and left[0][0] == right[0][0])
        or nickname_of(left[0], right[0])
    )


@lru_cache(maxsize=CACHE)
def fold_parts(name: str) -> tuple[str, ...]:
    """Fold the parts of a name, hyphens kept inside a part ("kim", "jongun")."""
    return tuple(part for part in (fold(p).replace(" ", "") for p in name_parts(name)) if part)


def nickname_of(left: str, right: str) -> bool:
    """Whether one given name is a usual short form of the other (folded): tim for timothy."""
    short, long = sorted((left, right), key=len)
    return len(short) >= 3 and long.startswith(short)


def tidy(name: str) -> str:
    """Collapse white space, drop a possessive ending and stray punctuation around a name."""
    return _POSSESSIVE.sub("", " ".join(name.split()).strip(' ,;:“”"')).rstrip(",;:")


@lru_cache(maxsize=16)
def _honorifics(group: str) -> frozenset[str]:
    return frozenset(_key(phrase) for phrase in read_phrases(HONORIFICS, group))


@lru_cache(maxsize=1)
def _all_honorifics() -> frozenset[str]:
    return frozenset(phrase for group in GROUPS for phrase in _honorifics(group))


@lru_cache(maxsize=1)
def _western_given_names() -> frozenset[str]:
    return read_words(GIVEN_NAMES)


def _key(phrase: str) -> str:
    return " ".join(word.rstrip(".").lower() for word in phrase.split())


@lru_cache(maxsize=4096)
def _after_honorifics(words: tuple[str, ...]) -> int:
    if len(words) == 2 and words[0] in _western_given_names():
        return 0  # Dean Baker is no dean
    known = _all_honorifics()
    start = (
        1
        if len(words) > 2
        and words[0] in read_words(NAME_PARTS, "countries")
        and _key(words[1]) in known
        else 0
    )
    while start < len(words) - 1:
        if start and start == len(words) - 2 and words[start] in _western_given_names():
            break  # PC Dean Loveridge has a given name
        for size in range(min(LONGEST_HONORIFIC, len(words) - 1 - start), 0, -1):
            if words[start][0].isupper() and _key(" ".join(words[start : start + size])) in known:
                start += size
                break
        else:
            break
    return start


def _is_east_asian_given_name(part: str) -> bool:
    pieces = part.split("-")
    if len(pieces) == 2:
        return all(2 <= len(piece) <= 6 and piece.isalpha() for piece in pieces)
    return (
        len(pieces) == 1
        and len(part) >= 4
        and part not in _western_given_names()
        and bool(
            re.fullmatch(
                r"(?:[BCDFGHJKLMNPQRSTWXYZbcdfghjklmnpqrstwxyz]{0,2}[aeiouü]{1,3}(?:ng|n|r)?){1,2}",
                part,
            )
        )
    )
