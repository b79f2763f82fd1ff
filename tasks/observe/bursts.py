"""Outlets that post in bursts: all of a day within an hour, all of a week within a day.

What comes together is one occasion, not so many articles that happen to come one by one. A daily
digest that is an hour late is no silence of twenty articles, and one that is early is no flood.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tasks.observe.intake import DAY, HISTORY_DAYS, Floats, Numbers

HOUR = 3600.0
"""Seconds."""

_LEAST = 5.0
"""Articles of a burst."""

_OF_A_DAY = 0.35
"""Share of a day in an hour that makes a burst; the busiest hours of others have a tenth."""

_OF_MEAN = 6.0
"""Times the mean of all days that make a burst of a day; seven times is all of a week."""


def hours_at_median(outlet: Numbers, times: Floats, outlets: int, end: float) -> Floats:
    """Give the articles of the hour in which each outlet's median article came.

    Half of its articles came in hours that brought fewer, half in those that brought more: so one
    great hour, as after a pause, does not count.

    Args:
        outlet: Of each article.
        times: When it came.
        outlets: How many outlets there are.
        end: When the last run began: days that had passed by then are looked at.
    """
    midnight = end // DAY * DAY
    kept = (times < midnight) & (times >= midnight - HISTORY_DAYS * DAY)
    hour = (times[kept] // HOUR).astype(np.int64)
    first = int((midnight - HISTORY_DAYS * DAY) // HOUR)
    hours = HISTORY_DAYS * 24
    place, count = np.unique(outlet[kept] * hours + hour - first, return_counts=True)
    return size_at_median(place // hours, count.astype(np.float64), outlets)


def size_at_median(group: Numbers, size: Floats, groups: int) -> Floats:
    """Give, of each group, the size of the member that holds its median article.

    Args:
        group: Of each member.
        size: Its articles.
        groups: How many groups there are.
    """
    order = np.lexsort((size, group))
    group, size = group[order], size[order]
    total = np.bincount(group, size, groups)
    before = np.concatenate([[0.0], total.cumsum()[:-1]])
    reached = np.flatnonzero((size.cumsum() - before[group]) * 2 >= total[group])
    found = np.zeros(groups)
    groups_found, first = np.unique(group[reached], return_index=True)
    found[groups_found] = size[reached[first]]
    return found


def bursts_of_hours(of_hour: Floats, days: Floats) -> Floats:
    """Give the articles of a burst of each outlet; 1 where they come one by one.

    Args:
        of_hour: From `hours_at_median`.
        days: Articles by outlet and day.
    """
    is_burst = (of_hour >= _LEAST) & (of_hour >= _OF_A_DAY * _days_at_median(days))
    return np.where(is_burst, of_hour, 1.0)


def bursts_of_days(days: Floats, usable: NDArray[np.bool_]) -> Floats:
    """Give the articles of a burst of a day of each outlet; 1 where there are none.

    Args:
        days: Articles by outlet and day.
        usable: Days that tell what is usual.
    """
    of_day = _days_at_median(days * usable)
    mean = (days * usable).sum(axis=1) / np.maximum(usable.sum(axis=1), 1)
    return np.where((of_day >= _LEAST) & (of_day >= _OF_MEAN * mean), of_day, 1.0)


def _days_at_median(days: Floats) -> Floats:
    outlet, day = np.nonzero(days)
    return size_at_median(outlet, days[outlet, day], len(days))
