"""A simulated year, counted once: what `judge` sees at every run, without going through articles.

`Diary.tally` gives what `Tally.of` would make of the articles (a test compares them), so that
thousands of runs take seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np

from tasks.notices import Alert, AlertKind
from tasks.observe.alerts import change_alerts
from tasks.observe.amount import DORMANT_DAYS, judge_amount
from tasks.observe.bursts import size_at_median
from tasks.observe.health import Judgement, OutletHealth, incidents_of, judge_tally
from tasks.observe.intake import DAY, HISTORY_DAYS, Floats, Intake
from tasks.observe.measures import MEASURES, Measure
from tasks.observe.tally import Sums, Tally
from tasks.observe.verdicts import Incident, moment
from tasks.observe.windows import EDGES

DAYS = np.arange(HISTORY_DAYS)


class Diary:
    """All articles of a world, summed up by outlet and run."""

    def __init__(self, made: Intake, tick: float, measures: Sequence[Measure] = MEASURES) -> None:
        """Sum up.

        Args:
            made: All articles; `runs` are all runs, `tick` seconds apart, or whole ticks.
            tick: Seconds between two points of time.
            measures: What is summed up of articles; nothing where only their number is judged.
        """
        self._outlets, self._runs, self._tick = made.outlets, made.runs, tick
        self._start = float(made.runs[0])
        self._ticks = round((made.runs[-1] - self._start) / tick) + 1
        run = made.runs[np.searchsorted(made.runs, made.seen_at, side="right") - 1]
        at = np.rint((run - self._start) / tick).astype(np.int64)
        place = made.outlet * self._ticks + at
        self._count = self._summed(place, np.ones(len(place)))
        self._sums = {}
        for measure in measures:
            values = measure.values(made)
            known = ~np.isnan(values)
            plain = np.where(known, values, 0.0)
            self._sums[measure.name] = [
                self._summed(place, what) for what in (known.astype(float), plain, plain**2)
            ]
        hour, self._hourly = self._by_hour()
        self._first_hour, self._of_hour = int(hour[0]), dict[float, Floats]()
        came = np.diff(self._count, axis=1) > 0
        ticks = np.where(came, np.arange(self._ticks), -1)
        self._last = np.maximum.accumulate(ticks, axis=1)

    def _summed(self, place: np.ndarray, what: np.ndarray) -> Floats:
        """Sum up by outlet and tick, running, with a zero before the first."""
        size = len(self._outlets) * self._ticks
        sums = np.bincount(place, what, size).reshape(len(self._outlets), self._ticks)
        return np.concatenate([np.zeros((len(sums), 1)), sums.cumsum(axis=1)], axis=1)

    def _by_hour(self) -> tuple[np.ndarray, Floats]:
        """Sum articles up by hour of the clock."""
        hour = ((self._start + np.arange(self._ticks) * self._tick) // 3600).astype(np.int64)
        hours, first = np.unique(hour, return_index=True)
        return hours, np.add.reduceat(np.diff(self._count, axis=1), first, axis=1)

    def _hours_at_median(self, midnight: float) -> Floats:
        if midnight not in self._of_hour:
            until = int(midnight // 3600) - self._first_hour
            days = self._hourly[:, max(0, until - HISTORY_DAYS * 24) : until]
            outlet, hour = np.nonzero(days)
            self._of_hour[midnight] = size_at_median(outlet, days[outlet, hour], len(days))
        return self._of_hour[midnight]

    def tally(self, run: float) -> Tally:
        """Count what had come in by a run."""
        now = round((run - self._start) / self._tick)
        last = self._last[:, now]
        none = np.zeros((len(EDGES) + 1, len(self._outlets), HISTORY_DAYS))
        return Tally(
            outlets=self._outlets,
            end=run,
            runs=self._runs[(self._runs <= run) & (self._runs > run - 75 * DAY)],
            last_seen=np.where(last >= 0, self._start + last * self._tick, -np.inf),
            count=self._cells(self._count, now),
            of_hour=self._hours_at_median(run // DAY * DAY),
            sums={
                name: Sums(
                    *(self._cells(running, now) for running in sums),
                    *(running[:, now + 1] - running[:, now] for running in sums[:2]),
                )
                for name, sums in self._sums.items()
            },
            refused=none,
            unread=none,
        )

    def _cells(self, running: Floats, now: int) -> Floats:
        edges = np.array([0.0, *EDGES, DAY])
        # ages from one edge up to the next: all until the tick of the first, less those before
        ages = np.ceil((DAYS[None, :] * DAY + edges[:, None]) / self._tick).astype(np.int64)
        until = running[:, np.maximum(now - ages + 1, 0)]
        return np.asarray((until[:, :-1] - until[:, 1:]).transpose(1, 0, 2))


def judge_volume(tally: Tally, incidents: Sequence[Incident] = ()) -> Judgement:
    """Judge silence and floods as `judge_tally` does, and nothing else."""
    amount = judge_amount(tally, incidents)
    is_dormant = tally.end - tally.last_seen > DORMANT_DAYS * DAY
    recovered: dict[AlertKind, np.ndarray] = {
        "silent": amount.is_back | is_dormant,
        "flood": amount.is_calm,
    }
    outlets = [
        OutletHealth(outlet, "ok", None if np.isnan(expected) else expected, 0, *[None] * 4)
        for outlet, expected in zip(tally.outlets, amount.expected, strict=True)
    ]
    return Judgement(
        at=moment(tally.end),
        outlets=tuple(outlets),
        verdicts=(*amount.silent, *amount.floods),
        recovered={
            kind: frozenset(o for o, back in zip(tally.outlets, mask, strict=True) if back)
            for kind, mask in recovered.items()
        },
    )


def follow(
    diary: Diary,
    runs: Sequence[float],
    judge: Callable[[Tally, Sequence[Incident]], Judgement] = judge_tally,
) -> list[Alert]:
    """Let runs raise and end alerts; give all of them, those that ended first."""
    past: list[Alert] = []
    lasting: list[Alert] = []
    for run in runs:
        judgement = judge(diary.tally(float(run)), incidents_of([*past, *lasting]))
        changes = change_alerts(
            judgement, lasting, f"run-{run:.0f}", datetime.fromtimestamp(run, UTC)
        )
        ended = {alert.alert_id for alert in changes.resolved}
        past += changes.resolved
        lasting = [a for a in lasting if a.alert_id not in ended] + list(changes.raised)
    return [*past, *lasting]


def by_kind(alerts: Sequence[Alert]) -> dict[str, int]:
    """Count alerts by kind."""
    return dict(Counter(alert.kind for alert in alerts))
