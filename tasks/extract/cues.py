"""Find the words that report: verbs, "according to", nouns of saying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tasks.extract.cue_forms import Complement, CueForm, cue_forms, cue_nouns
from tasks.extract.tokens import FUNCTION_WORDS, Chunk, Token
from tasks.lexicon.files import read_words
from tasks.records import CueClass

Mood = Literal["finite", "ing", "infinitive", "participle", "passive", "according", "noun"]

BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "gets", "got"])
FARTHEST = 8  # tokens from "his call for" to the words in marks


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


def find_cues(tokens: list[Token], chunks: list[Chunk]) -> list[Cue]:
    """Find the cues of a sentence, in reading order."""
    cues: list[Cue] = []
    for number, chunk in enumerate(chunks):
        if chunk.kind in "VGEI":
            cue = _verb_cue(tokens, chunks, number)
        elif chunk.kind in "PXwG" and tokens[chunk.first].low == "according":
            cue = _according(tokens, number, chunk)
        elif chunk.kind == "N":
            cue = _noun_cue(tokens, chunks, number)
        else:
            cue = None
        if cue is not None and not (cues and cue.first < cues[-1].last):
            cues.append(cue)
    return cues


def _according(tokens: list[Token], number: int, chunk: Chunk) -> Cue | None:
    last = chunk.first + 2
    if last > len(tokens) or tokens[last - 1].low != "to":
        return None
    return Cue(number, chunk.first, last, "according to", "according", "bare", "neutral")


def _verb_cue(tokens: list[Token], chunks: list[Chunk], number: int) -> Cue | None:
    chunk = chunks[number]
    at = chunk.last - 1
    token = tokens[at]
    if token.low == "according":
        return _according(tokens, number, chunk)
    readings = cue_forms().get(token.low)
    if readings is None or token.is_possessive:
        return None
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    form = _reading(readings, following, chunk.kind)
    if form is None:
        return None
    last = at + (2 if form.particle else 1)
    mood = _mood(tokens, chunks, number, form)
    if form.lemma in ("quote", "cite") and mood == "passive":
        for later in range(at + 1, min(at + 3, len(tokens))):
            if tokens[later].low == "saying":
                return Cue(number, chunk.first, later + 1, "quote", "passive", "bare", "neutral")
    return Cue(
        chunk_no=number,
        first=_first_word(tokens, chunk, at, mood),
        last=last,
        lemma=form.lemma,
        mood=mood,
        complement=form.complement,
        cue_class=form.cue_class,
        is_negated=_is_negated(tokens, chunks, number),
        is_thought=form.is_thought,
    )


def _reading(readings: tuple[CueForm, ...], following: str, kind: str) -> CueForm | None:
    for form in readings:
        if form.particle is not None and form.particle != following:
            continue
        if kind == "G" and form.tense != "ing":
            continue
        if kind == "I" and form.tense != "base" and form.lemma.partition("_")[0] != "put":
            continue
        if kind == "E" and form.tense not in ("past", "participle"):
            continue
        return form
    return None


def _mood(tokens: list[Token], chunks: list[Chunk], number: int, form: CueForm) -> Mood:
    chunk = chunks[number]
    if chunk.kind == "G":
        return "ing"
    if chunk.kind == "I":
        return "infinitive"
    if chunk.kind == "E":
        return "participle"
    before = {tokens[i].low for i in range(chunk.first, chunk.last - 1)}
    if number and chunks[number - 1].kind == "A" and number > 1 and chunks[number - 2].kind == "V":
        before |= {tokens[i].low for i in range(chunks[number - 2].first, chunks[number - 2].last)}
    if form.tense in ("past", "participle") and before & BE:
        return "passive"
    return "finite"


def _first_word(tokens: list[Token], chunk: Chunk, at: int, mood: Mood) -> int:
    """Give the first word of the cue: auxiliaries are no part of it, but of a passive."""
    return chunk.first if mood == "passive" else at


def _is_negated(tokens: list[Token], chunks: list[Chunk], number: int) -> bool:
    chunk = chunks[number]
    negations = read_words(FUNCTION_WORDS, "negations")
    first = chunk.first
    back = number
    while back and chunks[back - 1].kind in "AV" and first - chunks[back - 1].first <= 4:
        back -= 1
        first = chunks[back].first
    words = {tokens[i].low for i in range(first, chunk.last)}
    if words & negations:
        return True
    if chunk.kind == "I" and number:
        verb = tokens[chunks[number - 1].last - 1].low
        return verb in ("declined", "refused", "declines", "refuses", "failed", "decline", "refuse")
    return False


def _noun_cue(tokens: list[Token], chunks: list[Chunk], number: int) -> Cue | None:
    """Find "his claim that …", "the statement that …", "with the words …"."""
    chunk = chunks[number]
    head = tokens[chunk.last - 1].low
    cue_class = cue_nouns().get(head)
    if cue_class is None or chunk.last >= len(tokens):
        return None
    if number and tokens[chunks[number - 1].first].low == "in":
        return None
    following = tokens[chunk.last]
    wanting = following.low in ("to", "for", "of") and any(
        token.is_quotation for token in tokens[chunk.last : chunk.last + FARTHEST]
    )
    if following.low != "that" and not following.is_quotation and not wanting:
        return None
    owner = any(tokens[i].is_possessive for i in range(chunk.first, chunk.last)) or tokens[
        chunk.first
    ].low in ("his", "her", "their", "its", "my", "our")
    if not owner:
        return None
    complement: Complement = "marks" if wanting else "that"
    return Cue(number, chunk.last - 1, chunk.last, head, "noun", complement, cue_class)
