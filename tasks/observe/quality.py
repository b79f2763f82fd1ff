"""Outlets whose pages come to be read differently: a new layout, a wall, a parser that stumbles.

What is compared are means over the articles of a window: with the median of such means in the past,
by a scale that knows how much they vary from day to day (their median absolute deviation) and from
article to article. Both must say so: the distance in standard deviations, and the plain size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.observe.intake import DAY, Floats
from tasks.observe.measures import MEASURES, Measure
from tasks.observe.occasions import FARTHER, judged_as_usual
from tasks.observe.tally import Sums, Tally
from tasks.observe.verdicts import Incident, Verdict, incident_days
from tasks.observe.windows import TODAY, WINDOWS, Window, lags_with, side_by_side, whole_days

_DEVIATIONS = 4.5
"""Standard deviations: one in 150,000 by chance, which news do not keep to; see the simulated year
in tests/observe."""

_FEW = 1.0
"""Means of few articles stray further than a normal distribution says: by this share for one."""

_LEAST_NOW, _LEAST_NOW_OF_A_RUN = 5, 6
"""Articles in the window, and in a single run, that a verdict rests on at least."""

_LEAST_THEN, _LEAST_WINDOWS, _LEAST_ARTICLES = 3, 7, 30
"""Articles in a window of the past, such windows, and articles in all of them."""

_COMPARED = tuple(window for window in WINDOWS if window.length <= 7)
"""Of longer ones too few have passed."""

_MAD = 1.4826
"""A standard deviation is so many median absolute deviations, in a normal distribution."""


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """How pages are read, by outlet."""

    usual: dict[str, Floats]
    """The usual mean of each measure, as shown; NaN while there is too little history."""

    is_judged: NDArray[np.bool_]
    """Whether there is enough to judge by."""

    is_back: NDArray[np.bool_]
    """Whether everything measured is near what is usual."""

    verdicts: tuple[Verdict, ...]
    """Who is read differently: one an outlet, by the first measure that says so."""


def judge_quality(tally: Tally, incidents: Sequence[Incident]) -> Quality:
    """Compare how pages are read with how they usually are.

    Args:
        tally: What came in.
        incidents: Times not to compare with.
    """
    outlets, end = len(tally.outlets), tally.end
    marked = incident_days(tally.outlets, incidents, end, {"layout"})
    usually = judged_as_usual(tally.outlets, tally.runs, end, incidents, "layout")
    deviations = _DEVIATIONS * np.where(usually, 1.0, FARTHER)
    verdicts: dict[int, Verdict] = {}
    usual: dict[str, Floats] = {}
    judged, away = np.zeros(outlets, bool), np.zeros(outlets, bool)
    strange = {days: lags_with(marked, days) for days in {w.days for w in _COMPARED}}
    for measure in MEASURES:
        sums = tally.sums[measure.name]
        past_days = tuple(whole_days(cells) for cells in (sums.number, sums.total, sums.squares))
        undecided = np.ones(outlets, bool)
        days = _usual(sums, past_days, TODAY, strange[TODAY.days], undecided)
        usual[measure.name] = _shown(measure, days.mean)
        for window in (None, *_COMPARED):
            past = window or TODAY
            number, total = sums.last(window)
            is_enough = number >= (_LEAST_NOW_OF_A_RUN if window is None else _LEAST_NOW)
            wanted = undecided & is_enough
            then = (
                days if past is TODAY else _usual(sums, past_days, past, strange[past.days], wanted)
            )
            decided = wanted & then.is_known
            now = total / np.maximum(number, 1)
            distance = np.where(now > then.mean, measure.rise, measure.fall_from(then.mean))
            change = np.abs(now - then.mean)
            spread = (1 + _FEW / np.maximum(number, 1)) * then.deviation(number, measure.floor)
            differs = (change >= distance) & (change >= deviations * spread)
            strays = (change >= distance / 2) & (change >= _DEVIATIONS / 2 * spread)
            judged |= decided
            away |= decided & strays
            for n in np.flatnonzero(decided & differs).tolist():
                verdicts.setdefault(
                    n, _layout(tally.outlets[n], measure, window, then.mean[n], now[n], end)
                )
            # a run, or some hours, may say that something is wrong, but not that all is well
            is_part = window is None or window.is_short
            undecided &= ~(decided & (differs if is_part else True))
    return Quality(usual, judged, judged & ~away, tuple(verdicts[n] for n in sorted(verdicts)))


@dataclass(frozen=True, slots=True, eq=False)
class _Usual:
    """Means of past windows, and how far apart they are."""

    mean: Floats
    """Their median."""

    between: Floats
    """The variance from window to window."""

    within: Floats
    """The variance from article to article."""

    is_known: NDArray[np.bool_]
    """Whether there are enough of them."""

    def deviation(self, number: Floats, floor: float) -> Floats:
        """Give the standard deviation of a mean of so many articles."""
        spread = floor**2 + self.between + self.within / np.maximum(number, 1)
        return np.asarray(np.sqrt(spread))


def _usual(
    sums: Sums,
    days: Sequence[Floats],
    window: Window,
    is_strange: NDArray[np.bool_],
    wanted: NDArray[np.bool_],
) -> _Usual:
    """Look at the windows of the past, side by side; of outlets that are not wanted at none."""
    rows = np.flatnonzero(wanted)
    number, total, squares = (
        side_by_side(cells, of_days, window)[rows, 1:]
        for cells, of_days in zip((sums.number, sums.total, sums.squares), days, strict=True)
    )
    is_usable = (number >= _LEAST_THEN) & ~is_strange[rows, window.days :: window.days]
    held = number * is_usable
    means = np.where(is_usable, total / np.maximum(held, 1), np.nan)
    windows, articles = is_usable.sum(axis=1), held.sum(axis=1)
    median = _medians(means)
    # what each window explains of its squares is its articles times the square of its mean
    explained = np.where(is_usable, total * means, 0).sum(axis=1)
    beyond = np.maximum((squares * is_usable).sum(axis=1) - explained, 0)

    def spread_out(found: Floats, missing: float = np.nan) -> Floats:
        filled = np.full(len(wanted), missing)
        filled[rows] = found
        return filled

    freedom = np.maximum(articles - windows, 1)
    # of an outlet with few articles, others tell how different articles are
    common = float(np.median(beyond / freedom)) if len(rows) else 0.0
    within = (beyond + _LEAST_ARTICLES * common) / (freedom + _LEAST_ARTICLES)
    # means of few articles are apart by chance, which is counted on its own
    by_chance = within * (is_usable / np.maximum(held, 1)).sum(axis=1) / np.maximum(windows, 1)
    spread = (_MAD * _medians(np.abs(means - median[:, None]))) ** 2
    return _Usual(
        mean=spread_out(median),
        between=spread_out(np.maximum(spread - by_chance, 0)),
        within=spread_out(within),
        is_known=spread_out((windows >= _LEAST_WINDOWS) & (articles >= _LEAST_ARTICLES), 0) > 0,
    )


def _medians(values: Floats) -> Floats:
    """Give the median of every row, NaN left out; NaN where there is nothing else."""
    ordered = np.sort(values, axis=1)  # NaN last
    known = (~np.isnan(values)).sum(axis=1)
    rows = np.arange(len(values))
    lower, upper = ordered[rows, np.maximum(known - 1, 0) // 2], ordered[rows, known // 2]
    return np.asarray((lower + upper) / 2)


def _layout(
    outlet: str, measure: Measure, window: Window | None, then: float, now: float, end: float
) -> Verdict:
    usual, observed = measure.shown(then), measure.shown(now)
    where = "in the last run" if window is None else f"in the last {window.name}"
    return Verdict(
        outlet=outlet,
        kind="layout",
        measure=measure.name,
        since=end if window is None else end - window.length * DAY,
        expected=float(usual),
        observed=float(observed),
        severity="critical" if observed < 0.1 * usual else "warning",
        detail=f"{measure.words.format(usual, observed)} ({where})",
    )


def _shown(measure: Measure, means: Floats) -> Floats:
    return np.array([np.nan if np.isnan(m) else measure.shown(float(m)) for m in means])
