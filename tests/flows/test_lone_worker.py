"""`onrecord worker`: a server that goes away and comes back finds its worker again."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from flows import service
from tasks.errors import OnrecordError

API = "http://127.0.0.1:9/api"


class Ended:
    """A worker process that has ended."""

    def __init__(self, code: int) -> None:
        self.code = code

    def wait(self, timeout: float | None = None) -> int:
        return self.code

    def poll(self) -> int:
        return self.code


class World:
    """What a worker meets: how its processes end, when its server answers, how long all takes."""

    def __init__(self, codes: list[int], answers: list[bool], seconds: float) -> None:
        self.codes, self.answers, self.seconds = iter(codes), iter(answers), seconds
        self.now, self.started, self.slept, self.is_flapping = 0.0, 0, 0, False

    def start(self, environment: object) -> Ended:
        self.started, self.now = self.started + 1, self.now + self.seconds
        try:
            return Ended(next(self.codes))
        except StopIteration:
            raise KeyboardInterrupt from None

    def check(self, api: str) -> str:
        if not next(self.answers, True):
            raise OnrecordError(f"no Prefect server answers at {api}")
        return "3.8.8"

    def close(self, data: Path, begun_within: object) -> None:
        if self.is_flapping:
            self.is_flapping = False
            raise httpx.ConnectError("refused")

    def sleep(self, seconds: float) -> None:
        self.slept += 1


Work = Callable[[World], int]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Work:
    def work(world: World) -> int:
        monkeypatch.setattr(service, "start_worker", world.start)
        monkeypatch.setattr(service, "check_answers", world.check)
        monkeypatch.setattr(service, "_close_dead_runs", world.close)
        monkeypatch.setattr(service, "service_environment", lambda data, api: {})
        monkeypatch.setattr(service.signal, "signal", lambda number, act: None)
        monkeypatch.setattr(service.time, "sleep", world.sleep)
        monkeypatch.setattr(service.time, "monotonic", lambda: world.now)
        return service.work(tmp_path, API)

    return work


def test_a_server_that_was_away_finds_a_worker_again(
    work: Work, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World([1, 1], [True, False, False, False, True, True], seconds=5)
    assert work(world) == 1  # the second one ended at once, though the server answers
    assert (world.started, world.slept) == (2, 3)
    told = capsys.readouterr().err.strip().splitlines()
    assert told == [f"onrecord: no Prefect server answers at {API}; waiting until it is back"]


def test_a_worker_that_gave_up_after_long_is_replaced(work: Work) -> None:
    world = World([1, 1, 0], [], seconds=service.SOON)
    assert work(world) == 0  # Ctrl-C
    assert world.started == 4


def test_a_worker_that_cannot_work_ends(work: Work) -> None:
    world = World([3], [], seconds=1)
    assert work(world) == 3
    assert world.started == 1
    assert work(World([0], [], seconds=1)) == 0


def test_a_server_that_goes_away_while_books_are_closed(work: Work) -> None:
    world = World([2], [True, False, True, True], seconds=1)
    world.is_flapping = True
    assert work(world) == 2
    assert (world.started, world.slept) == (1, 1)


def test_no_server_to_begin_with_is_told_at_once(work: Work) -> None:
    world = World([], [False], seconds=1)
    with pytest.raises(OnrecordError, match="no Prefect server answers"):
        work(world)
    assert world.started == 0
