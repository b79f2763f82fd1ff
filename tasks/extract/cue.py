"""A cue: the words of a sentence that attribute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tasks.extract.cue_forms import Complement
from tasks.records import CueClass

Mood = Literal["finite", "ing", "infinitive", "participle", "passive", "according", "noun"]


@dataclass(frozen=True, slots=True)
class Cue:
    """An attributing word in a sentence."""

    chunk_no: int
    """The chunk it stands in."""

    first: int
    """Number of its first token."""

    last: int
    """Number just past its last token."""

    lemma: str
    """Base form, a particle after an underscore."""

    mood: Mood
    """How it stands in its clause."""

    complement: Complement
    """What it reports without marks."""

    cue_class: CueClass
    """neutral, strong, doubtful or document."""

    is_negated: bool = False
    """Whether it denies that something was said: "would not say whether", "declined to say"."""

    is_thought: bool = False
    """Whether its subject thinks rather than speaks."""

    is_modal: bool = False
    """Whether it says what may or shall be said: "should say", "to say"."""
