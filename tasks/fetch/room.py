"""Room in memory for large bodies: few at a time, however many hosts send one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

LARGE_BYTES = 2_000_000
"""Bodies up to this size need no room; few pages of news are larger as sent."""

_PLACES = 3


@dataclass(slots=True)
class Room:
    """Places for large bodies; a task has one from its first large body until it leaves."""

    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_PLACES))
    """What is left."""

    inside: set[asyncio.Task[object]] = field(default_factory=set)
    """Who has a place."""

    async def enter(self) -> None:
        """Wait for a place, unless this task has one."""
        task = asyncio.current_task()
        if task is not None and task not in self.inside:
            await self.places.acquire()
            self.inside.add(task)

    def leave(self) -> None:
        """Give this task's place back, if it has one: the body is no longer needed."""
        task = asyncio.current_task()
        if task in self.inside:
            self.inside.remove(task)
            self.places.release()
