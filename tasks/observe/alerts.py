"""Alerts: raised when something begins, ended when it is over."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tasks.notices import EVERYWHERE, Alert
from tasks.observe.health import Judgement
from tasks.observe.verdicts import Verdict, moment


@dataclass(frozen=True, slots=True)
class AlertChanges:
    """What a run changes about alerts."""

    raised: tuple[Alert, ...]
    """Alerts that begin."""

    resolved: tuple[Alert, ...]
    """Alerts that end."""


def change_alerts(
    judgement: Judgement, alerts: Sequence[Alert], run_id: str, now: datetime
) -> AlertChanges:
    """Raise alerts for what is new, and end those whose outlets are well again.

    While an alert for most outlets at once lasts, none of its kind is raised for a single one.

    Args:
        judgement: How the outlets are.
        alerts: Those that last.
        run_id: The run that looks.
        now: The time (UTC).
    """
    lasting = {(alert.outlet, alert.kind) for alert in alerts}
    wrong = {(verdict.outlet, verdict.kind) for verdict in judgement.verdicts}
    resolved = tuple(
        replace(alert, resolved_at=now, resolved_run_id=run_id)
        for alert in alerts
        if (alert.outlet, alert.kind) not in wrong and _is_over(alert, judgement)
    )
    ended = {(alert.outlet, alert.kind) for alert in resolved}
    raised = tuple(
        _alert(verdict, run_id, now)
        for verdict in judgement.verdicts
        if (verdict.outlet, verdict.kind) not in lasting
        and (
            verdict.outlet == EVERYWHERE
            or (EVERYWHERE, verdict.kind) not in lasting
            or (EVERYWHERE, verdict.kind) in ended
        )
    )
    return AlertChanges(raised, resolved)


def _is_over(alert: Alert, judgement: Judgement) -> bool:
    back = judgement.recovered.get(alert.kind, frozenset())
    if alert.outlet != EVERYWHERE:
        known = {health.outlet for health in judgement.outlets}
        return alert.outlet in back or alert.outlet not in known
    return 2 * len(back) > sum(h.expected is not None for h in judgement.outlets)


def _alert(verdict: Verdict, run_id: str, now: datetime) -> Alert:
    name = f"{verdict.outlet}\n{verdict.kind}\n{run_id}"
    return Alert(
        alert_id=hashlib.sha256(name.encode()).hexdigest()[:20],
        outlet=verdict.outlet,
        kind=verdict.kind,
        measure=verdict.measure,
        since=moment(verdict.since),
        expected=verdict.expected,
        observed=verdict.observed,
        severity=verdict.severity,
        detail=verdict.detail,
        raised_at=now,
        run_id=run_id,
    )
