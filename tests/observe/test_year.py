"""A simulated year: how often stationary outlets are taken for ill.

`python -m tests.observe.test_year` prints the figures of docs/operating.md.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tasks.notices import Alert
from tasks.observe.intake import DAY, Intake
from tasks.observe.tally import Tally
from tests.observe.newsroom import START, silenced, whole_intake, world
from tests.observe.simulation import Diary, by_kind, follow, judge_volume

HOUR = 3600.0
WARM_UP = 70
"""Days of history before anything counts."""


def alerts_of(
    outlets: int, days: int, gap: float, seed: int, high: float = 120.0, *, volume: bool = False
) -> list[Alert]:
    """Let runs so many seconds apart follow so many days of stationary outlets.

    Args:
        outlets: How many.
        days: How many, after those of history.
        gap: Seconds between runs.
        seed: Of the world.
        high: Articles a day of the largest.
        volume: Judge silence and floods only, in a third of the time: nothing else of them.
    """
    whole = whole_intake(world(outlets, WARM_UP + days, seed, high=high), gap)
    runs = whole.runs[whole.runs >= START + WARM_UP * DAY]
    if volume:
        return follow(Diary(whole, min(gap, HOUR), ()), runs, judge_volume)
    return follow(Diary(whole, min(gap, HOUR)), runs)


def test_silence_and_floods_are_judged_alike_alone() -> None:
    made = world(30, WARM_UP + 15, seed=1)
    died = silenced(made, int(np.argmax(made.means)), (WARM_UP + 3) * 24, (WARM_UP + 9) * 24)
    whole = whole_intake(died, DAY)
    runs = whole.runs[whole.runs >= START + WARM_UP * DAY]
    found = follow(Diary(whole, HOUR), runs)
    alone = follow(Diary(whole, HOUR, ()), runs, judge_volume)
    assert [alert for alert in found if alert.kind in {"silent", "flood"}] == alone
    assert alone


@pytest.mark.parametrize("gap", [DAY, HOUR, HOUR / 4])
def test_the_diary_counts_as_the_tally_does(gap: float) -> None:
    whole = whole_intake(world(8, 80, seed=3), gap)
    for run in whole.runs[-1 :: -round(3 * DAY / gap) - 1][:4]:
        counted, told = Tally.of(until(whole, run)), Diary(whole, min(gap, HOUR)).tally(run)
        assert np.array_equal(counted.count, told.count)
        assert np.array_equal(counted.last_seen, told.last_seen)
        assert np.array_equal(counted.of_hour, told.of_hour)
        for name, sums in counted.sums.items():
            for part in ("number", "total", "squares", "run_number", "run_total"):
                assert np.allclose(getattr(sums, part), getattr(told.sums[name], part), atol=1e-6)


def until(whole: Intake, run: float) -> Intake:
    """Show what had come in by a run."""
    kept = whole.seen_at < run + 60
    columns = ("text_length", "quote_count", "attributed", "dropped_length", "is_undated")
    return replace(
        whole,
        end=run,
        runs=whole.runs[(whole.runs <= run) & (whole.runs > run - 75 * DAY)],
        **{name: getattr(whole, name)[kept] for name in ("outlet", "seen_at", *columns)},
    )


def test_a_season_of_nightly_runs_without_alarm() -> None:
    assert len(alerts_of(100, 40, DAY, seed=11, high=40.0)) <= 1


def test_a_week_of_hourly_runs_without_alarm() -> None:
    assert len(alerts_of(40, 7, HOUR, seed=12)) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("days", "gap", "seed"),
    [(366, DAY, 1), (366, DAY, 2), (366, DAY / 4, 3), (31, HOUR, 1), (10, HOUR / 4, 4)],
    ids=["nightly", "nightly again", "every six hours", "hourly", "every 15 minutes"],
)
def test_100_outlets_have_a_false_alarm_a_month_at_most(days: int, gap: float, seed: int) -> None:
    found = alerts_of(100, days, gap, seed)
    assert len(found) <= max(1, days * 12 / 366), by_kind(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("days", "gap", "seed"),
    [(366, HOUR, 1), (61, HOUR / 4, 4)],
    ids=["hourly", "every 15 minutes"],
)
def test_silence_and_floods_are_as_rare_in_many_runs(days: int, gap: float, seed: int) -> None:
    found = alerts_of(100, days, gap, seed, volume=True)
    assert len(found) <= days * 12 / 366, by_kind(found)


def print_figures(
    seeds: Sequence[int], gaps: Sequence[float], outlets: int, days: int, *, volume: bool = False
) -> None:
    for gap in gaps:
        for seed in seeds:
            found = alerts_of(outlets, days, gap, seed, volume=volume)
            month = len(found) / days * 30.5 * 100 / outlets
            print(f"every {gap / HOUR:g} h, {days} days, seed {seed}: {month:.2f} a month per"
                  f" 100 outlets {by_kind(found)}", flush=True)  # fmt: skip


if __name__ == "__main__":
    print_figures((1, 2, 3), (DAY, 6 * HOUR), 100, 366)
    print_figures((1,), (HOUR,), 100, 366, volume=True)
    print_figures(range(2001, 2009), (HOUR / 4,), 100, 61, volume=True)
