"""How soon outlets that fall ill are noticed, by how much they publish and how often runs ask.

`python -m tests.observe.delays` prints the tables of docs/operating.md.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tasks.notices import EVERYWHERE
from tasks.observe.health import judge_tally
from tasks.observe.intake import DAY, Intake
from tests.observe.newsroom import START, whole_intake, world
from tests.observe.simulation import Diary

WARM_UP = 70
"""Days of history before anything happens."""

LONGEST = 28
"""Days that are waited for an outlet to be noticed; then it counts as usual."""

PATIENTS = 7
"""Outlets of each illness, which begins on another weekday at each."""

HEALTHY = 30
"""Other outlets, of all sizes."""

HOURS = (9, 14, 1, 19, 11, 6, 16)
"""Hours of the day at which it begins."""

ILLNESSES: Mapping[str, str] = {
    "silence": "silent",
    "a flood, ten times as much": "flood",
    "its archive at once": "flood",
    "teasers instead of texts": "layout",
    "no dates": "layout",
}
"""What happens, and the alert it shall raise."""


def delays(mean: float, gap: float, seed: int = 1) -> dict[str, list[float]]:
    """Let outlets of one size fall ill; give the days until each is noticed, by illness.

    Args:
        mean: Articles a day.
        gap: Seconds between runs.
        seed: Of the world.
    """
    patients = PATIENTS * len(ILLNESSES)
    days = WARM_UP + 7 + LONGEST
    made = world(patients + HEALTHY, days, seed, known=[mean] * patients)
    begins = START + np.array(
        [(WARM_UP + n % 7) * DAY + HOURS[n % len(HOURS)] * 3600.0 for n in range(patients)]
    )
    whole = _fallen_ill(whole_intake(made, gap), begins, mean)
    diary = Diary(whole, min(gap, 3600.0))
    noticed: dict[int, float] = {}
    for run in whole.runs[whole.runs > begins.min()]:
        for verdict in judge_tally(diary.tally(float(run))).verdicts:
            n = whole.outlets.index(verdict.outlet) if verdict.outlet != EVERYWHERE else patients
            if n < patients and run > begins[n] and verdict.kind == _kind(n):
                noticed.setdefault(n, (run - begins[n]) / DAY)
        if len(noticed) == patients:
            break
    names = list(ILLNESSES)
    return {
        name: [noticed.get(n, np.inf) for n in range(i * PATIENTS, (i + 1) * PATIENTS)]
        for i, name in enumerate(names)
    }


def _kind(patient: int) -> str:
    return list(ILLNESSES.values())[patient // PATIENTS]


def _fallen_ill(whole: Intake, begins: np.ndarray, mean: float) -> Intake:
    rng = np.random.default_rng(4)
    ill = np.zeros(len(whole.outlet), bool)
    is_patient = whole.outlet < len(begins)
    # an article that a run brings is as old as the run is early
    ill[is_patient] = whole.seen_at[is_patient] > begins[whole.outlet[is_patient]]
    illness = np.where(is_patient, whole.outlet // PATIENTS, -1)
    many = np.flatnonzero(ill & (illness == 1)).repeat(9)
    first = [
        np.flatnonzero(ill & (whole.outlet == n))[:1].repeat(int(10 * mean) + 20)
        for n in range(2 * PATIENTS, 3 * PATIENTS)
    ]
    chosen = np.concatenate([np.flatnonzero(~(ill & (illness == 0))), many, *first])
    length, undated = whole.text_length.copy(), whole.is_undated.copy()
    teaser = ill & (illness == 3)
    length[teaser] = np.exp(rng.normal(5.3, 0.3, teaser.sum()))
    undated[ill & (illness == 4)] = 1
    columns = ("outlet", "seen_at", "quote_count", "attributed", "dropped_length")
    return replace(
        whole,
        text_length=length[chosen],
        is_undated=undated[chosen],
        **{name: getattr(whole, name)[chosen] for name in columns},
    )


def print_table(means: Sequence[float], gaps: Mapping[str, float]) -> None:
    for name, gap in gaps.items():
        for mean in means:
            for illness, found in delays(mean, gap).items():
                middle, last = sorted(found)[len(found) // 2], max(found)
                print(f"{name:12s} {mean:5g} a day  {illness:28s} {_said(middle)} {_said(last)}")
                sys.stdout.flush()


def _said(days: float) -> str:
    return f"{days * 24:6.1f} h ({days:5.2f} d)"


if __name__ == "__main__":
    print_table((1, 5, 20, 100), {"nightly": DAY, "hourly": 3600.0, "15 minutes": 900.0})
