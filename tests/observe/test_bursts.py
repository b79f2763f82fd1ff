"""What comes together is one occasion."""

import numpy as np
import pytest

from tasks.observe.bursts import bursts_of_days, bursts_of_hours, hours_at_median, size_at_median
from tasks.observe.intake import DAY, HISTORY_DAYS

END = 400 * DAY + 5000.0


def posted(hours: list[tuple[float, int]]) -> np.ndarray:
    """Give times of articles that come on each of 60 days, so many at such an hour."""
    return np.array(
        [END // DAY * DAY - (60 - day) * DAY + hour * 3600 + 60
         for day in range(60) for hour, number in hours for _ in range(number)]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "median"), [([7], 7), ([1, 1, 8], 8), ([1, 1, 1, 1, 3], 1), ([4, 5, 6], 5)]
)
def test_half_of_the_articles_are_in_smaller_ones(sizes: list[float], median: float) -> None:
    group = np.repeat([0, 2], len(sizes))
    found = size_at_median(group, np.array(sizes * 2, float), 3)
    assert list(found) == [median, 0, median]


@pytest.mark.parametrize(
    ("hours", "burst"),
    [
        ([(6, 20)], 20.0),  # a digest
        ([(6, 9), (18, 11)], 11.0),  # two of them
        ([(hour, 1) for hour in range(4, 24)], 1.0),  # one by one
        ([(hour, 8) for hour in range(6, 22)], 1.0),  # many all day
        ([(6, 3)], 1.0),  # too few to tell
    ],
)
def test_bursts_of_hours(hours: list[tuple[float, int]], burst: float) -> None:
    times = posted(hours)
    of_hour = hours_at_median(np.zeros(len(times), int), times, 1, END)
    days = np.full((1, HISTORY_DAYS), float(sum(number for _, number in hours)))
    assert bursts_of_hours(of_hour, days) == burst


def test_a_pause_after_which_all_comes_at_once_makes_no_burst() -> None:
    times = np.concatenate([posted([(hour, 1) for hour in range(4, 24)]), np.full(60, END - DAY)])
    assert hours_at_median(np.zeros(len(times), int), times, 1, END) == 1


def test_a_paper_of_one_day_a_week_has_bursts_of_days() -> None:
    days = np.zeros((3, HISTORY_DAYS))
    days[0, 3::7] = 40  # a whole issue
    days[1] = 6  # as much, every day
    days[2, 3::7] = 2  # too few to tell
    usable = np.ones_like(days, bool)
    assert list(bursts_of_days(days, usable)) == [40, 1, 1]
