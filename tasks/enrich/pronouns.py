"""Whom a pronoun means: gender, number, recency, and who has been speaking."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from dataclasses import dataclass

from tasks.enrich.people import Cast, Person, is_hidden
from tasks.enrich.person_traits import SOMEBODY, is_description
from tasks.records import Span

RECENT = 3  # speakers looked back to
NEAR = 8  # sentences back in which an antecedent is looked for

SUBJECT = 45  # characters from the start of a sentence in which its subject stands
LONGEST_LEAD = 100  # characters of a description before the name of a subject
MOST_EVIDENCE = 4.0
ELSE = -3.0  # score of somebody whom the article does not name

_OBLIQUE = re.compile(
    r"\b(?:of|for|to|with|by|against|from|about|on|behind|over|than|and)"
    r" (?:[\w’']+ )?$"
)
_OWNER = re.compile(r"['’]s? [a-z]")
_RELATED = re.compile(r"['’]s? (?:[a-z][\w’-]* ){0,4}[a-z-]+, [A-Z][\w’-]+ [A-Z][\w’-]+,")
_DATELINE = re.compile(r"[A-Z]{3,}[^\n]{0,50}? ?[-–—:] ")  # MILLBROOK, Jan 19 (Wire) -
_ASKED = re.compile(r"(?:When )?(?:[Aa]sked|[Pp]ressed|[Qq]uestioned|[Qq]uizzed|[Cc]hallenged)\b")
_SINGULAR = re.compile(r"\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er|[Hh]im)\b")

GENDER_OF: dict[str, str] = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f", "hers": "f"}


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the evidence for an antecedent, in logits.

    Fitted to the pronouns of the development sets (a multinomial logit over the people within
    reach), then rounded by hand.
    """

    recency: float = -0.6
    """Per sentence between the last naming and the pronoun."""

    paragraph: float = 0.5
    """It is named in the pronoun's paragraph."""

    opening: float = 0.6
    """It is named where a paragraph begins: whom the paragraph is about."""

    subject: float = 0.3
    """It is named at the start of a sentence."""

    oblique: float = -0.7
    """It is named after a preposition."""

    owner: float = -0.4
    """It is named as an owner: "Reid’s plan"."""

    related: float = -1.6
    """It is named only as whose somebody is: "Reid’s coach, Al Moss, said"."""

    speaker: float = 1.2
    """It is who spoke last."""

    fading: float = 0.1
    """Taken from that per sentence since."""

    earlier: float = 0.3
    """Share of that for each speaker before the last."""

    unnamed: float = -0.4
    """It is a speaker not named within reach."""

    gender: float = 0.6
    """Its gender is known and agrees."""

    person: float = 0.1
    """Per point of evidence that it is a person."""

    sole: float = 0.6
    """It is the only one named in the pronoun's paragraph, before any he or she of that gender."""

    stranger: float = -0.7
    """It is somebody whom nobody names."""

    spoken_of: float = -1.0
    """It is named in the words that the pronoun's subject says: “I moved four, Petra,” she said."""


WEIGHTS = Weights()


def antecedents(
    cast: Cast,
    pronoun: str,
    position: int,
    text: str,
    sentences: tuple[Span, ...],
    hidden: list[tuple[int, int]],
    speakers: list[tuple[Person, int]],
    said: tuple[Span, ...] = (),
    words: tuple[Span, ...] = (),
) -> list[tuple[Person, float]]:
    """Rank whom a singular pronoun may mean, most likely first, with probabilities.

    Args:
        cast: The people of the article.
        pronoun: he, she, his, her …
        position: Its offset.
        text: The article.
        sentences: Its sentences.
        hidden: Stretches between marks: a name in them is no antecedent outside.
        speakers: Who spoke before it and where, the last one first.
        said: What is said before the pronoun by whom it means: "Reid would go, he said".
        words: The same in marks; whom they name is seldom who says them.
    """
    gender = GENDER_OF.get(pronoun.lower())
    here = sentence_at(sentences, position)
    paragraph = text.rfind("\n", 0, position) + 1
    named = {id(person) for span in words for person in cast.named_in(span)}
    scored: dict[int, tuple[Person, float]] = {}
    near: list[tuple[int, Person]] = []
    low = sentences[max(here - NEAR, 0)].start if sentences else 0
    # "Asked whether he knew Ms Reid, he said …": whom the question names is not who answers.
    begins = sentences[here].start if sentences else 0
    asked_from = begins if _ASKED.match(text, begins, position) else position
    at = bisect_left(cast.places, position, key=lambda place: place[0])
    while at:
        at -= 1
        start, person = cast.places[at]
        if start < low:
            break
        if id(person) in scored or not _agrees(person, gender) or is_hidden(start, hidden):
            continue
        if start > asked_from or any(span.start <= start < span.end for span in said):
            continue
        there = sentence_at(sentences, start)
        score = WEIGHTS.recency * (here - there) + WEIGHTS.paragraph * (start >= paragraph)
        score += _standing(text, person, start, sentences[there].start)
        score += WEIGHTS.gender * (person.likely_gender is not None)
        score += WEIGHTS.person * min(person.evidence, MOST_EVIDENCE)
        score += WEIGHTS.stranger * (not person.parts)
        score += WEIGHTS.spoken_of * (id(person) in named)
        if start >= paragraph:
            near.append((start, person))
        scored[id(person)] = (person, score)
    if len(near) == 1 and _is_new_topic(text, (paragraph, near[0][0]), gender, hidden):
        person, score = scored[id(near[0][1])]
        scored[id(person)] = (person, score + WEIGHTS.sole)
    weight = WEIGHTS.speaker
    for speaker, spoke_at in speakers[:RECENT]:
        if _agrees(speaker, gender):
            distance = here - sentence_at(sentences, spoke_at)
            beyond = _beyond(speaker) + WEIGHTS.spoken_of * (id(speaker) in named)
            person, score = scored.get(id(speaker), (speaker, beyond))
            scored[id(speaker)] = (person, score + max(weight - WEIGHTS.fading * distance, 0.0))
        weight *= WEIGHTS.earlier
    return softmax(list(scored.values()))


def _agrees(person: Person, gender: str | None) -> bool:
    if person.evidence < SOMEBODY or person.is_they:
        return False
    return gender is None or person.likely_gender in (None, gender)


def _standing(text: str, person: Person, start: int, sentence_start: int) -> float:
    """Weigh where in its sentence somebody is named: subjects before what follows prepositions."""
    place = person.before(start + 1)
    first = place.title_start if place is not None else start
    paragraph = text.rfind("\n", 0, start) + 1
    score = WEIGHTS.opening * _is_near(text, paragraph, start)
    score += WEIGHTS.subject * _is_near(text, sentence_start, start)
    if _OBLIQUE.search(text, max(first - 20, 0), first):
        score += WEIGHTS.oblique
    elif place is not None and _OWNER.match(text, place.end):
        score += WEIGHTS.owner
        score += WEIGHTS.related * (_RELATED.match(text, place.end) is not None)
    return score


def _is_new_topic(
    text: str, stretch: tuple[int, int], gender: str | None, hidden: list[tuple[int, int]]
) -> bool:
    """Whether somebody is named before any pronoun of their gender: "As for Reid, he said"."""
    return all(
        is_hidden(m.start(), hidden) or GENDER_OF[m.group().lower()] != gender
        for m in _SINGULAR.finditer(text, *stretch)
    )


def _is_near(text: str, opening: int, start: int) -> bool:
    """Whether somebody is named at once, or after nothing but a description."""
    dateline = _DATELINE.match(text, opening, start)
    opening = dateline.end() if dateline else opening
    if start - opening < SUBJECT:
        return True
    return start - opening < LONGEST_LEAD and is_description(text[opening:start])


def _beyond(speaker: Person) -> float:
    """Score a speaker who is not named within reach."""
    score = WEIGHTS.unnamed + WEIGHTS.recency * NEAR / 2
    return score + WEIGHTS.gender * (speaker.likely_gender is not None)


def sentence_at(sentences: tuple[Span, ...], position: int) -> int:
    """Give the number of the sentence that an offset stands in."""
    return bisect_left(sentences, position + 1, key=lambda sentence: sentence.start) - 1


def softmax(scored: list[tuple[Person, float]]) -> list[tuple[Person, float]]:
    """Turn scores into probabilities, most likely first; "somebody else" has a score too."""
    if not scored:
        return []
    top = max(score for _, score in scored)
    total = sum(math.exp(score - top) for _, score in scored) + math.exp(ELSE - top)
    ranked = sorted(scored, key=lambda item: -item[1])
    return [(person, math.exp(score - top) / total) for person, score in ranked]


def single_they(
    cast: Cast,
    position: int,
    sentences: tuple[Span, ...],
    hidden: list[tuple[int, int]],
    plural_at: int,
) -> Person | None:
    """Find the one person they may mean: who goes by it, or whose gender the text does not tell.

    Args:
        cast: The people of the article.
        position: Offset of the pronoun.
        sentences: Sentences of the article.
        hidden: Stretches between marks.
        plural_at: Where several people were last a source; -1 when nowhere.
    """
    here = sentence_at(sentences, position)
    low = sentences[max(here - NEAR, 0)].start if sentences else 0
    first = bisect_left(cast.places, low, key=lambda place: place[0])
    last_place = bisect_left(cast.places, position, key=lambda place: place[0])
    near = [
        (start, person)
        for start, person in cast.places[first:last_place]
        if start > plural_at and person.evidence >= SOMEBODY and not is_hidden(start, hidden)
    ]
    known = [person for _, person in near if person.is_they]
    if known:
        return known[-1]
    close = sentences[max(here - 2, 0)].start if sentences else 0
    last = {id(p): p for start, p in near if start >= close}
    if len(last) != 1:
        return None
    person = next(iter(last.values()))
    return None if person.genders else person
