"""A name found once is looked for everywhere in the article, a person's surname alone included.

So are well-known names, acronyms given in brackets, datelines and the second half of a pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from tasks.extract.known_names import (
    NameFinder,
    known_finder,
    known_types,
    small_words,
    sought_names,
)
from tasks.extract.mention_edges import is_common
from tasks.extract.mention_types import Persons
from tasks.extract.tagger import TaggedSpan
from tasks.lexicon.files import read_words

_SWEPT = ("PERSON", "ORG", "PLACE", "GROUP", "EVENT")
_ACRONYM = re.compile(r"\s\(([A-Z][A-Za-z&-]{1,8}[A-Z])\)")
_DATELINE = re.compile(
    r"^([A-Z][A-Z.'’ -]{2,30}[A-Z.])(?=,? (?:[A-Z][\w. ]+,? )?(?:\([^)\n]{2,40}\) ?)?[—–-]{1,2} )",
    re.MULTILINE,
)
_PAPER = re.compile(r"\b[Tt]he ([A-Z][a-z]+)\b(?! [A-Z])")
_INTRODUCED = re.compile(r"\b([a-z]+) ((?:[A-Z][\w'’&-]+ ){0,2}[A-Z][\w'’&-]+)")
_STATE = re.compile(r"(?<=, )(?:[A-Z][a-z]{1,4}\.|[A-Z]\.[A-Z]\.)(?=\W)")
_DOTTED = re.compile(r"\.\w")
_CAPITAL_AFTER = re.compile(r" ([A-Z][\w'’]*)")
_CAPITAL_BEFORE = re.compile(r"([A-Z][\w'’.-]*) $")
_LINE = re.compile(r"[^\n]{12,}")
_PAIRED = re.compile(r"[-–/]([A-Z][a-z]+)\b")


def sweep(text: str, names: Sequence[TaggedSpan], persons: Persons) -> list[TaggedSpan]:
    """Add the occurrences of known names that the tagger passed over; the longest name wins."""
    wanted = _wanted(text, names, persons)
    ends = {name.end for name in names}
    small = small_words(text)
    found = [
        TaggedSpan(start, start + len(words), kind)
        for finder, kinds in ((NameFinder(wanted), wanted), (known_finder(), sought_names()))
        for start, words in finder.find(text)
        if (kind := kinds[words])
        and _stands_alone(text, start, start + len(words), ends)
        and not (words.istitle() and words.lower() in small and _starts_sentence(text, start))
    ]
    others = (
        _in_patterns(text),
        _in_pairs(text, names),
        _families(text, persons),
        _in_capitals(text, wanted),
    )
    return longest([*names, *found, *(name for some in others for name in some)])


def longest(names: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Keep the longest of overlapping names (the earlier given of equals), in reading order."""
    kept: list[TaggedSpan] = []
    taken: set[int] = set()
    for name in sorted(names, key=lambda name: name.start - name.end):
        if name.start not in taken and name.end - 1 not in taken:
            kept.append(name)
            taken.update(range(name.start, name.end))
    return sorted(kept, key=lambda name: name.start)


def _wanted(text: str, names: Sequence[TaggedSpan], persons: Persons) -> dict[str, str]:
    wanted = {text[name.start : name.end]: name.type for name in names if name.type in _SWEPT}
    for name in names:
        if name.type == "ORG" and (acronym := _ACRONYM.match(text, name.end)):
            wanted.setdefault(acronym.group(1), "ORG")
    wanted |= dict.fromkeys(persons.parts, "PERSON")
    return {
        words: kind
        for words, kind in wanted.items()
        if len(words) > 1 and words[0].isupper() and not is_common(words)
    }


def _in_patterns(text: str) -> Iterator[TaggedSpan]:
    """Find datelines, newspapers that are words, states' abbreviations."""
    for found in _DATELINE.finditer(text):
        if " AND " in found.group(1):
            continue
        yield TaggedSpan(found.start(1), found.end(1), "PLACE")
    papers = read_words("mention_words.txt", "papers")
    for found in _PAPER.finditer(text):
        if found.group(1) in papers:
            yield TaggedSpan(found.start(1), found.end(1), "ORG")
    nouns = read_words("mention_words.txt", "introducing_nouns")
    if not nouns.isdisjoint(small_words(text)):
        for found in _INTRODUCED.finditer(text):
            if found.group(1) in nouns:
                yield TaggedSpan(found.start(2), found.end(2), "ORG")
    for found in _STATE.finditer(text):
        if "PLACE" in known_types(found.group()):
            yield TaggedSpan(found.start(), found.end(), "PLACE")


def _in_pairs(text: str, names: Sequence[TaggedSpan]) -> Iterator[TaggedSpan]:
    """Find the second place of "Delhi-Noida"."""
    for name in names:
        pair = _PAIRED.match(text, name.end) if name.type == "PLACE" else None
        if pair and known_types(pair.group(1)) == {"PLACE"}:
            yield TaggedSpan(pair.start(1), pair.end(1), "PLACE")


def _families(text: str, persons: Persons) -> Iterator[TaggedSpan]:
    """Find families and siblings: "the Coens" where Joel Coen is named."""
    plurals = NameFinder(part + "s" for part in persons.parts if part[-1] not in "sxz")
    for start, words in plurals.find(text):
        if text[max(0, start - 4) : start] in ("the ", "The "):
            yield TaggedSpan(start, start + len(words), "PERSON")


def _in_capitals(text: str, wanted: Mapping[str, str]) -> Iterator[TaggedSpan]:
    """Find the article's names in its lines in capitals: "LAVROV HOPES FOR TALKS"."""
    lines = [line for line in _LINE.finditer(text) if line.group().isupper()]
    if not lines:
        return
    kinds = {words.upper(): kind for words, kind in wanted.items()}
    finder = NameFinder(kinds)
    for line in lines:
        for start, words in finder.find(line.group()):
            at = line.start() + start
            yield TaggedSpan(at, at + len(words), kinds[words])


def _stands_alone(text: str, start: int, end: int, ends: Set[int]) -> bool:
    """Whether it is no part of a longer name: any capitalised word before it `ends` another."""
    if start and text[start - 1] in "#@/._":
        return False
    if text[end : end + 1] in ("@", "_") or _DOTTED.match(text, end):
        return False
    if " " not in text[start:end]:
        after = _CAPITAL_AFTER.match(text, end, end + 25)
        if after and not is_common(after.group(1)):
            return False
    before = _CAPITAL_BEFORE.search(text[max(0, start - 25) : start])
    return (
        not before
        or start - 1 in ends
        or is_common(before.group(1))
        or _starts_sentence(text, start - len(before.group()))
    )


def _starts_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \"'“‘(")
    return not before or before[-1] in ".!?\n:"
