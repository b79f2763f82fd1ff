"""Whom a pronoun means: gender, number, recency, and who has been speaking."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass

from tasks.enrich.people import Cast, Person, is_hidden
from tasks.enrich.person_traits import SOMEBODY
from tasks.records import Span

RECENT = 3  # speakers looked back to
NEAR = 8  # sentences back in which an antecedent is looked for

GENDER_OF: dict[str, str] = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f", "hers": "f"}


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the evidence for an antecedent, in logits."""

    recency: float = -0.55
    """Per sentence between the last naming and the pronoun."""

    speaker: float = 2.2
    """It is who spoke last."""

    fading: float = 0.1
    """Taken from that per sentence since."""

    earlier: float = 0.3
    """Share of that for each speaker before the last."""

    unnamed: float = -0.5
    """It is a speaker not named within reach."""

    subject: float = 1.0
    """It is named at the start of a sentence."""

    count: float = 0.1
    """Per logarithm of the times it is named."""

    gender: float = 1.0
    """Its gender is known and agrees."""

    person: float = 0.5
    """Per point of evidence that it is a person."""


WEIGHTS = Weights()


def antecedents(
    cast: Cast,
    pronoun: str,
    position: int,
    sentences: tuple[Span, ...],
    hidden: list[tuple[int, int]],
    speakers: list[tuple[Person, int]],
) -> list[tuple[Person, float]]:
    """Rank whom a singular pronoun may mean, most likely first, with probabilities.

    Args:
        cast: The people of the article.
        pronoun: he, she, his, her …
        position: Its offset.
        sentences: Sentences of the article.
        hidden: Stretches between marks: a name in them is no antecedent outside.
        speakers: Who spoke before it and where, the last one first.
    """
    gender = GENDER_OF.get(pronoun.lower())
    starts = [sentence.start for sentence in sentences]
    here = bisect_left(starts, position + 1) - 1
    scored: dict[int, tuple[Person, float]] = {}
    low = starts[max(here - NEAR, 0)] if starts else 0
    at = bisect_left(cast.places, position, key=lambda place: place[0])
    while at:
        at -= 1
        start, person = cast.places[at]
        if start < low:
            break
        if person.evidence < SOMEBODY or is_hidden(start, hidden):
            continue
        likely = person.likely_gender
        if likely is not None and gender is not None and likely != gender:
            continue
        there = bisect_left(starts, start + 1) - 1
        score = WEIGHTS.recency * (here - there)
        score += WEIGHTS.subject * (start - starts[there] < 40)
        score += WEIGHTS.count * math.log(len(person.appearances))
        score += WEIGHTS.gender * (likely is not None) + WEIGHTS.person * min(person.evidence, 4.0)
        known = scored.get(id(person))
        if known is None or score > known[1]:
            scored[id(person)] = (person, score)
    weight = WEIGHTS.speaker
    for speaker, at in speakers[:RECENT]:
        if gender is None or speaker.likely_gender in (None, gender):
            distance = here - (bisect_left(starts, at + 1) - 1)
            person, score = scored.get(id(speaker), (speaker, WEIGHTS.unnamed))
            scored[id(speaker)] = (person, score + max(weight - WEIGHTS.fading * distance, 0.0))
        weight *= WEIGHTS.earlier
    return softmax(list(scored.values()))


def softmax(scored: list[tuple[Person, float]]) -> list[tuple[Person, float]]:
    """Turn scores into probabilities, most likely first; "somebody else" has a score of -1."""
    if not scored:
        return []
    top = max(score for _, score in scored)
    total = sum(math.exp(score - top) for _, score in scored) + math.exp(-1.0 - top)
    ranked = sorted(scored, key=lambda item: -item[1])
    return [(person, math.exp(score - top) / total) for person, score in ranked]
