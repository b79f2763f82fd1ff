"""What came of visits, held back a moment: one commit for several costs a quarter of one for each.

What is held back when a run is killed is fetched again, as is what was in flight; it is never
more than a handful of pages, or those of a tenth of a second.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from tasks.fetch import ledger
from tasks.fetch.ledger import VisitNote

_MOST = 8
_LONGEST = 0.1


@dataclass(slots=True)
class Notes:
    """Notes that are not in the ledger yet."""

    engine: Engine
    """The ledger."""

    waiting: list[VisitNote] = field(default_factory=list)
    """What is held back; it stays if the ledger cannot be written to, and the next try fails."""

    timer: asyncio.TimerHandle | None = None
    """Writes them down, if nothing else does before."""

    def add(self, url: str, **values: Any) -> None:
        """Note what came of a visit, now or soon: any columns of `pages`."""
        self.waiting.append(ledger.visit_note(url, **values))
        if len(self.waiting) >= _MOST:
            self.write()
        elif self.timer is None:
            self.timer = asyncio.get_running_loop().call_later(_LONGEST, self.write)

    def write(self) -> None:
        """Write down what is held back."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        if self.waiting:
            ledger.note_all(self.engine, self.waiting)
            self.waiting = []
