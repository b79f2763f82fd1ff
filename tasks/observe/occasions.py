"""Occasions: a run every few minutes must not deceive more often than a run an hour does.

What is unlikely by chance happens all the same to whoever looks often enough. So of the runs of an
hour only the first is judged by the usual limits; those after it say at once what is unlikelier by
far, and leave the rest to the next hour. An outlet whose alert lasts is judged by the usual limits
in every run: it was told already, and must not seem well in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray

from tasks.notices import AlertKind
from tasks.observe.bursts import HOUR
from tasks.observe.intake import Floats
from tasks.observe.verdicts import Incident

UNLIKELIER = 0.1
"""By so much less likely must something be that is told between the hours."""

FARTHER = 1.3
"""So many times the distance in standard deviations."""


def is_first_of_hour(runs: Floats, end: float) -> bool:
    """Tell whether no run had asked for news in the hour of the clock before this one.

    Args:
        runs: When runs that ask for news began (seconds since 1970).
        end: When this one began.
    """
    hour = end // HOUR
    return not bool(((runs // HOUR == hour) & (runs < end)).any())


def judged_as_usual(
    outlets: Sequence[str],
    runs: Floats,
    end: float,
    incidents: Sequence[Incident],
    kind: AlertKind,
) -> NDArray[np.bool_]:
    """Tell which outlets are judged by the usual limits in this run.

    Args:
        outlets: The outlets.
        runs: When runs that ask for news began.
        end: When this run began.
        incidents: What is known from alerts; those that last have no end.
        kind: What is judged.
    """
    if is_first_of_hour(runs, end):
        return np.ones(len(outlets), bool)
    lasting = {i.outlet for i in incidents if i.kind == kind and i.until == inf}
    return np.array([outlet in lasting for outlet in outlets], bool)
