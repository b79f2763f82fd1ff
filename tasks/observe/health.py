"""The health of outlets: what is usual, what is there, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tasks.notices import EVERYWHERE, Alert, AlertKind
from tasks.observe.amount import DORMANT_DAYS, judge_amount
from tasks.observe.intake import DAY, Floats, Intake
from tasks.observe.losses import judge_losses
from tasks.observe.quality import judge_quality
from tasks.observe.tally import Tally
from tasks.observe.verdicts import Incident, Verdict, everywhere, moment

_LEAST_RUNS, _LEAST_DAYS = 5, 14
"""Runs, and days from the first to the last, that make a schedule."""

State = Literal["ok", "learning", "rare", "dormant", "silent", "flood", "layout", "failures"]

_ORDER: tuple[AlertKind, ...] = ("silent", "failures", "layout", "flood")
"""The gravest first."""


@dataclass(frozen=True, slots=True)
class OutletHealth:
    """How an outlet is."""

    outlet: str
    """Registered domain."""

    state: State
    """ok; learning (too little history), rare (publishes too seldom for its silence to be noticed
    within two weeks), dormant (nothing for four weeks), or the gravest of what is wrong."""

    expected: float | None
    """Articles usual in the last 24 hours, by weekday; null while learning."""

    observed: int
    """Articles of the last 24 hours."""

    last_seen_at: datetime | None
    """When the run began that brought the last one (UTC); null if none is in the tables."""

    usual_text_length: float | None
    """Characters of a usual text (geometric mean)."""

    usual_quote_count: float | None
    """Quotes in a usual article."""

    usual_attributed: float | None
    """Share of quotes whose speaker is known."""

    verdicts: tuple[Verdict, ...] = ()
    """What is wrong, the gravest first; empty where most outlets have it at once."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How all outlets are."""

    at: datetime | None
    """When the last run began (UTC): as of then it holds; null if none did."""

    outlets: tuple[OutletHealth, ...]
    """One an outlet, by name."""

    verdicts: tuple[Verdict, ...]
    """What is wrong, with one in the place of what most have at once."""

    recovered: Mapping[AlertKind, frozenset[str]]
    """Outlets at which all is well again, by kind."""

    usual_gap: float | None = None
    """Seconds usually between two runs that ask for news; null where there is no schedule yet."""

    def is_overdue(self, now: datetime) -> bool:
        """Whether runs have stopped: none for three times as long as usual, and two hours more."""
        if self.at is None or self.usual_gap is None:
            return False
        return (now - self.at).total_seconds() > 3 * self.usual_gap + 7200


def judge(intake: Intake, incidents: Sequence[Incident] = ()) -> Judgement:
    """Say how every outlet is, as of the last run.

    Args:
        intake: What came in.
        incidents: Times that were not usual, from `incidents_of`.
    """
    if not len(intake.runs):
        return Judgement(None, (), (), {})
    return judge_tally(Tally.of(intake), incidents)


def judge_tally(tally: Tally, incidents: Sequence[Incident] = ()) -> Judgement:
    """Say how every outlet is, as of the last run, by what has been counted; see `judge`."""
    end = tally.end
    amount = judge_amount(tally, incidents)
    quality = judge_quality(tally, incidents)
    refused = judge_losses(tally, incidents, unread=False)
    unread = judge_losses(tally, incidents, unread=True)
    layout = {verdict.outlet: verdict for verdict in (*quality.verdicts, *unread.verdicts)}
    found = [*amount.silent, *amount.floods, *layout.values(), *refused.verdicts]
    judged: dict[AlertKind, int] = {
        "layout": int((quality.is_judged | unread.is_judged).sum()),
        "failures": int(refused.is_judged.sum()),
    }
    verdicts = everywhere(found, judged)
    is_dormant = end - tally.last_seen > DORMANT_DAYS * DAY
    recovered: dict[AlertKind, NDArray[np.bool_]] = {
        "silent": amount.is_back | is_dormant,
        "flood": amount.is_calm,
        "layout": quality.is_back & unread.is_back,
        "failures": refused.is_back,
    }
    by_outlet: dict[str, list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda v: _ORDER.index(v.kind)):
        by_outlet.setdefault(verdict.outlet, []).append(verdict)
    health = []
    for n in sorted(range(len(tally.outlets)), key=lambda n: tally.outlets[n]):
        wrong = tuple(by_outlet.get(tally.outlets[n], ()))
        expected, last = amount.expected[n], tally.last_seen[n]
        health.append(
            OutletHealth(
                outlet=tally.outlets[n],
                state=wrong[0].kind
                if wrong
                else _calm_state(
                    bool(is_dormant[n]), bool(np.isnan(expected)), bool(amount.is_judged[n])
                ),
                expected=None if np.isnan(expected) else round(float(expected), 2),
                observed=int(amount.observed[n]),
                last_seen_at=moment(float(last)) if np.isfinite(last) else None,
                usual_text_length=_known(quality.usual["text_length"][n]),
                usual_quote_count=_known(quality.usual["quote_count"][n]),
                usual_attributed=_known(quality.usual["attributed"][n]),
                verdicts=wrong,
            )
        )
    return Judgement(
        at=moment(end),
        outlets=tuple(health),
        verdicts=tuple(verdicts),
        usual_gap=_usual_gap(tally.runs),
        recovered={
            kind: frozenset(o for o, back in zip(tally.outlets, mask, strict=True) if back)
            for kind, mask in recovered.items()
        },
    )


def incidents_of(alerts: Sequence[Alert]) -> list[Incident]:
    """Take from alerts, past and open, the times that were not usual."""
    return [
        Incident(
            alert.outlet,
            alert.kind,
            alert.since.timestamp(),
            alert.resolved_at.timestamp() if alert.resolved_at else float("inf"),
        )
        for alert in alerts
    ]


def _usual_gap(runs: Floats) -> float | None:
    if len(runs) < _LEAST_RUNS or runs[-1] - runs[0] < _LEAST_DAYS * DAY:
        return None
    return float(np.median(np.diff(runs[-50:])))


def _calm_state(is_dormant: bool, is_learning: bool, is_judged: bool) -> State:
    if is_dormant:
        return "dormant"
    if is_judged:
        return "ok"
    return "learning" if is_learning else "rare"


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


__all__ = ["EVERYWHERE", "Judgement", "OutletHealth", "State", "incidents_of", "judge"]
