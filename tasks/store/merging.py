"""Merging: what has been settled becomes whole new part files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from tasks.store.arrivals import Arrivals
from tasks.store.change import Change
from tasks.store.columns import TIME
from tasks.store.differences import differences
from tasks.store.disk import Step, nothing
from tasks.store.journal import Transaction
from tasks.store.layout import Layout
from tasks.store.part import count_rows, only, read_part, sort_part, without, write_part
from tasks.store.schema import CHILDREN, SCHEMAS
from tasks.store.settling import STORED, Capture, Superseded, Verdict
from tasks.store.standing import Standing

Row = dict[str, Any]

_QUOTE_COLUMNS = (
    *("article_id", "quote_no", "quote_id", "field", "quote", "quote_hash"),
    *("speaker", "speaker_entity_id"),
)


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
    room = part_articles - (count_rows(parts[tail]) if parts else 0)
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
    part_articles: int,
    at: Step = nothing,
) -> None:
    """Stage the new files of one part of every table that changes.

    Args:
        transaction: Takes the files.
        number: The part.
        verdicts: Those of its articles that change.
        arrivals: The incoming rows.
        part_articles: Articles in a full part.
        at: Called at each step, for tests.
    """
    layout = transaction.layout
    is_full = False
    for name, table in merge_rows(lambda name: _read(layout, name, number), verdicts, arrivals):
        is_full = is_full or (name == "articles" and table.num_rows >= part_articles)
        ordered = sort_part(name, table) if is_full else table
        write_part(name, ordered, transaction.stage(layout.part(name, number)))
        at("stage")


def merge_rows(
    stored: Callable[[str], pa.Table], verdicts: Sequence[Verdict], arrivals: Arrivals
) -> Iterator[tuple[str, pa.Table]]:
    """Make the new rows of one part, one table at a time so that memory stays small.

    Args:
        stored: Reads the rows of the part in a table.
        verdicts: Those of its articles that change.
        arrivals: The incoming rows.

    Yields:
        The tables that change, whole; articles first.
    """
    coming = sorted(
        (v.current for v in verdicts if v.current.place != STORED), key=lambda c: c.place
    )
    standing = [v.current for v in verdicts if v.current.place != STORED and not v.is_new]
    replaced = pa.array([capture.article_id for capture in standing], pa.string())
    superseded = [s for verdict in verdicts for s in verdict.superseded]
    steps = [step for verdict in verdicts for step in verdict.steps]
    articles = stored("articles")
    before = {row["article_id"]: row for row in only(articles, replaced).to_pylist()}
    quotes: dict[str, list[Row]] = {}
    if coming:
        kept = without(articles, replaced)
        yield "articles", pa.concat_tables([kept, arrivals.rows(coming)])
    if superseded:
        history = _history_rows(articles, superseded, arrivals)
        yield "revisions", pa.concat_tables([stored("revisions"), history])
    del articles
    for name in CHILDREN if coming else ():
        rows = stored(name)
        if name == "quotes":
            for row in only(rows.select(_QUOTE_COLUMNS), replaced).to_pylist():
                quotes.setdefault(row["article_id"], []).append(row)
        kept, added = without(rows, replaced), arrivals.children(name, coming)
        if added.num_rows or kept.num_rows < rows.num_rows:
            yield name, pa.concat_tables([kept, added])
    changes = _change_rows(steps, before, quotes, arrivals)
    if changes.num_rows:
        yield "changes", pa.concat_tables([stored("changes"), changes])


def _read(layout: Layout, name: str, number: int) -> pa.Table:
    """Read the rows of a part in a table; a missing file has none."""
    path = layout.part(name, number)
    return read_part(name, path) if path.exists() else SCHEMAS[name].empty_table()


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
    steps: Iterable[tuple[Capture, Capture]],
    articles: Mapping[str, Row],
    quotes: Mapping[str, list[Row]],
    arrivals: Arrivals,
) -> pa.Table:
    """Compare each text that came to stand with the one before it.

    Args:
        steps: The texts before and after.
        articles: Stored rows, by article_id.
        quotes: Their stored quotes.
        arrivals: The incoming rows.
    """

    def version(capture: Capture) -> tuple[Row, list[Row]]:
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
