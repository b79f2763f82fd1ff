"""Scrubbing: what is forgotten goes from every file under the data folder, not the tables alone."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy.exc import SQLAlchemyError

from tasks.redaction import redact
from tasks.settings import settings
from tasks.store.archive_scrubbing import UNFINISHED, readings, scrub_archive
from tasks.store.database_scrubbing import scrub_file, scrub_url
from tasks.store.disk import remove_folder, store_errors, write_durably
from tasks.store.journal import begin, commit
from tasks.store.layout import Layout
from tasks.store.lock import locked
from tasks.store.masking import drop_forgotten, mask_names, mask_value
from tasks.store.notice_scrubbing import scrub_notices
from tasks.store.part import read_part, write_part
from tasks.store.schema import PARTITIONED, SCHEMAS
from tasks.store.tombstones import Tombstones, read_tombstones
from tasks.store.transactions import open_locked, publish

_DATABASES = {".sqlite", ".db", ".sqlite3"}
_OWN = {"lock", "forgotten.json", "head.json"}


def scrub(data: Path, *, since: datetime | None = None) -> list[str]:
    """Take everything forgotten out of every file under the data folder, and out of the ledger.

    Tables are masked; articles of forgotten addresses go. Batches in data/work are removed (they
    are made again when needed), records in data/raw are blanked, databases and text files are
    masked. `data/sample` is left alone: it comes with the program.

    Args:
        data: The data folder.
        since: Only files written to since then, and no tables: what a run has brought, which the
            tables have left out already.

    Returns:
        What was done, and what could not be, for a person to read.

    Raises:
        StoreError: The tables are damaged, or the disk refuses.
    """
    stones = read_tombstones(data)
    if stones is None:
        return []
    layout = Layout(data)
    publish(data)
    with locked(layout), store_errors(f"take out of {data} what is forgotten"):
        open_locked(layout)
        least = since.timestamp() if since else 0.0
        return [
            *(_scrub_tables(layout, stones) if since is None else ()),
            *_scrub_work(data / "work", stones, least),
            *_scrub_raw(data / "raw", stones, least),
            *_scrub_rest(layout, stones, least),
            *_scrub_ledger(data, stones),
        ]


def _scrub_tables(layout: Layout, stones: Tombstones) -> Iterator[str]:
    numbers = sorted({number for name in SCHEMAS for number in layout.parts(name)})
    masked = removed = 0
    for number in numbers:
        names = [name for name in SCHEMAS if number == 0 or name in PARTITIONED]
        before = {
            name: read_part(name, path) if path.exists() else SCHEMAS[name].empty_table()
            for name in names
            if (path := layout.part(name, number))
        }
        kept, gone = drop_forgotten(before, stones)
        after = mask_names(kept, stones)
        changed = [
            name
            for name in names
            if after[name] is not before[name] and not after[name].equals(before[name])
        ]
        if not changed:
            continue
        transaction = begin(layout)
        for name in changed:
            write_part(name, after[name], transaction.stage(layout.part(name, number)))
        commit(transaction)
        removed += len(set(gone))
        masked += sum(after[name] is not kept[name] for name in names)
    yield from scrub_notices(layout, stones)
    if removed:
        yield f"tables: {removed} articles removed with all their rows"
    if masked:
        yield f"tables: names masked in {masked} parts"


def _scrub_work(work: Path, stones: Tombstones, least: float) -> Iterator[str]:
    removed = 0
    for place in sorted(work.glob("*")):
        files = _files(place, least)
        if any(_batch_holds(path, stones) for path in files):
            if place.is_dir():
                shutil.rmtree(place)
            else:
                place.unlink()
            removed += 1
    if removed:
        yield f"work: {removed} batches removed; they are made again when needed"


def _files(place: Path, least: float) -> list[Path]:
    """List the files of a folder (or the file itself) written to at a time or later."""
    found = sorted(place.rglob("*")) if place.is_dir() else [place]
    return [path for path in found if path.is_file() and path.stat().st_mtime >= least]


def _batch_holds(path: Path, stones: Tombstones) -> bool:
    """Tell whether a file of a batch holds something forgotten; one that is damaged may."""
    content = path.read_bytes()
    try:
        if path.suffix == ".batch":
            size = int.from_bytes(content[:8], "little")
            packed = pa.decompress(content[8:], decompressed_size=size, codec="zstd", asbytes=True)
            values = _strings(msgspec.msgpack.decode(packed))
        else:
            values = iter([content.decode()])
    except (pa.ArrowException, OSError, ValueError, msgspec.MsgspecError):
        return True
    return any(_holds(value, stones) for value in values)


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case bytes():
            yield value.decode("utf-8", "replace")
        case dict():
            yield from _strings([*value, *value.values()])
        case list() | tuple():
            for item in value:
                yield from _strings(item)


def _holds(text: str, stones: Tombstones) -> bool:
    return stones.mask_all(text) != text


def _scrub_raw(raw: Path, stones: Tombstones, least: float) -> Iterator[str]:
    for path in _files(raw, least) if raw.is_dir() else ():
        if path.name.endswith(UNFINISHED):  # of a process that died
            path.unlink()
            continue
        if not path.name.endswith((".warc", ".warc.gz")):
            if any(_holds(text, stones) for text in readings(path.read_bytes())):
                path.unlink()
                yield f"raw: {path.name} removed"
            continue
        try:
            blanked = scrub_archive(path, lambda text: _holds(text, stones))
        except (OSError, ValueError) as error:
            yield f"COULD NOT clean {path}: {error}; delete it if it must not stay"
            continue
        if blanked:
            yield f"raw: {blanked} records of {path.name} blanked"


def _scrub_rest(layout: Layout, stones: Tombstones, least: float) -> Iterable[str]:
    remove_folder(layout.quarantine)
    skipped = [layout.tables, layout.data / "work", layout.data / "raw", layout.data / "sample"]
    for path in _files(layout.data, least):
        if path.name in _OWN or any(folder in path.parents for folder in skipped):
            continue
        if path.suffix in _DATABASES:
            if least and layout.state / "prefect" in path.parents:
                continue  # its server is at work, and would have to wait
            try:
                cells = scrub_file(path, stones)
            except sqlite3.Error as error:
                yield f"COULD NOT clean {path}: {error}"
                continue
            if cells:
                yield f"{path.name}: {cells} cells masked"
        elif path.suffix == ".parquet":
            if _scrub_parquet(path, stones):
                yield f"{path.name}: masked"
        elif not path.name.endswith(("-wal", "-shm", ".lock")):
            yield from _scrub_text(path, stones)


def _scrub_ledger(data: Path, stones: Tombstones) -> Iterator[str]:
    """Mask a ledger that is not under the data folder."""
    url = settings(data).ledger_url
    if url is None:
        return
    try:
        rows = scrub_url(url, stones)
    except SQLAlchemyError as error:
        yield f"COULD NOT clean the ledger: {redact(str(error))}"
        return
    if rows:
        yield f"ledger: {rows} rows masked"


def _scrub_text(path: Path, stones: Tombstones) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        yield f"COULD NOT look into {path}"
        return
    masked = stones.mask_all(text)
    if masked != text:
        write_durably(path, masked.encode())
        yield f"{path.name}: masked"


def _scrub_parquet(path: Path, stones: Tombstones) -> bool:
    table = pq.ParquetFile(path).read()
    rows = table.to_pylist()
    masked = [{name: mask_value(value, stones.mask_all) for name, value in r.items()} for r in rows]
    if masked == rows:
        return False
    temporary = path.with_name(f".{path.name}.scrubbed")
    pq.write_table(pa.Table.from_pylist(masked, schema=table.schema), temporary, compression="zstd")
    temporary.replace(path)
    return True
