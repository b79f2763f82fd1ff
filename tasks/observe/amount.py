"""Outlets that bring far fewer articles than usual, or far more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.observe.floods import judge_floods
from tasks.observe.history import History
from tasks.observe.intake import DAY, HISTORY_DAYS, Floats
from tasks.observe.occasions import UNLIKELIER, judged_as_usual
from tasks.observe.tails import so_few
from tasks.observe.tally import Tally
from tasks.observe.together import (
    LEAST_MEAN,
    NEXT_TO_NOTHING,
    all_at_once,
    are_all_silent,
    common_factor,
)
from tasks.observe.verdicts import Incident, Verdict, ago, incident_days
from tasks.observe.windows import TODAY, WINDOWS, Window, last_window

_UNLIKELY, _UNLIKELY_AT_MOST = 4e-4, 2e-3
"""How unlikely a silence must be: times the days of the window, as a month of 100 outlets has 3,000
windows of a day, but only 200 of two weeks. Chosen by the simulated year in tests/observe."""

_LITTLE = 0.2
"""By so much less likely must it be that little came, rather than nothing: an outlet that has died
brings nothing, and what brings little has a slow day by far more often."""

_FAR_TOO_FEW = 0.25
"""Share of what is usual: a quiet day, however unlikely by chance, is no alarm."""

DORMANT_DAYS = 28
"""An outlet without an article for so long is expected to bring none."""


@dataclass(frozen=True, slots=True, eq=False)
class Amount:
    """How much comes in, by outlet."""

    expected: Floats
    """Articles that are usual in the last day; NaN while there is too little history."""

    observed: Floats
    """Articles of the last day."""

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


def judge_amount(tally: Tally, incidents: Sequence[Incident]) -> Amount:
    """Compare what came in with what is usual.

    Args:
        tally: What came in.
        incidents: Times not to compare with.
    """
    outlets, end, last = len(tally.outlets), tally.end, tally.last_seen
    history = History(tally, incident_days(tally.outlets, incidents, end, {"silent", "flood"}))
    over = [incident for incident in incidents if incident.until <= end]
    is_over = incident_days(tally.outlets, over, end, {"silent"})
    is_dormant = end - last > DORMANT_DAYS * DAY
    usually = judged_as_usual(tally.outlets, tally.runs, end, incidents, "silent")
    limits = np.where(usually, 1.0, UNLIKELIER) / history.looks**0.5
    silent: dict[int, Verdict] = {}
    judged, back, compared = np.zeros((3, outlets), bool)
    together: Verdict | None = None
    today, of_today = history.today, last_window(tally.count, TODAY)
    for window in WINDOWS:
        usual = today if window is TODAY else history.usual(window)
        seen = last_window(tally.count, window)
        factor = common_factor(seen, usual)
        if window.length <= 1 and are_all_silent(seen, usual):
            together = together or all_at_once("silent", window, seen, usual, end)
        if window.is_short:
            usual = usual.after(of_today - seen, today)
        mean = usual.least * min(1.0, factor)
        unlikely = min(_UNLIKELY * window.length, _UNLIKELY_AT_MOST)
        limit = unlikely * limits * np.where(seen == 0, 1.0, _LITTLE)
        burst = history.bursts(window)
        nothing = _none_at_all(usual.least / burst, usual.dispersion)
        off = history.days_off(window) if window.days > 1 else None
        if off:
            nothing = np.maximum(nothing, off.nothing(window.days))
        noticeable = usual.is_known & (nothing < unlikely / history.looks**0.5) & ~is_dormant
        judged |= noticeable & (window.length >= 1)
        # the shortest window in which some are usual says whether they come
        telling = usual.is_known & (usual.least >= LEAST_MEAN) & ~compared
        back |= telling & (seen >= mean / 2) & (seen > 0)
        compared |= telling
        # what is over is not told by longer windows, which still see it, and not a second time
        is_new = noticeable & ~back & ~is_over[:, : window.days].any(axis=1)
        for n in np.flatnonzero(is_new & (seen <= _FAR_TOO_FEW * mean)).tolist():
            if n in silent:
                continue
            chance = so_few(int(seen[n] / burst[n]), mean[n] / burst[n], usual.dispersion[n])
            if off and chance < limit[n]:
                chance = max(chance, off.so_few(n, int(seen[n]), window.days, min(1.0, factor)))
            if chance < limit[n]:
                silent[n] = _silence(tally.outlets[n], window, seen[n], mean[n], last[n], end)
    floods = judge_floods(history, incidents)
    return Amount(
        expected=np.where(today.is_known, today.least, np.nan),
        observed=of_today,
        is_judged=judged,
        is_back=back,
        is_calm=floods.is_calm,
        silent=(together,) if together else tuple(silent[n] for n in sorted(silent)),
        floods=floods.verdicts,
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
        severity="critical" if seen <= NEXT_TO_NOTHING * mean else "warning",
        detail=f"{came} in {window.name}, {mean:.1f} are usual{lately}",
    )
