"""Interviews and transcripts: turns that a label opens, with no marks around the words.

REID: What went wrong?
HOLM: The heating went first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.lexicon.files import read_phrases
from tasks.records import Span

FEWEST_TURNS = 3  # of a text that is taken for an interview
MOST_LABELS = 8
QUESTIONS = 0.5  # share of turns that end in a question mark, from which on a label only asks

_TURN = re.compile(
    r"^(?P<label>Q|A|[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]*){0,3}): +(?P<words>(?![“\"‘'/])\S[^\n]{2,})$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until the next label."""

    label: Span
    words: Span


def find_turns(text: str) -> tuple[Turn, ...]:
    """Find the answers of an interview: turns under labels that do more than ask.

    Returns:
        Nothing unless labels alternate often enough for an interview.
    """
    turns: dict[str, list[Turn]] = defaultdict(list)
    things = read_phrases("speakers.txt", "labels of things")
    for m in _TURN.finditer(text):
        if m["label"].lower() in things:
            continue
        turn = Turn(Span(*m.span("label")), Span(m.start("words"), _end(text, m.end("words"))))
        turns[m["label"]].append(turn)
    count = sum(len(found) for found in turns.values())
    if count < FEWEST_TURNS or not 2 <= len(turns) <= MOST_LABELS or count < 2 * len(turns) - 1:
        return ()
    return tuple(sorted(_answers(text, turns), key=lambda turn: turn.label.start))


def _answers(text: str, turns: dict[str, list[Turn]]) -> Iterator[Turn]:
    for label, found in turns.items():
        asked = sum(text[turn.words.end - 1] == "?" for turn in found)
        if label != "Q" and asked < QUESTIONS * len(found):
            yield from found


def _end(text: str, end: int) -> int:
    while text[end - 1].isspace():
        end -= 1
    return end
