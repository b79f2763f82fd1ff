"""Dialogues: who speaks next where two people take turns and nobody says who."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.extract.attributions import Attribution
from tasks.records import Mark, Span

LONGEST_TURN = 30  # words of a turn in a dialogue: nobody answers a speech
ANSWERING = frozenset(["reply", "answer", "retort", "respond", "counter", "shoot_back", "snap"])


@dataclass(frozen=True, slots=True)
class Turn:
    """A paragraph that begins with somebody's words in marks."""

    paragraph_no: int
    """Its number."""

    source: Span
    """The words that name who speaks."""

    name: str
    """The same as words, in small letters."""

    words: str
    """What is said in it."""

    is_answer: bool = False
    """Whether its verb says that it is an answer."""

    @property
    def asks(self) -> bool:
        """Whether it ends in a question."""
        return self.words.endswith("?")


def read_turn(text: str, paragraph_no: int, made: Attribution, said: list[Mark]) -> Iterator[Turn]:
    """Give the turn that a paragraph is, if it names who speaks."""
    if made.source is not None:
        name = text[made.source.start : made.source.end].lower()
        words = " ".join(text[mark.start : mark.end] for mark in said)
        yield Turn(paragraph_no, made.source, name, words, made.lemma in ANSWERING)


def next_speaker(turns: list[Turn], paragraph_no: int, words: str) -> Span | None:
    """Find the other one of two who talk: an answer is theirs, and so is the next question.

    `“Were you there?” asked Reid.` `“Yes,” said Hale.` `“For how long?”` `“An hour.”`

    Args:
        turns: The turns so far.
        paragraph_no: The paragraph of the next one.
        words: What is said in it.

    Returns:
        Their source; null where the last one may as well go on speaking.
    """
    if len(turns) < 2:
        return None
    first, last = turns[-2:]
    if (first.paragraph_no, last.paragraph_no) != (paragraph_no - 2, paragraph_no - 1):
        return None
    if first.name == last.name or any(
        len(said.split()) > LONGEST_TURN for said in (first.words, last.words, words)
    ):
        return None
    if last.asks:
        return first.source
    return first.source if words.endswith("?") and (first.asks or last.is_answer) else None
