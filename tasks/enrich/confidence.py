"""How likely a quote's row is right: its words, its source and its speaker.

A sum of readable weights (`tasks/lexicon/confidence_weights.txt`) through the logistic function;
fitted to the development sets (`tests/benchmarks/calibrate.py`) so that of quotes with a confidence
of 0.8 about eight in ten are right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from tasks.lexicon.files import read_sections
from tasks.records import AnnotatedArticle, Quote, SpeakerCandidate

WEIGHTS = "confidence_weights.txt"
LENGTHS = (40, 15, 6, 3, 1)  # words from which on a weight of its own holds
SURE, LIKELY = 0.75, 0.5  # probabilities of the best antecedent


@lru_cache(maxsize=1)
def weights() -> Mapping[str, float]:
    """Read the weights: `section:trait` -> logit."""
    table: dict[str, float] = {}
    for section, lines in read_sections(WEIGHTS).items():
        for line in lines:
            name, _, value = line.rpartition(" ")
            table[f"{section}:{name}"] = float(value)
    return MappingProxyType(table)


def confidence_of(
    quote: Quote, form: str, speaker: str | None, candidates: Sequence[SpeakerCandidate] | None
) -> float:
    """Say how likely a quote is right in words, source and speaker, from 0 to 1.

    Args:
        quote: Its speaker need not be filled in yet.
        form: How the source is named: pronoun, name, names, nominal or none.
        speaker: Who speaks, as far as that was found.
        candidates: Who else may have been meant.
    """
    table = weights()
    logit = sum(table.get(trait, 0.0) for trait in traits(quote, form, speaker, candidates))
    return round(1.0 / (1.0 + math.exp(-logit)), 4)


def without_unsure_speakers(annotated: AnnotatedArticle, threshold: float) -> AnnotatedArticle:
    """Take back the speakers of quotes that are less sure than a threshold.

    What a speaker was read from stays: source, candidates, chain of resolution, confidence.

    Args:
        annotated: With its speakers.
        threshold: The least confidence, from 0 (every speaker stays) to 1.
    """
    quotes = tuple(
        replace(
            quote,
            speaker=None,
            speaker_entity_id=None,
            speaker_entity_no=None,
            speaker_role=None,
            speaker_gender=None,
        )
        if quote.speaker is not None and quote.confidence < threshold
        else quote
        for quote in annotated.quotes
    )
    return replace(annotated, quotes=quotes)


def traits(
    quote: Quote, form: str, speaker: str | None, candidates: Sequence[SpeakerCandidate] | None
) -> Iterator[str]:
    """Give the traits of a quote that weigh, as `section:trait`."""
    yield "start:"
    yield f"type:{quote.type}"
    yield f"rule:{quote.rule_id}"
    yield f"source:{form}"
    yield f"speaker:{'null' if speaker is None else 'given'}"
    yield f"words:{next((n for n in LENGTHS if quote.word_count >= n), 1)}"
    if len(quote.spans) > 1:
        yield "parts:split"
    if form == "pronoun" and candidates:
        best = candidates[0].probability
        yield f"antecedent:{'sure' if best >= SURE else 'likely' if best >= LIKELY else 'unsure'}"
