"""Nothing outlives the process that started it, not even when that is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

POOL = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from tasks.batch import Batch
from tasks.guard import Guard
from tasks.lifeline import end_with_parent

def busy(item):
    print(os.getpid(), flush=True)
    time.sleep(600)

def work():
    print(os.getpid(), flush=True)
    Guard(busy, seconds=600).through("clean", Batch(("page",)))

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    ProcessPoolExecutor(1, context, end_with_parent).submit(work).result()
"""
PROGRAM = """
import subprocess, sys, time
from tasks.lifeline import Lifeline
program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], stdout=2)
line = Lifeline(program.pid)
print(program.pid, flush=True)
if sys.argv[1:] == ["release"]:
    line.release()
else:
    time.sleep(600)
"""


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # dead, though nobody has asked


def ends(pid: int) -> bool:
    end = time.monotonic() + 60
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not is_alive(pid)


@contextmanager
def started(tmp_path: Path, program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    path = tmp_path / "program.py"
    path.write_text(program)
    with subprocess.Popen(
        [sys.executable, str(path), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def numbers(process: subprocess.Popen[str], count: int) -> list[int]:
    assert process.stdout is not None
    return [int(process.stdout.readline()) for _ in range(count)]


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_and_guarded_processes_end_with_us(tmp_path: Path, how: signal.Signals) -> None:
    with started(tmp_path, POOL) as process:
        pids = numbers(process, 2)
        assert all(is_alive(pid) for pid in pids)
        process.send_signal(how)
        assert all(ends(pid) for pid in pids)


def test_a_program_that_knows_nothing_of_us_ends_with_us(tmp_path: Path) -> None:
    with started(tmp_path, PROGRAM) as process:
        (pid,) = numbers(process, 1)
        assert is_alive(pid)
        process.kill()
        assert ends(pid)


def test_what_was_released_lives_on(tmp_path: Path) -> None:
    with started(tmp_path, PROGRAM, "release") as process:
        (pid,) = numbers(process, 1)
        try:
            assert ends(process.pid)
            assert is_alive(pid)
        finally:
            os.kill(pid, signal.SIGKILL)
