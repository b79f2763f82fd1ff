"""What opens the sentence before "they" or "it": a group, somebody unnamed, a document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.enrich.people import is_hidden
from tasks.enrich.person_traits import is_role
from tasks.enrich.pronouns import sentence_at
from tasks.lexicon.files import read_words
from tasks.records import Span

SPEAKERS = "speakers.txt"
_OPENING_STRANGER = re.compile(r"(?:One|An?|Another) ((?:[a-z’-]+ ){0,2}[a-z’-]+?)(?:,| who\b)")
_OPENING_THING = re.compile(r"(?:The |An? |Its |Their |His |Her )((?:[\w’-]+ ){0,4}[\w’-]+)")
_OPENING_GROUP = re.compile(
    r"(?:The |Some |Many |Several |His |Her |Their )?((?:[\w’-]+ ){0,3}[\w’-]+)"
)


def plural_before(
    text: str, position: int, sentences: tuple[Span, ...], hidden: list[tuple[int, int]]
) -> tuple[int, str] | None:
    """Find the group that opens the sentence before a pronoun: "The couple", "Local residents".

    Returns:
        Its offset and its words without article; null if there is none.
    """
    for start in _sentences_before(position, sentences, hidden):
        m = _OPENING_GROUP.match(text, start, min(start + 60, position))
        if m is None:
            continue
        words = m.group(1).split()
        for size in range(len(words), 0, -1):
            if words[size - 1].lower() in read_words(SPEAKERS, "groups"):
                return m.start(1), " ".join(words[:size])
    return None


def stranger_before(
    text: str, position: int, sentences: tuple[Span, ...], hidden: list[tuple[int, int]]
) -> str | None:
    """Find the one somebody who opens the sentence before "they": "One constable put it so"."""
    for start in _sentences_before(position, sentences, hidden):
        m = _OPENING_STRANGER.match(text, start, min(start + 60, position))
        return m.group(1) if m and is_role(m.group(1).split()[-1]) else None
    return None


def thing_before(
    text: str, position: int, sentences: tuple[Span, ...], hidden: list[tuple[int, int]]
) -> tuple[int, str] | None:
    """Find the document that opens the sentence before "it": "An audit report last month found".

    Returns:
        Its offset and its words without article; null if there is none.
    """
    here = sentence_at(sentences, position)
    if here < 1 or is_hidden(sentences[here - 1].start, hidden):
        return None
    start = sentences[here - 1].start
    m = _OPENING_THING.match(text, start, min(start + 70, position))
    if m is None:
        return None
    words = m.group(1).split()
    documents = read_words("cues.txt", "documents")
    for size in range(1, len(words) + 1):
        if words[size - 1].lower() in ("a", "an", "the", "that", "of"):
            break
        if words[size - 1].lower() in documents:
            return m.start(1), " ".join(words[:size])
    return None


def _sentences_before(
    position: int, sentences: tuple[Span, ...], hidden: list[tuple[int, int]]
) -> Iterator[int]:
    """Give where the sentence before a place begins, and the one before that: not in quotes."""
    here = sentence_at(sentences, position)
    for back in (1, 2):
        if here >= back and not is_hidden(sentences[here - back].start, hidden):
            yield sentences[here - back].start
