"""The store stage, as Prefect sees it."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.batch import BatchRef
from tasks.settings import settings
from tasks.store.batch import Stored, seal_annotated, store_annotated
from tasks.store.inbox import Mode
from tasks.store.notice_rows import active_watches
from tasks.store.outcome import PublishReport
from tasks.store.run import RunInfo
from tasks.store.transactions import publish as publish_pending
from tasks.task import stage_task
from tasks.watch.finding import Watchlist
from tasks.workers import in_worker


@stage_task("store")
def store(ref: BatchRef, fetched: BatchRef | None, data: Path, run: RunInfo, mode: Mode) -> Stored:
    """Put a batch's rows into the store's inbox: durably, and the same batch only once."""
    watchlist = Watchlist(active_watches(data))
    find_hits = partial(
        watchlist.find_hits,
        run_id=run.run_id,
        found_at=datetime.now(UTC),
        is_told=mode == "capture",
        context=settings(data).quote_context,
    )
    return store_annotated(ref, fetched, data, run, mode, find_hits if watchlist else None)


@task(
    name="seal",
    task_run_name="seal {key}",
    retries=1,
    retry_delay_seconds=2,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def seal(
    key: str, batches: list[tuple[BatchRef, BatchRef | None]], data: Path, run: RunInfo
) -> dict[str, Stored]:
    """Make a whole part of many batches: durably, and the same batches only once."""
    return in_worker(seal_annotated, batches, data, run)


@task(
    name="publish",
    task_run_name="publish",
    retries=2,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def publish(data: Path) -> PublishReport:
    """Bring all batches that wait in the inbox into the tables."""
    return publish_pending(data)
