"""What is measured of every article to see whether pages are read as usual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log

import numpy as np

from tasks.observe.intake import Floats, Intake


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured of every article."""

    name: str
    """As in alerts."""

    values: Callable[[Intake], Floats]
    """The measure of each article, NaN where there is none."""

    shown: Callable[[float], float]
    """A mean of them as people understand it."""

    rise: float
    """How much higher is different; infinite if higher is no fault."""

    fall: float
    """How much lower is different."""

    floor: float
    """Standard deviation that anything has at least."""

    words: str
    """For people, with places for usual and observed."""

    fall_share: float | None = None
    """A fall by this share of what is usual is enough, too; null if it is not."""

    def fall_from(self, usual: Floats) -> Floats:
        """Say how much lower than usual is different."""
        if self.fall_share is None:
            return np.full(len(usual), self.fall)
        return np.asarray(np.minimum(self.fall, self.fall_share * usual))


def _plainly(mean: float) -> float:
    return round(mean, 3)


MEASURES = (
    Measure(
        "text_length", lambda i: np.log1p(i.text_length), lambda m: round(exp(m) - 1),
        log(2.5), log(2.5), 0.15, "texts are {1:.0f} characters long, {0:.0f} are usual",
    ),
    Measure(
        "quote_count", lambda i: np.log1p(i.quote_count), lambda m: round(exp(m) - 1, 1),
        np.inf, log(3), 0.12, "an article has {1:.1f} quotes, {0:.1f} are usual", 0.85,
    ),
    Measure(
        "attributed", lambda i: _share(i.attributed, i.quote_count), _plainly,
        np.inf, 0.4, 0.08, "{1:.0%} of quotes have a speaker, {0:.0%} are usual",
    ),
    Measure(
        "dropped", lambda i: _share(i.dropped_length, i.dropped_length + i.text_length), _plainly,
        0.3, np.inf, 0.08, "{1:.0%} of the text is dropped as furniture, {0:.0%} are usual",
    ),
    Measure(
        "undated", lambda i: i.is_undated, _plainly,
        0.6, np.inf, 0.13, "{1:.0%} of articles have no date, {0:.0%} are usual",
    ),
)  # fmt: skip
"""What is measured. Rise and fall are in the units of the values: log(2.5) is 2.5 times."""


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
