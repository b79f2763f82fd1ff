"""Interviews and transcripts: turns that a label opens, with no marks around the words.

REID: What went wrong?
HOLM: The heating went first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tasks.extract.prose import is_prose
from tasks.lexicon.files import read_phrases, read_words
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
        Nothing unless labels alternate often enough for an interview, and somebody asks something
        or all labels name people: "Accuracy: …", "Availability: …" open the parts of a list.
    """
    turns: dict[str, list[Turn]] = defaultdict(list)
    things = read_phrases("speakers.txt", "labels of things")
    for m in _TURN.finditer(text):
        if m["label"].lower() in things or not is_prose(m[0]):
            continue
        turn = Turn(Span(*m.span("label")), Span(m.start("words"), _end(text, m.end("words"))))
        turns[m["label"]].append(turn)
    count = sum(len(found) for found in turns.values())
    if count < FEWEST_TURNS or not 2 <= len(turns) <= MOST_LABELS or count < 2 * len(turns) - 1:
        return ()
    if not any(_asked(text, found) for found in turns.values()) and not all(
        _names(text, label) for label in turns
    ):
        return ()
    return tuple(sorted(_answers(text, turns), key=lambda turn: turn.label.start))


def _answers(text: str, turns: dict[str, list[Turn]]) -> Iterator[Turn]:
    for label, found in turns.items():
        if label != "Q" and _asked(text, found) < QUESTIONS * len(found):
            yield from found


def _asked(text: str, turns: list[Turn]) -> int:
    """Count the turns that end in a question mark."""
    return sum(text[turn.words.end - 1] == "?" for turn in turns)


def _names(text: str, label: str) -> bool:
    """Whether a label is somebody's: a title, an office or a given name is in it.

    In capitals a surname is enough, if the text has it after another name.
    """
    if label in ("Q", "A"):
        return True
    if label.isupper() and re.search(rf"[A-Z][\w’'-]+ {re.escape(label.title())}\b", text):
        return True
    words = [word.lower().rstrip(".") for word in label.split()]
    return any(not _people().isdisjoint((word, word.rpartition("-")[2])) for word in words)


@lru_cache(maxsize=1)
def _people() -> frozenset[str]:
    titles = ("female", "male", "political", "legal", "service", "academic", "church", "other")
    words = read_words("speakers.txt", "roles") | read_words("speakers.txt", "spokespeople")
    for group in titles:
        words |= frozenset(p.lower().rstrip(".") for p in read_phrases("honorifics.txt", group))
    for gender in ("female", "male"):
        words |= frozenset(name.lower() for name in read_words("given_names.txt", gender))
    return words


def _end(text: str, end: int) -> int:
    while text[end - 1].isspace():
        end -= 1
    return end
