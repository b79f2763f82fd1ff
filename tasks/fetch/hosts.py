"""One request in flight a host, a pause after each, and peace for a host in trouble.

The turn is kept in the ledger, so that it holds between processes and from one run to the next;
the holder's lease ends by itself if it is killed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tasks.errors import FetchError
from tasks.fetch.ledger_schema import hosts, in_pieces, is_dead, origins, worker
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

    waiting: set[str] = field(default_factory=set)
    """Sites that asked for a pause themselves: it is kept even where no gap is wanted."""

    @asynccontextmanager
    async def turn(self, site: str, gap: float) -> AsyncIterator[None]:
        """Wait for this site's turn, and hold it; the next one comes `gap` seconds after its end.

        Args:
            site: As `locations.site` names it.
            gap: Seconds; 0 asks the ledger for nothing, unless the site is waiting.

        Raises:
            FetchError: `host_paused`: the next turn is too far off.
        """
        lock = self.locks.setdefault(site, asyncio.Lock())
        async with lock:
            if gap <= 0 and site not in self.waiting:
                yield
                return
            await self._take(site)
            try:
                yield
            finally:
                _leave(self.ledger, site, time.time() + gap)

    def pause(self, site: str, until: float) -> None:
        """Ask a site for nothing before a moment: it said so itself (Retry-After)."""
        self.waiting.add(site)
        _ensure(self.ledger, site)
        with self.ledger.begin() as connection:
            connection.execute(
                update(hosts)
                .where(hosts.c.site == site, hosts.c.next_request_at < until)
                .values(next_request_at=until)
            )

    async def _take(self, site: str) -> None:
        _ensure(self.ledger, site)
        while (wait := _try(self.ledger, site, self.lease)) > 0:
            if wait > max(self.patience, self.lease):
                later = datetime.fromtimestamp(time.time() + wait, UTC)
                detail = f"{site} wants no request for another {wait:.0f} s"
                raise FetchError("host_paused", detail, retry_after=later)
            await asyncio.sleep(min(max(wait, _SHORTEST_SLEEP), _LONGEST_SLEEP))


def unwell(ledger: Engine, sites: Iterable[str]) -> tuple[set[str], set[str]]:
    """List the sites whose last pages failed, and those that want no request yet."""
    failing, waiting = set[str](), set[str]()
    now = time.time()
    with ledger.connect() as connection:
        for some in in_pieces(sites):
            for row in connection.execute(select(hosts).where(hosts.c.site.in_(some))):
                if row.failures_in_row or row.closed_until > now:
                    failing.add(row.site)
                if row.next_request_at > now:
                    waiting.add(row.site)
    return failing, waiting


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


def kept_origins(
    ledger: Engine, names: Iterable[str], life: float
) -> dict[str, tuple[RobotsFile, str | None]]:
    """Look up robots.txt and tdmrep.json of origins ("" for none), where they are still fresh."""
    since, found = time.time() - life, dict[str, tuple[RobotsFile, str | None]]()
    with ledger.connect() as connection:
        for some in in_pieces(names):
            chosen = select(origins).where(origins.c.origin.in_(some), origins.c.robots_at > since)
            for row in connection.execute(chosen):
                file = RobotsFile(row.robots_status, row.robots, row.robots_at)
                is_fresh = row.tdmrep_at is not None and row.tdmrep_at > since
                found[row.origin] = (file, str(row.tdmrep or "") if is_fresh else None)
    return found


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
