"""A student with its teacher behind it: texts unlike those it learned from go to the teacher."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from tasks.extract.student import Student
from tasks.extract.student_file import read_weights
from tasks.extract.tagger import TaggedSpan, Tagger, load_tagger, tagger_name

LONGEST = 200_000
"""Characters; one word of a longer text may mean many things, and pooling would mix them."""

ASKS_BELOW = "asks_below"
"""Fact of a weight file: the confidence below which its student leaves a text to the teacher."""

_REMEMBERED = 10_000  # texts of which it is known whether they were left to the teacher
_LOOKED_AT = 4000
_FEW_WORDS = 12
_ALL_CAPITALS, _NO_CAPITALS = 0.6, 0.015
"""Shares of words that begin with a capital: news has an eighth to a third."""
_WORD = re.compile(r"[^\W\d_]{2,}")

Doubt = Literal["too long", "in capitals", "in small letters"]


@lru_cache(maxsize=64)
def doubt(text: str) -> Doubt | None:
    """Say why a student should not tag a text; null where it may.

    Other languages than English never reach a tagger: see `mentions.find_mentions`.
    """
    if len(text) > LONGEST:
        return "too long"
    words = _WORD.findall(text[:_LOOKED_AT])
    if len(words) < _FEW_WORDS:
        return None
    if sum(word.isupper() for word in words) >= _ALL_CAPITALS * len(words):
        return "in capitals"
    if sum(word[0].isupper() for word in words) < _NO_CAPITALS * len(words):
        return "in small letters"
    return None


class Taught:
    """A student tagger that knows when to ask its teacher.

    It asks where `doubt` says so, and where the student's own confidence lies below what its
    weight file states in `asks_below`.

    Args:
        path: Its weight file.

    Raises:
        UsageError: The file is not there, damaged or no weight file; its teacher is not installed.
    """

    def __init__(self, path: Path) -> None:
        weights = read_weights(path)
        self._student = Student(weights)
        self.name = weights.name
        self._asks_below = float(weights.facts.get(ASKS_BELOW, 0.0))
        self._teacher_package = str(weights.facts["teacher"]["package"])
        self._teacher_name = tagger_name(self._teacher_package)
        self._is_unsure: dict[bytes, bool] = {}

    @cached_property
    def _teacher(self) -> Tagger:
        return load_tagger(self._teacher_package)

    def tag(self, texts: Sequence[str]) -> list[list[TaggedSpan]]:
        """Find the names of each text, in reading order, without overlaps."""
        found = self._own(texts)
        asked = [n for n, spans in enumerate(found) if spans is None]
        answers = self._teacher.tag([texts[n] for n in asked]) if asked else []
        for n, spans in zip(asked, answers, strict=True):
            found[n] = spans
        return [spans or [] for spans in found]

    def name_for(self, text: str) -> str:
        """Name the model for a text: the student, or its teacher where the student stays out."""
        if doubt(text):
            return self._teacher_name
        if (is_unsure := self._is_unsure.get(_key(text))) is None:
            is_unsure = self._own([text]) == [None]
        return self._teacher_name if is_unsure else self.name

    def _own(self, texts: Sequence[str]) -> list[list[TaggedSpan] | None]:
        """Find the names of each text that is not left to the teacher."""
        found: list[list[TaggedSpan] | None] = [None for _ in texts]
        clear = [n for n, text in enumerate(texts) if doubt(text) is None]
        read = self._student.read([texts[n] for n in clear])
        if len(self._is_unsure) > _REMEMBERED:
            self._is_unsure.clear()
        for n, reading in zip(clear, read, strict=True):
            is_unsure = reading.confidence < self._asks_below
            self._is_unsure[_key(texts[n])] = is_unsure
            if not is_unsure:
                found[n] = reading.spans
        return found


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
