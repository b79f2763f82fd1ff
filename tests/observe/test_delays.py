"""How soon outlets that fall ill are noticed: the main rows of the table in docs/operating.md."""

from statistics import median

import numpy as np
import pytest

from tests.observe.delays import DAY, ILLNESSES, delays

HOUR = 3600.0


def medians(mean: float, gap: float) -> dict[str, float]:
    """Give the median delay of each illness, in hours."""
    return {name: median(found) * 24 for name, found in delays(mean, gap).items()}


def test_a_nightly_run_notices_an_outlet_of_20_a_day_at_once() -> None:
    found = medians(20, DAY)
    assert max(found.values()) <= 24, found


@pytest.mark.slow
def test_hourly_runs_notice_an_outlet_of_100_a_day_within_hours() -> None:
    found = medians(100, HOUR)
    silence = found.pop("silence")
    assert max(found.values()) <= 3, found
    assert silence <= 8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mean", "gap", "most"),
    # silence, flood, archive, teasers, no dates; hours
    [
        (1, DAY, (12 * 24, 6 * 24, 24, 6 * 24, 6 * 24)),
        (5, DAY, (4 * 24, 24, 24, 2 * 24, 3 * 24)),
        (100, DAY, (24, 24, 24, 24, 24)),
        (5, HOUR, (4 * 24, 24, 24, 2 * 24, 3 * 24)),
        (20, HOUR, (24, 4, 3, 12, 14)),
    ],
)
def test_the_more_an_outlet_publishes_the_sooner_it_is_noticed(
    mean: float, gap: float, most: tuple[float, ...]
) -> None:
    found = medians(mean, gap)
    assert np.all(np.array(list(found.values())) <= most), dict(zip(ILLNESSES, found.values()))  # noqa: B905
