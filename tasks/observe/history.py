"""The past of outlets: which of its windows tell what is usual now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from tasks.observe.intake import DAY, HISTORY_DAYS, Floats
from tasks.observe.occasions import HOUR
from tasks.observe.tally import Tally
from tasks.observe.volume import Usual, usual_volume
from tasks.observe.windows import TODAY, Window, covered_lags, lags_with, whole_days, window_sums

_RECENT_RUNS = 50
"""Runs that tell how often there is one."""


@dataclass(frozen=True, eq=False)
class History:
    """What came in, and when it was no usual time."""

    tally: Tally
    """What came in."""

    marked: NDArray[np.bool_]
    """Days not to compare with, by outlet, from `incident_days`."""

    def usual(self, window: Window, *, whole: bool = False) -> Usual:
        """Estimate what is usual in a window.

        Args:
            window: Which ends now.
            whole: Count the hours left over of each day, too: the most that is usual in a day.
        """
        counts = whole_days(self.tally.count) if whole else window_sums(self.tally.count, window)
        of_days = self.today.beyond_chance if window.days > 1 else None
        return usual_volume(counts, self._usable(window), window, of_days)

    @cached_property
    def today(self) -> Usual:
        """What is usual in the last day."""
        return self.usual(TODAY)

    @cached_property
    def looks(self) -> float:
        """How many times as often as a run a day chance has to deceive: windows overlap.

        More often than hourly is not counted here; see `tasks.observe.occasions`.
        """
        runs = self.tally.runs[-_RECENT_RUNS:]
        if len(runs) < 2:
            return 1.0
        gap = max(float(np.median(np.diff(runs))), HOUR)
        return 1.0 + max(0.0, log(DAY / gap))

    def _usable(self, window: Window) -> NDArray[np.bool_]:
        """Tell which windows of each outlet's past may be compared with."""
        covered = covered_lags(self.tally.runs, self.tally.end, window)
        is_known = np.arange(len(covered))[None, :] + window.days <= self._days_known[:, None]
        return np.asarray(covered[None, :] & is_known & ~lags_with(self.marked, window.days))

    @cached_property
    def _days_known(self) -> Floats:
        """How many days ago each outlet's first article came; that day itself is no usual one."""
        days = whole_days(self.tally.count) > 0
        first = HISTORY_DAYS - 1 - np.argmax(days[:, ::-1], axis=1)
        # one that was there when the history begins is older
        first = np.where(days[:, -7:].any(axis=1), HISTORY_DAYS + 1, first)
        return np.where(days.any(axis=1), first, 0).astype(float)
