"""Watches, hits, deliveries and alerts as rows, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from tasks.notices import Alert, Delivery, Hit, Watch
from tasks.store.layout import Layout
from tasks.store.schema import SCHEMAS
from tasks.store.snapshot import open_snapshot

Notice = TypeVar("Notice", Alert, Delivery, Hit, Watch)

TABLE_OF: dict[type[Any], str] = {
    Alert: "alerts",
    Delivery: "deliveries",
    Hit: "hits",
    Watch: "watches",
}
"""The table of each record."""


def notice_rows(records: Sequence[Notice]) -> dict[str, pa.Table]:
    """Lay records of one kind out as their table, for `append`."""
    if not records:
        return {}
    schema = SCHEMAS[TABLE_OF[type(records[0])]]
    columns = {name: [getattr(record, name) for record in records] for name in schema.names}
    return {TABLE_OF[type(records[0])]: pa.Table.from_pydict(columns, schema=schema)}


def read_notices(
    kind: type[Notice], data: Path, condition: pc.Expression | None = None
) -> list[Notice]:
    """Read records back, in the order they were stored.

    Args:
        kind: Alert, Delivery, Hit or Watch.
        data: The data folder.
        condition: Only rows that meet it.

    Returns:
        The records; none from a store that has nothing in it.

    Raises:
        StoreError: The tables are damaged or of another version.
    """
    name = TABLE_OF[kind]
    if not Layout(data).parts(name):
        return []
    with open_snapshot(data, [name]) as tables:
        rows = tables.table(name, condition=condition).to_pylist()
    sequences = _sequences(kind)
    return [kind(**_with_tuples(row, sequences)) for row in rows]


def active_watches(data: Path) -> tuple[Watch, ...]:
    """Read the watches that were not removed."""
    return tuple(read_notices(Watch, data, pc.field("removed_at").is_null()))


def open_alerts(data: Path) -> list[Alert]:
    """Read the alerts that last."""
    return read_notices(Alert, data, pc.field("resolved_at").is_null())


def _with_tuples(row: dict[str, Any], sequences: frozenset[str]) -> dict[str, Any]:
    return {name: tuple(value) if name in sequences else value for name, value in row.items()}


def _sequences(kind: type[Any]) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind) if str(field.type).startswith("tuple"))
