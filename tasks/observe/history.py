"""The past of outlets: which of its windows tell what is usual now."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from tasks.observe.bursts import HOUR, bursts_of_days, bursts_of_hours
from tasks.observe.days_off import DaysOff
from tasks.observe.intake import DAY, HISTORY_DAYS, Floats
from tasks.observe.tally import Tally
from tasks.observe.volume import Usual, usual_volume
from tasks.observe.windows import (
    TODAY,
    Window,
    cells_of_runs,
    covered_lags,
    lags_with,
    whole_days,
    window_sums,
)

_RECENT_RUNS = 50
"""Runs that tell how often there is one."""

_FAR_APART = 3 * HOUR
"""Seconds between runs."""


@dataclass(frozen=True, eq=False)
class History:
    """What came in, and when it was no usual time."""

    tally: Tally
    """What came in."""

    marked: NDArray[np.bool_]
    """Days not to compare with, by outlet, from `incident_days`."""

    _found: dict[tuple[str, bool], Usual] = field(default_factory=dict, init=False, repr=False)
    """What was estimated before."""

    def usual(self, window: Window, *, whole: bool = False) -> Usual:
        """Estimate what is usual in a window.

        Args:
            window: Which ends now.
            whole: Count the hours left over of each day, too: the most that is usual in a day.
        """
        key = window.name, whole
        if key not in self._found:
            cells = self.tally.count
            counts = whole_days(cells) if whole else window_sums(cells, window)
            of_days = None if window is TODAY else self.today.beyond_chance
            self._found[key] = usual_volume(counts, self._usable(window), window, of_days)
        return self._found[key]

    def ran_just_before(self, window: Window) -> bool:
        """Tell whether a run had asked in the window before the last one; see `covered_lags`."""
        if not window.is_short:
            return bool(covered_lags(self._runs, window)[0])
        runs, end, length = self.tally.runs, self.tally.end, window.length * DAY
        # a little within it: a run that starts some minutes late is still of this window
        return bool(((runs > end - 2 * length) & (runs <= end - 0.9 * length)).any())

    @cached_property
    def today(self) -> Usual:
        """What is usual in the last day."""
        return self.usual(TODAY)

    def days_off(self, window: Window) -> DaysOff:
        """Look how often there was a day without an article before a window."""
        usable = self._usable(TODAY)
        usable[:, : window.days] = False
        return DaysOff.of(window_sums(self.tally.count, TODAY), usable)

    @cached_property
    def looks(self) -> float:
        """How many times as often as a run a day chance has to deceive: windows overlap.

        More often than hourly is not counted here; see `tasks.observe.occasions`.
        """
        return 1.0 + max(0.0, log(DAY / max(self.gap, HOUR)))

    @cached_property
    def gap(self) -> float:
        """Seconds usually between two runs; a day where that is not known."""
        runs = self.tally.runs[-_RECENT_RUNS:]
        return float(np.median(np.diff(runs))) if len(runs) > 1 else DAY

    def bursts(self, window: Window) -> Floats:
        """Give how many articles come together; 1 where they come one by one."""
        if window.is_short:
            return self._bursts_of_hours
        if window is TODAY:
            return np.maximum(self._bursts_of_hours, self._bursts_of_days)
        return np.ones(len(self.marked))

    @cached_property
    def _bursts_of_hours(self) -> Floats:
        if self.gap > _FAR_APART:  # such runs bring together what did not come so
            return np.ones(len(self.marked))
        return bursts_of_hours(self.tally.of_hour, whole_days(self.tally.count))

    @cached_property
    def _bursts_of_days(self) -> Floats:
        usable = self._usable(TODAY)
        usable[:, 0] = False
        return bursts_of_days(whole_days(self.tally.count), usable)

    def _usable(self, window: Window) -> NDArray[np.bool_]:
        """Tell which windows of each outlet's past may be compared with."""
        covered = covered_lags(self._runs, window)
        is_known = np.arange(len(covered))[None, :] + window.days <= self._days_known[:, None]
        return np.asarray(covered[None, :] & is_known & ~lags_with(self.marked, window.days))

    @cached_property
    def _runs(self) -> Floats:
        return cells_of_runs(self.tally.runs, self.tally.end)

    @cached_property
    def _days_known(self) -> Floats:
        """How many days ago each outlet's first article came; that day itself is no usual one."""
        days = whole_days(self.tally.count) > 0
        first = HISTORY_DAYS - 1 - np.argmax(days[:, ::-1], axis=1)
        # one that was there when the history begins is older
        first = np.where(days[:, -7:].any(axis=1), HISTORY_DAYS + 1, first)
        return np.where(days.any(axis=1), first, 0).astype(float)
