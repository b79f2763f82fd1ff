"""Evolution: older tables brought to the schema of today, all in one transaction.

From one version to the next, tables and columns are only added. A column that is new is null, or
empty or 0 where it may not be; `_STEPS` has what must be computed instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.errors import StoreError
from tasks.store.disk import checksum, read_json, store_errors, write_synced
from tasks.store.head import check_version, read_head, version_of_part
from tasks.store.inbox import pending_names, read_batch_manifest, write_rows
from tasks.store.journal import Transaction, begin, commit, recover
from tasks.store.layout import Layout
from tasks.store.lock import locked
from tasks.store.numbering import sealed_names
from tasks.store.part import write_part
from tasks.store.schema import SCHEMAS
from tasks.store.table import SCHEMA_VERSION
from tasks.store.transactions import stage_datapackage

_STEPS: dict[int, Callable[[str, pa.Table], pa.Table]] = {}
"""What turns a table of a version into one of the next, where empty columns are not enough."""


def migrate(data: Path) -> int:
    """Rewrite a store's tables in the schema of today, all or nothing, and the batches that wait.

    Args:
        data: The data folder.

    Returns:
        How many files were rewritten; 0 when the store is up to date.

    Raises:
        StoreError: The store is newer than this program, or cannot be read or written.
    """
    layout = Layout(data)
    with locked(layout), store_errors(f"migrate {data}"):
        recover(layout)
        version = version_of_store(layout)
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"{data} was written by a newer onrecord (tables version {version}, this one knows"
                f" {SCHEMA_VERSION}): upgrade onrecord; nothing was changed"
            )
        transaction = begin(layout)
        try:
            if version < SCHEMA_VERSION or _differing(layout):
                _migrate_tables(transaction, version)
            _migrate_waiting(transaction)
            count = sum(not move.endswith(".json") for move in transaction.moves)
            if count:
                commit(transaction)
        finally:
            transaction.abandon()
        return count


def check_current(data: Path) -> None:
    """Refuse tables that this program cannot add to, before any work is done for them.

    Raises:
        StoreError: They are of a newer or older version, or have other columns.
    """
    layout = Layout(data)
    check_version(layout)
    if differing := _differing(layout):
        raise StoreError(
            f"{differing[0]} has other columns than today: run `onrecord migrate` once"
        )


def _differing(layout: Layout) -> list[Path]:
    """Find the parts whose columns are not those of today, whatever version they name.

    Raises:
        StoreError: One has columns that this program does not know.
    """
    differing = []
    for name, schema in SCHEMAS.items():
        for path in layout.parts(name).values():
            try:
                found = pq.read_schema(path)
            except (OSError, pa.ArrowException):
                continue  # damaged, or moved meanwhile: whoever reads it tells
            if unknown := sorted(set(found.names) - set(schema.names)):
                raise StoreError(
                    f"{path} has columns that this onrecord does not know ({', '.join(unknown)}):"
                    " upgrade onrecord; nothing was changed"
                )
            if not found.equals(schema):
                differing.append(path)
    return differing


def _migrate_tables(transaction: Transaction, version: int) -> None:
    layout = transaction.layout
    for name in SCHEMAS:
        for path in layout.parts(name).values():
            rows = conform(name, pq.ParquetFile(path).read(), version)
            write_part(name, rows, transaction.stage(path))
        if 0 not in layout.parts(name):
            write_part(name, SCHEMAS[name].empty_table(), transaction.stage(layout.part(name, 0)))
    stage_datapackage(transaction, anew=True)


def _migrate_waiting(transaction: Transaction) -> None:
    """Bring batches and sealed parts that wait to be published along with the tables."""
    layout = transaction.layout
    for name in pending_names(layout):
        folder = layout.inbox / name
        try:
            manifest = read_batch_manifest(folder)
        except StoreError:
            continue  # damaged: whoever publishes tells, and `verify --repair` sets it aside
        version = manifest["schema_version"]
        paths = {table: folder / f"{table}.arrow" for table in manifest["checksums"]}
        are_whole = all(
            paths[table].exists() and checksum(paths[table]) == expected
            for table, expected in manifest["checksums"].items()
        )
        if version >= SCHEMA_VERSION or not are_whole:
            continue
        for table, path in paths.items():
            rows = conform(table, pa.ipc.open_file(path.read_bytes()).read_all(), version)
            manifest["checksums"][table] = write_rows(rows, transaction.stage(path))
        _stage_manifest(transaction, folder, manifest | {"schema_version": SCHEMA_VERSION})
    for name in sealed_names(layout):
        folder = layout.sealed / name
        manifest = read_json(folder / "manifest.json")
        if manifest["version"] >= SCHEMA_VERSION:
            continue
        for path in sorted(folder.glob("*.parquet")):
            rows = conform(path.stem, pq.ParquetFile(path).read(), manifest["version"])
            staged = transaction.stage(path)
            write_part(path.stem, rows, staged)
            manifest.setdefault("checksums", {})[path.stem] = checksum(staged)
        _stage_manifest(transaction, folder, manifest | {"version": SCHEMA_VERSION})


def _stage_manifest(transaction: Transaction, folder: Path, manifest: dict[str, object]) -> None:
    content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    write_synced(transaction.stage(folder / "manifest.json"), content)


def version_of_store(layout: Layout) -> int:
    """Read the version of a store's tables, whatever it is."""
    head = read_head(layout)
    if head:
        return head.schema_version
    first = next(iter(layout.parts("articles").values()), None)
    return SCHEMA_VERSION if first is None else version_of_part(first)


def conform(name: str, rows: pa.Table, version: int) -> pa.Table:
    """Bring rows of an older version to the schema of today.

    Args:
        name: The table.
        rows: Its rows.
        version: The version they are of.
    """
    for step in range(version, SCHEMA_VERSION):
        if step in _STEPS:
            rows = _STEPS[step](name, rows)
    schema = SCHEMAS[name]
    columns = [
        rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else _empty(field, rows.num_rows)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def is_table(name: str, schema: pa.Schema) -> bool:
    """Tell whether a file can be a part of a table, of whatever version: it has the table's key."""
    return set(SCHEMAS[name].metadata[b"onrecord.key"].decode().split()) <= set(schema.names)


def _empty(field: pa.Field, size: int) -> pa.Array:
    if field.nullable:
        return pa.nulls(size, field.type)
    if pa.types.is_list(field.type):
        return pa.array([[]] * size, field.type)
    blank = "" if pa.types.is_string(field.type) else 0
    return pc.cast(pa.array([blank] * size), field.type)
