"""A student with its teacher behind it: texts unlike those it learned from go to the teacher."""

from __future__ import annotations

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

    Args:
        path: Its weight file.

    Raises:
        UsageError: The file is not there, damaged or no weight file; its teacher is not installed.
    """

    def __init__(self, path: Path) -> None:
        weights = read_weights(path)
        self._student = Student(weights)
        self.name = weights.name
        self._teacher_package = str(weights.facts["teacher"]["package"])
        self._teacher_name = tagger_name(self._teacher_package)

    @cached_property
    def _teacher(self) -> Tagger:
        return load_tagger(self._teacher_package)

    def tag(self, texts: Sequence[str]) -> list[list[TaggedSpan]]:
        """Find the names of each text, in reading order, without overlaps."""
        doubtful = [doubt(text) is not None for text in texts]
        own = iter(self._student.tag([t for t, d in zip(texts, doubtful, strict=True) if not d]))
        others = [t for t, d in zip(texts, doubtful, strict=True) if d]
        taught = iter(self._teacher.tag(others) if others else [])
        return [next(taught) if is_doubtful else next(own) for is_doubtful in doubtful]

    def name_for(self, text: str) -> str:
        """Name the model for a text: the student, or its teacher where the student stays out."""
        return self._teacher_name if doubt(text) else self.name
