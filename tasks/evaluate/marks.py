"""Quotations judged mark by mark.

A stretch is somebody's words in gold if half its letters lie in one direct or mixed quotation, and
in the prediction if four fifths lie in one quotation (its cue left out). So precision is about
leaving titles, terms and scare quotes alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tasks.evaluate.gold import FoundQuote, GoldQuote, GoldText
from tasks.evaluate.overlap import cut, letters
from tasks.evaluate.rates import Score, f1, ratio
from tasks.evaluate.speakers import is_right_speaker, is_same_source

Quotation = TypeVar("Quotation", GoldQuote, FoundQuote)
IN_GOLD = 0.5
IN_FOUND = 0.8


@dataclass(frozen=True, slots=True)
class MarkVerdict:
    """What gold and the prediction say about one stretch between marks."""

    text_id: str
    mark: str
    gold: GoldQuote | None
    found: FoundQuote | None
    is_same_source: bool
    is_right_speaker: bool


def judge_marks(gold: GoldText, found: Sequence[FoundQuote]) -> list[MarkVerdict]:
    """Judge every stretch between marks of a text."""
    text = gold.text
    right = [(letters(text, q.spans), q) for q in gold.quotes if q.type != "indirect"]
    ours = [(letters(text, cut(q.spans, q.cue)), q) for q in found]
    verdicts = []
    for mark in gold.marks:
        inside = letters(text, [mark])
        if not inside:
            continue
        theirs, mine = _owner(right, inside, IN_GOLD), _owner(ours, inside, IN_FOUND)
        verdicts.append(
            MarkVerdict(
                gold.id,
                text[slice(*mark)],
                theirs,
                mine,
                is_same_source=bool(theirs and mine and is_same_source(text, theirs, mine)),
                is_right_speaker=bool(theirs and mine and is_right_speaker(theirs, mine)),
            )
        )
    return verdicts


def mark_scores(set_name: str, verdicts: Sequence[MarkVerdict]) -> list[Score]:
    """Count the verdicts of a set of texts (see `Score`; values in percent)."""
    quoted = [v for v in verdicts if v.gold]
    taken = [v for v in verdicts if v.found]
    both = [v for v in quoted if v.found]
    sources = [v for v in both if v.is_same_source]
    precision, recall = ratio(len(both), len(taken)), ratio(len(both), len(quoted))
    end_precision, end_recall = ratio(len(sources), len(taken)), ratio(len(sources), len(quoted))
    named = [v for v in both if v.gold and v.gold.speaker]
    pronouns = [v for v in named if v.gold and v.gold.source_form == "pronoun"]
    given = [v for v in named if v.found and v.found.speaker]
    nobody = [v for v in verdicts if not v.gold]
    values = [
        ("marks precision", precision, len(taken)),
        ("marks recall", recall, len(quoted)),
        ("marks F1", f1(precision, recall), len(quoted)),
        ("marks source right, of found", ratio(len(sources), len(both)), len(both)),
        ("marks end-to-end F1", f1(end_precision, end_recall), len(quoted)),
        ("marks speaker right, of found", _right(named), len(named)),
        ("marks speaker right, pronouns", _right(pronouns), len(pronouns)),
        ("marks speaker given, of found", ratio(len(given), len(named)), len(named)),
        ("marks speaker right, of given", _right(given), len(given)),
        ("marks taken that quote nobody", ratio(sum(1 for v in nobody if v.found), len(nobody)),
         len(nobody)),
    ]  # fmt: skip
    for kind in ("direct", "mixed"):
        of_kind = [v for v in quoted if v.gold and v.gold.type == kind]
        found = sum(1 for v in of_kind if v.found)
        values.append((f"marks recall, {kind}", ratio(found, len(of_kind)), len(of_kind)))
    return [Score(set_name, name, value, count) for name, value, count in values]


def _owner(
    quotes: Iterable[tuple[frozenset[int], Quotation]], inside: frozenset[int], share: float
) -> Quotation | None:
    """Find the quotation that shares most with a stretch, if it holds that share of it."""
    most, owner = 0, None
    for theirs, quote in quotes:
        if len(theirs & inside) > most:
            most, owner = len(theirs & inside), quote
    return owner if most >= share * len(inside) else None


def _right(verdicts: Sequence[MarkVerdict]) -> float:
    return ratio(sum(1 for v in verdicts if v.is_right_speaker), len(verdicts))
