"""Days without an article: how often an outlet has them, and how unlikely several in a row are.

The negative binomial knows a level that rises and falls, but not an outlet where nobody is in on
every third day: a week of it has no article far more often than its variance tells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.observe.intake import Floats
from tasks.observe.tails import masses

_PULL = 2.0
"""How much a weekday is pulled towards the others, in days: two empty Sundays are no rule yet."""

_LEVELS = 0.15
"""Dispersion of the days that are not empty, usual among outlets."""

_MOST = 60
"""Articles from which on days off explain nothing: so many come on days that are not empty."""


@dataclass(frozen=True, slots=True, eq=False)
class DaysOff:
    """How often outlets have a day without an article, and what comes on the others."""

    chance: Floats
    """Of a day without an article, by outlet and day before the last run, modulo seven."""

    mean: Floats
    """Articles of a day that has some, likewise."""

    @classmethod
    def of(cls, days: Floats, usable: NDArray[np.bool_]) -> DaysOff:
        """Look at the days of the past.

        Args:
            days: Articles by outlet and day before the last run.
            usable: Which of them tell what is usual.
        """
        known, empty, articles = (
            _by_weekday(what) for what in (usable, usable & (days == 0), days * usable)
        )
        of_all = empty.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        chance = (empty + _PULL * of_all[:, None]) / (known + _PULL)
        busy = np.maximum(articles.sum(axis=1) / np.maximum((known - empty).sum(axis=1), 1), 1)
        of_busy = (articles + _PULL * busy[:, None]) / (known - empty + _PULL)
        return cls(chance, of_busy)

    def nothing(self, days: int) -> Floats:
        """Give the probability of so many days off in a row up to now, by outlet."""
        return np.asarray(np.prod(self.chance[:, np.arange(days) % 7], axis=1))

    def so_few(self, outlet: int, count: int, days: int, factor: float) -> float:
        """Give the probability of at most so many articles.

        Args:
            outlet: Its place.
            count: How many there were.
            days: In so many days up to now.
            factor: How quiet these days are everywhere; 1 is as usual.
        """
        if count > _MOST:
            return 0.0
        total = np.zeros(count + 1)
        total[0] = 1.0
        for day in np.arange(days) % 7:
            mean = factor * float(self.mean[outlet, day])
            of_day = np.array(masses(count, mean, _LEVELS))
            nothing, chance = of_day[0], float(self.chance[outlet, day])
            if chance > nothing:
                of_day *= (1 - chance) / (1 - nothing)
                of_day[0] = chance
            total = np.convolve(total, of_day)[: count + 1]
        return float(total.sum())


def _by_weekday(what: NDArray[np.bool_] | Floats) -> Floats:
    """Sum days up by weekday: 0 is that of the last day."""
    return np.asarray(what.reshape(len(what), what.shape[1] // 7, 7).sum(axis=1), np.float64)
