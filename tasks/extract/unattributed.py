"""Quotes of texts whose language we do not read: what stands in marks, and nobody's name.

An English clause rule makes subjects out of other languages' adverbs, and a wrong speaker is worse
than none.
"""

from __future__ import annotations

from collections.abc import Iterator

from tasks.extract.attributions import Attribution
from tasks.records import Mark, Span

_WORDS_OF_A_SENTENCE = 4
_WORDS_OF_A_PART = 5  # fewer are a title, a term or a word held at arm's length more often than not
_ENDS = ".!?…,"
_BEFORE = ".!?…:,\n"  # nothing before it counts as well


def words_in_marks(text: str, marks: tuple[Mark, ...]) -> Iterator[tuple[int, Attribution]]:
    """Give the stretches in marks that are long enough to be somebody's words.

    Returns:
        Each with the number of its paragraph, empty lines not counted, and no source.
    """
    paragraph, counted = 0, 0
    for mark in marks:
        filled = [line for line in text[counted : mark.start].split("\n")[:-1] if line.strip()]
        paragraph += len(filled)
        counted = max(counted, text.rfind("\n", 0, mark.start) + 1)
        words = text[mark.start : mark.end].split()
        if len(words) < _WORDS_OF_A_SENTENCE:
            continue
        whole = text[mark.end - 1] in _ENDS or text[mark.end + 1 : mark.end + 2] == ","
        before = text[max(mark.start - 9, 0) : mark.start - 1].rstrip(" \xa0")[-1:]
        if whole and before in _BEFORE:
            rule = "direct.marks"
        elif len(words) >= _WORDS_OF_A_PART:
            rule = "mixed.marks"
        else:
            continue
        yield paragraph, Attribution((Span(mark.start, mark.end),), rule)
