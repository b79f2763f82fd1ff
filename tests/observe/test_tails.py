"""Tails, against sums worked out by hand and the laws they obey."""

from math import comb, exp, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.observe.tails import so_few, so_large_a_share, so_many

MEANS = st.floats(0.1, 300)
DISPERSIONS = st.floats(0, 3)


def test_poisson() -> None:
    assert isclose(so_few(2, 4.0, 0), exp(-4) * (1 + 4 + 8), rel_tol=1e-9)


def test_negative_binomial() -> None:
    size, mean = 2.0, 6.0  # dispersion 1/2: the chance of none is (size / (size + mean)) ** size
    assert isclose(so_few(0, mean, 0.5), (size / (size + mean)) ** 2, rel_tol=1e-9)


def test_binomial() -> None:
    exact = sum(comb(10, k) * 0.2**k * 0.8 ** (10 - k) for k in range(7, 11))
    assert isclose(so_large_a_share(7, 10, 0.2), exact, rel_tol=1e-9)


@given(st.integers(0, 400), MEANS, DISPERSIONS)
def test_both_tails_make_one(count: int, mean: float, dispersion: float) -> None:
    if count + 1 > mean:
        both = so_few(count, mean, dispersion) + so_many(count + 1, mean, dispersion)
        assert both == pytest.approx(1, abs=1e-4)


@given(st.integers(0, 50), MEANS)
def test_more_dispersion_makes_few_likelier(count: int, mean: float) -> None:
    if count < mean / 4:
        assert so_few(count, mean, 0.01) <= so_few(count, mean, 0.5) + 1e-12
