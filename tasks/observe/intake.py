"""What has come in: one entry an article, as columns, and the runs that brought it.

Articles are counted at the start of the run that brought them, not at the second their page came:
a nightly run that takes an hour today and ten minutes tomorrow has still asked once a night.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

DAY = 86_400.0
"""Seconds."""

HISTORY_DAYS = 70
"""How far back is read: eight weeks of what is usual before a window of two weeks."""

_BACK_FILL = 7 * DAY
"""An article from an archive that is older than this when it is first seen is no news."""


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """Recent articles and lost addresses of every outlet. Times are seconds since 1970 (UTC)."""

    outlets: tuple[str, ...]
    """Registered domains; the columns below name an outlet by its place here."""

    end: float
    """When the last run of any kind began: as of then outlets are judged."""

    runs: Floats
    """When runs that ask for news began, in order."""

    outlet: Numbers
    """Of each article: its outlet."""

    seen_at: Floats
    """When it was first received."""

    text_length: Floats
    """Code points of its text."""

    quote_count: Floats
    """Quotes in it."""

    attributed: Floats
    """Quotes whose speaker is known; NaN when unknown."""

    dropped_length: Floats
    """Code points that cleaning dropped; NaN when unknown."""

    is_undated: Floats
    """1 where nothing says when it was published, else 0."""

    lost_outlet: Numbers
    """Of each address that could not go on: its outlet."""

    lost_at: Floats
    """When it was last tried."""

    is_unread: NDArray[np.bool_]
    """Whether its page was had, but no article was found in it."""


def is_news(
    seen_at: Floats,
    published_at: Floats,
    runs: Floats,
    ends: Floats,
    is_archive: NDArray[np.bool_],
    is_captured_before: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Tell which articles a run brought as news, rather than as back-fill from an archive.

    Args:
        seen_at: When each article was first received.
        published_at: When it was published; NaN when unknown.
        runs: When runs began, in order.
        ends: When each of them ended.
        is_archive: Which come from files, or from a run over whole archives.
        is_captured_before: Which come from WARC archives, whose pages were received before the run.
    """
    # NaN compares false: unknown is fresh
    is_fresh = ~((seen_at - published_at > _BACK_FILL) & is_archive)
    if not len(runs):
        return is_fresh & ~is_captured_before
    before = np.searchsorted(runs, seen_at, side="right") - 1
    latest_end = np.maximum.accumulate(ends)
    is_within = (before >= 0) & (seen_at <= latest_end[np.maximum(before, 0)])
    return is_fresh & (is_within | ~is_captured_before)


def arrival_times(seen_at: Floats, runs: Floats) -> Floats:
    """Give the start of the run that brought each article; its own time if no run did."""
    if not len(runs):
        return seen_at
    before = np.searchsorted(runs, seen_at, side="right") - 1
    return np.where(before >= 0, runs[np.maximum(before, 0)], seen_at)
