"""A view of the text in which the words between quotation marks cannot be seen.

What is said inside marks is nobody's cue and nobody's name, so the rules read this view. It has the
length of the text: offsets in one are offsets in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tasks.extract.mark_style import MARK
from tasks.records import Mark, Span

VEIL = "\x01"


def veiled_span(text: str, mark: Mark) -> Span:
    """Give the span of a stretch together with its marks."""
    start, end = mark.start, mark.end
    for size in (2, 1):
        if start >= size and MARK.fullmatch(text, start - size, start):
            start -= size
            break
    closing = MARK.match(text, end) if mark.is_closed else None
    while closing is not None:
        end = closing.end()
        closing = MARK.match(text, end)  # the marks of a quotation inside end with it: “‘No,’”
        if closing is not None and text[closing.end() : closing.end() + 1].isalnum():
            break
    return Span(start, end)


def veil(text: str, marks: Iterable[Mark]) -> str:
    """Replace every stretch between marks, and the marks, by `VEIL` characters."""
    return "".join(_pieces(text, marks))


def _pieces(text: str, marks: Iterable[Mark]) -> Iterator[str]:
    done = 0
    for mark in marks:
        span = veiled_span(text, mark)
        if span.start < done:
            continue
        yield text[done : span.start].replace(VEIL, " ")
        yield VEIL * (span.end - span.start)
        done = span.end
    yield text[done:].replace(VEIL, " ")
