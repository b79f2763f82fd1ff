"""Outlets whose pages come to be read differently: a new layout, a wall, a parser that stumbles.

What is compared are means over the articles of a window: with the median of such means in the past,
by a scale that knows how much they vary from day to day (their median absolute deviation) and from
article to article. Both must say so: the distance in standard deviations, and the plain size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from tasks.observe.intake import DAY, Floats, Intake
from tasks.observe.verdicts import Incident, Verdict, incident_days
from tasks.observe.windows import TODAY, WINDOWS, Grid, Window, window_sums

_DEVIATIONS = 5.0
"""Standard deviations: one in two million by chance, which news do not keep to; see the simulated
year in tests/observe."""

_LEAST_NOW, _LEAST_NOW_OF_A_RUN = 5, 6
"""Articles in the window, and in a single run, that a verdict rests on at least."""

_LEAST_THEN, _LEAST_WINDOWS, _LEAST_ARTICLES = 3, 7, 30
"""Articles in a window of the past, such windows, and articles in all of them."""

_MAD = 1.4826
"""A standard deviation is so many median absolute deviations, in a normal distribution."""


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


def _plainly(mean: float) -> float:
    return round(mean, 3)


MEASURES = (
    Measure(
        "text_length", lambda i: np.log1p(i.text_length), lambda m: round(exp(m) - 1),
        log(2.5), log(2.5), 0.15, "texts are {1:.0f} characters long, {0:.0f} are usual",
    ),
    Measure(
        "quote_count", lambda i: np.log1p(i.quote_count), lambda m: round(exp(m) - 1, 1),
        np.inf, log(3), 0.15, "an article has {1:.1f} quotes, {0:.1f} are usual",
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


def judge_quality(intake: Intake, grid: Grid, incidents: Sequence[Incident]) -> Quality:
    """Compare how pages are read with how they usually are.

    Args:
        intake: What came in.
        grid: Its articles, laid out by outlet, day and part of the day.
        incidents: Times not to compare with.
    """
    outlets, end = len(intake.outlets), grid.end
    marked = incident_days(intake.outlets, incidents, end, {"layout"})
    verdicts: dict[int, Verdict] = {}
    usual: dict[str, Floats] = {}
    judged, away = np.zeros(outlets, bool), np.zeros(outlets, bool)
    for measure in MEASURES:
        sums = _Sums.of(intake, grid, measure)
        undecided = np.ones(outlets, bool)
        for window in (None, *WINDOWS[:5]):
            if window not in (None, TODAY, WINDOWS[0]) and not undecided.any():
                break
            found = _compare(sums, window, marked, measure.floor)
            decided = undecided & found.is_known
            distance = np.where(found.now > found.then, measure.rise, measure.fall)
            change = np.abs(found.now - found.then)
            differs = (change >= distance) & (change >= _DEVIATIONS * found.deviation)
            strays = (change >= distance / 2) & (change >= _DEVIATIONS / 2 * found.deviation)
            judged |= decided
            away |= decided & strays
            for n in np.flatnonzero(decided & differs).tolist():
                verdicts.setdefault(
                    n, _layout(intake.outlets[n], measure, window, found.then[n], found.now[n], end)
                )
            # a run, or some hours, may say that something is wrong, but not that all is well
            is_part = window is None or window.is_short
            undecided &= ~(found.is_known & (differs if is_part else True))
            if window is TODAY:
                usual[measure.name] = _shown(measure, found.then)
    return Quality(usual, judged, judged & ~away, tuple(verdicts[n] for n in sorted(verdicts)))


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Sums of a measure by outlet, day and part of the day; and those of the last run."""

    number: Floats
    total: Floats
    squares: Floats
    run_number: Floats
    run_total: Floats

    @classmethod
    def of(cls, intake: Intake, grid: Grid, measure: Measure) -> _Sums:
        values = measure.values(intake)
        is_known = ~np.isnan(values)
        plain = np.where(is_known, values, 0.0)
        last = np.flatnonzero((grid.times == grid.end) & is_known)
        of_run = intake.outlet[last]
        outlets = len(intake.outlets)
        return cls(
            grid.sums(is_known.astype(np.float64)),
            grid.sums(plain),
            grid.sums(plain**2),
            np.bincount(of_run, minlength=outlets).astype(np.float64),
            np.asarray(np.bincount(of_run, values[last], minlength=outlets), np.float64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Comparison:
    """Means of a window, of the past, and how far they may be apart."""

    now: Floats
    then: Floats
    deviation: Floats
    is_known: NDArray[np.bool_]


def _compare(
    sums: _Sums, window: Window | None, marked: NDArray[np.bool_], floor: float
) -> _Comparison:
    """Compare a window (None: the last run) with those before it."""
    past = window or TODAY
    number, total, squares = (
        window_sums(cells, past) for cells in (sums.number, sums.total, sums.squares)
    )
    lags = np.arange(past.days, number.shape[1], past.days)
    is_marked = np.array([marked[:, lag : lag + past.days].any(axis=1) for lag in lags]).T
    held = np.where(is_marked, 0, number[:, lags])
    is_usable = held >= _LEAST_THEN
    means = np.where(is_usable, total[:, lags] / np.maximum(held, 1), np.nan)
    now_number = sums.run_number if window is None else number[:, 0]
    now = (sums.run_total if window is None else total[:, 0]) / np.maximum(now_number, 1)
    least = _LEAST_NOW_OF_A_RUN if window is None else _LEAST_NOW
    is_known = (
        (now_number >= least)
        & (is_usable.sum(axis=1) >= _LEAST_WINDOWS)
        & ((held * is_usable).sum(axis=1) >= _LEAST_ARTICLES)
    )
    then, scale = np.full(len(now), np.nan), np.full(len(now), np.nan)
    rows = np.flatnonzero(is_usable.any(axis=1))
    then[rows] = np.nanmedian(means[rows], axis=1)
    scale[rows] = _MAD * np.nanmedian(np.abs(means[rows] - then[rows, None]), axis=1)
    usable_squares = np.where(is_usable, squares[:, lags], 0).sum(axis=1)
    explained = np.where(is_usable, held * np.nan_to_num(means) ** 2, 0).sum(axis=1)
    freedom = np.maximum((held * is_usable).sum(axis=1) - is_usable.sum(axis=1), 1)
    within = np.maximum(usable_squares - explained, 0) / freedom
    deviation = np.sqrt(floor**2 + scale**2 + within / np.maximum(now_number, 1))
    return _Comparison(now, then, deviation, is_known)


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


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
