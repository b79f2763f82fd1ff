"""Measure the pipeline on everything that gold is known for: quotations, entities, cleaned pages.

The sample's gold is part of the project; the larger sets are looked for in a folder `shared` and
left out where they are not. What is run is what users run: the rows of `onrecord clean` and
`onrecord annotate`. Neither Prefect nor a network is needed.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from tasks.errors import UsageError
from tasks.evaluate.entities import entity_scores
from tasks.evaluate.gold import (
    GoldNames,
    GoldPage,
    GoldText,
    Row,
    read_entity_gold,
    read_page_gold,
    read_quote_gold,
    read_sample_gold,
)
from tasks.evaluate.pages import page_scores
from tasks.evaluate.rates import Score
from tasks.evaluate.score import quote_scores

ROOT = Path(__file__).parents[1]
Kind = Literal["sample", "quotes", "entities", "pages"]
Part = Literal["quotes", "entities"]
Annotator = Callable[[Iterable[Mapping[str, Any]], Part], Iterable[Row]]
"""`annotate_rows`: texts in, quotes or entities out."""
Cleaner = Callable[[Iterable[Mapping[str, Any]], Path], Iterable[Row]]
"""`clean_rows`: pages and the folder their paths start from in, articles out."""


@dataclass(frozen=True, slots=True)
class GoldSet:
    """A file of gold."""

    name: str
    kind: Kind
    path: Path


def gold_sets(shared: Path | None = None) -> list[GoldSet]:
    """List the gold that can be found.

    Args:
        shared: The folder with the larger sets; `shared` beside the project when null.
    """
    eval_folder = (shared or ROOT.parent / "shared") / "eval"
    known = [
        GoldSet("sample", "sample", ROOT / "tests/gold/sample.jsonl"),
        GoldSet("gold", "quotes", eval_folder / "gold/dev.score.jsonl"),
        GoldSet("polnear", "quotes", eval_folder / "quotes/polnear_dev.jsonl.xz"),
        GoldSet("gum", "quotes", eval_folder / "quotes/gum_news_dev.jsonl.xz"),
        GoldSet("gold", "entities", eval_folder / "gold/dev.entities.jsonl"),
        GoldSet("newsfair", "entities", eval_folder / "entities/newsfair_dev.jsonl"),
        GoldSet("pages", "pages", eval_folder / "clean/clean_dev.tar.xz"),
    ]
    return [gold for gold in known if gold.path.is_file()]


def evaluate(
    annotate: Annotator,
    clean: Cleaner,
    sets: Sequence[str] | None = None,
    shared: Path | None = None,
) -> list[Score]:
    """Run the pipeline on gold and score what it says; `tasks.evaluate.score.table` prints it.

    Args:
        annotate: Finds quotes or entities (`flows.annotate.annotate_rows`).
        clean: Cleans pages (`tasks.clean.pages.clean_rows`).
        sets: Names of sets; all that can be found when null.
        shared: The folder with the larger sets; `shared` beside the project when null.

    Raises:
        UsageError: A set cannot be found.
    """
    found = gold_sets(shared)
    missing = set(sets or ()) - {gold.name for gold in found}
    if missing:
        there = ", ".join(dict.fromkeys(gold.name for gold in found)) or "none"
        raise UsageError(f"no gold named {', '.join(sorted(missing))}; there is: {there}")
    scores: list[Score] = []
    for gold in found:
        if sets is None or gold.name in sets:
            scores += _score(gold, annotate, clean)
    return scores


def _score(gold: GoldSet, annotate: Annotator, clean: Cleaner) -> list[Score]:
    if gold.kind == "entities":
        names = read_entity_gold(gold.path)
        return entity_scores(gold.name, names, _annotated(names, annotate, "entities"))
    if gold.kind == "quotes":
        texts = read_quote_gold(gold.path)
        return quote_scores(gold.name, texts, _annotated(texts, annotate, "quotes"))
    if gold.kind == "sample":
        texts, pages = read_sample_gold(gold.path, ROOT / "data/sample")
        quotes = quote_scores(gold.name, texts, _annotated(texts, annotate, "quotes"))
        return quotes + page_scores(gold.name, pages, _cleaned(pages, clean))
    return _score_packed_pages(gold, clean)


def _score_packed_pages(gold: GoldSet, clean: Cleaner) -> list[Score]:
    """Score every set of pages of an archive that holds `gold.jsonl` and the pages it names."""
    with TemporaryDirectory() as folder, tarfile.open(gold.path) as archive:
        archive.extractall(folder, filter="data")
        (listing,) = Path(folder).rglob("gold.jsonl")
        pages = read_page_gold(listing)
        answers = _cleaned(pages, clean)
        return [
            score
            for name in dict.fromkeys(page.set for page in pages)
            for score in page_scores(name, [page for page in pages if page.set == name], answers)
        ]


def _annotated(
    golds: Sequence[GoldText] | Sequence[GoldNames], annotate: Annotator, part: Part
) -> dict[str, Row]:
    rows = ({"id": gold.id, "text": gold.text} for gold in golds)
    return {row["id"]: row for row in annotate(rows, part)}


def _cleaned(pages: Sequence[GoldPage], clean: Cleaner) -> dict[str, Row]:
    rows = (
        {"id": page.id, "html": str(page.page), "url": page.url, "outlet": page.outlet}
        for page in pages
    )
    return {row["id"]: row for row in clean(rows, Path("/"))}
