"""Verdicts: what is not as usual at an outlet at the moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from tasks.notices import EVERYWHERE, AlertKind, Severity
from tasks.observe.intake import DAY, HISTORY_DAYS

_LEAST_OUTLETS = 5
"""So many must be concerned before it is called everywhere."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Something that is not as usual."""

    outlet: str
    """Registered domain, or `*`."""

    kind: AlertKind
    """silent, flood, layout or failures."""

    measure: str
    """What was compared; see `tasks.notices.Alert`."""

    since: float
    """Since when, as far as the tables tell (seconds since 1970)."""

    expected: float
    """What is usual."""

    observed: float
    """What is there."""

    severity: Severity
    """critical when next to nothing comes through, else warning."""

    detail: str
    """What happened, for a person to read."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A time that was not usual, known from an alert: it must not become what is usual."""

    outlet: str
    """Registered domain, or `*`."""

    kind: AlertKind
    """Of the alert."""

    since: float
    """When it began (seconds since 1970)."""

    until: float
    """When it ended; infinity while it lasts."""


_BECOMES_USUAL = 28 * DAY
"""What has lasted so long is what is usual now."""


def incident_days(
    outlets: Sequence[str], incidents: Sequence[Incident], end: float, kinds: Set[str]
) -> NDArray[np.bool_]:
    """Mark the days of each outlet that no comparison shall use.

    Args:
        outlets: The outlets.
        incidents: What is known from alerts.
        end: When the last run began.
        kinds: Only incidents of these kinds.

    Returns:
        An array of outlets and days before the end.
    """
    marked = np.zeros((len(outlets), HISTORY_DAYS), bool)
    place = {outlet: number for number, outlet in enumerate(outlets)}
    for incident in incidents:
        lasted = min(incident.until, end) - incident.since
        if incident.kind not in kinds or lasted > _BECOMES_USUAL:
            continue
        first = max(0, int((end - min(incident.until, end)) // DAY))
        last = int((end - incident.since) // DAY)
        if incident.outlet == EVERYWHERE:
            marked[:, first : last + 1] = True
        elif incident.outlet in place:
            marked[place[incident.outlet], first : last + 1] = True
    return marked


def everywhere(verdicts: Sequence[Verdict], judged: Mapping[AlertKind, int]) -> list[Verdict]:
    """Put one verdict in the place of those about pages that most outlets have at once.

    Args:
        verdicts: Of single outlets, one a kind and outlet.
        judged: How many outlets could have got one of each kind.
    """
    kept = [verdict for verdict in verdicts if verdict.kind not in _HINTS]
    for kind, hint in _HINTS.items():
        alike = [verdict for verdict in verdicts if verdict.kind == kind]
        if len(alike) < _LEAST_OUTLETS or 2 * len(alike) <= judged.get(kind, 0):
            kept += alike
            continue
        worst = next((v for v in alike if v.severity == "critical"), alike[0])
        detail = f"{len(alike)} of {judged[kind]} outlets at once: {hint}"
        since = float(np.median([verdict.since for verdict in alike]))
        kept.append(replace(worst, outlet=EVERYWHERE, since=since, detail=detail))
    return kept


_HINTS: Mapping[AlertKind, str] = {
    "layout": "was onrecord, its model or a setting changed?",
    "failures": "look at your own network, address and User-Agent before theirs",
}


def moment(seconds: float) -> datetime:
    """Turn seconds since 1970 into a time."""
    return datetime.fromtimestamp(seconds, UTC)


def ago(seconds: float) -> str:
    """Say a length of time as people do: 50 minutes, 7 hours, 3 days."""
    if seconds < 2 * 3600:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.0f} hours" if seconds < 2 * DAY else f"{seconds / DAY:.0f} days"
