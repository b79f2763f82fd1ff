"""A batch of annotated articles goes into the store, and comes out counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tasks.batch import Batch, BatchRef, location_of, read_batch
from tasks.notices import Hit
from tasks.records import AnnotatedArticle, Failure, Snapshot
from tasks.settings import settings
from tasks.store.inbox import Mode, append
from tasks.store.notice_rows import notice_rows
from tasks.store.rows import rows_of
from tasks.store.run import RunInfo
from tasks.store.sealing import seal_together

FindHits = Callable[[Sequence[AnnotatedArticle]], Sequence[Hit]]
"""Finds what the watchlists are waiting for."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch brought into the inbox."""

    batch_id: str
    """The batch."""

    articles: int
    """Articles that wait to be published."""

    quotes: int
    """Quotes in them."""

    entities: int
    """Entities in them."""

    failed: Mapping[str, int]
    """Addresses that could not go on, by reason."""

    skipped: Mapping[str, int]
    """Addresses left alone on purpose, by reason."""

    @property
    def addresses(self) -> int:
        """How many addresses the batch accounts for."""
        return self.articles + sum(self.failed.values()) + sum(self.skipped.values())


def store_annotated(
    ref: BatchRef,
    fetched: BatchRef | None,
    data: Path,
    run: RunInfo,
    mode: Mode = "capture",
    find_hits: FindHits | None = None,
) -> Stored:
    """Put a batch's rows into the inbox; the same batch of the same run again is a no-op.

    Args:
        ref: A batch of `AnnotatedArticle`.
        fetched: The same batch as the fetch stage left it: says which addresses came through; null
            when the batch was made of stored articles.
        data: The data folder.
        run: The run that stores it.
        mode: `reading` replaces what was made of the same captures before.
        find_hits: Finds what watchlists wait for; the hits are stored together with the articles.

    Raises:
        StoreError: The rows break a rule, or the disk refuses.
    """
    batch = read_batch(ref, AnnotatedArticle)
    settled = _settled(batch, fetched)
    return _append(batch, settled, ref.batch_id, data, run, mode, find_hits)


def seal_annotated(
    batches: Sequence[tuple[BatchRef, BatchRef | None]], data: Path, run: RunInfo
) -> dict[str, Stored]:
    """Make one whole part of several batches, without the tail's rewriting; for bulk import.

    Watchlists are not asked: what is imported in bulk is no news.

    Args:
        batches: Each as the enrich stage and as the fetch stage left it; together at most as many
            articles as a part holds.
        data: The data folder.
        run: The run that stores them.

    Returns:
        What each brought, by batch_id.

    Raises:
        StoreError: The rows break a rule, are too many, or the disk refuses.
    """
    found: dict[str, Stored] = {}
    tables: list[dict[str, pa.Table]] = []
    settled: list[str] = []
    for ref, fetched in batches:
        batch = read_batch(ref, AnnotatedArticle)
        tables.append(_rows(batch, data, run))
        found[ref.batch_id] = _stored(ref.batch_id, batch, tables[-1])
        settled += _settled(batch, fetched)
    named = hashlib.sha256(" ".join(found).encode()).hexdigest()
    seal_together(data, tables, f"part-{named[:16]}", run.run_id, settled=settled)
    return found


def _settled(batch: Batch[AnnotatedArticle], fetched: BatchRef | None) -> list[str]:
    """List the addresses that came through."""
    failed = {failure.url for failure in batch.failures}
    settled = {
        place
        for snapshot in (read_batch(fetched, Snapshot).items if fetched else ())
        for place in (location_of(snapshot), snapshot.address.location)
    }
    return sorted(settled - failed)


def store_failures(failures: tuple[Failure, ...], key: str, data: Path, run: RunInfo) -> Stored:
    """Put the failures of a batch that could not be worked through into the inbox.

    Args:
        failures: One for each of its addresses.
        key: Names them within the run.
        data: The data folder.
        run: The run.
    """
    return _append(Batch((), failures), [], key, data, run, "capture")


def _append(
    batch: Batch[AnnotatedArticle],
    settled: list[str],
    key: str,
    data: Path,
    run: RunInfo,
    mode: Mode,
    find_hits: FindHits | None = None,
) -> Stored:
    tables = _rows(batch, data, run)
    if find_hits is not None:
        sound = set(tables["articles"]["article_id"].to_pylist())
        found = find_hits([item for item in batch.items if item.article.article_id in sound])
        tables |= notice_rows(found)
    append(data, tables, key, run_id=run.run_id, mode=mode, settled=settled)
    return _stored(key, batch, tables)


def _rows(batch: Batch[AnnotatedArticle], data: Path, run: RunInfo) -> dict[str, pa.Table]:
    machine = settings(data)
    return rows_of(
        batch.items,
        run,
        failures=batch.failures,
        keep_text=machine.keep_text,
        context=machine.quote_context,
    )


def _stored(key: str, batch: Batch[AnnotatedArticle], tables: Mapping[str, pa.Table]) -> Stored:
    return Stored(
        batch_id=key,
        articles=tables["articles"].num_rows,
        quotes=tables["quotes"].num_rows,
        entities=tables["entities"].num_rows,
        failed=dict(Counter(tables["failures"]["reason"].to_pylist())),
        skipped=dict(Counter(skip.reason for skip in batch.skipped)),
    )
