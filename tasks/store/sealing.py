"""Sealing: bulk import, many workers writing whole parts at once.

A worker that has a part's worth of articles (a WARC archive of a month) writes the part itself,
sorted and compressed, without a lock. Publishing only gives it a number. Articles that the tables
know already are taken out of it and go through the inbox like any other.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import StoreError
from tasks.store.arrivals import Arrivals
from tasks.store.disk import (
    Step,
    nothing,
    read_json,
    remove_folder,
    store_errors,
    sync_folder,
    write_json,
    write_synced,
)
from tasks.store.door import check_tables
from tasks.store.head import check_version
from tasks.store.inbox import Pending, append, hidden_name, published_file
from tasks.store.journal import Transaction
from tasks.store.judging import outcomes_of, settle_all
from tasks.store.layout import Layout
from tasks.store.masking import drop_forgotten, mask_names
from tasks.store.merging import merge_rows
from tasks.store.outcome import Outcome, from_json, to_json
from tasks.store.part import only, read_part, sort_part, without, write_part
from tasks.store.schema import CHILDREN, PART_ARTICLES, SCHEMA_VERSION, SCHEMAS
from tasks.store.standing import find_standing
from tasks.store.tombstones import read_tombstones


def seal(
    data: Path, tables: Mapping[str, pa.Table], key: str, run_id: str, *, at: Step = nothing
) -> str:
    """Write a whole part, durably and without a lock; the next publish gives it its number.

    Args:
        data: The data folder.
        tables: From `rows_of`, of at most 20,000 articles.
        key: Names it within the run; the same key again is a no-op.
        run_id: The run.
        at: Called at each step, for tests.

    Returns:
        The key.

    Raises:
        StoreError: The rows break a rule, are too many, or the disk refuses.
    """
    return seal_together(data, [tables], key, run_id, at=at)


def seal_together(
    data: Path,
    batches: Sequence[Mapping[str, pa.Table]],
    key: str,
    run_id: str,
    *,
    at: Step = nothing,
) -> str:
    """Write one whole part of several batches; see `seal`.

    Args:
        data: The data folder.
        batches: Each from `rows_of`; together at most 20,000 articles. A text may come in several.
        key: Names it within the run; the same key again is a no-op.
        run_id: The run.
        at: Called at each step, for tests.
    """
    layout = Layout(data)
    check_version(layout)
    for tables in batches:
        check_tables(tables)
    if sum(tables["articles"].num_rows for tables in batches) > PART_ARTICLES:
        raise StoreError(f"a part has at most {PART_ARTICLES} articles")
    name = f"{run_id}.{key}"
    if (layout.sealed / name).exists() or published_file(layout, run_id, key).exists():
        return key
    failures = pa.concat_tables(
        [SCHEMAS["failures"].empty_table(), *(t["failures"] for t in batches if "failures" in t)]
    )
    if failures.num_rows:
        append(data, {"failures": failures}, f"{key}-failures", run_id=run_id)
    arrivals = Arrivals([Pending(name, run_id, key, "capture", (), 0, dict(t)) for t in batches])
    captures = arrivals.captures()
    verdicts = settle_all(captures, {}, layout)
    merged = merge_rows(lambda n: SCHEMAS[n].empty_table(), list(verdicts.values()), arrivals)
    hidden = layout.sealed / hidden_name(name)
    with store_errors(f"write a part to {data}"):
        try:
            hidden.mkdir(parents=True)
            for table, rows in merged:
                write_part(table, sort_part(table, rows), hidden / f"{table}.parquet")
                at("seal")
            found = to_json(outcomes_of(verdicts, captures, arrivals))
            manifest = {"run_id": run_id, "key": key, "outcomes": found, "version": SCHEMA_VERSION}
            write_json(hidden / "manifest.json", manifest)
            if not (layout.sealed / name).exists():
                hidden.rename(layout.sealed / name)
            sync_folder(layout.sealed)
        finally:
            remove_folder(hidden)
    return key


def sealed_names(layout: Layout) -> list[str]:
    """List the parts that wait for a number."""
    if not layout.sealed.is_dir():
        return []
    return sorted(p.name for p in layout.sealed.iterdir() if not p.name.startswith("."))


def stage_sealed(transaction: Transaction, name: str, number: int) -> list[Outcome]:
    """Give a sealed part its number; the lock must be held.

    Args:
        transaction: Takes its files.
        name: The sealed part.
        number: Its number, not yet taken.

    Returns:
        What became of its captures, but for those that go on through the inbox.

    Raises:
        StoreError: It is damaged or of another version.
    """
    layout = transaction.layout
    folder = layout.sealed / name
    manifest = read_json(folder / "manifest.json")
    if manifest["version"] != SCHEMA_VERSION:
        raise StoreError(f"{folder} has tables of another version: run `onrecord migrate`")
    ids = read_part("articles", folder / "articles.parquet", ["article_id"])["article_id"]
    known = pa.array(find_standing(layout, ids.to_pylist()), pa.string())
    if len(known):
        _send_through_the_inbox(layout, folder, manifest, known)
    stones = read_tombstones(layout.data)
    gone: set[str] = set()
    if stones or len(known):
        rows = {path.stem: read_part(path.stem, path) for path in folder.glob("*.parquet")}
        rows = {name: without(table, known) for name, table in rows.items()}
        if stones:
            rows, dropped = drop_forgotten(rows, stones)
            rows, gone = mask_names(rows, stones), set(dropped)
        for name, table in sorted(rows.items()):
            write_part(name, table, transaction.stage(layout.part(name, number)))
    else:
        for path in sorted(folder.glob("*.parquet")):
            _link(path, transaction.stage(layout.part(path.stem, number)))
    found = from_json(manifest["run_id"], manifest["key"], manifest["outcomes"])
    left = set(known.to_pylist())
    mine = [
        replace(outcome, verb="forgotten") if outcome.article_id in gone else outcome
        for outcome in found
        if outcome.article_id not in left
    ]
    kept = transaction.stage(published_file(layout, manifest["run_id"], manifest["key"]))
    write_synced(kept, json.dumps(to_json(mine)).encode())
    transaction.remove(folder)
    return mine


def _send_through_the_inbox(
    layout: Layout, folder: Path, manifest: Mapping[str, str], known: pa.Array
) -> None:
    """Append the rows of articles that stand already; again after a crash it is the same batch."""
    rows = {}
    for name in CHILDREN:
        path = folder / f"{name}.parquet"
        rows[name] = only(read_part(name, path), known) if path.exists() else None
    articles = [only(read_part("articles", folder / "articles.parquet"), known)]
    past = folder / "revisions.parquet"
    if past.exists():
        earlier = only(read_part("revisions", past), known).drop_columns(["superseded_at"])
        articles.insert(0, earlier.replace_schema_metadata(SCHEMAS["articles"].metadata))
    together = pa.concat_tables(articles)
    order = pc.sort_indices(together, [("fetched_at", "ascending"), ("revision", "ascending")])
    tables = {name: table for name, table in rows.items() if table is not None}
    tables["articles"] = together.take(order)
    append(layout.data, tables, f"{manifest['key']}-known", run_id=manifest["run_id"])


def _link(path: Path, target: Path) -> None:
    """Give a file a second name, so that it is there whether or not the transaction happens."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())
