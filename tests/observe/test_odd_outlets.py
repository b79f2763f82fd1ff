"""What is usual at outlets that are not like others, and what is nobody's fault, raises nothing."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.notices import Alert
from tasks.observe.intake import DAY, Intake
from tests.observe.newsroom import START, as_intake, whole_intake, world
from tests.observe.simulation import Diary, follow, judge_volume

HOUR = 3600.0
WARM_UP, DAYS = 70, 6
"""Days of history, and days that are followed."""

ODD = 12
"""Outlets that post in bursts, of 24."""

COLUMNS = ("outlet", "seen_at", "text_length", "quote_count", "attributed", "dropped_length",
           "is_undated")  # fmt: skip


def posting_in_bursts(gap: float, late: float, size: float, *, weekly: bool) -> Intake:
    """Let the first outlets post all of a day, or of a week, within minutes.

    Args:
        gap: Seconds between runs.
        late: Standard deviation of the hour of posting.
        size: Articles.
        weekly: Once a week, rather than once a day.
    """
    made = world(24, WARM_UP + DAYS + 1, seed=1011)
    whole, rng = whole_intake(made, gap), np.random.default_rng(1)
    outlets, times = [], []
    for outlet in range(ODD):
        hour, weekday = rng.uniform(0, 24), rng.integers(7)
        for day in range(WARM_UP + DAYS):
            if not weekly or day % 7 == weekday:
                number = rng.poisson(size * rng.gamma(12, 1 / 12))
                at = START + day * DAY + (hour + rng.normal(0, late)) * HOUR
                outlets += [outlet] * number
                times += list(at + rng.uniform(0, 300, number))
    posted = np.maximum(np.array(times), START)
    seen = whole.runs[np.searchsorted(whole.runs, posted)] + 5
    hours = ((posted - START) // HOUR).astype(int)
    bursts, others = (
        as_intake(made, np.array(outlets), hours, seen, whole.runs),
        whole.outlet >= ODD,
    )
    return replace(
        whole,
        **{
            name: np.concatenate([getattr(whole, name)[others], getattr(bursts, name)])
            for name in COLUMNS
        },
    )


def alerts_of(whole: Intake, gap: float, days: int = DAYS) -> list[Alert]:
    """Follow silence and floods of some days."""
    first = START + WARM_UP * DAY
    runs = whole.runs[(whole.runs >= first) & (whole.runs < first + days * DAY)]
    return follow(Diary(whole, min(gap, HOUR), ()), runs, judge_volume)


@pytest.mark.parametrize("late", [0.05, 0.5, 1.5])
def test_a_daily_batch_comes_late_or_early(late: float) -> None:
    assert alerts_of(posting_in_bursts(HOUR, late, 20.0, weekly=False), HOUR) == []


@pytest.mark.parametrize("late", [0.5, 3.0])
@pytest.mark.parametrize("gap", [HOUR, DAY])
def test_a_weekly_paper_comes_late_or_early(gap: float, late: float) -> None:
    assert alerts_of(posting_in_bursts(gap, late, 40.0, weekly=True), gap) == []


@pytest.mark.slow
@pytest.mark.parametrize(("late", "weekly"), [(0.5, False), (1.5, False), (0.5, True), (3.0, True)])
def test_bursts_are_usual_for_runs_of_every_quarter_hour(late: float, weekly: bool) -> None:
    whole = posting_in_bursts(HOUR / 4, late, 40.0 if weekly else 20.0, weekly=weekly)
    assert alerts_of(whole, HOUR / 4) == []


def test_a_daily_batch_that_stops_is_noticed_within_two_days_and_a_half() -> None:
    whole = posting_in_bursts(HOUR, 0.5, 20.0, weekly=False)
    stops = START + (WARM_UP + 2) * DAY
    kept = ~((whole.outlet == 0) & (whole.seen_at >= stops))
    ill = replace(whole, **{name: getattr(whole, name)[kept] for name in COLUMNS})
    found = alerts_of(ill, HOUR, 5)
    assert [(alert.outlet, alert.kind) for alert in found] == [("outlet0.example", "silent")]
    assert found[0].raised_at.timestamp() - stops < 2.5 * DAY


def test_an_archive_of_a_daily_batch_is_a_flood() -> None:
    whole = posting_in_bursts(HOUR, 0.5, 20.0, weekly=False)
    at = START + (WARM_UP + 2) * DAY
    one = np.flatnonzero((whole.outlet == 0) & (whole.seen_at < at))[-1:].repeat(300)
    chosen = np.concatenate([np.arange(len(whole.outlet)), one])
    columns = {name: getattr(whole, name)[chosen] for name in COLUMNS}
    columns["seen_at"][-len(one) :] = whole.runs[np.searchsorted(whole.runs, at)] + 5
    found = alerts_of(replace(whole, **columns), HOUR, 3)
    assert [(alert.outlet, alert.kind) for alert in found] == [("outlet0.example", "flood")]


def test_clocks_change_and_nothing_else_is_told() -> None:
    made = world(40, WARM_UP + DAYS + 1, seed=1012)
    published, change = made.published.copy(), (WARM_UP + 2) * 24
    published[:, change:-1] = made.published[:, change + 1 :]
    as_ever, an_hour_earlier = (
        {(alert.outlet, alert.kind) for alert in alerts_of(whole_intake(world, HOUR), HOUR)}
        for world in (made, replace(made, published=published))
    )
    assert an_hour_earlier <= as_ever


@pytest.mark.parametrize("kept_for", [6.0, 1000.0])
def test_the_machine_was_off_for_a_day_and_a_half(kept_for: float) -> None:
    """And feeds kept what was published meanwhile for so many hours."""
    whole = whole_intake(world(40, WARM_UP + DAYS + 1, seed=1013), HOUR)
    off, on = START + (WARM_UP + 1.4) * DAY, START + (WARM_UP + 2.9) * DAY
    runs = whole.runs[(whole.runs < off) | (whole.runs > on)]
    kept = (whole.seen_at < off) | (whole.seen_at > on - kept_for * HOUR)
    brought = runs[np.minimum(np.searchsorted(runs, whole.seen_at - 5), len(runs) - 1)] + 5
    columns = {name: getattr(whole, name)[kept] for name in COLUMNS}
    columns["seen_at"] = brought[kept]
    assert alerts_of(replace(whole, runs=runs, **columns), HOUR) == []
