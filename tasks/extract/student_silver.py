"""Texts labelled by a teacher, made ready for a student to learn from."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.extract.student_tags import BEGIN, INSIDE, LAST, TAGS, TYPE_OF, UNIT, spans_of, tag_of
from tasks.extract.student_tokens import ARTICLE, POSSESSIVE, TOKEN, candidates, features_of
from tasks.extract.tagger import Doubt

FEWEST_TEXTS = 200
"""Fewer teach nothing that would be worth using."""

_HELD_OUT = 0.1
_FEWEST_OUTLETS = 5

Tags = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class SilverText:
    """A text with the names a teacher found in it."""

    text: str
    """As the teacher read it."""

    outlet: str
    """Who published it; texts of one outlet are kept together when some are held out."""

    spans: tuple[tuple[int, int, str], ...]
    """Start, end and the teacher's label of each name."""

    doubts: tuple[Doubt, ...] = ()
    """Where the teacher was not sure."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts as numbers of distinct tokens, with a tag for each."""

    tokens: tuple[str, ...]
    """The distinct tokens; number 0 is a gap, so that the first has number 1."""

    texts: tuple[tuple[NDArray[np.int32], Tags], ...]
    """Token numbers and tags of each text."""

    doubts: tuple[tuple[NDArray[np.int32], NDArray[np.float16]], ...]
    """For each text: tokens of which the teacher was not sure, and a row for each, what it gives
    to every tag."""


def hold_out(silver: Sequence[SilverText]) -> tuple[list[SilverText], list[SilverText]]:
    """Set a tenth of the texts aside, whole outlets where there are enough.

    Returns:
        Texts to learn from, texts held out; the same ones whenever the texts are the same.
    """
    counts = Counter(one.outlet for one in silver)
    if len(counts) < _FEWEST_OUTLETS:
        ordered = sorted(silver, key=lambda one: _order(one.text))
        cut = round(len(ordered) * _HELD_OUT)
        return ordered[cut:], ordered[:cut]
    aside: set[str] = set()
    size = 0
    for outlet in sorted(counts, key=_order):
        if size + counts[outlet] <= 1.5 * _HELD_OUT * len(silver):
            aside.add(outlet)
            size += counts[outlet]
        if size >= _HELD_OUT * len(silver):
            break
    return (
        [one for one in silver if one.outlet not in aside],
        [one for one in silver if one.outlet in aside],
    )


def corpus_of(silver: Sequence[SilverText]) -> Corpus:
    """Turn labelled texts into numbers and tags."""
    numbers: dict[str, int] = {}
    texts, doubts = [], []
    for one in silver:
        tokens = TOKEN.findall(one.text)
        ids = np.array([numbers.setdefault(t, len(numbers) + 1) for t in tokens], np.int32)
        whole = _tags(one, tokens)
        tags = _trimmed(tokens, whole)
        texts.append((ids, tags))
        doubts.append(_doubts(one, tokens, whole == tags))
    return Corpus(tuple(numbers), tuple(texts), tuple(doubts))


def _doubts(
    one: SilverText, tokens: Sequence[str], is_kept: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.float16]]:
    """Find the tokens that a teacher doubts, where both cut the text alike and nothing is trimmed.

    Articles and possessives are never part of a name for a student, so that doubts of them say
    nothing to it.
    """
    ends = np.cumsum([len(token) for token in tokens])
    at, rows = [], []
    for start, end, chances in one.doubts:
        number = int(np.searchsorted(ends, start, "right"))
        token = tokens[number]
        begin = int(ends[number]) - len(token)
        is_same = begin == start and len(token.rstrip(" ")) == end - start
        if is_same and is_kept[number] and not features_of(token).flags & (ARTICLE | POSSESSIVE):
            row = np.zeros(TAGS, np.float16)
            row[list(chances)] = list(chances.values())
            at.append(number)
            rows.append(row)
    return np.array(at, np.int32), np.array(rows, np.float16).reshape(-1, TAGS)


def _order(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _tags(one: SilverText, tokens: Sequence[str]) -> Tags:
    """Tag the tokens that a teacher's spans touch."""
    ends = np.cumsum([len(token) for token in tokens])
    tags = np.zeros(len(tokens), np.int8)
    for start, end, label in one.spans:
        kind = TYPE_OF.get(label)
        if kind is None or end <= start:
            continue
        first = int(np.searchsorted(ends, start, "right"))
        last = int(np.searchsorted(ends, end - 1, "right"))
        _write(tags, first, last, kind)
    return tags


def _write(tags: Tags, first: int, last: int, kind: int) -> None:
    if first == last:
        tags[first] = tag_of(kind, UNIT)
        return
    tags[first], tags[last] = tag_of(kind, BEGIN), tag_of(kind, LAST)
    tags[first + 1 : last] = tag_of(kind, INSIDE)


def _trimmed(tokens: Sequence[str], tags: Tags) -> Tags:
    """Take articles and possessives off the names, and what can never be a candidate."""
    flags = np.array([features_of(token).flags for token in tokens], np.uint8)
    may = candidates(flags) if len(flags) else np.zeros(0, bool)
    out = np.zeros_like(tags)
    for begin, end, kind, _ in spans_of(tags.astype(np.int64), np.arange(len(tags))):
        first, last = begin, end
        while first <= last and (flags[first] & ARTICLE or not may[first]):
            first += 1
        while last >= first and (flags[last] & POSSESSIVE or not may[last]):
            last -= 1
        if first <= last and may[first : last + 1].all():
            _write(out, first, last, kind)
    return out
