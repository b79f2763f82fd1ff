"""What came in, counted: by outlet, day before the last run, and part of that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.observe.bursts import hours_at_median
from tasks.observe.intake import Floats, Intake, arrival_times
from tasks.observe.measures import MEASURES, Measure
from tasks.observe.windows import Grid, Window, last_window


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Sums of a measure over the articles in which it is known."""

    number: Floats
    """These articles, by cell."""

    total: Floats
    """The sum, by cell."""

    squares: Floats
    """The sum of squares, by cell."""

    run_number: Floats
    """Those of the last run, by outlet."""

    run_total: Floats
    """The sum over those."""

    @classmethod
    def of(cls, intake: Intake, grid: Grid, measure: Measure) -> Sums:
        """Sum a measure up."""
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

    def last(self, window: Window | None) -> tuple[Floats, Floats]:
        """Give articles and sum of a window that ends now, or of the last run (None)."""
        if window is None:
            return self.run_number, self.run_total
        return last_window(self.number, window), last_window(self.total, window)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """All that outlets are judged by. Times are seconds since 1970 (UTC)."""

    outlets: tuple[str, ...]
    """Registered domains."""

    end: float
    """When the last run of any kind began: as of then outlets are judged."""

    runs: Floats
    """When runs that ask for news began, in order."""

    last_seen: Floats
    """When each outlet's last article came; -infinity if there is none."""

    count: Floats
    """Articles by cell (see `tasks.observe.windows`)."""

    of_hour: Floats
    """Articles of the hour in which each outlet's median article came."""

    sums: Mapping[str, Sums]
    """Sums of every measure, by its name."""

    refused: Floats
    """Addresses whose pages could not be had, by cell."""

    unread: Floats
    """Addresses whose pages held no article, by cell."""

    @classmethod
    def of(cls, intake: Intake) -> Tally:
        """Count what came in.

        Args:
            intake: With at least one run.
        """
        outlets, end = len(intake.outlets), intake.end
        times = arrival_times(intake.seen_at, intake.runs)
        grid = Grid.of(intake.outlet, times, outlets, end)
        # what a run could not have is noted at its end, so it may be a little after `end`
        lost_at = np.minimum(intake.lost_at, end)

        def lost(chosen: NDArray[np.bool_]) -> Floats:
            return Grid.of(intake.lost_outlet[chosen], lost_at[chosen], outlets, end).count

        return cls(
            outlets=intake.outlets,
            end=end,
            runs=intake.runs,
            last_seen=_last_seen(intake, times),
            count=grid.count,
            of_hour=hours_at_median(intake.outlet, times, outlets, end),
            sums={measure.name: Sums.of(intake, grid, measure) for measure in MEASURES},
            refused=lost(~intake.is_unread),
            unread=lost(intake.is_unread),
        )


def _last_seen(intake: Intake, times: Floats) -> Floats:
    found = np.full(len(intake.outlets), -np.inf)
    kept = times <= intake.end
    np.maximum.at(found, intake.outlet[kept], times[kept])
    return found
