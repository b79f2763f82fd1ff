"""Failures and runs: the two tables that are no part of an article.

A failure is named by address and stage. Tried again in another run, its attempts add up. It goes
when the address has got past that stage in a later run: its article came through, or it failed at
a later stage. The same run's failures again (a batch that is published twice) change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import pyarrow as pa
import pyarrow.compute as pc

from tasks.records import Stage
from tasks.redaction import redact
from tasks.store.arrivals import Arrivals
from tasks.store.schema import SCHEMAS

_STAGES: tuple[str, ...] = get_args(Stage)


def merge_failures(stored: pa.Table, arrivals: Arrivals) -> pa.Table | None:
    """Make the new failures table.

    Args:
        stored: Its rows.
        arrivals: The incoming rows.

    Returns:
        The whole table, or None if nothing in it changes.
    """
    incoming = arrivals.all("failures").to_pylist()
    if not incoming and not stored.num_rows:
        return None
    came_through = _came_through(arrivals)
    concerned = _concerned(stored, incoming, came_through)
    old = {_key(row): row for row in stored.filter(concerned).to_pylist()}
    rows = dict(old)
    for row in incoming:
        known = rows.get(_key(row))
        if known is None:
            rows[_key(row)] = row
        elif known["run_id"] != row["run_id"]:
            rows[_key(row)] = row | {"attempts": known["attempts"] + row["attempts"]}
    past = {
        key for key, row in rows.items() if _is_past(row, came_through) or _failed_later(row, rows)
    }
    kept = {key: row for key, row in rows.items() if key not in past}
    if kept == old:
        return None
    changed = pa.Table.from_pylist(list(kept.values()), schema=SCHEMAS["failures"])
    return pa.concat_tables([stored.filter(pc.invert(concerned)), changed])


def merge_runs(stored: pa.Table, arrivals: Arrivals) -> pa.Table | None:
    """Make the new runs table: a run has one row, the last that was told of it."""
    incoming = arrivals.all("runs")
    if not incoming.num_rows:
        return None
    last = {run_id: number for number, run_id in enumerate(incoming["run_id"].to_pylist())}
    newest = incoming.take(pa.array(sorted(last.values())))
    others = stored.filter(pc.invert(pc.is_in(stored["run_id"], value_set=pa.array(last))))
    return pa.concat_tables([others, newest])


def finished_runs(arrivals: Arrivals) -> list[str]:
    """Name the runs that have ended, as these rows tell."""
    runs = arrivals.all("runs")
    ended: list[str] = runs.filter(pc.is_valid(runs["finished_at"]))["run_id"].to_pylist()
    return ended


def _came_through(arrivals: Arrivals) -> dict[str, set[str]]:
    """Collect the addresses and article ids that came through, with the runs they did in."""
    found: dict[str, set[str]] = {}
    names = ("article_id", "url", "canonical_url", "source")
    articles = arrivals.articles
    for name in names:
        for value, run_id in zip(
            articles[name].to_pylist(), articles["run_id"].to_pylist(), strict=True
        ):
            if value is not None:
                found.setdefault(value, set()).add(run_id)
    for batch in arrivals.batches:
        for address in batch.settled:
            for told in {address, redact(address)}:  # as its failure is kept
                found.setdefault(told, set()).add(batch.run_id)
    return found


def _concerned(
    stored: pa.Table, incoming: Sequence[dict[str, Any]], came_through: dict[str, set[str]]
) -> pa.ChunkedArray:
    values = pa.array({*came_through, *(row["url"] for row in incoming)}, pa.string())
    by_id = pc.fill_null(pc.is_in(stored["article_id"], value_set=values), False)
    return pc.or_(pc.is_in(stored["url"], value_set=values), by_id)


def _is_past(row: dict[str, Any], came_through: dict[str, set[str]]) -> bool:
    runs = came_through.get(row["url"], set()) | came_through.get(row["article_id"] or "", set())
    return bool(runs - {row["run_id"]})


def _failed_later(row: dict[str, Any], rows: dict[tuple[str, str], dict[str, Any]]) -> bool:
    """Tell whether the address has since got as far as a later stage."""
    later = _STAGES[_STAGES.index(row["stage"]) + 1 :]
    return any(
        (other := rows.get((row["url"], stage))) is not None
        and other["run_id"] != row["run_id"]
        and other["failed_at"] > row["failed_at"]
        for stage in later
    )


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["url"], row["stage"]
