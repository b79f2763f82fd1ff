"""Days without an article, against counts that were drawn."""

import numpy as np
import pytest

from tasks.observe.days_off import DaysOff
from tasks.observe.intake import HISTORY_DAYS

RNG = np.random.default_rng(8)
USABLE = np.ones((1, HISTORY_DAYS), bool)


def off_and_on(share: float, mean: float, days: int = HISTORY_DAYS) -> np.ndarray:
    """Draw the days of an outlet where nobody is in on some of them."""
    level = mean * RNG.gamma(1 / 0.15, 0.15, days) * (RNG.random(days) >= share)
    return RNG.poisson(level).astype(float)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_week_of_days_off_is_as_likely_as_it_is(count: int) -> None:
    history = np.array([np.tile([0.0, 0, 4, 4, 0, 4, 4, 4, 0, 4], 7)])
    share = (history == 0).mean()
    weeks = off_and_on(share, 4.0, 7 * 200_000).reshape(-1, 7).sum(axis=1)
    expected = float((weeks <= count).mean())
    found = DaysOff.of(history, USABLE).so_few(0, count, 7, 1.0)
    assert expected / 2 < found < expected * 2


def test_an_outlet_without_days_off_has_none() -> None:
    off = DaysOff.of(np.full((1, HISTORY_DAYS), 20.0), USABLE)
    assert off.nothing(3) == 0
    assert off.so_few(0, 2, 3, 1.0) < 1e-8


def test_days_off_are_those_of_their_weekday() -> None:
    """Of an office that closes at weekends, two empty days say nothing, two others much."""
    days = np.full((1, HISTORY_DAYS), 9.0)
    days[:, 0::7] = days[:, 1::7] = 0
    at_weekend, before = DaysOff.of(days, USABLE), DaysOff.of(np.roll(days, 3, axis=1), USABLE)
    assert at_weekend.nothing(2) > 0.7
    assert before.nothing(2) < 0.01


def test_the_more_days_the_less_likely() -> None:
    off = DaysOff.of(off_and_on(0.4, 3.0)[None, :], USABLE)
    chances = [off.so_few(0, 1, days, 1.0) for days in (2, 3, 5, 7, 10, 14)]
    assert chances == sorted(chances, reverse=True)


def test_no_outlet_is_no_mistake() -> None:
    """As where only files are read, whose old articles are no news."""
    off = DaysOff.of(np.empty((0, HISTORY_DAYS)), np.empty((0, HISTORY_DAYS), bool))
    assert len(off.chance) == len(off.mean) == 0
