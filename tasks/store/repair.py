"""Repair: mend what can be mended, and set aside what cannot.

Nothing is deleted that might still be of use: a damaged file goes to state/quarantine. Rows that
can still be read are kept (whole row groups of a damaged part), and what was lost is said.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.errors import StoreError
from tasks.store.disk import remove_folder, store_errors
from tasks.store.evolution import conform, is_table
from tasks.store.head import Head, check_version, read_head, write_head
from tasks.store.inbox import pending_names, read_pending
from tasks.store.inventory import describes_nothing, missing_parts, strays
from tasks.store.journal import Transaction, begin, commit, read_commit, recover
from tasks.store.layout import Layout
from tasks.store.lock import locked
from tasks.store.mending import first_of_key, mend
from tasks.store.numbering import read_manifest, sealed_names
from tasks.store.outcome import outcomes
from tasks.store.part import read_part, without, write_part
from tasks.store.schema import PARTITIONED, SCHEMAS
from tasks.store.table import SCHEMA_VERSION
from tasks.store.transactions import open_store, stage_datapackage


def repair(data: Path) -> list[str]:
    """Mend a store.

    Args:
        data: The data folder.

    Returns:
        What was done and what was lost, for a person to read; empty when all was well.

    Raises:
        StoreError: The store is of another version, or the disk refuses.
    """
    layout = Layout(data)
    with locked(layout), store_errors(f"repair {data}"):
        done = [
            *_mend_head(layout),
            *_mend_journal(layout),
            *_mend_inbox(layout),
            *_mend_strays(layout),
            *_mend_parts(layout),
            *_mend_description(layout),
        ]
    open_store(data)
    return done


def _mend_head(layout: Layout) -> Iterable[str]:
    try:
        read_head(layout)
    except StoreError as error:
        layout.head.unlink()
        check_version(layout)  # by the parts, before anything is written
        write_head(layout, Head(1, SCHEMA_VERSION))
        yield f"head.json was damaged and is made anew ({error.__cause__})"
    check_version(layout)


def _mend_journal(layout: Layout) -> Iterable[str]:
    """Finish or throw away transactions; one whose journal is damaged is finished by its files.

    That is safe: COMMIT.json appears when all files are staged, and the inbox batches that it took
    in are still there and known, so that publishing them again changes nothing.
    """
    for folder in [path.parent for path in sorted(layout.journal.glob("*/COMMIT.json"))]:
        try:
            read_commit(layout, folder)
            continue
        except StoreError:
            pass
        staged = sorted(p for p in (folder / "files").rglob("*") if p.is_file())
        for path in sorted(staged, key=lambda p: "/articles/" in p.as_posix()):
            target = layout.data / path.relative_to(folder / "files")
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        _set_aside(layout, folder / "COMMIT.json")
        remove_folder(folder)
        yield f"the journal {folder.name} was damaged; its {len(staged)} files are in place now"
    recover(layout)


def _mend_inbox(layout: Layout) -> Iterable[str]:
    for name in pending_names(layout):
        try:
            read_pending(layout, [name])
        except StoreError as error:
            _set_aside(layout, layout.inbox / name)
            yield f"the batch {name} was damaged and is set aside: run again ({error})"
    for name in sealed_names(layout):
        try:
            read_manifest(layout.sealed / name)
        except StoreError as error:
            _set_aside(layout, layout.sealed / name)
            yield f"the sealed part {name} was damaged and is set aside: run again ({error})"
    for folder in sorted(layout.published.glob("*/")):
        try:
            outcomes(layout.data, folder.name)
        except StoreError as error:
            _set_aside(layout, folder)
            yield f"what became of the batches of run {folder.name} is lost ({error})"


def _mend_strays(layout: Layout) -> Iterable[str]:
    for path in strays(layout):
        _set_aside(layout, path)
        yield f"{path.name} does not belong to the tables or their state and is set aside"


def _mend_parts(layout: Layout) -> Iterable[str]:
    missing = set() if describes_nothing(layout) else set(missing_parts(layout))
    there = {number for name in PARTITIONED for number in layout.parts(name)}
    numbers = sorted(there | {int(path.stem.removeprefix("part-")) for path in missing})
    doubles = _doubles(layout, numbers)
    for number in numbers:
        names = [name for name in SCHEMAS if number == 0 or name in PARTITIONED]
        read = {name: _salvage(layout, name, number) for name in names}
        for name in names:
            if layout.part(name, number) in missing:
                read[name] = read[name][0], f"{name} was missing: its rows are lost"
        notes = [note for _, note in read.values() if note]
        damaged = {name for name, (_, note) in read.items() if note}
        parts = {name: rows for name, (rows, _) in read.items()}
        alone = {name: without(parts[name], doubles[number]) for name in PARTITIONED}
        if len(doubles[number]):
            notes.append(f"{len(doubles[number])} articles are in another part, too")
        mended, more = mend(alone)
        for name in names:
            if name not in mended:
                mended[name], again = first_of_key(name, parts[name])
                more += again
        if not notes and not more:
            continue
        transaction = begin(layout)
        for name in names:
            rows = mended.get(name, parts[name])
            if name in damaged or (name in mended and not rows.equals(parts[name])):
                _stage(transaction, name, number, rows)
        commit(transaction)
        yield from (f"part {number}: {note}" for note in (*notes, *more))


def _mend_description(layout: Layout) -> Iterable[str]:
    if describes_nothing(layout):
        transaction = begin(layout)
        stage_datapackage(transaction, anew=True)
        commit(transaction)
        yield "datapackage.json is written anew"


def _doubles(layout: Layout, numbers: Iterable[int]) -> dict[int, pa.Array]:
    """Find the articles that more than one part has, in those parts where they do not belong.

    They belong where their newest revision is; of equals, where they were first.
    """
    best: dict[str, tuple[int, int]] = {}
    found: dict[int, list[str]] = {}
    for number in numbers:
        rows, _ = _salvage(layout, "articles", number)
        columns = (rows[name].to_pylist() for name in ("article_id", "revision"))
        for article_id, revision in zip(*columns, strict=True):
            known = best.get(article_id)
            if known is None or known[1] == number:
                best[article_id] = (max(revision, known[0]) if known else revision, number)
            elif known[0] >= revision:
                found.setdefault(number, []).append(article_id)
            else:
                found.setdefault(known[1], []).append(article_id)
                best[article_id] = (revision, number)
    return {number: pa.array(set(found.get(number, ())), pa.string()) for number in numbers}


def _stage(transaction: Transaction, name: str, number: int, rows: pa.Table) -> None:
    """Stage a mended part, and keep the file it takes the place of."""
    path = transaction.layout.part(name, number)
    if path.exists():
        _copy_aside(transaction.layout, path)
    write_part(name, rows, transaction.stage(path))


def _salvage(layout: Layout, name: str, number: int) -> tuple[pa.Table, str]:
    """Read a part, or what can be read of it, and say what was lost."""
    path = layout.part(name, number)
    empty = SCHEMAS[name].empty_table()
    if not path.exists():
        return empty, ""
    try:
        return read_part(name, path, check=True), ""
    except StoreError:
        pass
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        total = file.metadata.num_rows
    except (pa.ArrowException, OSError):
        return empty, f"{name} could not be read at all: all its rows are lost"
    found = [empty]
    for group in range(file.num_row_groups if is_table(name, file.schema_arrow) else 0):
        try:
            found.append(conform(name, file.read_row_group(group), SCHEMA_VERSION))
        except (pa.ArrowException, OSError, ValueError):
            continue
    rows = pa.concat_tables(found)
    if rows.num_rows == total:
        return rows, f"{name} had other columns: all its rows are kept"
    return rows, f"{name} was damaged: {total - rows.num_rows} of {total} rows are lost"


def _set_aside(layout: Layout, path: Path) -> None:
    layout.quarantine.mkdir(parents=True, exist_ok=True)
    path.rename(layout.quarantine / f"{time.time_ns()}-{path.parent.name}-{path.name}")


def _copy_aside(layout: Layout, path: Path) -> None:
    layout.quarantine.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, layout.quarantine / f"{time.time_ns()}-{path.parent.name}-{path.name}")
