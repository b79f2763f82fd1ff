"""Watches, hits, deliveries and alerts as rows, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
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


def untold_hits(data: Path, since: datetime) -> list[Hit]:
    """Read the hits that have not been told on all their channels; of the others, only their ids.

    Args:
        data: The data folder.
        since: Only hits found then or later.
    """
    if not Layout(data).parts("hits"):
        return []
    recent = pc.field("found_at") >= since
    is_done = pc.field("state").isin(["delivered", "given_up"]) & (pc.field("tried_at") >= since)
    with open_snapshot(data, ["hits", "deliveries"]) as tables:
        hits = tables.table("hits", ["hit_id", "channels"], recent)
        done = tables.table("deliveries", ["item_id", "channel"], is_done)
        channels = hits["channels"].combine_chunks()
        ids = hits["hit_id"].combine_chunks().take(pc.list_parent_indices(channels))
        wanted = pc.binary_join_element_wise(ids, pc.list_flatten(channels), "\n")
        told = pc.binary_join_element_wise(done["item_id"], done["channel"], "\n")
        untold = ids.filter(pc.invert(pc.is_in(wanted, value_set=told.combine_chunks())))
        if not len(untold):
            return []
        rows = tables.table("hits", condition=recent & pc.field("hit_id").isin(untold.unique()))
    sequences = _sequences(Hit)
    return [Hit(**_with_tuples(row, sequences)) for row in rows.to_pylist()]


def count_hits(data: Path) -> dict[str, int]:
    """Count the hits of each watch, by its id."""
    if not Layout(data).parts("hits"):
        return {}
    with open_snapshot(data, ["hits"]) as tables:
        counted = tables.table("hits", ["watch_id"])["watch_id"].value_counts()
    return {row["values"]: row["counts"] for row in counted.to_pylist()}


def _with_tuples(row: dict[str, Any], sequences: frozenset[str]) -> dict[str, Any]:
    return {name: tuple(value) if name in sequences else value for name, value in row.items()}


def _sequences(kind: type[Any]) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind) if str(field.type).startswith("tuple"))
