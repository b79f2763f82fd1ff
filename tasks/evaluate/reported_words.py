"""Quotations judged by their words, chunk by chunk.

A chunk is what is left of a quotation between its own source and cue, trimmed of punctuation; one
word alone is none. Three ways to match a gold chunk with a found one, each found chunk used once:
exact (same first and last letter), soft (at least 0.8 of the words of the longer one are shared)
and covered (over 0.8 of the gold chunk's characters, as the Gender Gap Tracker counts:
Asr et al. 2021, doi:10.1371/journal.pone.0245533; over-long ones are not punished).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.evaluate.gold import FoundQuote, GoldQuote, GoldText, Stretch
from tasks.evaluate.overlap import chunks, letters, words
from tasks.evaluate.rates import Score, f1, ratio
from tasks.evaluate.speakers import is_right_speaker, is_same_source

Match = Literal["exact", "soft", "covered"]
MATCHES: tuple[Match, ...] = ("exact", "soft", "covered")
TYPES = ("direct", "mixed", "indirect")
ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class GoldChunk:
    """Contiguous reported words of a gold quotation."""

    span: Stretch
    words: frozenset[int]
    quote: GoldQuote


@dataclass(frozen=True, slots=True)
class FoundChunk:
    """Contiguous reported words of a found quotation."""

    span: Stretch
    words: frozenset[int]
    type: str
    """direct, mixed or indirect, by the share of its letters between marks."""
    quote: FoundQuote


@dataclass(frozen=True, slots=True)
class ChunkVerdict:
    """A chunk that gold has, that was found, or both (then they match)."""

    text_id: str
    words: str
    gold: GoldQuote | None
    found: FoundQuote | None
    type: str
    is_same_source: bool
    is_right_speaker: bool


def judge_chunks(gold: GoldText, found: Sequence[FoundQuote], match: Match) -> list[ChunkVerdict]:
    """Judge the chunks of a text. What gold calls optional appears on neither side."""
    right, ours = _gold_chunks(gold), _found_chunks(gold, found)
    pairs = _pair(right, ours, match)
    partner = {j: i for i, j in pairs.items()}
    verdicts = []
    for i, chunk in enumerate(right):
        if chunk.quote.is_optional:
            continue
        mine = ours[pairs[i]].quote if i in pairs else None
        verdicts.append(_verdict(gold, chunk.span, chunk.quote, mine, chunk.quote.type))
    for j, candidate in enumerate(ours):
        inside_optional = any(
            c.quote.is_optional and len(c.words & candidate.words) >= 0.5 * len(candidate.words)
            for c in right
        )
        if j not in partner and not inside_optional:
            verdicts.append(_verdict(gold, candidate.span, None, candidate.quote, candidate.type))
    return verdicts


def chunk_scores(set_name: str, match: Match, verdicts: Sequence[ChunkVerdict]) -> list[Score]:
    """Count the verdicts of a set of texts (see `Score`; values in percent)."""
    scores = []
    for kind in ("all", *TYPES):
        mine = [v for v in verdicts if kind in ("all", v.type)]
        right = [v for v in mine if v.gold]
        taken = [v for v in mine if v.found]
        both = [v for v in right if v.found]
        named = [v for v in both if v.gold and v.gold.speaker]
        precision, recall = ratio(len(both), len(taken)), ratio(len(both), len(right))
        source = ratio(sum(1 for v in both if v.is_same_source), len(both))
        speaker = ratio(sum(1 for v in named if v.is_right_speaker), len(named))
        whole = f1(precision, recall)
        values = [
            ("precision", precision, len(taken)),
            ("recall", recall, len(right)),
            ("F1", whole, len(right)),
            ("source right, of found", source, len(both)),
            ("end-to-end F1", whole * source / 100, len(right)),
            ("speaker right, of found", speaker, len(named)),
        ]
        name = f"{match} {kind}"
        scores += [Score(set_name, f"{name}: {what}", value, n) for what, value, n in values]
    return scores


def _gold_chunks(gold: GoldText) -> list[GoldChunk]:
    return [
        GoldChunk(span, inside, quote)
        for quote in gold.quotes
        for span in chunks(gold.text, quote.spans, quote.source + quote.cue)
        if len(inside := words(gold.text, span)) >= 2
    ]


def _found_chunks(gold: GoldText, found: Sequence[FoundQuote]) -> list[FoundChunk]:
    marked = letters(gold.text, gold.marks)
    return [
        FoundChunk(span, inside, _type(letters(gold.text, [span]), marked), quote)
        for quote in found
        for span in chunks(gold.text, quote.spans, quote.source + quote.cue)
        if len(inside := words(gold.text, span)) >= 2
    ]


def _type(inside: frozenset[int], marked: frozenset[int]) -> str:
    share = len(inside & marked) / len(inside) if inside else 0.0
    return "direct" if share >= 0.9 else "indirect" if share < 0.02 else "mixed"


def _pair(right: list[GoldChunk], ours: list[FoundChunk], match: Match) -> dict[int, int]:
    """Match gold chunks with found ones: best first, one to one; in a tie, the binding one."""
    candidates = [
        (-likeness, theirs.quote.is_optional, i, j)
        for i, theirs in enumerate(right)
        for j, mine in enumerate(ours)
        if mine.span[1] > theirs.span[0]
        and mine.span[0] < theirs.span[1]
        and (likeness := _likeness(theirs, mine, match))
    ]
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for _, _, i, j in sorted(candidates):
        if i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def _likeness(theirs: GoldChunk, mine: FoundChunk, match: Match) -> float:
    """Say how well two chunks match; 0 for not enough."""
    if match == "exact":
        return float(mine.span == theirs.span)
    if match == "soft":
        share = len(theirs.words & mine.words) / max(len(theirs.words), len(mine.words))
        return share if share >= ENOUGH else 0.0
    (start, end), (s, e) = theirs.span, mine.span
    share = (min(end, e) - max(start, s)) / (end - start)
    return share if share > ENOUGH else 0.0


def _verdict(
    gold: GoldText, span: Stretch, right: GoldQuote | None, ours: FoundQuote | None, kind: str
) -> ChunkVerdict:
    return ChunkVerdict(
        gold.id,
        gold.text[slice(*span)],
        right,
        ours,
        kind,
        is_same_source=bool(right and ours and is_same_source(gold.text, right, ours)),
        is_right_speaker=bool(right and ours and is_right_speaker(right, ours)),
    )
