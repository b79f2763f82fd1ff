"""Chains: the task runs of batches, one after the other for each, some batches under way at a time.

A batch's next task is submitted when the one before it is done. (Submitting the whole chain at once
would leave workers idle: there is one thread for each, and the chain of the first batch would
occupy them all with waiting.) The batch that is furthest goes first: it is stored the sooner, and
what its last stage made is still in memory; when the last batches begin, the one with most to come
goes first, so that workers end together. All task runs are threads of this process. Fetching waits
for the network and storing for the disk, so both do their work here; the stages between them hand
it to worker processes (`tasks.workers`). Batches are stored in order, whichever is through first:
of two captures of a page without a time, the later one in the sources is the newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from uuid import UUID

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from tasks.batch import BatchRef
from tasks.clean.task import clean
from tasks.enrich.task import enrich
from tasks.extract.task import extract
from tasks.fetch.policy import Policy
from tasks.fetch.task import fetch
from tasks.records import Stage
from tasks.settings import settings
from tasks.store.inbox import Mode
from tasks.store.run import RunInfo
from tasks.store.task import store

BATCHES_UNDER_WAY = 32
"""Enough that many hosts are asked at the same time, few enough that a run over a million articles
keeps few task runs open."""

FETCHES_AT_ONCE = 16
"""Batches whose pages are being fetched at the same time."""

AHEAD = 1
"""Tasks submitted beyond those that workers are at, so that none waits for us while we publish."""

NEXT_STAGE: Mapping[str, Stage | None] = {
    "discover": "fetch",
    "fetch": "clean",
    "clean": "extract",
    "extract": "enrich",
    "enrich": None,
}
"""What follows a stage; storing follows the last one, in order of the batches."""

DEPTH: Mapping[str, int] = {"clean": 0, "extract": 1, "enrich": 2}
"""The stages that keep a worker busy, by how far a batch is that has come to them."""


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

    workers: int = 1
    """Batches worked on at once; with more than one, in worker processes."""


Chain = dict[str, PrefectFuture[Any]]
"""The task runs of one batch, by stage."""


def work_chains(
    batches: Iterable[BatchRef], parameters: Parameters
) -> Iterator[tuple[BatchRef, Chain]]:
    """Keep batches under way, each at one of its stages.

    Args:
        batches: They begin with what their stage has made.
        parameters: What the tasks need to know besides.

    Yields:
        Each batch, stored (but in bulk) or broken, with its task runs; in order.
    """
    coming = enumerate(batches)
    under_way: dict[int, tuple[BatchRef, Chain]] = {}
    moved: SimpleQueue[int] = SimpleQueue()
    ready: dict[int, Stage] = {}
    busy, head = 0, 0
    through: set[int] = set()
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
            busy -= next(reversed(chain), "") in DEPTH
            stage = _next_stage(ref, chain)
            if stage is None:
                through.add(number)
            elif stage in DEPTH:
                ready[number] = stage
            else:
                asked = {"ref": ref, "data": parameters.data, "policy": parameters.policy}
                chain[stage] = threads.submit(fetch, asked)
                chain[stage].add_done_callback(partial(_note, moved, number))
            while ready and busy < parameters.workers + AHEAD:
                number = next_batch(ready, parameters.workers)
                del ready[number]
                _submit(*under_way[number], parameters).add_done_callback(
                    partial(_note, moved, number)
                )
                busy += 1
            while head in through:
                ref, chain = under_way.pop(head)
                if not parameters.is_bulk:
                    _store(ref, chain, parameters, threads)
                yield ref, chain
                head += 1


def _note(moved: SimpleQueue[int], number: int, _done: PrefectFuture[Any]) -> None:
    moved.put(number)


def next_batch(ready: Mapping[int, Stage], workers: int) -> int:
    """Choose the batch whose next task goes first.

    Args:
        ready: The number of each batch that could go on, and the stage it comes to.
        workers: How many tasks run at once.

    >>> next_batch({1: "extract", 2: "clean", 3: "clean", 4: "clean"}, workers=2)
    1
    >>> next_batch({1: "extract", 2: "clean", 3: "clean"}, workers=2)
    2
    """
    unbegun = sum(stage == "clean" for stage in ready.values())
    is_ending = workers > 1 and unbegun <= workers
    return min(ready, key=lambda n: (DEPTH[ready[n]] * (1 if is_ending else -1), n))


def _next_stage(ref: BatchRef, chain: Chain) -> Stage | None:
    """Name what a batch comes to next; None if it is through, or its last task broke."""
    last, before = next(reversed(chain.items()), (ref.stage, None))
    if before is not None and not is_completed(before):
        return None
    return NEXT_STAGE[last]


def _submit(ref: BatchRef, chain: Chain, parameters: Parameters) -> PrefectFuture[Any]:
    """Submit a batch's next task, one that keeps a worker busy."""
    last, before = next(reversed(chain.items()), (ref.stage, None))
    made: Any = before if before is not None else ref
    data, is_reading = parameters.data, parameters.mode == "reading"
    stage = NEXT_STAGE[last]
    if stage == "clean":
        chain[stage] = clean.submit(made, data, parameters.sites, is_reading)
    elif stage == "extract":
        chain[stage] = extract.submit(made, data, parameters.model)
    else:
        chain["enrich"] = enrich.submit(made, data, settings(data).knowledge_base)
    return next(reversed(chain.values()))


def _store(ref: BatchRef, chain: Chain, parameters: Parameters, threads: TaskRunner[Any]) -> None:
    """Submit the storing of a batch that is through, unless one of its tasks broke."""
    last, made = next(reversed(chain.items()), (ref.stage, None))
    if NEXT_STAGE[last] is None and (made is None or is_completed(made)):
        asked = {
            "ref": made if made is not None else ref,
            "fetched": chain.get("fetch"),
            "data": parameters.data,
            "run": parameters.run,
            "mode": parameters.mode,
        }
        chain["store"] = threads.submit(store, asked)


def is_completed(future: PrefectFuture[Any]) -> bool:
    """Wait for a task run, and tell whether it came to its end."""
    future.wait()
    return future.state.is_completed()
