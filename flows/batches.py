"""Work through batches: chains of tasks, then stored or sealed, then published now and then."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from prefect import flow, get_run_logger
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.artifacts import move_progress_bar
from flows.chains import Chain, Parameters, is_completed, work_chains
from flows.progress import Progress, tell
from tasks.batch import Batch, BatchRef, failure, read_batch
from tasks.errors import ArticleError
from tasks.fetch.settling import settle_batches
from tasks.records import Address, AnnotatedArticle, Article, Stage
from tasks.settings import settings
from tasks.store.batch import Stored, store_failures
from tasks.store.schema import PART_ARTICLES
from tasks.store.task import publish, seal
from tasks.workers import worker_processes

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
"""From so many batches on, worker processes pay for their start."""

IMPORTED_BY_WORKERS = (
    "tasks.clean.batch",
    "tasks.extract.batch",
    "tasks.extract.spacy_tagger",
    "tasks.enrich.batch",
    "tasks.fetch.pages",
    "tasks.store.standing",
)
"""What the stages that run in workers need, imported once for all workers."""


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


def choose_workers(batches: int, workers: int | None) -> int:
    """Choose how many batches are worked on at once: in processes of their own if not one.

    Args:
        batches: How many there are.
        workers: Most worker processes; one for each processor when null.
    """
    most = workers or os.cpu_count() or 1
    return most if batches >= BATCHES_FOR_PROCESSES else 1


def work(batches: list[BatchRef], parameters: Parameters) -> Worked:
    """Run the flow `work_batches` with as many task runs at once as there are workers."""
    runner: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=parameters.workers)
    with worker_processes(parameters.workers, IMPORTED_BY_WORKERS):
        return work_batches.with_options(task_runner=runner)(batches, parameters)


@flow(name="batches", flow_run_name="{parameters.run.run_id}", persist_result=False)
def work_batches(batches: list[BatchRef], parameters: Parameters) -> Worked:
    """Take batches through all stages to come; publish what comes out every few batches."""
    worked, done = Worked(), 0
    chains = work_chains(batches, parameters)
    groups = _sealed(chains, parameters) if parameters.is_bulk else ([chain] for chain in chains)
    through = 0
    for number, group in enumerate(groups, start=1):
        for ref, chain in group:
            stored = _outcome(ref, chain, parameters, worked)
            worked.stored.append(stored)
            done += stored.addresses
        through += len(group)
        if parameters.is_bulk or number % PUBLISH_EVERY == 0 or through == len(batches):
            _publish(parameters.data, worked)
        move_progress_bar(parameters.bar, done, parameters.found)
        tell(Progress("reading the news", done, parameters.found))
    return worked


def _sealed(
    chains: Iterable[tuple[BatchRef, Chain]], parameters: Parameters
) -> Iterator[list[tuple[BatchRef, Chain]]]:
    """Gather as many batches as a part holds articles, and let a worker make the part of them."""
    group: list[tuple[BatchRef, Chain]] = []
    room = PART_ARTICLES
    for ref, chain in chains:
        if group and ref.items > room:
            yield _seal(group, parameters)
            group, room = [], PART_ARTICLES
        group.append((ref, chain))
        room -= ref.items
    if group:
        yield _seal(group, parameters)


def _seal(
    group: list[tuple[BatchRef, Chain]], parameters: Parameters
) -> list[tuple[BatchRef, Chain]]:
    whole = [
        chain
        for _, chain in group
        if "enrich" in chain and all(is_completed(future) for future in chain.values())
    ]
    made = [
        (chain["enrich"].result(), chain["fetch"].result() if "fetch" in chain else None)
        for chain in whole
    ]
    if made:
        future = seal.submit(group[0][0].batch_id, made, parameters.data, parameters.run)
        for chain in whole:
            chain["store"] = future
    return group


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
        result: Stored | dict[str, Stored] = chain["store"].result()
        stored = result[chain["enrich"].result().batch_id] if isinstance(result, dict) else result
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
