"""Work through batches: chained tasks for each, a few batches under way at a time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from prefect import flow, get_run_logger
from prefect.futures import PrefectFuture
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from flows.artifacts import move_progress_bar
from flows.progress import Progress, tell
from tasks.batch import Batch, BatchRef, failure, read_batch
from tasks.clean.task import clean
from tasks.enrich.task import enrich
from tasks.errors import ArticleError
from tasks.extract.task import extract
from tasks.fetch.policy import Policy
from tasks.fetch.settling import settle_batches
from tasks.fetch.task import fetch
from tasks.records import Address, AnnotatedArticle, Article, Stage
from tasks.settings import settings
from tasks.store.batch import Stored, store_failures
from tasks.store.inbox import Mode
from tasks.store.run import RunInfo
from tasks.store.task import publish, store

PUBLISH_EVERY = 8
"""Batches between two publications. Each rewrites the last part: more often would cost disk
traffic, more seldom would keep readers waiting."""

ITEMS: Mapping[Stage, type] = {
    "discover": Address,
    "clean": Article,
    "extract": AnnotatedArticle,
}
"""What batches hold that a run may begin with, by the stage that made them."""

BATCHES_FOR_PROCESSES = 4
"""From so many batches on, worker processes pay for their start (about 4 s of CPU each)."""

BATCHES_A_WORKER = 3
"""Batches under way for each worker: enough that none waits for the next, few enough that a run
of a million articles does not submit them all at once."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the tasks of a run need to know besides their batch."""

    data: Path
    """The data folder."""

    run: RunInfo
    """The run that stores the rows."""

    policy: Policy
    """How to fetch."""

    model: str | None
    """The language model's package."""

    found: int
    """How many addresses the batches hold."""

    sites: int | None
    """The snapshot of what is known of sites; null before the first."""

    bar: UUID
    """The progress bar on the run's page."""

    mode: Mode = "capture"
    """`reading` where captures that were stored before are read anew."""


@dataclass(slots=True)
class Worked:
    """What came of a run's batches."""

    stored: list[Stored] = field(default_factory=list)
    """What each brought into the store."""

    seconds: dict[str, float] = field(default_factory=dict)
    """Wall-clock seconds by stage, summed over batches."""

    fetched: int = 0
    """Pages that were had."""

    unsettled: list[BatchRef] = field(default_factory=list)
    """Batches of pages whose rows are stored but not yet published."""

    broken: list[str] = field(default_factory=list)
    """Why batches could not be worked through."""


Chain = dict[str, PrefectFuture[Any]]
"""The task runs of one batch, by stage."""


def choose_runner(batches: int, workers: int | None) -> TaskRunner[Any]:
    """Choose processes where there is enough to do, threads where there is not.

    Args:
        batches: How many there are.
        workers: Most worker processes; one for each processor when null.
    """
    most = workers or os.cpu_count() or 1
    if batches >= BATCHES_FOR_PROCESSES and most > 1:
        return ProcessPoolTaskRunner(max_workers=most)
    return ThreadPoolTaskRunner(max_workers=1)


@flow(name="batches", flow_run_name="{parameters.run.run_id}", persist_result=False)
def work_batches(batches: list[BatchRef], parameters: Parameters) -> Worked:
    """Take batches through all stages to come; publish what comes out every few batches."""
    worked, done = Worked(), 0
    for number, (ref, chain) in enumerate(_chains(batches, parameters), start=1):
        stored = _outcome(ref, chain, parameters, worked)
        worked.stored.append(stored)
        done += stored.addresses
        if number % PUBLISH_EVERY == 0 or number == len(batches):
            _publish(parameters.data, worked)
        move_progress_bar(parameters.bar, done, parameters.found)
        tell(Progress("reading the news", done, parameters.found))
    return worked


def _chains(
    batches: Iterable[BatchRef], parameters: Parameters
) -> Iterator[tuple[BatchRef, Chain]]:
    """Submit the tasks of each batch, some batches ahead, and yield them in order."""
    ahead = BATCHES_A_WORKER * (os.cpu_count() or 1)
    waiting: deque[tuple[BatchRef, Chain]] = deque()
    for ref in batches:
        waiting.append((ref, _submit(ref, parameters)))
        if len(waiting) >= ahead:
            yield waiting.popleft()
    yield from waiting


def _submit(ref: BatchRef, parameters: Parameters) -> Chain:
    """Submit the tasks of a batch, from the stage on that follows the one that made it."""
    data, is_reading = parameters.data, parameters.mode == "reading"
    chain: Chain = {}
    made: Any = ref
    if ref.stage == "discover":
        made = chain["fetch"] = fetch.submit(made, data, parameters.policy)
        made = chain["clean"] = clean.submit(made, data, parameters.sites, is_reading)
    if ref.stage != "extract":
        made = chain["extract"] = extract.submit(made, data, parameters.model)
    made = chain["enrich"] = enrich.submit(made, data, settings(data).knowledge_base)
    chain["store"] = store.submit(
        ref=made,
        fetched=chain.get("fetch"),
        data=data,
        run=parameters.run,
        mode=parameters.mode,
    )
    return chain


def _outcome(ref: BatchRef, chain: Chain, parameters: Parameters, worked: Worked) -> Stored:
    """Wait for a batch; if one of its tasks broke, its addresses become failures."""
    for stage, future in chain.items():
        future.wait()
        if stage != "store" and future.state.is_completed():
            made: BatchRef = future.result()
            _add(worked, stage, made.seconds)
            worked.fetched += made.items if stage == "fetch" else 0
    broken = next((stage for stage, done in chain.items() if not done.state.is_completed()), None)
    if broken is None:
        stored: Stored = chain["store"].result()
        if "fetch" in chain:
            worked.unsettled.append(chain["fetch"].result())
        return stored
    why = f"{broken} of batch {ref.batch_id}: {chain[broken].state.message}"
    get_run_logger().error("A batch could not be worked through: %s", why)
    worked.broken.append(why)
    batch: Batch[Any] = read_batch(ref, ITEMS[ref.stage])
    error = ArticleError("task_failed", why)
    lost = tuple(failure(item, broken, error) for item in batch.items)  # type: ignore[arg-type]
    return store_failures(
        batch.failures + lost, f"{ref.batch_id}-broken", parameters.data, parameters.run
    )


def _publish(data: Path, worked: Worked) -> None:
    began = perf_counter()
    publish(data)
    settle_batches(worked.unsettled, settings(data))
    worked.unsettled.clear()
    _add(worked, "publish", perf_counter() - began)


def _add(worked: Worked, stage: str, seconds: float) -> None:
    worked.seconds[stage] = worked.seconds.get(stage, 0.0) + seconds
