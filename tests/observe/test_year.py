"""A simulated year: how often stationary outlets are taken for ill, and how soon ill ones are seen.

`python -m tests.observe.test_year` prints the figures of docs/operating.md.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

import numpy as np
import pytest

from tasks.notices import Alert
from tasks.observe.alerts import change_alerts
from tasks.observe.health import incidents_of, judge
from tests.observe.newsroom import START, World, intake, silenced, world

WARM_UP = 70
"""Days of history before anything counts."""


def nightly(days: int) -> np.ndarray:
    return np.arange(6, days * 24, 24)


def every(hours: int, days: int) -> np.ndarray:
    return np.arange(hours - 1, days * 24, hours)


def alerts_of(made: World, runs: np.ndarray, since: int) -> list[Alert]:
    """Let all runs from a day on raise and end alerts."""
    past: list[Alert] = []
    lasting: list[Alert] = []
    for hour in runs[runs >= since * 24]:
        judgement = judge(intake(made, runs, int(hour)), incidents_of([*past, *lasting]))
        now = datetime.fromtimestamp(START + float(hour) * 3600, UTC)
        changes = change_alerts(judgement, lasting, f"run-{hour}", now)
        ended = {alert.alert_id for alert in changes.resolved}
        past += changes.resolved
        lasting = [a for a in lasting if a.alert_id not in ended] + list(changes.raised)
    return [*past, *lasting]


def silence_seen(mean: float, seed: int, hours: int) -> int | None:
    """Let an outlet of that volume fall silent; give the runs until it is noticed."""
    days = WARM_UP + 35
    made = world(12, days, seed, low=mean * 0.95, high=mean * 1.05)
    end = WARM_UP * 24 + seed % 7 * 24
    made = silenced(made, 0, end, days * 24)
    runs = every(hours, days)
    for number, hour in enumerate(runs[runs >= end], start=1):
        found = judge(intake(made, runs, int(hour)))
        if any(v.outlet == "outlet0.example" and v.kind == "silent" for v in found.verdicts):
            return number
    return None


def test_a_season_without_alarm() -> None:
    days = WARM_UP + 40
    made = world(100, days, seed=11, high=40.0)
    assert len(alerts_of(made, nightly(days), WARM_UP)) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_of_100_outlets_has_a_false_alarm_a_month_at_most(seed: int) -> None:
    days = WARM_UP + 366
    assert len(alerts_of(world(100, days, seed), nightly(days), WARM_UP)) <= 12


@pytest.mark.slow
def test_four_runs_a_day_have_no_more() -> None:
    days = WARM_UP + 122
    assert len(alerts_of(world(100, days, 3), every(6, days), WARM_UP)) <= 4


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "runs"), [(100, 1), (50, 1), (30, 2), (10, 4), (3, 14)])
def test_silence_is_seen_the_sooner_the_more_is_usual(mean: float, runs: int) -> None:
    seen = [silence_seen(mean, seed, 24) for seed in range(20, 27)]
    assert None not in seen
    assert median(n for n in seen if n) <= runs


def print_figures(outlets: int, seeds: Sequence[int]) -> None:
    for seed in seeds:
        days = WARM_UP + 366
        for name, runs in (("nightly", nightly(days)), ("every 6 hours", every(6, days))):
            found = alerts_of(world(outlets, days, seed), runs, WARM_UP)
            print(f"{name}, seed {seed}: {len(found)} alerts", Counter(a.kind for a in found))
    for hours in (24, 6, 1):
        for mean in (200, 100, 50, 30, 20, 10, 5, 3, 2, 1, 0.5):
            seen = [silence_seen(mean, seed, hours) for seed in range(20, 34)]
            known = sorted(n if n is not None else 9999 for n in seen)
            print(
                f"every {hours} h, {mean} a day: {known[len(known) // 2] * hours / 24} days", known
            )


if __name__ == "__main__":
    print_figures(100, (1, 2, 3))
