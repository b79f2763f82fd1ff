"""Outlets that bring far fewer articles than usual, or far more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tasks.notices import EVERYWHERE
from tasks.observe.intake import DAY, HISTORY_DAYS, Floats, Intake
from tasks.observe.tails import so_few, so_many
from tasks.observe.verdicts import Incident, Verdict, ago, incident_days, last_seen
from tasks.observe.volume import Usual, usual_volume
from tasks.observe.windows import (
    TODAY,
    WINDOWS,
    Grid,
    Window,
    covered_lags,
    whole_days,
    window_sums,
)

_UNLIKELY, _UNLIKELY_AT_MOST = 1e-4, 5e-4
"""How unlikely a silence must be: times the days of the window, as a month of 100 outlets has 3,000
windows of a day, but only 200 of two weeks. Chosen by the simulated year in tests/observe."""

_UNLIKELY_FLOOD = 2e-5
"""How unlikely a flood must be; great events make them likelier than any distribution says."""

_FAR_TOO_FEW = 0.25
_FAR_TOO_FEW_EVERYWHERE = 0.2
_NEXT_TO_NOTHING = 0.05
_FAR_TOO_MANY = 3.0
_TEN_TIMES = 10.0
"""Shares of what is usual: a quiet or a busy day, however unlikely by chance, is no alarm."""

_LEAST_MORE = 10
"""A flood has at least so many articles more than usual."""

DORMANT_DAYS = 28
"""An outlet without an article for so long is expected to bring none."""

_COMPARED = 8
_LEAST_MEAN = 3.0
"""A day that is quiet (or busy) everywhere is known by so many outlets of such a volume."""


@dataclass(frozen=True, slots=True, eq=False)
class Amount:
    """How much comes in, by outlet."""

    expected: Floats
    """Articles that are usual in the last day; NaN while there is too little history."""

    observed: Floats
    """Articles of the last day."""

    last_seen: Floats
    """When the last one came (seconds since 1970); -infinity if none did."""

    is_judged: NDArray[np.bool_]
    """Whether complete silence would be noticed."""

    is_back: NDArray[np.bool_]
    """Whether at least half of what is usual comes in."""

    is_calm: NDArray[np.bool_]
    """Whether less than twice of what is usual comes in."""

    silent: tuple[Verdict, ...]
    """Who is silent."""

    floods: tuple[Verdict, ...]
    """Who floods."""


def judge_amount(intake: Intake, grid: Grid, incidents: Sequence[Incident]) -> Amount:
    """Compare what came in with what is usual.

    Args:
        intake: What came in.
        grid: Its articles, laid out by outlet, day and part of the day.
        incidents: Times not to compare with.
    """
    outlets, end = len(intake.outlets), grid.end
    cells = grid.count
    marked = incident_days(intake.outlets, incidents, end, {"silent", "flood"})
    age = _days_known(cells)
    last = last_seen(intake.outlet, grid.times, outlets, end)
    is_dormant = end - last > DORMANT_DAYS * DAY
    silent: dict[int, Verdict] = {}
    judged, back, compared = np.zeros((3, outlets), bool)
    together: Verdict | None = None
    for window in WINDOWS:
        counts = window_sums(cells, window)
        usual = usual_volume(counts, _usable(intake.runs, end, window, age, marked), window)
        seen, factor = counts[:, 0], _common_factor(counts[:, 0], usual)
        mean = usual.least * min(1.0, factor)
        limit = min(_UNLIKELY * window.length, _UNLIKELY_AT_MOST)
        nothing = _none_at_all(usual.least, usual.dispersion)
        noticeable = usual.is_known & (nothing < limit) & ~is_dormant
        if window.length <= 1 and factor <= _FAR_TOO_FEW_EVERYWHERE:
            together = together or _all_at_once("silent", window, seen, usual, end)
        if window.length >= 1:
            fresh = usual.is_known & (usual.least >= _LEAST_MEAN) & ~compared
            back |= fresh & (seen >= mean / 2) & (seen > 0)
            compared |= fresh
            judged |= noticeable
        for n in np.flatnonzero(noticeable & (seen <= _FAR_TOO_FEW * mean)).tolist():
            if n not in silent and so_few(int(seen[n]), mean[n], usual.dispersion[n]) < limit:
                silent[n] = _silence(intake.outlets[n], window, seen[n], mean[n], last[n], end)
    # the longer windows still see a silence that is over
    wrong = tuple(silent[n] for n in sorted(silent) if not back[n])
    floods, expected, calm = _judge_flood(intake, cells, end, age, marked)
    return Amount(
        expected=expected,
        observed=window_sums(cells, TODAY)[:, 0],
        last_seen=last,
        is_judged=judged,
        is_back=back,
        is_calm=calm,
        silent=(together,) if together else wrong,
        floods=tuple(floods),
    )


def _judge_flood(
    intake: Intake, cells: Floats, end: float, age: Floats, marked: NDArray[np.bool_]
) -> tuple[list[Verdict], Floats, NDArray[np.bool_]]:
    """Compare the last day with whole days: a run that starts an hour early makes no flood."""
    usable = _usable(intake.runs, end, TODAY, age, marked)
    usual = usual_volume(whole_days(cells), usable, TODAY)
    seen = window_sums(cells, TODAY)[:, 0]
    mean = usual.mean * max(1.0, _common_factor(seen, usual))
    is_fair = bool(covered_lags(intake.runs, end, TODAY)[0])
    many = usual.is_known & (seen >= _FAR_TOO_MANY * mean) & (seen - mean >= _LEAST_MORE)
    floods = [
        Verdict(
            outlet=intake.outlets[n],
            kind="flood",
            measure="articles",
            since=end - 22 * 3600,
            expected=round(float(mean[n]), 1),
            observed=float(seen[n]),
            severity="critical" if seen[n] >= _TEN_TIMES * max(mean[n], 1) else "warning",
            detail=f"{seen[n]:.0f} articles in 24 hours, {mean[n]:.1f} are usual",
        )
        for n in np.flatnonzero(many if is_fair else np.zeros_like(many))
        if so_many(int(seen[n]), mean[n], usual.dispersion[n]) < _UNLIKELY_FLOOD
    ]
    if is_fair and _common_factor(seen, usual) >= _FAR_TOO_MANY:
        floods = [_all_at_once("flood", TODAY, seen, usual, end)]
    expected = np.where(usual.is_known, usual.least, np.nan)
    return floods, expected, usual.is_known & (seen < np.maximum(2 * mean, mean + _LEAST_MORE))


def _days_known(cells: Floats) -> Floats:
    """Give how many days ago each outlet's first article came; that day itself is no usual one."""
    days = whole_days(cells) > 0
    first = HISTORY_DAYS - 1 - np.argmax(days[:, ::-1], axis=1)
    # one that was there when the history begins is older
    first = np.where(days[:, -7:].any(axis=1), HISTORY_DAYS + 1, first)
    return np.where(days.any(axis=1), first, 0).astype(float)


def _usable(
    runs: Floats, end: float, window: Window, age: Floats, marked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell which windows of each outlet's past may be compared with."""
    covered = covered_lags(runs, end, window)
    lags = np.arange(len(covered))
    is_known = lags[None, :] + window.days <= age[:, None]
    passed = np.concatenate([np.zeros((len(marked), 1)), marked.cumsum(axis=1)], axis=1)
    is_calm = passed[:, window.days :][:, : len(lags)] == passed[:, : len(lags)]
    return np.asarray(covered[None, :] & is_known & is_calm)


def _common_factor(seen: Floats, usual: Usual) -> float:
    """Tell how quiet or busy this day is everywhere: holidays are nobody's fault."""
    compared = _comparable(usual)
    if compared.sum() < _COMPARED:
        return 1.0
    return float(np.median(seen[compared] / usual.mean[compared]))


def _comparable(usual: Usual) -> NDArray[np.bool_]:
    return usual.is_known & (usual.mean >= _LEAST_MEAN)


def _all_at_once(
    kind: Literal["silent", "flood"], window: Window, seen: Floats, usual: Usual, end: float
) -> Verdict:
    """Make one verdict of what most outlets have at once."""
    compared = _comparable(usual)
    count, total = float(seen[compared].sum()), float(usual.mean[compared].sum())
    hint = (
        "look at your own network, schedule and sources, or for a holiday, before theirs"
        if kind == "silent"
        else "were sources added, or is old news being read as new?"
    )
    return Verdict(
        outlet=EVERYWHERE,
        kind=kind,
        measure="articles",
        since=end - window.length * DAY,
        expected=round(total, 1),
        observed=count,
        severity="critical" if kind == "flood" or count <= _NEXT_TO_NOTHING * total else "warning",
        detail=f"{count:.0f} articles of {compared.sum()} outlets in {window.name}, {total:.0f} are"
        f" usual: {hint}",
    )


def _none_at_all(mean: Floats, dispersion: Floats) -> Floats:
    """Give the probability of no article at all."""
    return np.asarray(np.exp(-np.log1p(dispersion * mean) / dispersion))


def _silence(
    outlet: str, window: Window, seen: float, mean: float, last: float, end: float
) -> Verdict:
    has_last = np.isfinite(last)
    since = last if has_last else end - HISTORY_DAYS * DAY
    came = f"{seen:.0f} articles" if seen else "no article"
    lately = f"; the last one came {ago(end - since)} ago" if has_last else ""
    return Verdict(
        outlet=outlet,
        kind="silent",
        measure="articles",
        since=float(since) if seen == 0 else end - window.length * DAY,
        expected=round(float(mean), 1),
        observed=float(seen),
        severity="critical" if seen <= _NEXT_TO_NOTHING * mean else "warning",
        detail=f"{came} in {window.name}, {mean:.1f} are usual{lately}",
    )
