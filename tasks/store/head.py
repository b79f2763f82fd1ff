"""The head: sequence number of the last transaction, and the version of the tables' schema."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.errors import StoreError
from tasks.store.disk import read_json, store_errors, write_json
from tasks.store.layout import Layout
from tasks.store.table import SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class Head:
    """What a store says of itself."""

    sequence: int
    """Number of the last transaction; 0 before the first."""

    schema_version: int
    """Version of the tables' schema."""


def read_head(layout: Layout) -> Head | None:
    """Read the head; None if there is none (a new store, or its state was deleted).

    Raises:
        StoreError: It is damaged, or may not be read.
    """
    with store_errors(f"read {layout.data}"):
        try:
            content = read_json(layout.head)
        except FileNotFoundError:
            return None
    try:
        return Head(int(content["sequence"]), int(content["schema_version"]))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{layout.head} is damaged; `onrecord verify --repair`") from error


def write_head(layout: Layout, head: Head) -> None:
    """Write the head, all or nothing."""
    write_json(layout.head, {"sequence": head.sequence, "schema_version": head.schema_version})


def check_version(layout: Layout) -> Head | None:
    """Refuse a store whose tables this program does not know.

    Raises:
        StoreError: The tables are of a newer or older version, or cannot be read.
    """
    head = read_head(layout)
    version = head.schema_version if head else _version_of_parts(layout)
    if version is None or version == SCHEMA_VERSION:
        return head
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{layout.data} was written by a newer onrecord (tables version {version}, this one"
            f" knows {SCHEMA_VERSION}): upgrade onrecord; nothing was changed"
        )
    raise StoreError(
        f"{layout.data} has tables of version {version}, this onrecord writes {SCHEMA_VERSION}:"
        " run `onrecord migrate` once"
    )


def _version_of_parts(layout: Layout) -> int | None:
    first = next(iter(layout.parts("articles").values()), None)
    return None if first is None else version_of_part(first)


def version_of_part(path: Path) -> int:
    """Read the schema version that a part names.

    Raises:
        StoreError: The file is damaged, or was not written by onrecord.
    """
    try:
        metadata = pq.read_schema(path).metadata or {}
        return int(metadata[b"onrecord.schema_version"])
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise StoreError(f"{path} is damaged or was not written by onrecord") from error
