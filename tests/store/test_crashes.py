"""Killed at every named step and at random moments, the store loses and doubles nothing."""

import multiprocessing
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tasks.store import transactions
from tasks.store.verify import verify
from tests.store.crashing import BULK_STEPS, PART, STEPS, faults, write, write_in_bulk
from tests.store.watching import watch

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.store.crashing", "tests.store.watching"])


def start(target: object, *arguments: object) -> ForkServerProcess:
    process = CONTEXT.Process(target=target, args=arguments)  # type: ignore[arg-type]
    process.start()
    return process


def acknowledged(acks: Path) -> set[int]:
    return {int(line) for line in acks.read_text().split()} if acks.exists() else set()


def settle_and_check(data: Path, acks: Path, started: Iterable[int]) -> None:
    transactions.publish(data, part_articles=PART)
    assert verify(data) == []
    assert faults(data, acknowledged(acks), started) == []


def kill_at_steps(
    tmp_path: Path, points: list[tuple[str, int]], writer: Callable[..., None] = write
) -> None:
    """Kill a writer at each step, while a reader watches."""
    data, acks = tmp_path / "data", tmp_path / "acks"
    stop, notes = tmp_path / "stop", tmp_path / "notes"
    write(data, [0, 1], acks)
    watcher = start(watch, data, stop, notes)
    first, span = 2, 4
    for point in points:
        process = start(writer, data, range(first, first + span), acks, point)
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, point
        settle_and_check(data, acks, range(first + span))
        first += span
    stop.touch()
    watcher.join(60)
    assert not notes.exists(), notes.read_text()


def kill_at_random(
    tmp_path: Path,
    kills: int,
    writers: Sequence[Callable[..., None]],
    readers: int,
    *,
    patience: float,
) -> Counter[str]:
    """Kill writers at random moments until each kind has had its share of the kills."""
    data, acks = tmp_path / "data", tmp_path / "acks"
    stop, notes = tmp_path / "stop", tmp_path / "notes"
    chance = random.Random(5)
    write(data, [0, 1], acks)
    watchers = [start(watch, data, stop, notes) for _ in range(readers)]
    numbers = {w: iter(range(2 + w * 1000, 1000 + w * 1000)) for w in range(len(writers))}
    at_work: dict[int, ForkServerProcess] = {}
    started = [0, 1]
    done: Counter[str] = Counter()
    began = time.monotonic()
    while done.total() < kills and time.monotonic() - began < patience:
        for w, writer in enumerate(writers):
            if w not in at_work or not at_work[w].is_alive():
                span = [next(numbers[w]) for _ in range(6)]
                started += span
                at_work[w] = start(writer, data, span, acks)
        time.sleep(chance.random() * 0.4)
        w = chance.randrange(len(writers))
        if at_work[w].is_alive():
            at_work[w].kill()
            at_work[w].join()
            done[writers[w].__name__] += 1
            if done.total() % 20 == 19:
                assert transactions.publish(data, part_articles=PART).sequence > 0
    for process in at_work.values():
        process.join(60)
        assert process.exitcode in {0, -signal.SIGKILL}
    stop.touch()
    for watcher in watchers:
        watcher.join(60)
    assert done.total() >= kills
    assert not notes.exists(), notes.read_text()
    rounds = [int(line) for line in notes.with_suffix(".rounds").read_text().split()]
    assert len(rounds) == readers
    assert min(rounds) > 0
    settle_and_check(data, acks, started)
    assert len(acknowledged(acks)) > 2
    return done


def test_killed_at_every_step(tmp_path: Path) -> None:
    kill_at_steps(tmp_path, [(step, 1) for step in STEPS])


def test_killed_at_every_step_of_bulk_sealing(tmp_path: Path) -> None:
    kill_at_steps(tmp_path, [(step, 1) for step in BULK_STEPS], write_in_bulk)


def test_killed_at_random_moments_with_readers(tmp_path: Path) -> None:
    kill_at_random(tmp_path, 8, [write, write_in_bulk], readers=1, patience=60)


@pytest.mark.slow
def test_killed_at_every_step_often(tmp_path: Path) -> None:
    points = [(step, n) for step in STEPS for n in (1, 2)]
    points += [(step, n) for step in ("inbox file", "stage", "move") for n in (4, 7, 11)]
    kill_at_steps(tmp_path / "ordinary", points)
    points = [(step, n) for step in BULK_STEPS for n in (1, 2)]
    points += [(step, n) for step in ("seal", "stage", "move") for n in (4, 7, 11)]
    kill_at_steps(tmp_path / "bulk", points, write_in_bulk)


@pytest.mark.slow
def test_killed_three_hundred_times_with_writers_of_both_kinds_and_readers(tmp_path: Path) -> None:
    writers = [write] * 4 + [write_in_bulk] * 2
    done = kill_at_random(tmp_path, 300, writers, readers=2, patience=1500)
    assert done["write"] >= 100
    assert done["write_in_bulk"] >= 60


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
