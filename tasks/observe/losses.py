"""Outlets whose pages cannot be had, or hold no article any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.observe.intake import DAY
from tasks.observe.tails import so_large_a_share
from tasks.observe.tally import Tally
from tasks.observe.verdicts import Incident, Verdict, incident_days
from tasks.observe.windows import TODAY, last_window, whole_days

_LEAST_LOST = 5
"""Addresses that must be lost in a day."""

_LEAST_SHARE, _LEAST_RISE = 0.5, 0.3
"""Share of a day's addresses that is lost, and how far it is above the usual one."""

_LEAST_ARTICLES = 20
"""Articles that must be known of an outlet before its losses say anything."""

_UNLIKELY = 1e-5
_LEAST_USUAL = 0.05
"""Every outlet loses a page now and then."""


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """How many of an outlet's addresses are lost."""

    is_judged: NDArray[np.bool_]
    """Whether there is history to judge by."""

    is_back: NDArray[np.bool_]
    """Whether less is lost than half of what would be too much."""

    verdicts: tuple[Verdict, ...]
    """Whose pages cannot be had (failures), or hold no article (layout)."""


def judge_losses(tally: Tally, incidents: Sequence[Incident], *, unread: bool) -> Losses:
    """Compare the share of addresses that are lost with the usual one.

    Args:
        tally: What came in.
        incidents: Times not to compare with.
        unread: Those whose pages hold no article, rather than those whose pages cannot be had.
    """
    end, had = tally.end, tally.count
    lost = tally.unread if unread else tally.refused
    kinds = {"layout" if unread else "failures"}
    passed = ~incident_days(tally.outlets, incidents, end, kinds)
    passed[:, 0] = False
    known = (whole_days(had) * passed).sum(axis=1)
    missed = (whole_days(lost) * passed).sum(axis=1)
    usual = np.maximum(missed / np.maximum(known + missed, 1), _LEAST_USUAL)
    lost_now, had_now = last_window(lost, TODAY), last_window(had, TODAY)
    share = lost_now / np.maximum(lost_now + had_now, 1)
    judged = known >= _LEAST_ARTICLES
    suspects = (
        judged
        & (lost_now >= _LEAST_LOST)
        & (share >= _LEAST_SHARE)
        & (share - usual >= _LEAST_RISE)
    )
    verdicts = [
        _verdict(tally.outlets[n], unread, lost_now[n], had_now[n], usual[n], end)
        for n in np.flatnonzero(suspects)
        if so_large_a_share(int(lost_now[n]), int(lost_now[n] + had_now[n]), usual[n]) < _UNLIKELY
    ]
    is_back = (lost_now < _LEAST_LOST) | (share < (usual + _LEAST_SHARE) / 2)
    return Losses(judged, is_back, tuple(verdicts))


def _verdict(
    outlet: str, unread: bool, lost: float, had: float, usual: float, end: float
) -> Verdict:
    share = lost / (lost + had)
    what = "hold no article" if unread else "could not be had"
    return Verdict(
        outlet=outlet,
        kind="layout" if unread else "failures",
        measure="failed",
        since=end - 22 / 24 * DAY,
        expected=round(usual, 3),
        observed=round(share, 3),
        severity="critical" if not had else "warning",
        detail=f"{lost:.0f} of {lost + had:.0f} pages in 24 hours {what}",
    )
