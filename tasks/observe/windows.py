"""Windows of time that end with the last run, and the same windows on the days before.

A day is laid out backwards from the last run: its last 5½ hours, the 16½ before them, and two
hours left over. Leaving those out keeps yesterday's run, started a little late or an hour earlier
by the clock of summer, from being counted twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.observe.intake import DAY, HISTORY_DAYS, Floats, Numbers

_EDGES = 5.5 * 3600.0, 22.0 * 3600.0
_CELLS = 3


@dataclass(frozen=True, slots=True)
class Window:
    """A length of time that ends with the last run."""

    name: str
    """For people: "6 hours", "7 days"."""

    days: int
    """Days it begins in; 1 for parts of a day."""

    is_short: bool = False
    """Whether it is the last quarter of a day."""

    @property
    def length(self) -> float:
        """Its length in days."""
        return 0.25 if self.is_short else float(self.days)


WINDOWS = (
    Window("6 hours", 1, is_short=True),
    Window("24 hours", 1),
    Window("2 days", 2),
    Window("3 days", 3),
    Window("7 days", 7),
    Window("14 days", 14),
)
"""What is looked at: the shorter it is, the more an outlet must publish to be judged by it."""

TODAY = WINDOWS[1]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Articles, laid out by outlet, day before the last run, and part of that day."""

    end: float
    """When the last run began (seconds since 1970); what came later is left out."""

    times: Floats
    """When each article arrived."""

    count: Floats
    """Articles by cell, outlet and day (0 is the last)."""

    kept: NDArray[np.bool_]
    """Which articles lie in the grid."""

    place: Numbers
    """The cell that each of those lies in."""

    @classmethod
    def of(cls, outlet: Numbers, times: Floats, outlets: int, end: float) -> Grid:
        """Lay articles out.

        Args:
            outlet: Of each article.
            times: When each arrived.
            outlets: How many outlets there are.
            end: When the last run began.
        """
        age = end - times
        kept = (age >= 0) & (age < HISTORY_DAYS * DAY)
        age = age[kept]
        day = (age // DAY).astype(np.int64)
        within = age - day * DAY
        cell = (within >= _EDGES[0]).astype(np.int64) + (within >= _EDGES[1])
        place = (cell * outlets + outlet[kept]) * HISTORY_DAYS + day
        count = np.bincount(place, minlength=outlets * HISTORY_DAYS * _CELLS)
        shaped = count.astype(np.float64).reshape(_CELLS, outlets, HISTORY_DAYS)
        return cls(end, times, shaped, kept, place)

    def sums(self, what: Floats) -> Floats:
        """Sum something up, cell by cell.

        Args:
            what: Of each article.
        """
        sums = np.bincount(self.place, what[self.kept], self.count.size)
        return np.asarray(sums, np.float64).reshape(self.count.shape)


def whole_days(cells: Floats) -> Floats:
    """Sum cells up to days, the hours left over included."""
    return np.asarray(cells[0] + cells[1] + cells[2])


def window_sums(cells: Floats, window: Window) -> Floats:
    """Sum cells up to windows.

    Args:
        cells: From `cell_sums`.
        window: Which.

    Returns:
        An array of outlets and lags: the window that ended so many days before the last run.
    """
    if window.is_short:
        return np.asarray(cells[0])
    days = whole_days(cells)
    total = np.concatenate([np.zeros((len(days), 1)), days.cumsum(axis=1)], axis=1)
    lags = HISTORY_DAYS - window.days + 1
    sums = total[:, window.days :] - total[:, :lags] - cells[-1, :, window.days - 1 :]
    return np.asarray(sums, np.float64)


def covered_lags(runs: Floats, end: float, window: Window) -> NDArray[np.bool_]:
    """Tell at which lags a run asked for news, and another had asked in the window before.

    Where none had, what came in is the news of more than the window: nothing to compare with.
    """
    cells = Grid.of(np.zeros(len(runs), np.int64), runs, 1, end).count
    has_run = (cells[0, 0] if window.is_short else cells[0, 0] + cells[1, 0]) > 0
    days = whole_days(cells)[0]
    total = np.concatenate([[0.0], days.cumsum()])
    lags = HISTORY_DAYS - window.days + 1
    first = np.minimum(np.arange(lags) + window.days, HISTORY_DAYS)
    last = np.minimum(first + window.days, HISTORY_DAYS)
    is_beyond = first == HISTORY_DAYS  # what was before is not read
    return np.asarray(has_run[:lags] & ((total[last] - total[first] > 0) | is_beyond))
