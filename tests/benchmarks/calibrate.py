"""Fit the weights of `confidence` to gold, and say how well they hold on documents left out.

    python tests/benchmarks/calibrate.py [--write]

Takes the sets `gold` and `polnear` (see docs/evaluation.md); each quotation found is right or wrong
as `tasks.evaluate.calibration` judges it. A ridge logistic regression over the traits of
`tasks.enrich.confidence` gives the weights; `gold` counts SHARE times, so that 16 articles of many
outlets weigh about as much as 457 of one kind. Prints the expected calibration error as shipped,
and cross-validated: five folds of whole documents, each judged by weights that never saw it.
With --write the weights go into `tasks/lexicon/confidence_weights.txt`, to one decimal.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flows.annotate import annotate_texts, article_of
from flows.evaluate import gold_sets
from tasks.enrich.confidence import WEIGHTS, traits
from tasks.enrich.sources import form_of
from tasks.evaluate.calibration import calibration_error, confidence_bins, is_right
from tasks.evaluate.gold import FoundQuote, GoldText, read_quote_gold
from tasks.evaluate.reported_words import judge_chunks
from tasks.records import Quote

SETS = ("gold", "polnear")
SHARE = {"gold": 20.0, "polnear": 1.0}
FOLDS = 5
RIDGE = 4.0  # of 1 to 40 the least at which shipped and left-out error are both below .05
RARE = 4  # quotations below which a trait gets no weight
STEPS = 30  # of Newton's method

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """A quotation found, and whether it is right."""

    set: str
    fold: int
    traits: tuple[str, ...]
    confidence: float
    is_right: bool


def answers_of(name: str, texts: list[GoldText]) -> list[Answer]:
    articles = [article for text in texts if (article := article_of({"text": text.text}))]
    answers = []
    for text, annotated in zip(texts, annotate_texts(articles), strict=True):
        fold = int(hashlib.sha256(text.id.encode()).hexdigest(), 16) % FOLDS
        quotes = [quote for quote in annotated.quotes if quote.field == "body"]
        # the number of a quote rides where its confidence would be
        found = [_numbered(number, quote) for number, quote in enumerate(quotes)]
        for verdict in judge_chunks(text, found, "soft"):
            if verdict.found is None or verdict.found.confidence is None:
                continue
            quote = quotes[int(verdict.found.confidence)]
            form = form_of(quote.source) if quote.source else "none"
            seen = tuple(traits(quote, form, quote.speaker, quote.speaker_candidates))
            answers.append(Answer(name, fold, seen, quote.confidence, is_right(verdict)))
    return answers


def _numbered(number: int, quote: Quote) -> FoundQuote:
    source = (quote.source_start, quote.source_end)
    cue = (quote.cue_start, quote.cue_end)
    return FoundQuote(
        tuple((span.start, span.end) for span in quote.spans),
        ((source[0], source[1]),) if source[0] is not None and source[1] is not None else (),
        quote.source or "",
        ((cue[0], cue[1]),) if cue[0] is not None and cue[1] is not None else (),
        quote.speaker,
        float(number),
    )


def fit(matrix: Floats, right: Floats, share: Floats) -> Floats:
    """Fit a logistic regression by Newton's method; the first column is the intercept."""
    weights = np.zeros(matrix.shape[1])
    ridge = np.full(matrix.shape[1], RIDGE)
    ridge[0] = 0.01
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (share * (right - likely)) - ridge * weights
        bend = (matrix.T * (share * likely * (1 - likely))) @ matrix + np.diag(ridge)
        weights = weights + np.linalg.solve(bend, slope)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights file")
    options = parser.parse_args()
    known = {gold.name: gold.path for gold in gold_sets() if gold.kind == "quotes"}
    answers = [a for name in SETS for a in answers_of(name, read_quote_gold(known[name]))]
    counts = Counter(trait for answer in answers for trait in answer.traits)
    names = ["start:", *sorted(t for t, n in counts.items() if n >= RARE and t != "start:")]
    column = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((len(answers), len(names)))
    for row, answer in enumerate(answers):
        for trait in answer.traits:
            if trait in column:
                matrix[row, column[trait]] = 1
    right = np.array([float(answer.is_right) for answer in answers])
    share = np.array([SHARE[answer.set] for answer in answers])
    folds = np.array([answer.fold for answer in answers])
    unseen = np.zeros(len(answers))
    for fold in range(FOLDS):
        rest, left = folds != fold, folds == fold
        weights = fit(matrix[rest], right[rest], share[rest])
        unseen[left] = 1 / (1 + np.exp(-matrix[left] @ weights))
    print("| set | answers | right | as shipped | cross-validated |\n|---|---:|---:|---:|---:|")
    for name in (*SETS, "all"):
        chosen = [n for n, answer in enumerate(answers) if name in (answer.set, "all")]
        shipped = confidence_bins((answers[n].confidence, answers[n].is_right) for n in chosen)
        crossed = confidence_bins((float(unseen[n]), answers[n].is_right) for n in chosen)
        share_right = sum(answers[n].is_right for n in chosen) / len(chosen)
        print(
            f"| {name} | {len(chosen)} | {share_right:.3f} "
            f"| {calibration_error(shipped):.3f} | {calibration_error(crossed):.3f} |"
        )
    if options.write:
        write(dict(zip(names, fit(matrix, right, share).tolist(), strict=True)))


def write(weights: dict[str, float]) -> None:
    """Write the weights file anew, its heading kept."""
    path = Path(str(files("tasks.lexicon").joinpath(WEIGHTS)))
    heading = path.read_text(encoding="utf-8").split("\n\n", 1)[0]
    sections: dict[str, list[str]] = {}
    for trait, weight in weights.items():
        section, _, name = trait.partition(":")
        sections.setdefault(section, []).append(f"{name} {weight:.1f}".strip())
    blocks = [f"[{section}]\n" + "\n".join(lines) for section, lines in sections.items()]
    path.write_text("\n\n".join([heading, *blocks]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
