"""A poisonous item costs itself, not the batch."""

import os
import time
from collections.abc import Iterator

import pytest

from tasks.batch import Batch
from tasks.errors import CleanError
from tasks.guard import Guard
from tasks.workers import in_worker, worker_processes


def step(item: str) -> str:
    if item == "hang":
        time.sleep(60)
    if item == "die":
        os._exit(7)
    if item == "eat":
        return "x" * (1 << 40)
    if item == "dig":
        return step(item)
    if item == "bad":
        raise CleanError("not_article", "a front page", http_status=200)
    if item == "bug":
        raise KeyError("unexpected")
    return item.upper()


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard[str, str]]:
    with Guard(step, seconds=3.0, memory=1 << 30) as guarded:
        yield guarded


@pytest.mark.parametrize(
    ("poison", "reason"),
    [
        ("hang", "timeout"),
        ("die", "crashed"),
        ("eat", "out_of_memory"),
        ("dig", "too_deep"),
        ("bad", "not_article"),
    ],
)
def test_poison_costs_only_itself(guard: Guard[str, str], poison: str, reason: str) -> None:
    batch = guard.through("clean", Batch(("a", poison, "b")))
    assert batch.items == ("A", "B")
    [lost] = batch.failures
    assert (lost.url, lost.stage, lost.reason) == (poison, "clean", reason)


@pytest.mark.parametrize(("poison", "words"), [("hang", "not done after 3 s"), ("die", "status 7")])
def test_poison_is_named_in_the_log(
    guard: Guard[str, str], caplog: pytest.LogCaptureFixture, poison: str, words: str
) -> None:
    with caplog.at_level("WARNING", logger="onrecord"):
        guard.through("clean", Batch((poison,)))
    [record] = [record for record in caplog.records if record.name == "onrecord.guard"]
    assert poison in record.getMessage()
    assert words in record.getMessage()


def test_details_of_an_error_come_through(guard: Guard[str, str]) -> None:
    [lost] = guard.through("clean", Batch(("bad",))).failures
    assert (lost.detail, lost.http_status) == ("a front page", 200)


def test_what_is_unexpected_is_raised_here(guard: Guard[str, str]) -> None:
    with pytest.raises(KeyError, match="unexpected"):
        guard.through("clean", Batch(("a", "bug")))
    assert guard.through("clean", Batch(("a",))).items == ("A",)


def test_the_process_is_kept(guard: Guard[str, str]) -> None:
    guard.through("clean", Batch(("a",)))
    process = guard._process
    guard.through("clean", Batch(("b", "c")))
    assert guard._process is process


def test_a_process_that_cannot_be_started_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when nobody reads our output any more; what is not started cannot be joined."""

    def broken(self: object) -> None:
        raise BrokenPipeError("nobody reads")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", broken)
    with pytest.raises(BrokenPipeError), Guard(step, seconds=3.0, memory=1 << 30) as guarded:
        guarded.through("clean", Batch(("a",)))


POISON = ("hang", "die", "eat", "dig", "bad")


def guarded_in_a_worker() -> tuple[str, Batch[str], float]:
    """Take poison through a guard in a worker; also tell how long closing takes, in seconds."""
    with Guard(step, seconds=1.0, memory=1 << 30) as guarded:
        done: Batch[str] = guarded.through("clean", Batch(("a", *POISON, "b")))
        began = type(guarded._process).__name__
        closing = time.monotonic()
    return began, done, time.monotonic() - closing


def test_in_a_worker_the_guard_is_forked_and_guards_as_well() -> None:
    with worker_processes(2, ("tasks.guard",)):
        began, done, closing = in_worker(guarded_in_a_worker)
    assert began == "ForkProcess"
    assert done.items == ("A", "B")
    assert [lost.reason for lost in done.failures] == [
        *("timeout", "crashed", "out_of_memory", "too_deep", "not_article"),
    ]
    assert closing < 1.0
