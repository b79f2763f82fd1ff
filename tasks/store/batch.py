"""A batch of annotated articles goes into the store, and comes out counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.batch import Batch, BatchRef, location_of, read_batch
from tasks.notices import Hit
from tasks.records import AnnotatedArticle, Failure, Snapshot
from tasks.settings import settings
from tasks.store.inbox import Mode, append
from tasks.store.notice_rows import notice_rows
from tasks.store.rows import rows_of
from tasks.store.run import RunInfo

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
    failed = {failure.url for failure in batch.failures}
    settled = {
        place
        for snapshot in (read_batch(fetched, Snapshot).items if fetched else ())
        for place in (location_of(snapshot), snapshot.address.location)
    }
    return _append(batch, sorted(settled - failed), ref.batch_id, data, run, mode, find_hits)


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
    machine = settings(data)
    tables = rows_of(
        batch.items,
        run,
        failures=batch.failures,
        keep_text=machine.keep_text,
        context=machine.quote_context,
    )
    if find_hits is not None:
        sound = set(tables["articles"]["article_id"].to_pylist())
        found = find_hits([item for item in batch.items if item.article.article_id in sound])
        tables |= notice_rows(found)
    append(data, tables, key, run_id=run.run_id, mode=mode, settled=settled)
    return Stored(
        batch_id=key,
        articles=tables["articles"].num_rows,
        quotes=tables["quotes"].num_rows,
        entities=tables["entities"].num_rows,
        failed=dict(Counter(tables["failures"]["reason"].to_pylist())),
        skipped=dict(Counter(skip.reason for skip in batch.skipped)),
    )
