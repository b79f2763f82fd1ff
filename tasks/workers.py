"""Worker processes: where the stages that need a processor run when there is enough to do.

A task run is cheap in a thread of the flow's process (10 ms of CPU), and dear in a process of its
own: Prefect must be imported there (2 s), and each task run costs 150 ms there. So task runs stay
here, and only a stage's function goes to a worker. Workers are forked from a process that has
imported all they need and nothing else, where the system can do that: one import for all of them.
"""

from __future__ import annotations

import logging
import multiprocessing
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing import forkserver
from threading import Lock
from typing import ParamSpec, TypeVar, cast

from tasks.lifeline import end_with_parent

Given = ParamSpec("Given")
Result = TypeVar("Result")

LOGGER = "onrecord"
"""What workers log by this name or below it is logged here, as if it had been done here."""


class Workers:
    """Processes that take work, each one piece at a time.

    Args:
        count: How many at most.
        imported: Modules that the work needs; those that are not there are left out.
    """

    def __init__(self, count: int, imported: tuple[str, ...] = ()) -> None:
        self._count = count
        self._imported = imported
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None

    def do(
        self, step: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Have a worker call a function, and wait for what it answers.

        Raises:
            BrokenProcessPool: A worker died (killed, out of memory) with this or with other work;
                the next call starts new ones.
        """
        pool = self._running()
        try:
            result, error, records = pool.submit(_work, step, args, kwargs).result()
        except BrokenProcessPool:
            self._give_up(pool)
            raise
        for record in records:
            logging.getLogger(record.name).handle(record)
        if error is not None:
            raise error
        return cast("Result", result)

    def prepare(self) -> None:
        """Begin to import what the work needs, while there is none yet."""
        self._running()

    def close(self) -> None:
        """End the processes; work that has not begun is not done."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _running(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(self._count, self._context(), end_with_parent)
            return self._pool

    def _context(self) -> multiprocessing.context.BaseContext:
        if "forkserver" not in multiprocessing.get_all_start_methods():
            return multiprocessing.get_context("spawn")
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(self._imported))
        forkserver.ensure_running()
        return context

    def _give_up(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)


_workers: ContextVar[Workers | None] = ContextVar("onrecord_workers", default=None)


@contextmanager
def worker_processes(count: int, imported: tuple[str, ...] = ()) -> Iterator[None]:
    """Have `in_worker` use so many processes inside the block; with one, it uses none.

    Where processes cannot share locks (`onrecord doctor` says so), all is done in this one.
    """
    if count <= 1 or not have_locks():
        yield
        return
    workers = Workers(count, imported)
    workers.prepare()
    token = _workers.set(workers)
    try:
        yield
    finally:
        _workers.reset(token)
        workers.close()


def have_locks() -> bool:
    """Tell whether processes can share locks here: without /dev/shm that can be written to, no."""
    try:
        multiprocessing.Lock()
    except OSError:
        return False
    return True


def in_worker(step: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """Call a function in a worker process where there are some, else here.

    Args:
        step: A picklable function.
        args: Picklable, like what it returns.
        kwargs: Likewise.
    """
    workers = _workers.get()
    return workers.do(step, *args, **kwargs) if workers else step(*args, **kwargs)


class _Kept(logging.Handler):
    """Keeps records, to be sent to another process."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        record.msg, record.args = record.getMessage(), None
        if record.exc_info:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info))
            record.exc_info = None
        self.records.append(record)


def _work(
    step: Callable[..., Result], args: tuple[object, ...], kwargs: dict[str, object]
) -> tuple[Result | None, Exception | None, list[logging.LogRecord]]:
    logger, kept = logging.getLogger(LOGGER), _Kept()
    logger.setLevel(logging.INFO)
    logger.addHandler(kept)
    try:
        return step(*args, **kwargs), None, kept.records
    except Exception as error:  # noqa: BLE001 (whatever it is, the other side raises it again)
        error.add_note("raised in a worker process\n" + traceback.format_exc())
        return None, error, kept.records
    finally:
        logger.removeHandler(kept)
