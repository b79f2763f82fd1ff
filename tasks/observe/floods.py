"""Outlets that bring far more articles than usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.observe.history import History
from tasks.observe.intake import DAY
from tasks.observe.occasions import UNLIKELIER, judged_as_usual
from tasks.observe.tails import so_many
from tasks.observe.together import all_at_once, common_factor
from tasks.observe.verdicts import Incident, Verdict
from tasks.observe.windows import TODAY, WINDOWS, Window, last_window

_UNLIKELY = 3e-5
"""How unlikely a flood must be; great events make them likelier than any distribution says."""

_FAR_TOO_MANY_AT_ONCE, _FAR_TOO_MANY = 4.0, 5.0
_TEN_TIMES = 10.0
"""How many times what is usual, in the shortest window and in the others: a busy day, however
unlikely by chance, is no alarm."""

_LEAST_MORE = 10
"""A flood has at least so many articles more than usual."""


@dataclass(frozen=True, slots=True, eq=False)
class Floods:
    """Who brings far too much."""

    is_calm: NDArray[np.bool_]
    """Whether less than twice of what is usual came in the last day."""

    verdicts: tuple[Verdict, ...]
    """Who floods; one for everywhere in the place of all."""


def judge_floods(history: History, incidents: Sequence[Incident]) -> Floods:
    """Compare the last hours and the last day with what is usual then.

    The day is compared with whole days: a run that starts an hour early makes no flood.

    Args:
        history: What came in.
        incidents: What is known from alerts.
    """
    tally = history.tally
    usually = judged_as_usual(tally.outlets, tally.runs, tally.end, incidents, "flood")
    limits = np.where(usually, 1.0, UNLIKELIER) * _UNLIKELY / history.looks
    found: dict[int, Verdict] = {}
    for window in (*(window for window in WINDOWS if window.is_short), TODAY):
        if not history.ran_just_before(window):
            continue  # what has come is the news of a longer time
        usual = history.usual(window, whole=window is TODAY)
        seen = last_window(tally.count, window)
        factor = common_factor(seen, usual)
        if window is TODAY and factor >= _FAR_TOO_MANY:
            return Floods(_is_calm(history), (all_at_once("flood", TODAY, seen, usual, tally.end),))
        mean = usual.mean * max(1.0, factor)
        times = _FAR_TOO_MANY_AT_ONCE if window is WINDOWS[0] else _FAR_TOO_MANY
        # a burst may come at any time: it takes as many of them
        burst = history.bursts(window)
        most = np.maximum(mean, np.where(burst > 1, burst, 0))
        many = usual.is_known & (seen >= times * most) & (seen - mean >= _LEAST_MORE)
        limit = window.length * limits
        # of an outlet with few articles little is known of how much they vary
        dispersion = usual.dispersion + usual.error
        for n in np.flatnonzero(many).tolist():
            count, expected = int(seen[n] / burst[n]), mean[n] / burst[n]
            if n not in found and so_many(count, expected, dispersion[n]) < limit[n]:
                found[n] = _flood(tally.outlets[n], window, seen[n], mean[n], tally.end)
    return Floods(_is_calm(history), tuple(found[n] for n in sorted(found)))


def _is_calm(history: History) -> NDArray[np.bool_]:
    usual = history.usual(TODAY, whole=True)
    seen = last_window(history.tally.count, TODAY)
    mean = usual.mean * max(1.0, common_factor(seen, usual))
    return np.asarray(usual.is_known & (seen < np.maximum(2 * mean, mean + _LEAST_MORE)))


def _flood(outlet: str, window: Window, seen: float, mean: float, end: float) -> Verdict:
    return Verdict(
        outlet=outlet,
        kind="flood",
        measure="articles",
        since=end - window.length * DAY,
        expected=round(float(mean), 1),
        observed=float(seen),
        severity="critical" if seen >= _TEN_TIMES * max(mean, 1) else "warning",
        detail=f"{seen:.0f} articles in {window.name}, {mean:.1f} are usual",
    )
