"""Worker processes: what they answer, log, raise and survive."""

import errno
import logging
import os
import signal
from concurrent.futures.process import BrokenProcessPool

import pytest

from tasks.errors import ArticleError
from tasks.workers import have_locks, in_worker, worker_processes

LOG = logging.getLogger("onrecord.test")


def whose(_: int) -> int:
    return os.getpid()


def complain(page: str) -> None:
    LOG.warning("%s is slow", page)


def fail(page: str) -> None:
    LOG.warning("%s will fail", page)
    raise ArticleError("timeout", page)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_without_workers_the_work_is_done_here() -> None:
    assert in_worker(whose, 1) == os.getpid()
    with worker_processes(1):
        assert in_worker(whose, 1) == os.getpid()


def test_workers_do_it_elsewhere_and_only_inside_the_block() -> None:
    with worker_processes(2, imported=("tasks.batch", "tasks.not_there")):
        assert in_worker(whose, 1) != os.getpid()
    assert in_worker(whose, 1) == os.getpid()


def test_without_shared_locks_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where /dev/shm may not be written to."""

    def refuse() -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    assert have_locks()
    monkeypatch.setattr("multiprocessing.Lock", refuse)
    assert not have_locks()
    with worker_processes(2):
        assert in_worker(os.getpid) == os.getpid()


def test_what_they_log_and_raise_comes_here(caplog: pytest.LogCaptureFixture) -> None:
    with worker_processes(2):
        in_worker(complain, "page 1")
        with pytest.raises(ArticleError) as raised:
            in_worker(fail, "page 2")
    assert raised.value.reason == "timeout"
    assert "in fail" in "".join(raised.value.__notes__)
    assert [record.getMessage() for record in caplog.records] == [
        "page 1 is slow",
        "page 2 will fail",
    ]


def test_a_worker_that_dies_is_replaced() -> None:
    with worker_processes(2):
        with pytest.raises(BrokenProcessPool):
            in_worker(die)
        assert in_worker(whose, 1) != os.getpid()
