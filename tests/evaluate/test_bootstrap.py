"""Intervals that are known: of constants, of coins, of a change that always helps."""

from collections.abc import Sequence
from random import Random
from statistics import fmean

import pytest

from tasks.evaluate.bootstrap import difference_interval, interval


def mean(values: Sequence[float]) -> float:
    return fmean(values)


def test_a_score_that_never_varies_has_no_interval() -> None:
    assert interval([3.0] * 20, mean, 100) == (3.0, 3.0)


def test_of_a_mean_it_is_about_two_standard_errors_wide() -> None:
    chance = Random(1)
    values = [chance.gauss(50, 10) for _ in range(400)]
    low, high = interval(values, mean)
    assert low < fmean(values) < high
    assert high - low == pytest.approx(2 * 1.96 * 10 / 20, rel=0.15)


def test_the_same_documents_are_drawn_for_both_versions() -> None:
    chance = Random(2)
    before = [chance.gauss(50, 30) for _ in range(50)]
    low, high = difference_interval(before, [value + 1 for value in before], mean, 200)
    assert low == pytest.approx(1)
    assert high == pytest.approx(1)


def test_other_documents_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="not the same"):
        difference_interval([1.0], [1.0, 2.0], mean)
