"""Everything that is measured on a set of gold, and the one table it is printed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tasks.evaluate.calibration import calibration_scores
from tasks.evaluate.gold import GoldText, Row, found_quotes
from tasks.evaluate.marks import judge_marks, mark_scores
from tasks.evaluate.rates import Score
from tasks.evaluate.reported_words import MATCHES, chunk_scores, judge_chunks


def quote_scores(set_name: str, golds: Sequence[GoldText], rows: Mapping[str, Row]) -> list[Score]:
    """Judge the quotations of a set of texts: marks, words, sources, speakers, confidence.

    Args:
        set_name: Its name.
        golds: What is right.
        rows: Lines of `onrecord annotate`, by id; a missing one has found nothing.
    """
    pairs = [(gold, found_quotes(rows.get(gold.id, {}))) for gold in golds]
    scores = mark_scores(set_name, [v for gold, found in pairs for v in judge_marks(gold, found)])
    for match in MATCHES:
        verdicts = [v for gold, found in pairs for v in judge_chunks(gold, found, match)]
        scores += chunk_scores(set_name, match, verdicts)
        if match == "soft":
            scores += calibration_scores(set_name, verdicts)
    return scores


HEADLINES = (
    "marks precision",
    "marks recall",
    "marks F1",
    "marks end-to-end F1",
    "marks speaker right, of found",
    "marks speaker right, pronouns",
    "marks speaker given, of found",
    "marks speaker right, of given",
    "marks taken that quote nobody",
    *(f"soft {kind}: F1" for kind in ("all", "direct", "mixed", "indirect")),
    "exact all: F1",
    "soft all: end-to-end F1",
    "soft all: speaker right, of found",
    "calibration error of confidence",
    *(f"mentions {kind}: F1" for kind in ("PERSON", "ORG", "PLACE", "all")),
    "who is who (B3): F1",
    "links: precision",
    "links: recall",
    "body 4-grams: precision",
    "body 4-grams: recall",
    "body 4-grams: F1",
    "body common subsequence: F1",
    "headline right",
    "day right",
    "authors: F1",
    "authors given where none",
    "milliseconds of CPU per page",
)
"""The measures that a release reports."""


def headline_scores(scores: Iterable[Score]) -> list[Score]:
    """Keep the scores that a release reports, in the order it reports them."""
    listed = list(scores)
    return [score for measure in HEADLINES for score in listed if score.measure == measure]


def table(scores: Iterable[Score]) -> str:
    """Set the scores in a Markdown table: a row a measure, a column a set."""
    listed = list(scores)
    sets = list(dict.fromkeys(score.set for score in listed))
    cells = {(score.measure, score.set): score for score in listed}
    lines = [["measure", *sets], ["---", *("---:" for _ in sets)]]
    lines += [
        [measure, *(_cell(cells.get((measure, name))) for name in sets)]
        for measure in dict.fromkeys(score.measure for score in listed)
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _cell(score: Score | None) -> str:
    if score is None or score.value is None:
        return ""
    return f"{score.value:.1f} ({score.count})"
