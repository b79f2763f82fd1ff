"""What is wrong at an outlet is noticed by the next run, and nothing else is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from tasks.notices import EVERYWHERE, Alert
from tasks.observe.alerts import change_alerts
from tasks.observe.health import Judgement, incidents_of, judge
from tasks.observe.intake import DAY, Intake
from tests.observe.newsroom import START, World, intake, silenced, world

NIGHTLY = np.arange(6, 120 * 24, 24)
HOURLY = np.arange(0, 120 * 24)
NOW = 90 * 24 + 6
"""A Sunday morning; 90 days are known by then."""
MIDWEEK = NOW + 4 * 24


@pytest.fixture(scope="module")
def newsroom() -> World:
    return world(40, 120, seed=5, low=2.0, high=250.0)


def with_mean(made: World, low: float, high: float) -> int:
    """Find an outlet that publishes that often, Thursdays included."""
    fits = [n for n, mean in enumerate(made.means) if low <= mean <= high]
    return max(fits, key=lambda n: made.published[n, MIDWEEK - 28 * 24 : MIDWEEK].sum())


def kinds(judgement: Judgement, outlet: str) -> set[str]:
    return {verdict.kind for verdict in judgement.verdicts if verdict.outlet == outlet}


def test_a_store_without_runs_says_nothing() -> None:
    none = np.zeros(0)
    empty = Intake((), 0.0, none, none.astype(int), *[none] * 6, none.astype(int), none, none > 0)
    assert judge(empty).outlets == ()


@pytest.mark.parametrize("days", [1, 3, 8, 13])
def test_little_history_raises_nothing(newsroom: World, days: int) -> None:
    made = silenced(newsroom, with_mean(newsroom, 50, 200), (days - 1) * 24, 2000)
    found = judge(intake(made, NIGHTLY, days * 24 + 6))
    assert found.verdicts == ()
    assert {outlet.state for outlet in found.outlets} <= {"learning", "rare", "dormant"}


@pytest.mark.parametrize("runs", [NIGHTLY, HOURLY], ids=["nightly", "hourly"])
def test_silence_of_a_day_is_noticed(newsroom: World, runs: np.ndarray) -> None:
    quiet = with_mean(newsroom, 30, 200)
    made = silenced(newsroom, quiet, MIDWEEK - 23, 4000)
    found = judge(intake(made, runs, MIDWEEK))
    assert [(v.outlet, v.kind, v.severity) for v in found.verdicts] == [
        (f"outlet{quiet}.example", "silent", "critical")
    ]
    health = found.outlets[[o.outlet for o in found.outlets].index(f"outlet{quiet}.example")]
    assert health.state == "silent"
    assert health.observed == 0
    assert health.expected is not None
    assert health.expected > 15


def test_a_flood_is_noticed(newsroom: World) -> None:
    wild = with_mean(newsroom, 5, 30)
    published = newsroom.published.copy()
    published[wild, MIDWEEK - 20 : MIDWEEK] += 40
    found = judge(intake(replace(newsroom, published=published), NIGHTLY, MIDWEEK))
    assert [(v.outlet, v.kind) for v in found.verdicts] == [(f"outlet{wild}.example", "flood")]


def changed(made: Intake, outlet: int, since: float, change: Callable[..., object]) -> Intake:
    chosen = np.flatnonzero((made.outlet == outlet) & (made.seen_at >= since))
    columns = {
        name: getattr(made, name).copy()
        for name in ("text_length", "quote_count", "attributed", "dropped_length", "is_undated")
    }
    change(columns, chosen)
    return replace(made, **columns)


def shorter(columns: dict[str, np.ndarray], chosen: np.ndarray) -> None:
    columns["text_length"][chosen] *= 0.1


def undated(columns: dict[str, np.ndarray], chosen: np.ndarray) -> None:
    columns["is_undated"][chosen] = 1


def silent_people(columns: dict[str, np.ndarray], chosen: np.ndarray) -> None:
    columns["attributed"][chosen] = 0


def quoteless(columns: dict[str, np.ndarray], chosen: np.ndarray) -> None:
    columns["quote_count"][chosen] = columns["attributed"][chosen] = 0


def stripped(columns: dict[str, np.ndarray], chosen: np.ndarray) -> None:
    columns["dropped_length"][chosen] = columns["text_length"][chosen] * 2


@pytest.mark.parametrize(
    ("change", "measure"),
    [
        (shorter, "text_length"),
        (undated, "undated"),
        (silent_people, "attributed"),
        (quoteless, "quote_count"),
        (stripped, "dropped"),
    ],
)
@pytest.mark.parametrize("runs", [NIGHTLY, HOURLY], ids=["nightly", "hourly"])
def test_a_new_layout_is_noticed_by_the_first_run_that_brings_enough(
    newsroom: World, change: Callable[..., object], measure: str, runs: np.ndarray
) -> None:
    outlet = with_mean(newsroom, 100, 250)
    now, since = MIDWEEK, MIDWEEK
    if len(runs) > 200:  # quotes differ from article to article: those of an hour say too little
        now, since = MIDWEEK + 6, MIDWEEK + (6 if measure in ("text_length", "undated") else 4)
    made = changed(intake(newsroom, runs, now), outlet, START + since * 3600.0, change)
    found = judge(made).verdicts
    assert [(v.outlet, v.kind, v.measure) for v in found] == [
        (f"outlet{outlet}.example", "layout", measure)
    ]


def losing(made: Intake, outlet: int, count: int, *, unread: bool) -> Intake:
    return replace(
        made,
        lost_outlet=np.full(count, outlet),
        lost_at=np.full(count, made.end + 60),
        is_unread=np.full(count, unread),
    )


@pytest.mark.parametrize(("unread", "kind"), [(False, "failures"), (True, "layout")])
def test_lost_pages_are_noticed(newsroom: World, unread: bool, kind: str) -> None:
    outlet = with_mean(newsroom, 5, 30)
    made = silenced(newsroom, outlet, MIDWEEK - 23, MIDWEEK + 1)
    found = judge(losing(intake(made, NIGHTLY, MIDWEEK), outlet, 12, unread=unread))
    assert kind in kinds(found, f"outlet{outlet}.example")
    few = judge(losing(intake(newsroom, NIGHTLY, MIDWEEK), outlet, 3, unread=unread))
    assert few.verdicts == ()


def test_all_at_once_is_one_alert(newsroom: World) -> None:
    made = newsroom
    for outlet in range(len(made.means)):
        made = silenced(made, outlet, MIDWEEK - 23, MIDWEEK + 1)
    found = judge(intake(made, HOURLY, MIDWEEK))
    assert [(v.outlet, v.kind) for v in found.verdicts] == [(EVERYWHERE, "silent")]
    assert "your own network" in found.verdicts[0].detail


def test_a_quiet_day_everywhere_is_nobodys(newsroom: World) -> None:
    published = newsroom.published.copy()
    published[:, MIDWEEK - 23 : MIDWEEK + 1] = np.random.default_rng(1).binomial(
        published[:, MIDWEEK - 23 : MIDWEEK + 1], 0.3
    )
    assert judge(intake(replace(newsroom, published=published), NIGHTLY, MIDWEEK)).verdicts == ()


def test_days_without_runs_are_no_usual_days(newsroom: World) -> None:
    """A laptop that sleeps for a week: neither the gap nor what it catches up is an alert."""
    runs = NIGHTLY[(NIGHTLY < MIDWEEK - 8 * 24) | (NIGHTLY >= MIDWEEK)]
    made = intake(newsroom, runs, MIDWEEK)
    assert {v.kind for v in judge(made).verdicts} <= {"silent"}
    assert not any(v.kind == "flood" for v in judge(made).verdicts)
    later = intake(newsroom, np.append(runs, MIDWEEK + 24 * np.arange(1, 4)), MIDWEEK + 72)
    assert judge(later).verdicts == ()


def test_what_comes_after_a_pause_is_no_flood_of_hours(newsroom: World) -> None:
    """A worker that was down from yesterday noon until this noon brings a day at once."""
    noon = MIDWEEK + 6
    runs = np.setdiff1d(HOURLY, np.arange(noon - 24, noon))
    assert [v for v in judge(intake(newsroom, runs, noon)).verdicts if v.kind == "flood"] == []


def test_a_flood_is_noticed_within_the_hour(newsroom: World) -> None:
    wild, noon = with_mean(newsroom, 20, 60), MIDWEEK + 6
    published = newsroom.published.copy()
    published[wild, noon] += 150  # its archive
    found = judge(intake(replace(newsroom, published=published), HOURLY, noon)).verdicts
    assert [(v.outlet, v.kind) for v in found] == [(f"outlet{wild}.example", "flood")]
    assert "3 hours" in found[0].detail


def test_silence_is_noticed_though_the_morning_was_as_ever(newsroom: World) -> None:
    quiet, evening = with_mean(newsroom, 100, 250), MIDWEEK + 12
    made = silenced(newsroom, quiet, evening - 5, 4000)
    found = judge(intake(made, HOURLY, evening)).verdicts
    assert [(v.outlet, v.kind) for v in found] == [(f"outlet{quiet}.example", "silent")]


def follow(made: World, hours: Sequence[int]) -> list[Alert]:
    """Let runs at these hours raise and end alerts, every morning at six."""
    nightly = np.arange(6, made.published.shape[1], 24)
    alerts: list[Alert] = []
    for hour in hours:
        lasting = [alert for alert in alerts if alert.resolved_at is None]
        judgement = judge(intake(made, nightly, hour), incidents_of(alerts))
        now = datetime.fromtimestamp(START + hour * 3600, UTC)
        changes = change_alerts(judgement, lasting, f"run-{hour}", now)
        ended = {alert.alert_id: alert for alert in changes.resolved}
        alerts = [ended.get(alert.alert_id, alert) for alert in alerts] + list(changes.raised)
    return alerts


def test_an_alert_lasts_until_the_outlet_is_back(newsroom: World) -> None:
    quiet = with_mean(newsroom, 30, 200)
    made = silenced(newsroom, quiet, MIDWEEK - 23, MIDWEEK + 10 * 24)
    alerts = follow(made, range(MIDWEEK - 2 * 24, MIDWEEK + 20 * 24, 24))
    assert [(a.outlet, a.kind) for a in alerts] == [(f"outlet{quiet}.example", "silent")]
    (alert,) = alerts
    assert alert.raised_at == datetime.fromtimestamp(START + MIDWEEK * 3600, UTC)
    assert alert.resolved_at is not None
    back = START + (MIDWEEK + 10 * 24) * 3600
    assert back <= alert.resolved_at.timestamp() <= back + 3 * DAY


def test_a_lasting_silence_becomes_usual() -> None:
    made = world(12, 140, seed=8, low=20, high=60)
    alerts = follow(silenced(made, 3, 90 * 24, 140 * 24), range(88 * 24 + 6, 135 * 24, 24))
    (alert,) = alerts
    assert alert.outlet == "outlet3.example"
    assert alert.resolved_at is not None
    assert 27 < (alert.resolved_at.timestamp() - START) / DAY - 90 < 30
