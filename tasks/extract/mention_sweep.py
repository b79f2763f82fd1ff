"""A name found once is looked for everywhere in the article, a person's surname alone included."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tasks.extract.mention_edges import is_common
from tasks.extract.mention_types import Persons
from tasks.extract.tagger import TaggedSpan

_WORD = re.compile(r"[^\W_]+")
_SWEPT = ("PERSON", "ORG", "PLACE", "GROUP")


def sweep(text: str, names: Sequence[TaggedSpan], persons: Persons) -> list[TaggedSpan]:
    """Add the occurrences of known names that the tagger passed over; the longest name wins."""
    wanted = _wanted(text, names, persons)
    if not wanted:
        return list(names)
    found = [
        TaggedSpan(match.start(), match.end(), kind)
        for match in _pattern(wanted).finditer(text)
        if (kind := wanted[match.group()]) and _stands_alone(text, match.start(), match.end())
    ]
    return longest([*names, *found])


def longest(names: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Keep the longest of overlapping names (the earlier given of equals), in reading order."""
    kept: list[TaggedSpan] = []
    taken: set[int] = set()
    for name in sorted(names, key=lambda name: name.start - name.end):
        if taken.isdisjoint(range(name.start, name.end)):
            kept.append(name)
            taken.update(range(name.start, name.end))
    return sorted(kept, key=lambda name: name.start)


def _wanted(text: str, names: Sequence[TaggedSpan], persons: Persons) -> dict[str, str]:
    wanted = {text[name.start : name.end]: name.type for name in names if name.type in _SWEPT}
    wanted |= dict.fromkeys(persons.parts, "PERSON")
    return {
        words: kind
        for words, kind in wanted.items()
        if len(words) > 1 and words[0].isupper() and not is_common(words)
    }


def _pattern(wanted: Mapping[str, str]) -> re.Pattern[str]:
    ordered = sorted(wanted, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, ordered)) + r")(?!\w)")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether it is no part of a longer name: the words beside it are not capitalised too."""
    if start and text[start - 1] in "#@/.-_" and not text[max(0, start - 2)].isspace():
        return text[start - 1] == "-" and start > 1 and text[start - 2].isalpha()
    after = re.match(r"[ -]([A-Z][\w'’]*)", text[end : end + 25])
    if after and " " not in text[start:end] and not is_common(after.group(1)):
        return False
    before = re.search(r"([A-Z][\w'’.-]*) $", text[max(0, start - 25) : start])
    return not before or _starts_sentence(text, start - len(before.group()))


def _starts_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \"'“‘(")
    return not before or before[-1] in ".!?\n:"
