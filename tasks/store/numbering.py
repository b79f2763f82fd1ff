"""Numbering: a part that a worker sealed gets its number, and so its place in the tables.

Articles that the tables know already are taken out of it and go through the inbox like any other.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import StoreError
from tasks.store.disk import Step, checksum, nothing, read_json, write_synced
from tasks.store.inbox import Pending, append, published_file
from tasks.store.journal import Transaction
from tasks.store.layout import Layout
from tasks.store.masking import drop_forgotten, mask_names
from tasks.store.outcome import Outcome, from_json, to_json
from tasks.store.part import only, read_part, without, write_part
from tasks.store.schema import CHILDREN, PARTITIONED, SCHEMAS
from tasks.store.standing import find_standing
from tasks.store.table import SCHEMA_VERSION
from tasks.store.tombstones import read_tombstones

_ADDRESSES = ("article_id", "url", "canonical_url", "source")
"""The columns whose values name what came through."""


def sealed_names(layout: Layout) -> list[str]:
    """List the parts that wait for a number."""
    if not layout.sealed.is_dir():
        return []
    return sorted(
        p.name for p in layout.sealed.iterdir() if p.is_dir() and not p.name.startswith(".")
    )


def stage_sealed(
    transaction: Transaction, name: str, number: int, at: Step = nothing
) -> tuple[list[Outcome], Pending]:
    """Give a sealed part its number; the lock must be held.

    Args:
        transaction: Takes its files.
        name: The sealed part.
        number: Its number, not yet taken.
        at: Called at each step, for tests.

    Returns:
        What became of its captures, but for those that go on through the inbox; and what of it
        belongs to no part: its failures, and the addresses that came through.

    Raises:
        StoreError: It is damaged or of another version.
    """
    layout = transaction.layout
    folder = layout.sealed / name
    manifest = read_manifest(folder)
    transaction.remove(folder)
    rest = Pending(name, manifest["run_id"], manifest["key"], "capture", (), 0, {})
    if published_file(layout, rest.run_id, rest.key).exists():
        return [], rest  # it came twice, and is in the tables
    rows = {path.stem: path for path in sorted(folder.glob("*.parquet"))}
    about = (
        read_part("articles", rows["articles"], _ADDRESSES).to_pydict()
        if "articles" in rows
        else {"article_id": []}
    )
    known = pa.array(find_standing(layout, about["article_id"]), pa.string())
    if len(known):
        _send_through_the_inbox(layout, folder, manifest, known, at)
    stones = read_tombstones(layout.data)
    gone: set[str] = set()
    tables = {}
    if stones or len(known):
        tables = {table: read_part(table, path) for table, path in rows.items()}
        tables |= {table: without(tables[table], known) for table in PARTITIONED if table in rows}
        if stones:
            tables, dropped = drop_forgotten(tables, stones)
            tables, gone = mask_names(tables, stones), set(dropped)
    elif "failures" in rows:
        tables = {"failures": read_part("failures", rows["failures"])}
    is_empty = "articles" in tables and not tables["articles"].num_rows
    for table in () if is_empty else PARTITIONED:
        if table in tables:
            write_part(table, tables[table], transaction.stage(layout.part(table, number)))
        elif table in rows:
            _link(rows[table], transaction.stage(layout.part(table, number)))
        else:
            continue
        at("stage")
    found = from_json(rest.run_id, rest.key, manifest["outcomes"])
    left = set(known.to_pylist())
    mine = [
        replace(outcome, verb="forgotten") if outcome.article_id in gone else outcome
        for outcome in found
        if outcome.article_id not in left
    ]
    kept = transaction.stage(published_file(layout, rest.run_id, rest.key))
    write_synced(kept, json.dumps(to_json(mine)).encode())
    through = {value for values in about.values() for value in values if value is not None}
    settled = tuple(sorted(through.union(manifest["settled"])))
    failures = {name: table for name, table in tables.items() if name == "failures"}
    return mine, replace(rest, settled=settled, tables=failures)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what a sealed part says of itself, and check its files against it.

    Raises:
        StoreError: It is damaged or of another version.
    """
    manifest: Any = None
    with suppress(FileNotFoundError):
        manifest = read_json(folder / "manifest.json")
    is_whole = isinstance(manifest, dict) and set(manifest) >= {"run_id", "key", "outcomes"}
    if is_whole and manifest.get("version") != SCHEMA_VERSION:
        raise StoreError(f"{folder} has tables of another version: run `onrecord migrate`")
    files = manifest.get("checksums", {}) if is_whole else {}
    for table, expected in files.items():
        path = folder / f"{table}.parquet"
        is_whole = is_whole and path.exists() and checksum(path) == expected
    if not is_whole:
        raise StoreError(
            f"the sealed part {folder} is damaged: `onrecord verify --repair` sets it aside, then"
            " run again"
        )
    return {"settled": [], **manifest}


def _send_through_the_inbox(
    layout: Layout, folder: Path, manifest: Mapping[str, Any], known: pa.Array, at: Step
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
    append(layout.data, tables, f"{manifest['key']}-known", run_id=manifest["run_id"], at=at)


def _link(path: Path, target: Path) -> None:
    """Give a file a second name, so that it is there whether or not the transaction happens."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())
