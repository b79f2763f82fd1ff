"""Windows of time that end with the last run, and the same windows on the days before.

A day is laid out backwards from the last run: its last 2¾ hours, those up to 5½, 11 and 22 hours,
and two hours left over. Leaving those out keeps yesterday's run, started a little late or an hour
earlier by the clock of summer, from being counted twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.observe.intake import DAY, HISTORY_DAYS, Floats, Numbers

EDGES = tuple(hours * 3600.0 for hours in (2.75, 5.5, 11.0, 22.0))
"""Ages (seconds) at which one part of a day ends and the next begins."""

_CELLS = len(EDGES) + 1


@dataclass(frozen=True, slots=True)
class Window:
    """A length of time that ends with the last run."""

    name: str
    """For people: "6 hours", "7 days"."""

    length: float
    """Its length in days."""

    parts: int = _CELLS - 1
    """Parts of its last day that it has."""

    @property
    def days(self) -> int:
        """Days it begins in; 1 for parts of a day."""
        return max(1, int(self.length))

    @property
    def is_short(self) -> bool:
        """Whether it is a part of a day."""
        return self.length < 1


WINDOWS = (
    Window("3 hours", 0.125, 1),
    Window("6 hours", 0.25, 2),
    Window("12 hours", 0.5, 3),
    Window("24 hours", 1),
    *(Window(f"{days} days", days) for days in (2, 3, 4, 5, 7, 10, 14)),
)
"""What is looked at: the shorter it is, the more an outlet must publish to be judged by it."""

TODAY = WINDOWS[3]


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
        cell = np.searchsorted(EDGES, within, side="right")
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
    return np.asarray(cells.sum(axis=0))


def window_sums(cells: Floats, window: Window) -> Floats:
    """Sum cells up to windows.

    Args:
        cells: Sums by part of the day, outlet and day.
        window: Which.

    Returns:
        An array of outlets and lags: the window that ended so many days before the last run.
    """
    if window.is_short:
        return np.asarray(cells[: window.parts].sum(axis=0))
    days = whole_days(cells)
    total = np.concatenate([np.zeros((len(days), 1)), days.cumsum(axis=1)], axis=1)
    lags = HISTORY_DAYS - window.days + 1
    sums = total[:, window.days :] - total[:, :lags] - cells[-1, :, window.days - 1 :]
    return np.asarray(sums, np.float64)


def side_by_side(cells: Floats, days: Floats, window: Window) -> Floats:
    """Sum cells up to windows that do not overlap: the last one, the one before it, and so on.

    Args:
        cells: Sums by part of the day, outlet and day.
        days: The same, from `whole_days`.
        window: Which.
    """
    if window.is_short:
        return np.asarray(cells[: window.parts].sum(axis=0))
    number = HISTORY_DAYS // window.days
    sums = days[:, : number * window.days].reshape(len(days), number, window.days).sum(axis=2)
    return np.asarray(sums - cells[-1, :, window.days - 1 : number * window.days : window.days])


def last_window(cells: Floats, window: Window) -> Floats:
    """Sum cells up to the window that ends with the last run; see `window_sums`."""
    if window.is_short:
        return np.asarray(cells[: window.parts, :, 0].sum(axis=0))
    days = cells[:, :, : window.days].sum(axis=(0, 2))
    return np.asarray(days - cells[-1, :, window.days - 1])


def lags_with(marked: NDArray[np.bool_], days: int) -> NDArray[np.bool_]:
    """Tell at which lags one of so many days is marked.

    Args:
        marked: By outlet and day before the last run.
        days: Days in a row, from the lag on.
    """
    passed = np.concatenate([np.zeros((len(marked), 1), int), marked.cumsum(axis=1)], axis=1)
    return np.asarray(passed[:, days:] > passed[:, :-days])


def cells_of_runs(runs: Floats, end: float) -> Floats:
    """Count runs by part of the day and day before the last run."""
    return Grid.of(np.zeros(len(runs), np.int64), runs, 1, end).count[:, 0]


def covered_lags(runs: Floats, window: Window) -> NDArray[np.bool_]:
    """Tell at which lags a run asked for news, and another had asked in the window before.

    Where none had, what came in is the news of more than the window: nothing to compare with.

    Args:
        runs: From `cells_of_runs`.
        window: The window.
    """
    has_run = runs[: window.parts].sum(axis=0) > 0
    total = np.concatenate([[0.0], whole_days(runs).cumsum()])
    lags = HISTORY_DAYS - window.days + 1
    first = np.minimum(np.arange(lags) + window.days, HISTORY_DAYS)
    last = np.minimum(first + window.days, HISTORY_DAYS)
    is_beyond = first == HISTORY_DAYS  # what was before is not read
    return np.asarray(has_run[:lags] & ((total[last] - total[first] > 0) | is_beyond))
