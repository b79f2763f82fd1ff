"""A crawl under way: its connections, archive, ledger and manners, and one polite request."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import getproxies

import httpcore
from sqlalchemy import Engine

from tasks.errors import FetchError
from tasks.fetch import locations, network, robots
from tasks.fetch.client import Answer, connections, get, retry_after
from tasks.fetch.content_coding import ACCEPT_ENCODING
from tasks.fetch.host_tally import HostTally, counted
from tasks.fetch.hosts import Turns
from tasks.fetch.notes import Notes
from tasks.fetch.policy import Policy
from tasks.fetch.robots import RobotsFile
from tasks.fetch.room import Room
from tasks.fetch.shard import MOST_BYTES as MOST_SHARD_BYTES
from tasks.fetch.shard import Shard, payload_digest
from tasks.settings import Settings

TRANSIENT = frozenset(
    ["timeout", "unreachable", "truncated", "http_429"]
    + [f"http_{code}" for code in range(500, 600)]
)
"""Reasons that may have passed by the next try."""

_MARGIN = 0.1
_MOST_POOLS = 256

Validators = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Crawl:
    """Everything the requests of a crawl share."""

    settings: Settings
    policy: Policy
    ledger: Engine
    raw: Path
    shard: Shard
    turns: Turns
    resolver: network.Resolver
    proxies: dict[str, str] = field(default_factory=getproxies)
    pools: dict[str, httpcore.AsyncConnectionPool] = field(default_factory=dict)
    known_robots: dict[str, RobotsFile] = field(default_factory=dict)
    known_tdmrep: dict[str, str] = field(default_factory=dict)
    lost_origins: dict[str, FetchError] = field(default_factory=dict)
    origin_locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    tallies: dict[str, HostTally] = field(default_factory=dict)
    in_trouble: dict[str, bool] = field(default_factory=dict)
    room: Room = field(default_factory=Room)
    notes: Notes = field(init=False)
    started_at: float = field(default_factory=time.monotonic)
    renewed_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.notes = Notes(self.ledger)

    @property
    def is_out_of_time(self) -> bool:
        """Whether the time budget is used up."""
        budget = self.policy.time_budget
        return budget is not None and time.monotonic() - self.started_at >= budget

    def tally(self, url: str) -> HostTally:
        """Look up the counts of an address's host."""
        site = locations.site(url)
        return self.tallies.setdefault(site, HostTally(site))


@asynccontextmanager
async def crawling(
    settings: Settings,
    policy: Policy,
    ledger: Engine,
    raw: Path,
    resolver: network.Resolver = network.resolved,
) -> AsyncIterator[Crawl]:
    """Open a crawl, and close its connections and archive whatever happens."""
    turns = Turns(ledger, lease=policy.deadline + 10, patience=policy.longest_wait)
    crawl = Crawl(settings, policy, ledger, raw, _shard(settings, raw), turns, resolver)
    # names are looked up in threads; the few of the default would let dead hosts block the others
    names = ThreadPoolExecutor(policy.hosts_at_once, thread_name_prefix="dns")
    asyncio.get_running_loop().set_default_executor(names)
    try:
        yield crawl
    finally:
        try:
            crawl.notes.write()
        finally:
            for pool in crawl.pools.values():
                await pool.aclose()
            crawl.shard.close()


async def ask(
    crawl: Crawl,
    url: str,
    validators: Validators = (),
    *,
    limit: int,
    attempts: int,
    deadline: float | None = None,
    cut: bool = False,
) -> Answer:
    """Send one request in its host's turn; again on 429, 5xx and network trouble.

    Args:
        crawl: The crawl.
        url: What to ask for.
        validators: Headers that make it a conditional request.
        limit: The most bytes of body.
        attempts: How often it may be sent.
        deadline: Seconds each may take; the policy's when null.
        cut: Whether a longer body is cut there rather than refused.

    Returns:
        The answer, whatever its status.

    Raises:
        FetchError: There was none; see `client.get`.
    """
    policy, site = crawl.policy, locations.site(url)
    for attempt in range(1, attempts + 1):
        answer, trouble = None, None
        async with crawl.turns.turn(site, _gap(crawl, url)):
            try:
                answer = await _request(crawl, url, validators, limit, deadline, cut)
            except FetchError as error:
                trouble = error
        reason = trouble.reason if trouble else f"http_{answer.status if answer else 0}"
        if reason not in TRANSIENT:
            break
        wait = policy.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
        said = retry_after(answer.header("retry-after"), datetime.now(UTC)) if answer else None
        if said is not None and (said <= policy.longest_wait or reason == "http_429"):
            crawl.turns.pause(site, time.time() + said + _MARGIN)
        wait = wait if said is None else said + _MARGIN
        if attempt == attempts or wait > policy.longest_wait or crawl.is_out_of_time:
            break
        await asyncio.sleep(wait)
    if trouble is not None:
        raise trouble
    if answer is None:
        raise ValueError("attempts must be at least 1")
    return answer


def archive(
    crawl: Crawl,
    answer: Answer,
    about: list[tuple[str, str]],
    original: list[tuple[str, str]] | None = None,
) -> int:
    """Write an exchange to the archive; returns the offset of the answer."""
    digest = payload_digest(answer.body)
    return crawl.shard.write(answer, about, digest=digest, original=original or ())


async def _pool(crawl: Crawl, url: str, proxy: str | None) -> httpcore.AsyncConnectionPool:
    """Look up the connections to a site; those of sites long not asked are closed."""
    key = f"{proxy or ''} {locations.origin(url)}"
    pool = crawl.pools.pop(key, None)
    if pool is None:
        at = httpcore.URL(proxy) if proxy is not None else None
        usual = 443 if at is not None and at.scheme == b"https" else 80
        trusted = (at.host.decode(), at.port or usual) if at is not None else None
        backend = network.CheckedBackend(crawl.settings.allow_addresses, crawl.resolver, trusted)
        pool = connections(backend, proxy)
    crawl.pools[key] = pool
    if len(crawl.pools) > _MOST_POOLS:
        oldest = next(iter(crawl.pools))
        if all(connection.is_idle() for connection in crawl.pools[oldest].connections):
            await crawl.pools.pop(oldest).aclose()
    return pool


async def _request(
    crawl: Crawl,
    url: str,
    validators: Validators,
    limit: int,
    deadline: float | None,
    cut: bool,
) -> Answer:
    proxy = network.proxy_for(url, crawl.proxies)
    if proxy is not None:
        await network.check_through_proxy(url, crawl.settings.allow_addresses, crawl.resolver)
    headers = (
        ("User-Agent", crawl.settings.user_agent),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"),
        ("Accept-Encoding", ACCEPT_ENCODING),
        *validators,
    )
    with counted(crawl.tally(url)) as tally:
        deadline = crawl.policy.deadline if deadline is None else deadline
        pool = await _pool(crawl, url, proxy)
        answer = await get(
            pool, url, headers, deadline=deadline, limit=limit, cut=cut, room=crawl.room.enter
        )
        tally.bytes += len(answer.body)
        tally.not_modified += answer.status == 304
    return answer


def _gap(crawl: Crawl, url: str) -> float:
    known = crawl.known_robots.get(locations.origin(url))
    asked = robots.crawl_delay(known, crawl.settings.user_agent) if known else 0.0
    return max(crawl.policy.gap, asked)


def _shard(settings: Settings, raw: Path) -> Shard:
    return Shard(raw, settings.user_agent, MOST_SHARD_BYTES)
