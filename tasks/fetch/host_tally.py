"""What a crawl asked of each host: the rows of a run's table of hosts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class HostTally:
    """What a crawl asked of one host."""

    site: str
    """The host, without `www.`."""

    requests: int = 0
    """Requests sent, robots.txt included."""

    not_modified: int = 0
    """Answers 304."""

    failures: int = 0
    """Pages that could not be had."""

    bytes: int = 0
    """Bytes of bodies received, as sent."""

    shortest_gap: float | None = None
    """Shortest pause between two requests, in seconds; null if there was one request."""

    last_end: float | None = None
    """When the last request ended (monotonic seconds)."""


@contextmanager
def counted(tally: HostTally) -> Iterator[HostTally]:
    """Count a request, and the pause before it."""
    now = time.monotonic()
    if tally.last_end is not None:
        gap = now - tally.last_end
        tally.shortest_gap = gap if tally.shortest_gap is None else min(gap, tally.shortest_gap)
    tally.requests += 1
    try:
        yield tally
    finally:
        tally.last_end = time.monotonic()
