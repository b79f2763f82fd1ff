"""A run every few minutes is no more often deceived by chance than a run an hour."""

import numpy as np

from tasks.observe.intake import DAY
from tasks.observe.occasions import HOUR, is_first_of_hour, judged_as_usual
from tasks.observe.verdicts import Incident

QUARTERS = np.arange(0, 3 * DAY, HOUR / 4) + 120.0
OUTLETS = ("a.example", "b.example")


def test_one_run_of_four_is_judged_by_the_usual_limits() -> None:
    assert sum(is_first_of_hour(QUARTERS, end) for end in QUARTERS) == len(QUARTERS) / 4


def test_every_run_of_an_hourly_schedule_is() -> None:
    late = np.arange(0, DAY, HOUR) + np.random.default_rng(1).uniform(0, 600, 24)
    assert all(is_first_of_hour(late, end) for end in late)


def test_a_run_of_another_kind_after_the_feeds_is_not() -> None:
    assert not is_first_of_hour(QUARTERS, float(QUARTERS[-1]) + 60)


def test_who_was_told_already_stays_told() -> None:
    """Else `health` would call an outlet well between two hours."""
    end = float(QUARTERS[-1])
    lasting = Incident("b.example", "silent", end - DAY, float("inf"))
    over = Incident("a.example", "silent", end - DAY, end - HOUR)
    judged = judged_as_usual(OUTLETS, QUARTERS, end, [lasting, over], "silent")
    assert list(judged) == [False, True]
    assert not judged_as_usual(OUTLETS, QUARTERS, end, [lasting], "flood").any()
