"""A guard: one page at a time in a process of its own, so that a poisonous page costs only itself.

`timeout` parameters do not interrupt C code (a parser in an endless loop), and nothing but a limit
of the kernel stops memory from running out. The guard's process works through the items one by one;
when an item takes too long, or the process dies under it, the guard records that item's failure,
starts a new process and goes on with the next. Results and their order are those of a plain loop.
"""

from __future__ import annotations

import logging
import multiprocessing
import resource
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, SpawnContext
from typing import Generic, TypeVar

from tasks.batch import Batch, failure, location_of
from tasks.errors import ArticleError
from tasks.lifeline import end_with_parent
from tasks.records import Failure, Stage

Item = TypeVar("Item")
Result = TypeVar("Result")

LOG = logging.getLogger("onrecord.guard")

SECONDS_PER_ITEM = 30.0
"""Hard limit for one page: hundreds of times the usual, so that a busy machine loses none."""

MEMORY_BYTES = 3 * 1024**3
"""Memory that the guarded process may take beyond its start."""

ITEMS_PER_PROCESS = 5_000
"""After so many items the process is replaced, so that what C libraries leak stays bounded."""

START_SECONDS = 120.0
"""A process that is not ready by then will not be: slow disks take 20 s to import everything."""


class GuardError(RuntimeError):
    """The guarded process could not be started; nothing is wrong with the items."""


class Guard(Generic[Item, Result]):
    """Takes items through a step in a process of its own, which it replaces when it must.

    Args:
        step: A picklable function; raises `ArticleError` for an item that cannot go on.
        seconds: Hard limit for one item.
        memory: Bytes of address space that the process may take beyond its start.
    """

    def __init__(
        self,
        step: Callable[[Item], Result],
        seconds: float = SECONDS_PER_ITEM,
        memory: int = MEMORY_BYTES,
    ) -> None:
        self._step = step
        self._seconds = seconds
        self._memory = memory
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._done = 0

    def through(self, stage: Stage, batch: Batch[Item]) -> Batch[Result]:
        """Take a batch's items through the step; one that fails, hangs or kills is set aside."""
        done: list[Result] = []
        failed: list[Failure] = []
        for item, answer in self._answers(batch.items):
            if isinstance(answer, ArticleError):
                failed.append(failure(item, stage, answer))
            else:
                done.append(answer)
        return Batch(tuple(done), batch.failures + tuple(failed), batch.skipped)

    def close(self) -> None:
        """End the process."""
        if self._pipe:
            self._pipe.close()
        if self._process:
            self._process.join(timeout=2)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
        self._process = self._pipe = None

    def __enter__(self) -> Guard[Item, Result]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answers(self, items: Iterable[Item]) -> Iterator[tuple[Item, Result | ArticleError]]:
        for item in items:
            if self._done >= ITEMS_PER_PROCESS:
                self.close()
            yield item, self._answer(item)

    def _answer(self, item: Item) -> Result | ArticleError:
        pipe = self._pipe or self._start()
        answer: Result | Exception
        try:
            pipe.send(item)
            if not pipe.poll(self._seconds):
                self._kill()
                LOG.warning("%s is not done after %g s", location_of(item), self._seconds)
                return ArticleError("timeout", f"not done after {self._seconds:g} s")
            answer = pipe.recv()
        except (EOFError, ConnectionError):
            code = self._kill()
            LOG.warning("%s ended its process with status %s", location_of(item), code)
            return ArticleError("crashed", f"its process ended with status {code}")
        self._done += 1
        if isinstance(answer, Exception) and not isinstance(answer, ArticleError):
            raise answer
        return answer

    def _start(self) -> Connection:
        context = _context()
        ours, theirs = context.Pipe()
        inherited = ours if context.get_start_method() == "fork" else None
        process = context.Process(
            target=_serve, args=(theirs, self._step, self._memory, inherited), daemon=True
        )
        process.start()  # what it raises is raised: there is nothing yet to be ended
        theirs.close()
        self._pipe, self._process, self._done = ours, process, 0
        try:
            ready = ours.poll(START_SECONDS) and ours.recv() == "ready"
        except (EOFError, ConnectionError):
            ready = False
        if not ready:
            code = self._kill()
            raise GuardError(f"the process that cleans pages did not start (status {code})")
        return ours

    def _kill(self) -> int | None:
        process = self._process
        if process:
            process.join(timeout=0.2)
            process.kill()
            process.join()
        self._process = None
        self.close()
        return process.exitcode if process else None


def _context() -> ForkContext | SpawnContext:
    """Choose how the guarded process begins.

    A worker (`tasks.workers`) has imported all that the step needs and does nothing else meanwhile:
    its guarded process is forked, which saves 2 s of CPU. Elsewhere other threads may hold locks
    that a fork would never see released.
    """
    is_worker = multiprocessing.parent_process() is not None
    if is_worker and "fork" in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _serve(
    pipe: Connection, step: Callable[[Item], Result], memory: int, inherited: Connection | None
) -> None:
    """Answer item by item until the other side hangs up."""
    if inherited:
        inherited.close()  # or else the other side would never seem to hang up
    end_with_parent()  # which may be while an item keeps us busy for ever
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    resource.setrlimit(resource.RLIMIT_AS, (used + 4 * memory, used + 4 * memory))
    resource.setrlimit(resource.RLIMIT_DATA, (used + memory, used + memory))
    pipe.send("ready")
    while True:
        try:
            item = pipe.recv()
        except (EOFError, ConnectionError):
            return
        pipe.send(_answer_to(item, step))


def _answer_to(item: Item, step: Callable[[Item], Result]) -> Result | Exception:
    try:
        return step(item)
    except MemoryError:
        return ArticleError("out_of_memory", "needs more memory than a page may take")
    except RecursionError as error:
        return ArticleError("too_deep", str(error))
    except Exception as error:  # noqa: BLE001 (whatever it is, the other side raises it again)
        error.add_note("raised in the guarded process")
        return error
