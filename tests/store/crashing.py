"""Writers that are killed and readers that watch, as processes of their own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tasks.records import AnnotatedArticle, Failure
from tasks.store import read, transactions
from tasks.store.rows import rows_of
from tests.store.factory import annotated, run

NEW, SHARED = 4, 3
TABLES = (
    *("articles", "entities", "mentions", "quotes", "segments", "revisions", "changes"),
    *("failures", "runs"),
)
STEPS = (
    "inbox file",
    "inbox manifest",
    "inbox",
    "stage",
    "staged",
    "committed",
    "move",
    "remove",
    "moved",
    "head",
    "cleaned",
)


def batch(number: int) -> list[AnnotatedArticle]:
    """Articles of a batch: some of its own, and some that every batch has another text of."""
    own = [annotated(1000 + number * NEW + n, hours=number) for n in range(NEW)]
    return own + [annotated(n, f"of batch {number}", hours=number) for n in range(SHARED)]


def write(
    data: Path, numbers: Iterable[int], acks: Path, kill_at: tuple[str, int] | None = None
) -> None:
    """Append batches and publish now and then; note each batch once its append has returned."""
    left = [kill_at[1] if kill_at else 0]

    def at(step: str) -> None:
        if kill_at and step == kill_at[0]:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    for number in numbers:
        failure = Failure(f"https://news.example/gone/{number}", "fetch", "http_404", "gone")
        tables = rows_of(batch(number), run("run-1"), failures=[failure])
        transactions.append(data, tables, f"batch-{number}", at=at)
        with acks.open("a") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        if number % 2:
            transactions.publish(data, at=at, part_articles=40)
    transactions.publish(data, at=at, part_articles=40)


def watch(data: Path, stop: Path, notes: Path) -> None:
    """Read the tables as anyone may, until told to stop; note what is wrong, and how often."""
    rounds = 0
    while not stop.exists():
        try:
            for name in TABLES:
                frame = pd.read_parquet(data / "tables" / name)
                if name == "articles" and not frame.article_id.is_unique:
                    raise ValueError("an article is there twice")
                if name == "quotes" and frame.duplicated(["article_id", "quote_no"]).any():
                    raise ValueError("a quote is there twice")
            with read.snapshot(data) as tables:
                articles, quotes = tables.frame("articles"), tables.frame("quotes")
                mentions = tables.frame("mentions")
            if len(quotes) != articles.quote_count.sum():
                raise ValueError("the snapshot's quotes are not those of its articles")
            if not set(mentions.revision_id) <= set(articles.revision_id):
                raise ValueError("the snapshot's mentions are not those of its articles")
        except Exception as error:  # noqa: BLE001 - whatever a reader may see is noted
            with notes.open("a") as file:
                file.write(f"{type(error).__name__}: {error}\n")
        rounds += 1
        time.sleep(0.01)
    with notes.with_suffix(".rounds").open("a") as file:
        file.write(f"{rounds}\n")


def faults(data: Path, acknowledged: Iterable[int], started: Iterable[int]) -> list[str]:
    """Say what a store has lost, halved or left lying about, once everything is published."""
    found = []
    articles = pd.read_parquet(data / "tables/articles")
    revisions = pd.read_parquet(data / "tables/revisions")
    texts = set(articles.revision_id) | set(revisions.revision_id)
    for number in acknowledged:
        lost = {a.article.revision_id for a in batch(number)} - texts
        found += [f"batch {number} lost {len(lost)} texts"] if lost else []
    for number in started:
        there = [a.article.revision_id in texts for a in batch(number)]
        if any(there) and not all(there):
            found.append(f"half of batch {number} is there")
    for shared in range(SHARED):
        article_id = annotated(shared).article.article_id
        kept = revisions[revisions.article_id == article_id]
        now = articles[articles.article_id == article_id]
        numbers = sorted([*kept.revision, *now.revision])
        if numbers != list(range(1, len(numbers) + 1)):
            found.append(f"revisions of a shared article are numbered {numbers}")
        if len(kept) and kept.fetched_at.max() > now.fetched_at.max():
            found.append("an older capture stands")
    state = data / "state"
    places = ("txn/*", "inbox/*", "inbox/.*", "sealed/*", "sealed/.*", ".*")
    left = [path for place in places for path in state.glob(place)]
    left += [path for path in (data / "tables").rglob("*") if path.name.startswith(".")]
    return found + [f"left behind: {path.name}" for path in left]
