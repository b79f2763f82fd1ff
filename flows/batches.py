"""Work through batches: chained tasks for each, some batches under way at a time.

A batch's next task is submitted when the one before it is done. (Submitting the whole chain at once
would leave worker processes idle: Prefect's process pool has one thread a worker that waits for a
task's inputs, and the chain of the first batch would occupy them all.) Fetching waits for the
network and storing for the disk, so both run in threads of this process; the stages between them
run in worker processes. Batches are stored in order, whichever is through first: of two captures of
a page without a time, the later one in the sources is the newer.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
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
from tasks.lifeline import end_with_parent
from tasks.records import Address, AnnotatedArticle, Article, Stage
from tasks.settings import settings
from tasks.store.batch import Stored, store_failures
from tasks.store.inbox import Mode
from tasks.store.run import RunInfo
from tasks.store.schema import PART_ARTICLES
from tasks.store.task import publish, seal, store

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

BATCHES_UNDER_WAY = 32
"""Enough that many hosts are asked at the same time, few enough that a run over a million articles
keeps few task runs open."""

FETCHES_AT_ONCE = 16
"""Batches whose pages are being fetched at the same time."""

NEXT_STAGE: Mapping[str, Stage | None] = {
    "discover": "fetch",
    "fetch": "clean",
    "clean": "extract",
    "extract": "enrich",
    "enrich": None,
}
"""What follows a stage; storing follows the last one, in order of the batches."""


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

    is_bulk: bool = False
    """Whether whole parts are made of the batches, instead of letting the last part grow."""


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
        return ProcessPoolTaskRunner(max_workers=most, initializer=end_with_parent)
    return ThreadPoolTaskRunner(max_workers=1)


@flow(name="batches", flow_run_name="{parameters.run.run_id}", persist_result=False)
def work_batches(batches: list[BatchRef], parameters: Parameters) -> Worked:
    """Take batches through all stages to come; publish what comes out every few batches."""
    worked, done = Worked(), 0
    chains = _chains(batches, parameters)
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
        if "enrich" in chain and all(_is_completed(future) for future in chain.values())
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


def _chains(
    batches: Iterable[BatchRef], parameters: Parameters
) -> Iterator[tuple[BatchRef, Chain]]:
    """Keep batches under way, each at one of its stages; yield them stored or broken, in order."""
    coming = enumerate(batches)
    under_way: dict[int, tuple[BatchRef, Chain]] = {}
    moved: SimpleQueue[int] = SimpleQueue()
    through: set[int] = set()
    head = 0
    threads: ThreadPoolTaskRunner[Any] = ThreadPoolTaskRunner(max_workers=FETCHES_AT_ONCE)
    with threads:
        while True:
            for number, ref in islice(coming, BATCHES_UNDER_WAY - len(under_way)):
                under_way[number] = (ref, {})
                moved.put(number)
            if not under_way:
                return
            number = moved.get()
            ref, chain = under_way[number]
            future = _submit_next(ref, chain, parameters, threads)
            if future is None:
                through.add(number)
            else:
                future.add_done_callback(partial(_note, moved, number))
            while head in through:
                ref, chain = under_way.pop(head)
                if not parameters.is_bulk:
                    _store(ref, chain, parameters, threads)
                yield ref, chain
                head += 1


def _note(moved: SimpleQueue[int], number: int, _done: PrefectFuture[Any]) -> None:
    moved.put(number)


def _submit_next(
    ref: BatchRef, chain: Chain, parameters: Parameters, threads: TaskRunner[Any]
) -> PrefectFuture[Any] | None:
    """Submit a batch's next task; None if it is through, or its last task broke."""
    last, before = next(reversed(chain.items()), (ref.stage, None))
    if before is not None and not _is_completed(before):
        return None
    made: Any = before if before is not None else ref
    data, is_reading = parameters.data, parameters.mode == "reading"
    stage = NEXT_STAGE[last]
    if stage == "fetch":
        asked = {"ref": made, "data": data, "policy": parameters.policy}
        chain[stage] = threads.submit(fetch, asked)
    elif stage == "clean":
        chain[stage] = clean.submit(made, data, parameters.sites, is_reading)
    elif stage == "extract":
        chain[stage] = extract.submit(made, data, parameters.model)
    elif stage == "enrich":
        chain[stage] = enrich.submit(made, data, settings(data).knowledge_base)
    return chain[stage] if stage else None


def _store(ref: BatchRef, chain: Chain, parameters: Parameters, threads: TaskRunner[Any]) -> None:
    """Submit the storing of a batch that is through, unless one of its tasks broke."""
    last, made = next(reversed(chain.items()), (ref.stage, None))
    if NEXT_STAGE[last] is None and (made is None or _is_completed(made)):
        asked = {
            "ref": made if made is not None else ref,
            "fetched": chain.get("fetch"),
            "data": parameters.data,
            "run": parameters.run,
            "mode": parameters.mode,
        }
        chain["store"] = threads.submit(store, asked)


def _is_completed(future: PrefectFuture[Any]) -> bool:
    future.wait()
    return future.state.is_completed()


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
