"""What waits is told once; what fails is tried again, and given up in the end."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tasks.errors import DeliveryError
from tasks.notices import Alert, Delivery
from tasks.watch.message import Item, Message, alert_item
from tasks.watch.telling import GIVE_UP_AGE, GIVE_UP_RUNS, ITEMS_AT_ONCE, tell, waiting

NOW = datetime(2025, 5, 1, tzinfo=UTC)


def item(number: int, *channels: str, at: datetime = NOW) -> Item:
    return Item(
        f"hit-{number:04d}", channels, at, "onrecord.watch.hit", "line", "text", {"n": number}
    )


class Line:
    """A channel that may be down."""

    def __init__(self, *down: str) -> None:
        self.down = set(down)
        self.got: list[tuple[str, int]] = []

    def send(self, channel: str, message: Message, items: Sequence[Item]) -> None:
        if channel in self.down:
            raise DeliveryError("down")
        self.got.append((channel, len(items)))
        assert len(message.payload["items"]) == len(items)


def test_told_once() -> None:
    items = [item(1, "a", "b"), item(2, "a"), item(3)]
    line = Line()
    done = list(tell(waiting(items, []), line.send, "run-1", NOW))
    assert line.got == [("a", 2), ("b", 1)]
    assert {d.state for d in done} == {"delivered"}
    assert waiting(items, done) == {}


def test_a_channel_that_is_down_stops_no_other() -> None:
    items = [item(n, "a", "b") for n in range(ITEMS_AT_ONCE + 10)]
    line = Line("a")
    done = list(tell(waiting(items, []), line.send, "run-1", NOW))
    assert line.got == [("b", ITEMS_AT_ONCE), ("b", 10)]
    failed = [d for d in done if d.state == "failed"]
    assert len(failed) == len(items)
    assert {(d.channel, d.attempts, d.error) for d in failed} == {("a", 1, "down")}
    again = list(tell(waiting(items, done), Line().send, "run-2", NOW))
    assert {(d.channel, d.state, d.attempts) for d in again} == {("a", "delivered", 2)}


def test_given_up_after_days_of_trying() -> None:
    items = [item(1, "a")]
    done: list[Delivery] = []
    for run in range(200):
        now = NOW + timedelta(minutes=30 * run)
        done = [*list(tell(waiting(items, done), Line("a").send, f"run-{run}", now))] or done
        if done[0].state == "given_up":
            break
    assert done[0].attempts >= GIVE_UP_RUNS
    assert now - NOW >= GIVE_UP_AGE
    assert waiting(items, done) == {}


def test_a_run_spends_only_so_long() -> None:
    line = Line()
    assert list(tell(waiting([item(1, "a")], []), line.send, "run", NOW, budget=-1)) == []
    assert line.got == []


def test_numbers_are_told_as_they_are_meant() -> None:
    alert = Alert(
        alert_id="a1", outlet="herald.example", kind="silent", measure="articles", since=NOW,
        expected=20.600000381469727, observed=0.0, severity="critical", detail="no article",
        raised_at=NOW, run_id="run-1",
    )  # fmt: skip
    assert alert_item(alert, ()).payload["expected"] == 20.6
