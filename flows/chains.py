"""Chains: the task runs of batches, one after the other for each, some batches under way at a time.

A batch's next task is submitted when the one before it is done. (Submitting the whole chain at once
would leave workers idle: there is one thread for each, and the chain of the first batch would
occupy them all with waiting.) All task runs are threads of this process. Fetching waits for the
network and storing for the disk, so both do their work here; the stages between them hand it to
worker processes (`tasks.workers`). Batches are stored in order, whichever is through first: of two
captures of a page without a time, the later one in the sources is the newer.
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
    if before is not None and not is_completed(before):
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
