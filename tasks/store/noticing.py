"""Merging what people are told of: watches, hits, deliveries, alerts.

None of it is part of an article. A hit comes with its article's batch and counts only if that text
comes to stand; it is there once, whatever is run again. An alert is open once per outlet and kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.store.arrivals import Arrivals
from tasks.store.layout import Layout
from tasks.store.part import read_part
from tasks.store.schema import SCHEMAS, TABLES
from tasks.store.settling import STORED, Verdict

Row = dict[str, Any]

_ONCE = ("found_at", "run_id", "channels")
"""What is said of a hit once, when it is first found."""


def merge_notices(
    layout: Layout, arrivals: Arrivals, verdicts: Iterable[Verdict]
) -> Iterator[tuple[str, pa.Table]]:
    """Make the new tables of notices; those that do not change are not even read.

    Args:
        layout: The store.
        arrivals: The incoming rows.
        verdicts: What stands of their articles.

    Yields:
        Name and rows of each table that changes, whole.
    """
    standing = [v.current for v in verdicts if v.current.place != STORED]
    coming = {
        "watches": arrivals.all("watches"),
        "hits": arrivals.children("hits", standing),
        "deliveries": arrivals.all("deliveries"),
        "alerts": arrivals.all("alerts"),
    }
    for name, rows in coming.items():
        if not rows.num_rows:
            continue
        stored = read_part(name, layout.part(name, 0))
        if name == "hits":
            rows = new_hits(stored, rows)
        elif name == "alerts":
            rows = new_alerts(stored, rows)
        merged = replace_rows(name, stored, rows)
        if merged is not None:
            yield name, merged


def replace_rows(name: str, stored: pa.Table, coming: pa.Table) -> pa.Table | None:
    """Put rows in the place of those with the same key; of several, the last counts.

    Returns:
        The whole table; None if nothing came.
    """
    if not coming.num_rows:
        return None
    key = list(TABLES[name].key)
    last = {tuple(row.values()): n for n, row in enumerate(coming.select(key).to_pylist())}
    newest = coming.take(pa.array(sorted(last.values())))
    replaced = pc.is_in(_joined(stored, key), value_set=_joined(newest, key).combine_chunks())
    return pa.concat_tables([stored.filter(pc.invert(replaced)), newest])


def new_hits(stored: pa.Table, coming: pa.Table) -> pa.Table:
    """Leave out hits that are known, and a hit of a whole article that has hits of that watch.

    A known hit that a new reading finds in another text of its article is moved there; when it was
    found, by which run, and where it is told stay as they were.
    """
    known = {row["hit_id"]: row for row in stored.to_pylist()}
    pairs = set(zip(stored["watch_id"].to_pylist(), stored["article_id"].to_pylist(), strict=True))
    found = {row["hit_id"]: row for row in coming.to_pylist()}
    moved = [
        row | {name: before[name] for name in _ONCE}
        for row in found.values()
        if (before := known.get(row["hit_id"])) and not row["channels"] and _differs(row, before)
    ]
    rows = [row for row in found.values() if row["hit_id"] not in known]
    rows = [
        row
        for row in rows
        if row["quote_id"] is not None or (row["watch_id"], row["article_id"]) not in pairs
    ]
    return pa.Table.from_pylist(moved + rows, schema=SCHEMAS["hits"])


def _differs(row: Row, before: Row) -> bool:
    return any(row[name] != before[name] for name in row if name not in _ONCE)


def new_alerts(stored: pa.Table, coming: pa.Table) -> pa.Table:
    """Leave out what another run has raised already; an alert that has ended stays so."""
    rows: Mapping[str, Row] = {row["alert_id"]: row for row in stored.to_pylist()}
    opened = {_concerns(row): row["alert_id"] for row in rows.values() if not row["resolved_at"]}
    taken = []
    for row in coming.to_pylist():
        before = rows.get(row["alert_id"])
        if before is not None and before["resolved_at"] is not None:
            continue
        is_open = row["resolved_at"] is None
        if is_open and opened.setdefault(_concerns(row), row["alert_id"]) != row["alert_id"]:
            continue
        if not is_open:
            opened.pop(_concerns(row), None)
        taken.append(row)
    return pa.Table.from_pylist(taken, schema=SCHEMAS["alerts"])


def _concerns(row: Row) -> tuple[str, str]:
    return row["outlet"], row["kind"]


def _joined(table: pa.Table, key: list[str]) -> pa.ChunkedArray:
    """Make one value of the columns of a key."""
    if len(key) == 1:
        return table[key[0]]
    return pc.binary_join_element_wise(*(table[name] for name in key), "\n")
