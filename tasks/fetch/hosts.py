"""One request in flight a host, a pause after each, and peace for a host in trouble.

The turn is kept in the ledger, so that it holds between processes and from one run to the next;
the holder's lease ends by itself if it is killed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tasks.errors import FetchError
from tasks.fetch.ledger_schema import hosts, is_dead, origins, worker
from tasks.fetch.robots import RobotsFile

_SHORTEST_SLEEP = 0.005
_LONGEST_SLEEP = 5.0


@dataclass(slots=True)
class Turns:
    """Whose turn it is at each host, within this process; the ledger knows of the others."""

    ledger: Engine
    """Where turns are kept between processes."""

    lease: float
    """Seconds after which a turn ends though its holder gave no sign."""

    patience: float
    """Most seconds to wait for a turn; a host that wants more is left to another run."""

    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    """One lock a site."""

    @asynccontextmanager
    async def turn(self, site: str, gap: float) -> AsyncIterator[None]:
        """Wait for this site's turn, and hold it; the next one comes `gap` seconds after its end.

        Args:
            site: As `locations.site` names it.
            gap: Seconds; 0 asks the ledger for nothing.

        Raises:
            FetchError: `host_paused`: the next turn is too far off.
        """
        lock = self.locks.setdefault(site, asyncio.Lock())
        async with lock:
            if gap <= 0:
                yield
                return
            await self._take(site)
            try:
                yield
            finally:
                _leave(self.ledger, site, time.time() + gap)

    async def _take(self, site: str) -> None:
        _ensure(self.ledger, site)
        while (wait := _try(self.ledger, site, self.lease)) > 0:
            if wait > max(self.patience, self.lease):
                later = datetime.fromtimestamp(time.time() + wait, UTC)
                detail = f"{site} wants no request for another {wait:.0f} s"
                raise FetchError("host_paused", detail, retry_after=later)
            await asyncio.sleep(min(max(wait, _SHORTEST_SLEEP), _LONGEST_SLEEP))


def pause(ledger: Engine, site: str, until: float) -> None:
    """Ask a host for nothing before a moment: it said so itself (Retry-After)."""
    _ensure(ledger, site)
    with ledger.begin() as connection:
        connection.execute(
            update(hosts)
            .where(hosts.c.site == site, hosts.c.next_request_at < until)
            .values(next_request_at=until)
        )


def closed_until(ledger: Engine, site: str) -> float:
    """Tell until when the circuit breaker keeps a host closed; 0 if it is open for requests."""
    with ledger.connect() as connection:
        found = connection.execute(select(hosts.c.closed_until).where(hosts.c.site == site))
        return float(found.scalar() or 0.0)


def count_failure(ledger: Engine, site: str, most: int, closed_for: float) -> None:
    """Count a page that failed for the host's fault; the breaker closes it after `most` in a row.

    Once its time is up a single further failure closes it again.
    """
    _ensure(ledger, site)
    with ledger.begin() as connection:
        in_row = connection.execute(
            update(hosts)
            .where(hosts.c.site == site)
            .values(failures_in_row=hosts.c.failures_in_row + 1)
            .returning(hosts.c.failures_in_row)
        ).scalar()
        if in_row is not None and in_row >= most:
            connection.execute(
                update(hosts)
                .where(hosts.c.site == site)
                .values(closed_until=time.time() + closed_for, failures_in_row=most - 1)
            )


def count_success(ledger: Engine, site: str) -> None:
    """Note that a host answered as it should."""
    with ledger.begin() as connection:
        connection.execute(
            update(hosts)
            .where(hosts.c.site == site, hosts.c.failures_in_row > 0)
            .values(failures_in_row=0, closed_until=0.0)
        )


def kept_robots(ledger: Engine, origin: str, life: float) -> RobotsFile | None:
    """Look up a robots.txt that is still fresh."""
    with ledger.connect() as connection:
        row = connection.execute(select(origins).where(origins.c.origin == origin)).first()
    if row is None or row.robots_at + life < time.time():
        return None
    return RobotsFile(row.robots_status, row.robots, row.robots_at)


def kept_tdmrep(ledger: Engine, origin: str, life: float) -> str | None:
    """Look up a tdmrep.json that is still fresh; "" stands for none."""
    with ledger.connect() as connection:
        row = connection.execute(select(origins).where(origins.c.origin == origin)).first()
    if row is None or row.tdmrep_at is None or row.tdmrep_at + life < time.time():
        return None
    return str(row.tdmrep or "")


def keep_robots(ledger: Engine, origin: str, robots: RobotsFile) -> None:
    """Keep a robots.txt."""
    values = {
        "robots_status": robots.status,
        "robots": robots.body,
        "robots_at": robots.fetched_at,
    }
    _keep_origin(ledger, origin, values)


def keep_tdmrep(ledger: Engine, origin: str, tdmrep: str) -> None:
    """Keep a tdmrep.json."""
    with ledger.begin() as connection:
        connection.execute(
            update(origins)
            .where(origins.c.origin == origin)
            .values(tdmrep=tdmrep, tdmrep_at=time.time())
        )


def _keep_origin(ledger: Engine, origin: str, values: dict[str, object]) -> None:
    dialect = postgresql if ledger.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(origins).values(origin=origin, **values)
    with ledger.begin() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=values))


def _ensure(ledger: Engine, site: str) -> None:
    dialect = postgresql if ledger.dialect.name == "postgresql" else sqlite
    row = {"site": site, "next_request_at": 0.0, "failures_in_row": 0, "closed_until": 0.0}
    with ledger.connect() as connection:
        if connection.execute(select(hosts.c.site).where(hosts.c.site == site)).first():
            return
    with ledger.begin() as connection:
        connection.execute(dialect.insert(hosts).values(row).on_conflict_do_nothing())


def _try(ledger: Engine, site: str, lease: float) -> float:
    """Take the turn if it is free; otherwise say how many seconds to wait."""
    now = time.time()
    with ledger.begin() as connection:
        taken = connection.execute(
            update(hosts)
            .where(
                hosts.c.site == site,
                hosts.c.next_request_at <= now,
            )
            .values(next_request_at=now + lease, held_by=worker())
            .returning(hosts.c.site)
        ).first()
        if taken is not None:
            return 0.0
        row = connection.execute(
            select(hosts.c.next_request_at, hosts.c.held_by).where(hosts.c.site == site)
        ).one()
        if row.held_by is not None and is_dead(row.held_by):
            # its holder was killed in mid-request; the usual pause still passes
            connection.execute(
                update(hosts)
                .where(hosts.c.site == site, hosts.c.held_by == row.held_by)
                .values(held_by=None, next_request_at=now + _LONGEST_SLEEP)
            )
            return _LONGEST_SLEEP
    return float(row.next_request_at) - now


def _leave(ledger: Engine, site: str, next_request_at: float) -> None:
    with ledger.begin() as connection:
        connection.execute(
            update(hosts)
            .where(hosts.c.site == site, hosts.c.held_by == worker())
            .values(next_request_at=next_request_at, held_by=None)
        )
