"""Readers that watch every table while others write: plain pandas, and snapshots."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from tasks.store import read
from tasks.store.schema import CHILDREN, SCHEMAS, TABLES
from tasks.store.snapshot import Snapshot

_OPEN = ("outlet", "kind")


def watch(data: Path, stop: Path, notes: Path) -> None:
    """Read all tables as anyone may, until told to stop; note what is wrong, and how often."""
    rounds = 0
    while not stop.exists():
        try:
            wrong = [*wrong_tables(data), *wrong_snapshot(data)]
        except Exception as error:  # noqa: BLE001 - whatever a reader may see is noted
            wrong = [f"{type(error).__name__}: {error}"]
        if wrong:
            with notes.open("a") as file:
                file.write("\n".join(wrong) + "\n")
        rounds += 1
        time.sleep(0.03)
    with notes.with_suffix(".rounds").open("a") as file:
        file.write(f"{rounds}\n")


def wrong_tables(data: Path) -> Iterator[str]:
    """Say what is wrong with the tables, each read by itself with pandas."""
    for name, table in TABLES.items():
        frame = pd.read_parquet(data / "tables" / name)
        if list(frame.columns) != SCHEMAS[name].names:
            yield f"{name} has the columns {list(frame.columns)}"
        if frame.duplicated(list(table.key)).any():
            yield f"a row of {name} is there twice"
        must = [column.name for column in table.columns if not column.is_nullable]
        if frame[must].isna().any(axis=None):
            yield f"{name} has nulls where none may be"


def wrong_snapshot(data: Path) -> Iterator[str]:
    """Say which tables of a snapshot contradict each other."""
    with read.snapshot(data) as tables:
        frames = {name: tables.frame(name) for name in TABLES}
        yield from _wrong_children(tables, frames)
    articles, revisions = frames["articles"], frames["revisions"]
    texts = {*articles.revision_id, *revisions.revision_id}
    pairs = [*_pairs(articles), *_pairs(revisions)]
    numbers = pd.DataFrame(pairs, columns=["article_id", "revision"]).groupby("article_id")
    counted = numbers.revision.agg(["min", "max", "size", "nunique"])
    if len(counted) and not (
        (counted["min"] == 1).all()
        and (counted["max"] == counted["size"]).all()
        and (counted["size"] == counted["nunique"]).all()
        and set(counted.index) == set(articles.article_id)
    ):
        yield "the snapshot's revisions are not numbered from 1 to that which stands"
    if not set(_pairs(frames["changes"])) <= set(pairs):
        yield "the snapshot has changes of no revision"
    if not set(frames["hits"].revision_id) <= texts:
        yield "the snapshot has hits in no text"
    if not set(frames["hits"].watch_id) <= set(frames["watches"].watch_id):
        yield "the snapshot has hits of no watch"
    if not set(frames["deliveries"].item_id) <= set(frames["hits"].hit_id):
        yield "the snapshot has deliveries of nothing"
    lasting = frames["alerts"][frames["alerts"].resolved_at.isna()]
    if lasting.duplicated(list(_OPEN)).any():
        yield "the snapshot has two open alerts of one kind about an outlet"


def _wrong_children(tables: Snapshot, frames: dict[str, pd.DataFrame]) -> Iterator[str]:
    articles = frames["articles"]
    for name in CHILDREN:
        if not set(frames[name].revision_id) <= set(articles.revision_id):
            yield f"the snapshot's {name} are not those of its articles"
    for name, column in (("quotes", "quote_count"), ("entities", "entity_count")):
        if len(frames[name]) != articles[column].sum():
            yield f"the snapshot has {len(frames[name])} {name}, not {articles[column].sum()}"
    for name in TABLES:
        if set(tables.files[name]) - set(tables.files["articles"]):
            yield f"the snapshot has a part of {name} without one of articles"


def _pairs(frame: pd.DataFrame) -> list[tuple[str, int]]:
    return list(zip(frame.article_id, frame.revision, strict=True))
