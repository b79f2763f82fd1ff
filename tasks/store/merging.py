"""Merging: what has been settled becomes whole new part files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from tasks.store.arrivals import Arrivals
from tasks.store.change import Change
from tasks.store.columns import TIME
from tasks.store.differences import differences
from tasks.store.disk import Step, nothing
from tasks.store.journal import Transaction
from tasks.store.layout import Layout
from tasks.store.part import only, read_part, without, write_part
from tasks.store.schema import CHILDREN, SCHEMAS
from tasks.store.settling import STORED, Capture, Superseded, Verdict
from tasks.store.standing import Standing

_QUOTE_COLUMNS = ("article_id", "quote_no", "quote_id", "field", "quote", "quote_hash", "speaker")


def assign_parts(
    verdicts: Mapping[str, Verdict],
    standing: Mapping[str, Standing],
    layout: Layout,
    part_articles: int,
) -> dict[int, list[Verdict]]:
    """Say which part each changed article belongs to.

    New articles go to the tail part (that with the highest number) until it is full.

    Returns:
        Verdicts by part; articles of which nothing changes are left out.
    """
    parts = layout.parts("articles")
    tail = max(parts, default=0)
    room = part_articles - (_row_count(layout, tail) if parts else 0)
    plan: dict[int, list[Verdict]] = {}
    for article_id, verdict in verdicts.items():
        if article_id in standing:
            if verdict.superseded or verdict.current.place != STORED:
                plan.setdefault(standing[article_id].part, []).append(verdict)
            continue
        if room <= 0:
            tail, room = tail + 1, part_articles
        room -= 1
        plan.setdefault(tail, []).append(verdict)
    return plan


def merge_part(
    transaction: Transaction,
    number: int,
    verdicts: Sequence[Verdict],
    arrivals: Arrivals,
    at: Step = nothing,
) -> None:
    """Stage the new files of one part of every table that changes.

    Args:
        transaction: Takes the files.
        number: The part.
        verdicts: Those of its articles that change.
        arrivals: The incoming rows.
        at: Called at each step, for tests.
    """
    merged = merge_rows(_read_all(transaction.layout, number), verdicts, arrivals)
    for name, table in merged.items():
        write_part(name, table, transaction.stage(transaction.layout.part(name, number)))
        at("stage")


def merge_rows(
    stored: Mapping[str, pa.Table], verdicts: Sequence[Verdict], arrivals: Arrivals
) -> dict[str, pa.Table]:
    """Make the new rows of one part.

    Args:
        stored: The rows of the part in every partitioned table.
        verdicts: Those of its articles that change.
        arrivals: The incoming rows.

    Returns:
        The tables that change, whole.
    """
    coming = sorted(
        (v.current for v in verdicts if v.current.place != STORED), key=lambda c: c.place
    )
    ids = pa.array([capture.article_id for capture in coming], pa.string())
    superseded = [s for verdict in verdicts for s in verdict.superseded]
    merged: dict[str, pa.Table] = {}
    if coming:
        kept = without(stored["articles"], ids)
        merged["articles"] = pa.concat_tables([kept, arrivals.rows(coming)])
    for name in CHILDREN if coming else ():
        kept, added = without(stored[name], ids), arrivals.children(name, coming)
        if added.num_rows or kept.num_rows < stored[name].num_rows:
            merged[name] = pa.concat_tables([kept, added])
    if superseded:
        history = _history_rows(stored["articles"], superseded, arrivals)
        merged["revisions"] = pa.concat_tables([stored["revisions"], history])
    changes = _change_rows(stored, verdicts, arrivals)
    if changes.num_rows:
        merged["changes"] = pa.concat_tables([stored["changes"], changes])
    return merged


def _read_all(layout: Layout, number: int) -> dict[str, pa.Table]:
    """Read the rows of a part in every partitioned table; a missing file has none."""
    found = {}
    for name in ("articles", "revisions", "changes", *CHILDREN):
        path = layout.part(name, number)
        found[name] = read_part(name, path) if path.exists() else SCHEMAS[name].empty_table()
    return found


def _row_count(layout: Layout, number: int) -> int:
    path = layout.part("articles", number)
    return int(read_part("articles", path, ["revision"]).num_rows)


def _history_rows(
    articles: pa.Table, superseded: Iterable[Superseded], arrivals: Arrivals
) -> pa.Table:
    since_stored = {
        s.capture.article_id: s.superseded_at for s in superseded if s.capture.place == STORED
    }
    stored = only(articles, pa.array(since_stored, pa.string()))
    times = [since_stored[article_id] for article_id in stored["article_id"].to_pylist()]
    coming = [s for s in superseded if s.capture.place != STORED]
    rows = arrivals.rows([s.capture for s in coming])
    return pa.concat_tables(
        [_with_end(stored, times), _with_end(rows, [s.superseded_at for s in coming])]
    )


def _with_end(rows: pa.Table, times: Sequence[int]) -> pa.Table:
    ends = pa.array(times, pa.int64()).cast(TIME)
    columns = [*rows.columns, ends]
    return pa.Table.from_arrays(columns, schema=SCHEMAS["revisions"])


def _change_rows(
    stored: Mapping[str, pa.Table], verdicts: Iterable[Verdict], arrivals: Arrivals
) -> pa.Table:
    """Compare each text that came to stand with the one before it."""
    steps = [step for verdict in verdicts for step in verdict.steps]
    before = pa.array([b.article_id for b, _ in steps if b.place == STORED], pa.string())
    articles = {row["article_id"]: row for row in only(stored["articles"], before).to_pylist()}
    quotes: dict[str, list[dict[str, Any]]] = {}
    for row in only(stored["quotes"].select(_QUOTE_COLUMNS), before).to_pylist():
        quotes.setdefault(row["article_id"], []).append(row)

    def version(capture: Capture) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        if capture.place == STORED:
            return articles[capture.article_id], quotes.get(capture.article_id, [])
        (row,) = arrivals.rows([capture]).to_pylist()
        of_text = arrivals.children("quotes", [capture])
        return row, of_text.select(_QUOTE_COLUMNS).to_pylist()

    found: list[Change] = []
    for earlier, later in steps:
        (old, old_quotes), (new, new_quotes) = version(earlier), version(later)
        found += differences(old, new, old_quotes, new_quotes)
    schema = SCHEMAS["changes"]
    arrays = [pa.array([getattr(c, f.name) for c in found], f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)
