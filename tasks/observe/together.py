"""What most outlets have at once: holidays, great events, one's own network and schedule."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tasks.notices import EVERYWHERE
from tasks.observe.intake import DAY, Floats
from tasks.observe.verdicts import Verdict
from tasks.observe.volume import Usual
from tasks.observe.windows import Window

NEXT_TO_NOTHING = 0.05
"""Share of what is usual that is as good as nothing."""

LEAST_MEAN = 3.0
"""Articles usual in a window that say something about how this one is going."""

_FAR_TOO_FEW = 0.2
_LEAST_IN_ALL = 100.0
"""Share of what is usual that is silence everywhere, and articles usual that show it."""

_COMPARED = 8
"""Outlets of that volume by which a day that is quiet (or busy) everywhere is known."""


def common_factor(seen: Floats, usual: Usual) -> float:
    """Tell how quiet or busy this window is everywhere: holidays are nobody's fault."""
    compared = _comparable(usual)
    if compared.sum() < _COMPARED:
        return 1.0
    return float(np.median(seen[compared] / usual.mean[compared]))


def are_all_silent(seen: Floats, usual: Usual) -> bool:
    """Tell whether next to nothing comes from anywhere, of outlets enough to say so."""
    compared = _comparable(usual)
    if compared.sum() < _COMPARED or usual.mean[compared].sum() < _LEAST_IN_ALL:
        return False
    share = seen[compared].sum() / usual.mean[compared].sum()
    return bool(max(share, common_factor(seen, usual)) <= _FAR_TOO_FEW)


def all_at_once(
    kind: Literal["silent", "flood"], window: Window, seen: Floats, usual: Usual, end: float
) -> Verdict:
    """Make one verdict of what most outlets have at once."""
    compared = _comparable(usual)
    count, total = float(seen[compared].sum()), float(usual.mean[compared].sum())
    hint = (
        "look at your own network, schedule and sources, or for a holiday, before theirs"
        if kind == "silent"
        else "were sources added, or is old news being read as new?"
    )
    return Verdict(
        outlet=EVERYWHERE,
        kind=kind,
        measure="articles",
        since=end - window.length * DAY,
        expected=round(total, 1),
        observed=count,
        severity="critical" if kind == "flood" or count <= NEXT_TO_NOTHING * total else "warning",
        detail=f"{count:.0f} articles of {compared.sum()} outlets in {window.name}, {total:.0f} are"
        f" usual: {hint}",
    )


def _comparable(usual: Usual) -> NDArray[np.bool_]:
    return usual.is_known & (usual.mean >= LEAST_MEAN)
