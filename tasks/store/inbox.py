"""The inbox: batches that are safe but not yet in the tables.

A batch is a folder `<run_id>.<key>` with an Arrow file per table and a manifest. It is written
under a hidden name and renamed when everything is on the disk: a folder with a visible name is
whole. No lock is needed, and any process may publish it.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import threading
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from tasks.errors import StoreError
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
from tasks.store.layout import Layout
from tasks.store.schema import SCHEMAS
from tasks.store.table import SCHEMA_VERSION

Mode = Literal["capture", "reading"]
"""Whether the rows are of new captures of pages, or a new reading of captures stored before."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_MANIFEST = {"run_id", "key", "mode", "settled", "appended_at", "schema_version", "checksums"}


@dataclass(frozen=True, slots=True)
class Pending:
    """A batch that waits to be published."""

    name: str
    """Its folder's name."""

    run_id: str
    """The run that made it."""

    key: str
    """Its name within the run."""

    mode: Mode
    """What its rows are."""

    settled: tuple[str, ...]
    """Addresses that came through, though no column of its rows names them."""

    appended_at: int
    """When it came in (nanoseconds since 1970)."""

    tables: dict[str, pa.Table]
    """Its rows."""

    forgotten: tuple[str, ...] = ()
    """Articles left out of it because somebody asked for that."""


def append(
    data: Path,
    tables: Mapping[str, pa.Table],
    key: str,
    *,
    run_id: str | None = None,
    mode: Mode = "capture",
    settled: Sequence[str] = (),
    at: Step = nothing,
) -> str:
    """Put a batch into the inbox, durably and without a lock.

    The same key of the same run again is a no-op, even after the batch was published.

    Args:
        data: The data folder.
        tables: From `rows_of` (or `run_rows`).
        key: Names the batch within its run.
        run_id: The run; read from the rows when null.
        mode: `reading` replaces what was made of the same captures before (reprocess).
        settled: Addresses (files, say) that came through: their old failures are removed.
        at: Called at each step, for tests.

    Returns:
        The key.

    Raises:
        StoreError: The rows break a rule, the store is of another version, or the disk refuses.
    """
    layout = Layout(data)
    check_version(layout)
    check_tables(tables)
    run_id = run_id or _run_of(tables)
    if not _NAME.fullmatch(key) or not _NAME.fullmatch(run_id):
        raise StoreError(f"run id {run_id!r} and key {key!r} must be letters, digits, hyphens")
    name = f"{run_id}.{key}"
    if (layout.inbox / name).exists() or published_file(layout, run_id, key).exists():
        return key
    folder = layout.inbox / hidden_name(name)
    with store_errors(f"add a batch to {data}"):
        try:
            folder.mkdir(parents=True)
            checksums = {}
            for table_name, table in tables.items():
                if table.num_rows:
                    path = folder / f"{table_name}.arrow"
                    checksums[table_name] = write_rows(table, path)
                    at("inbox file")
            manifest = {
                "run_id": run_id,
                "key": key,
                "mode": mode,
                "settled": list(settled),
                "appended_at": _next_moment(),
                "schema_version": SCHEMA_VERSION,
                "checksums": checksums,
            }
            write_json(folder / "manifest.json", manifest)
            at("inbox manifest")
            reveal(folder, layout.inbox / name)
        finally:
            remove_folder(folder)
    at("inbox")
    return key


def hidden_name(name: str) -> str:
    """Name a folder that is being written, so that it can be told whether its process lives."""
    return f".{name}.{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(4)}"


def _next_moment() -> int:
    """Give the time (ns), but never less than before: a clock set back must not reorder a run."""
    with _moment_lock:
        _moments[0] = max(time.time_ns(), _moments[0] + 1)
        return _moments[0]


_moment_lock = threading.Lock()
_moments = [0]


def published_file(layout: Layout, run_id: str, key: str) -> Path:
    """Say where it is kept what became of a batch."""
    return layout.published / run_id / f"{key}.json"


def pending_names(layout: Layout) -> list[str]:
    """List the batches that wait, whole ones only."""
    try:
        entries = sorted(os.scandir(layout.inbox), key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    return [e.name for e in entries if e.is_dir() and not e.name.startswith(".")]


def read_pending(layout: Layout, names: Iterable[str]) -> list[Pending]:
    """Read batches, in the order in which they came in.

    Raises:
        StoreError: One of them is damaged, or was written by another version.
    """
    manifests = [(name, read_batch_manifest(layout.inbox / name)) for name in names]
    manifests.sort(key=lambda pair: (pair[1]["appended_at"], pair[0]))
    return [
        Pending(
            name,
            manifest["run_id"],
            manifest["key"],
            manifest["mode"],
            tuple(manifest["settled"]),
            manifest["appended_at"],
            _read_tables(layout.inbox / name, manifest),
        )
        for name, manifest in manifests
    ]


def oldest_first(layout: Layout, names: Sequence[str]) -> list[str]:
    """Order batches by the time they came in, without reading their rows.

    Raises:
        StoreError: One of them is damaged.
    """
    return sorted(names, key=lambda n: (read_batch_manifest(layout.inbox / n)["appended_at"], n))


def _run_of(tables: Mapping[str, pa.Table]) -> str:
    for table in tables.values():
        if "run_id" in table.column_names and table.num_rows:
            return str(table["run_id"][0].as_py())
    return "empty"


def write_rows(table: pa.Table, path: Path) -> int:
    """Write an Arrow file and return the CRC-32 of its bytes.

    It is not compressed: it stays for a few minutes, and packing and unpacking would be most of
    what an append and a fifth of what a publish costs.
    """
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    content = sink.getvalue()
    write_synced(path, content)
    return zlib.crc32(content)


def reveal(folder: Path, target: Path) -> None:
    """Give a folder its visible name, unless another process was faster with the same batch."""
    sync_folder(folder)
    try:
        folder.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    sync_folder(target.parent)


def read_batch_manifest(folder: Path) -> dict[str, Any]:
    """Read what a batch says of itself.

    Raises:
        StoreError: It is damaged.
    """
    manifest: Any = None
    with suppress(FileNotFoundError):
        manifest = read_json(folder / "manifest.json")
    if not isinstance(manifest, dict) or not set(manifest) >= _MANIFEST:
        raise StoreError(
            f"the batch {folder} is damaged: `onrecord verify --repair` sets it aside, then run"
            " again"
        )
    return manifest


def _read_tables(folder: Path, manifest: dict[str, object]) -> dict[str, pa.Table]:
    checksums = manifest["checksums"]
    version = manifest["schema_version"]
    if version != SCHEMA_VERSION or not isinstance(checksums, dict):
        raise StoreError(f"{folder} has tables of version {version}: run `onrecord migrate`")
    tables = {}
    for name, schema in SCHEMAS.items():
        if name not in checksums:
            continue
        with store_errors(f"read the batch {folder}"):
            content = (folder / f"{name}.arrow").read_bytes()
            if zlib.crc32(content) != checksums[name]:
                raise StoreError(
                    f"the batch {folder} is damaged: `onrecord verify --repair` sets it aside,"
                    " then run again"
                )
            table = pa.ipc.open_file(content).read_all()
            tables[name] = table if table.schema.equals(schema) else table.cast(schema)
    return tables
