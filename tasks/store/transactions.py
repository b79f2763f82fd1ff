"""The store's transactions: open, append, publish.

A batch task appends to the inbox, without a lock. Every few batches the flow publishes: under one
lock the pending batches are settled against the tables, whole new part files are staged, and all
take their places by one commit (`tasks.store.journal`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.store.abandoned import remove_abandoned
from tasks.store.arrivals import Arrivals
from tasks.store.datapackage import datapackage
from tasks.store.disk import Step, nothing, store_errors, write_synced
from tasks.store.failing import finished_runs, merge_failures, merge_runs
from tasks.store.head import check_version, read_head
from tasks.store.inbox import (
    Pending,
    append,
    oldest_first,
    pending_names,
    published_file,
    read_pending,
)
from tasks.store.inventory import check_parts
from tasks.store.journal import Transaction, begin, commit, recover
from tasks.store.judging import outcomes_of, settle_all
from tasks.store.layout import Layout
from tasks.store.lock import locked
from tasks.store.masking import drop_forgotten, mask_names
from tasks.store.merging import assign_parts, merge_part
from tasks.store.noticing import merge_notices
from tasks.store.numbering import sealed_names, stage_sealed
from tasks.store.outcome import Outcome, PublishReport, outcomes, to_json
from tasks.store.part import read_part, write_part
from tasks.store.schema import PART_ARTICLES, SCHEMAS
from tasks.store.standing import find_standing
from tasks.store.tombstones import Tombstones, read_tombstones

__all__ = ["Opening", "append", "open_store", "outcomes", "publish"]

BATCHES_AT_ONCE = 100
"""Batches in one transaction: a full part's worth of articles, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What was found when a store was opened."""

    sequence: int
    """Number of the last transaction."""

    finished: int
    """Transactions of processes that had died, now finished."""

    thrown_away: int
    """Transactions that had never been committed, thrown away; their batches still wait."""

    pending: int
    """Batches that wait to be published."""


def open_store(data: Path, *, at: Step = nothing) -> Opening:
    """Open a store: make it if it is not there, and finish what a process that died left.

    Args:
        data: The data folder.
        at: Called at each step, for tests.

    Raises:
        StoreError: The tables are of another version, damaged, or cannot be written.
    """
    layout = Layout(data)
    with locked(layout), store_errors(f"open {data}"):
        finished, thrown = open_locked(layout, at)
        head = read_head(layout)
        return Opening(head.sequence if head else 0, finished, thrown, len(pending_names(layout)))


def publish(
    data: Path,
    *,
    at: Step = nothing,
    batches_at_once: int = BATCHES_AT_ONCE,
    part_articles: int = PART_ARTICLES,
) -> PublishReport:
    """Bring all pending batches into the tables.

    Args:
        data: The data folder.
        at: Called at each step, for tests.
        batches_at_once: Most batches in one transaction.
        part_articles: Articles in a full part.

    Raises:
        StoreError: The store or a batch is damaged or of another version, or the disk refuses.
            What was committed before is safe, and what was not still waits in the inbox.
    """
    layout = Layout(data)
    with locked(layout), store_errors(f"publish to {data}"):
        open_locked(layout, at)
        found: list[Outcome] = []
        for sealed in sealed_names(layout):
            found += _publish_sealed(layout, sealed, at)
        names = oldest_first(layout, pending_names(layout))
        for first in range(0, len(names), batches_at_once):
            pending = read_pending(layout, names[first : first + batches_at_once])
            found += _publish(layout, pending, part_articles, at)
        head = read_head(layout)
        return PublishReport(head.sequence if head else 0, len(names), tuple(found))


def open_locked(layout: Layout, at: Step = nothing) -> tuple[int, int]:
    """Recover, and make what is missing; the lock must be held."""
    check_version(layout)
    done = recover(layout, at)
    remove_abandoned(layout)
    check_parts(layout)
    missing = [name for name in SCHEMAS if 0 not in layout.parts(name)]
    if missing or read_head(layout) is None:
        for folder in (layout.inbox, layout.journal, layout.published, layout.tables):
            folder.mkdir(parents=True, exist_ok=True)
        transaction = begin(layout)
        for name in missing:
            empty = SCHEMAS[name].empty_table()
            write_part(name, empty, transaction.stage(layout.part(name, 0)))
        stage_datapackage(transaction)
        commit(transaction, at)
    return done


def _publish(
    layout: Layout, pending: Sequence[Pending], part_articles: int, at: Step
) -> list[Outcome]:
    """Publish some batches in one transaction."""
    fresh = [b for b in pending if not published_file(layout, b.run_id, b.key).exists()]
    stones = read_tombstones(layout.data)
    arrivals = Arrivals([_without_forgotten(batch, stones) for batch in fresh])
    captures = arrivals.captures()
    standing = find_standing(layout, {capture.article_id for capture in captures})
    verdicts = settle_all(captures, standing, layout)
    found = outcomes_of(verdicts, captures, arrivals)
    transaction = begin(layout)
    try:
        plan = assign_parts(verdicts, standing, layout, part_articles)
        for number, of_part in sorted(plan.items()):
            merge_part(transaction, number, of_part, arrivals, part_articles, at)
        for name, rows in merge_notices(layout, arrivals, verdicts.values()):
            write_part(name, rows, transaction.stage(layout.part(name, 0)))
            at("stage")
        _stage_rest(transaction, arrivals, at)
        ended = set(finished_runs(arrivals))
        by_batch: dict[str, list[Outcome]] = {batch.name: [] for batch in fresh}
        for outcome in found:
            by_batch[f"{outcome.run_id}.{outcome.key}"].append(outcome)
        for batch in fresh:
            if batch.run_id not in ended:
                staged = transaction.stage(published_file(layout, batch.run_id, batch.key))
                write_synced(staged, json.dumps(to_json(by_batch[batch.name])).encode())
        for run_id in sorted(ended):
            transaction.remove(layout.published / run_id)
        for batch in pending:
            transaction.remove(layout.inbox / batch.name)
        commit(transaction, at)
    except BaseException:
        transaction.abandon()
        raise
    return found


def _without_forgotten(batch: Pending, stones: Tombstones | None) -> Pending:
    """Keep out of the tables what somebody asked to be forgotten."""
    if stones is None:
        return batch
    tables, gone = drop_forgotten(batch.tables, stones)
    return replace(batch, tables=mask_names(tables, stones), forgotten=tuple(gone))


def _publish_sealed(layout: Layout, name: str, at: Step) -> list[Outcome]:
    """Publish a part that a worker has written whole."""
    transaction = begin(layout)
    try:
        number = max(layout.parts("articles"), default=-1) + 1
        found, rest = stage_sealed(transaction, name, number, at)
        _stage_rest(transaction, Arrivals([rest]), at)
        commit(transaction, at)
    except BaseException:
        transaction.abandon()
        raise
    return found


def _stage_rest(transaction: Transaction, arrivals: Arrivals, at: Step) -> None:
    """Stage what belongs to no part: failures, runs and the description of the folder."""
    layout = transaction.layout
    for name, merge in (("failures", merge_failures), ("runs", merge_runs)):
        path = layout.part(name, 0)
        merged = merge(read_part(name, path), arrivals)
        if merged is not None:
            write_part(name, merged, transaction.stage(path))
            at("stage")
    stage_datapackage(transaction)


def stage_datapackage(transaction: Transaction, *, anew: bool = False) -> None:
    """Stage datapackage.json if there are parts that it does not name yet, or anew."""
    layout = transaction.layout
    target = layout.description
    coming = [Path(move) for move in transaction.moves if move.endswith(".parquet")]
    if not anew and target.exists() and all((layout.data / path).exists() for path in coming):
        return
    paths = {
        name: sorted(
            {path.name for path in layout.parts(name).values()}
            | {path.name for path in coming if path.parent.name == name}
        )
        for name in SCHEMAS
    }
    content = (json.dumps(datapackage(paths), ensure_ascii=False, indent=1) + "\n").encode()
    write_synced(transaction.stage(target), content)
