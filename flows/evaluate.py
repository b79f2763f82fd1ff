"""Measure the pipeline on everything that gold is known for: quotations, entities, cleaned pages.

The sample's gold is part of the project; the larger sets are looked for in a folder `shared` and
left out where they are not. What is run is what users run: the rows of `onrecord clean` and
`onrecord annotate`; for the sample's pages, what the tables hold. Neither Prefect nor a network is
needed.
"""

from __future__ import annotations

import tarfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from flows.annotate import annotate_rows
from tasks.clean.article import clean_page
from tasks.clean.pages import clean_rows
from tasks.errors import ArticleError, UsageError
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
from tasks.records import Address, Page, Snapshot, SourceKind

ROOT = Path(__file__).parents[1]
Kind = Literal["sample", "quotes", "entities", "pages"]


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
    sets: Sequence[str] | None = None, shared: Path | None = None, threshold: float = 0.0
) -> list[Score]:
    """Run the pipeline on gold and score what it says; `tasks.evaluate.score.table` prints it.

    Args:
        sets: Names of sets; all that can be found when null.
        shared: The folder with the larger sets; `shared` beside the project when null.
        threshold: From 0 to 1; speakers of quotes with less confidence are not named.

    Raises:
        UsageError: A set cannot be found.
    """
    found = gold_sets(shared)
    missing = set(sets or ()) - {gold.name for gold in found}
    if missing:
        there = ", ".join(dict.fromkeys(gold.name for gold in found)) or "none"
        raise UsageError(f"no gold named {', '.join(sorted(missing))}; there is: {there}")
    chosen = [gold for gold in found if sets is None or gold.name in sets]
    return [score for gold in chosen for score in _scores(gold, threshold)]


def _scores(gold: GoldSet, threshold: float) -> list[Score]:
    if gold.kind == "entities":
        names = read_entity_gold(gold.path)
        return entity_scores(gold.name, names, _annotated(names, "entities", threshold))
    if gold.kind == "quotes":
        texts = read_quote_gold(gold.path)
        return quote_scores(gold.name, texts, _annotated(texts, "quotes", threshold))
    if gold.kind == "sample":
        texts, pages = read_sample_gold(gold.path, ROOT / "data/sample")
        quotes = quote_scores(gold.name, texts, _annotated(texts, "quotes", threshold))
        return quotes + page_scores(gold.name, pages, _stored(pages))
    return _scores_of_archive(gold)


def _scores_of_archive(gold: GoldSet) -> list[Score]:
    """Score every set of pages of an archive that holds `gold.jsonl` and the pages it names."""
    with TemporaryDirectory() as folder, tarfile.open(gold.path) as archive:
        archive.extractall(folder, filter="data")
        (listing,) = Path(folder).rglob("gold.jsonl")
        pages = read_page_gold(listing)
        answers = _cleaned(pages)
        return [
            score
            for name in dict.fromkeys(page.set for page in pages)
            for score in page_scores(name, [page for page in pages if page.set == name], answers)
        ]


def _annotated(
    golds: Sequence[GoldText] | Sequence[GoldNames],
    part: Literal["quotes", "entities"],
    threshold: float,
) -> dict[str, Row]:
    rows = ({"id": gold.id, "text": gold.text} for gold in golds)
    return {row["id"]: row for row in annotate_rows(rows, part, threshold=threshold)}


def _cleaned(pages: Sequence[GoldPage]) -> dict[str, Row]:
    rows = (
        {"id": page.id, "html": str(page.page), "url": page.url, "outlet": page.outlet}
        for page in pages
    )
    return {row["id"]: row for row in clean_rows(rows, Path("/"))}


def _stored(pages: Sequence[GoldPage]) -> dict[str, Row]:
    """Clean pages to what the tables hold: body without standfirst, people only, times in UTC."""
    rows: dict[str, Row] = {}
    for page in pages:
        started = time.process_time()
        kind: SourceKind = "text_file" if page.page.suffix == ".txt" else "html_file"
        address = Address(str(page.page), kind, str(page.page.parent))
        snapshot = Snapshot(address, str(page.page), None, "")
        try:
            article = clean_page(Page(snapshot, page.page.read_bytes()))
        except ArticleError as error:
            rows[page.id] = {"error": str(error)}
            continue
        rows[page.id] = {
            "text": article.text,
            "headline": article.headline,
            "authors": article.authors,
            "published_at": article.published_at and article.published_at.isoformat(),
            "credit_line": article.credit_line,
            "seconds": time.process_time() - started,
        }
    return rows
