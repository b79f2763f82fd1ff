"""Export: the tables in the formats of other tools, part by part, so that memory stays small."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.csv as pa_csv

from tasks.errors import UsageError
from tasks.store.datapackage import datapackage
from tasks.store.disk import store_errors
from tasks.store.part import write_part
from tasks.store.schema import SCHEMAS, TABLES
from tasks.store.snapshot import Snapshot, open_snapshot

Format = Literal["csv", "jsonl", "sqlite", "parquet"]
"""A file per table in CSV or JSON Lines, one SQLite database, or a folder of Parquet tables."""

_LINE_END = re.compile("[\x85\u2028\u2029]")
"""What some readers take for the end of a line, though JSON does not."""

_WITHOUT_TEXT = {"articles": ("text",), "revisions": ("text",), "changes": ("before", "after")}
"""What a shareable copy leaves empty: long stretches of an outlet's own words."""

_LEFT_OUT = ("segments", "watches", "hits", "deliveries")
"""Tables that a shareable copy leaves out: nothing but the outlet's own words, or of nobody else's
concern than whoever set up the watchlists."""


def export(
    data: Path,
    target: Path,
    form: Format,
    *,
    tables: Sequence[str] = (),
    is_shareable: bool = False,
) -> list[Path]:
    """Write the tables, as one transaction left them, in another format.

    Lists and structures are JSON in CSV and SQLite. Quotes keep their context.

    Args:
        data: The data folder.
        target: A folder (made if need be); for SQLite the database file.
        form: csv, jsonl, sqlite or parquet.
        tables: Only these; all when empty.
        is_shareable: Leave the articles' texts out. Quotes, names, offsets and hashes stay: whoever
            has the pages can rebuild the rest.

    Returns:
        The files written.

    Raises:
        UsageError: There is no such format or table, a folder for Parquet is not empty, or the
            target lies among the store's own files.
        StoreError: The tables cannot be read, or the target cannot be written.
    """
    unknown = set(tables) - set(SCHEMAS)
    if unknown or form not in get_args(Format):
        raise UsageError(f"cannot export {', '.join(sorted(unknown)) or form}")
    if {data.resolve() / "tables", data.resolve() / "state"} & {
        target.resolve(),
        *target.resolve().parents,
    }:
        raise UsageError(f"{target} is where the tables themselves lie; name another place")
    names = [name for name in tables or SCHEMAS if not (is_shareable and name in _LEFT_OUT)]
    with store_errors(f"export to {target}"), open_snapshot(data, names) as snapshot:
        if form == "sqlite":
            return [_write_database(snapshot, names, target, is_shareable)]
        if form == "parquet":
            return _write_folder(snapshot, names, target, is_shareable)
        target.mkdir(parents=True, exist_ok=True)
        write = _write_csv if form == "csv" else _write_lines
        return [
            _write_whole(
                target / f"{name}.{form}",
                write,
                SCHEMAS[name],
                _slices(_rows(snapshot, name, is_shareable)),
            )
            for name in names
        ]


def _rows(snapshot: Snapshot, name: str, is_shareable: bool) -> Iterator[pa.Table]:
    """Read a table part by part."""
    for number in snapshot.files[name]:
        rows = snapshot.part(name, number)
        for column in _WITHOUT_TEXT.get(name, ()) if is_shareable else ():
            place = rows.schema.get_field_index(column)
            field = rows.schema.field(place)
            rows = rows.set_column(place, field, pa.nulls(rows.num_rows, field.type))
        yield rows


def _slices(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Cut parts into slices that fit into memory as Python objects."""
    for part in parts:
        for batch in part.to_batches(max_chunksize=10_000):
            yield pa.Table.from_batches([batch])


def _write_whole(
    path: Path,
    write: Callable[[Path, pa.Schema, Iterator[pa.Table]], None],
    schema: pa.Schema,
    parts: Iterator[pa.Table],
) -> Path:
    """Write a file under another name first, so that nobody takes half of it for the whole."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write(temporary, schema, parts)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _write_csv(path: Path, schema: pa.Schema, parts: Iterator[pa.Table]) -> None:
    flat = _flat_schema(schema)
    with pa_csv.CSVWriter(path, flat) as writer:
        for rows in parts:
            writer.write_table(_flat(rows, flat))


def _write_lines(path: Path, schema: pa.Schema, parts: Iterator[pa.Table]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for rows in parts:
            for row in rows.to_pylist():
                line = json.dumps(row, ensure_ascii=False, default=_time)
                file.write(_LINE_END.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n")


def _write_database(
    snapshot: Snapshot, names: Sequence[str], path: Path, is_shareable: bool
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    connection = sqlite3.connect(temporary)
    try:
        for name in names:
            columns = ", ".join(
                f'"{field.name}" {_sqlite_type(field.type)}' for field in SCHEMAS[name]
            )
            key = ", ".join(f'"{column}"' for column in TABLES[name].key)
            connection.execute(f'CREATE TABLE "{name}" ({columns}, PRIMARY KEY ({key}))')
            marks = ", ".join("?" * len(SCHEMAS[name]))
            for rows in _slices(_rows(snapshot, name, is_shareable)):
                values = [[_cell(value) for value in row.values()] for row in rows.to_pylist()]
                connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)  # noqa: S608
            for column in ("speaker", "entity_id", "published_at", "trace_id"):
                if column in SCHEMAS[name].names:
                    connection.execute(f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")')
        connection.commit()
        connection.close()
        temporary.replace(path)
    finally:
        connection.close()
        temporary.unlink(missing_ok=True)
    return path


def _write_folder(
    snapshot: Snapshot, names: Sequence[str], target: Path, is_shareable: bool
) -> list[Path]:
    if target.exists() and any(target.iterdir()):
        raise UsageError(f"{target} is not empty")
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    written: dict[str, list[str]] = {}
    try:
        for name in names:
            (temporary / name).mkdir(parents=True)
            for number, rows in zip(
                snapshot.files[name], _rows(snapshot, name, is_shareable), strict=True
            ):
                written.setdefault(name, []).append(f"part-{number:05d}.parquet")
                write_part(name, rows, temporary / name / written[name][-1])
        described = datapackage(written)
        described["resources"] = [r for r in described["resources"] if r["name"] in names]
        content = json.dumps(described, ensure_ascii=False, indent=1)
        (temporary / "datapackage.json").write_text(content + "\n", encoding="utf-8")
        if target.exists():
            target.rmdir()
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return [target / name / part for name, parts in written.items() for part in parts]


def _flat_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema(
        [pa.field(f.name, pa.string() if _is_nested(f.type) else f.type) for f in schema]
    )


def _flat(rows: pa.Table, flat: pa.Schema) -> pa.Table:
    columns = [
        pa.array([_cell(value) for value in rows[field.name].to_pylist()], pa.string())
        if _is_nested(rows.schema.field(field.name).type)
        else rows[field.name]
        for field in flat
    ]
    return pa.Table.from_arrays(columns, schema=flat)


def _cell(value: Any) -> Any:
    match value:
        case list() | dict():
            return json.dumps(value, ensure_ascii=False, default=_time)
        case datetime():
            return _time(value)
        case bool():
            return int(value)
    return value


def _time(value: datetime) -> str:
    return value.isoformat()


def _is_nested(arrow: pa.DataType) -> bool:
    return bool(pa.types.is_nested(arrow))


def _sqlite_type(arrow: pa.DataType) -> str:
    if pa.types.is_integer(arrow) or pa.types.is_boolean(arrow):
        return "INTEGER"
    return "REAL" if pa.types.is_floating(arrow) else "TEXT"
