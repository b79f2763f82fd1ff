"""Killed at every named step and at random moments, the store loses and doubles nothing."""

import multiprocessing
import random
import signal
import time
from collections.abc import Iterable
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tasks.store import transactions
from tasks.store.verify import verify
from tests.store.crashing import STEPS, faults, watch, write

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.store.crashing"])


def start(target: object, *arguments: object) -> ForkServerProcess:
    process = CONTEXT.Process(target=target, args=arguments)  # type: ignore[arg-type]
    process.start()
    return process


def acknowledged(acks: Path) -> set[int]:
    return {int(line) for line in acks.read_text().split()} if acks.exists() else set()


def settle_and_check(data: Path, acks: Path, started: Iterable[int]) -> None:
    transactions.publish(data, part_articles=40)
    assert verify(data) == []
    assert faults(data, acknowledged(acks), started) == []


def kill_at_steps(tmp_path: Path, points: list[tuple[str, int]]) -> None:
    data, acks = tmp_path / "data", tmp_path / "acks"
    write(data, [0, 1], acks)
    first = 2
    for point in points:
        process = start(write, data, range(first, first + 4), acks, point)
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, point
        settle_and_check(data, acks, range(first + 4))
        first += 4


def kill_at_random(
    tmp_path: Path, kills: int, writers: int, readers: int, *, patience: float
) -> None:
    data, acks = tmp_path / "data", tmp_path / "acks"
    stop, notes = tmp_path / "stop", tmp_path / "notes"
    chance = random.Random(5)
    write(data, [0, 1], acks)
    watchers = [start(watch, data, stop, notes) for _ in range(readers)]
    numbers = {w: iter(range(2 + w * 1000, 1000 + w * 1000)) for w in range(writers)}
    at_work: dict[int, ForkServerProcess] = {}
    started = [0, 1]
    done, began = 0, time.monotonic()
    while done < kills and time.monotonic() - began < patience:
        for w in range(writers):
            if w not in at_work or not at_work[w].is_alive():
                span = [next(numbers[w]) for _ in range(6)]
                started += span
                at_work[w] = start(write, data, span, acks)
        time.sleep(chance.random() * 0.4)
        victim = at_work[chance.randrange(writers)]
        if victim.is_alive():
            victim.kill()
            victim.join()
            done += 1
        if done % 20 == 19:
            pending = transactions.publish(data, part_articles=40)
            assert pending.sequence > 0
    for process in at_work.values():
        process.join(60)
        assert process.exitcode in {0, -signal.SIGKILL}
    stop.touch()
    for watcher in watchers:
        watcher.join(60)
    assert done >= kills
    assert not notes.exists(), notes.read_text()
    settle_and_check(data, acks, started)


def test_killed_at_every_step(tmp_path: Path) -> None:
    kill_at_steps(tmp_path, [(step, 1) for step in STEPS])


def test_killed_at_random_moments_with_readers(tmp_path: Path) -> None:
    kill_at_random(tmp_path, kills=6, writers=2, readers=1, patience=60)


@pytest.mark.slow
def test_killed_at_every_step_often(tmp_path: Path) -> None:
    kill_at_steps(tmp_path, [(step, n) for step in STEPS for n in (1, 2)])


@pytest.mark.slow
def test_killed_two_hundred_times_with_four_writers_and_readers(tmp_path: Path) -> None:
    kill_at_random(tmp_path, kills=200, writers=4, readers=2, patience=900)


def contest(tmp_path: Path, processes: int, batches: int) -> None:
    data, acks = tmp_path / "data", tmp_path / "acks"
    shares = [range(w * batches, (w + 1) * batches) for w in range(processes)]
    at_work = [start(write, data, share, acks) for share in shares]
    for process in at_work:
        process.join(300)
        assert process.exitcode == 0
    assert len(acknowledged(acks)) == processes * batches
    settle_and_check(data, acks, range(processes * batches))


def test_processes_contest_the_same_articles(tmp_path: Path) -> None:
    contest(tmp_path, 3, 3)


@pytest.mark.slow
def test_four_processes_contest_ten_batches_each(tmp_path: Path) -> None:
    contest(tmp_path, 4, 10)
