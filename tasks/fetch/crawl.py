"""A crawl under way: its connections, archive, ledger and manners, and one polite request."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import getproxies

import httpcore
from sqlalchemy import Engine

from tasks.errors import FetchError
from tasks.fetch import hosts, locations, network, rights, robots
from tasks.fetch.client import Answer, connections, get, retry_after
from tasks.fetch.content_coding import ACCEPT_ENCODING, decoded
from tasks.fetch.host_tally import HostTally, counted
from tasks.fetch.hosts import Turns
from tasks.fetch.policy import Policy
from tasks.fetch.robots import RobotsFile
from tasks.fetch.shard import MOST_BYTES as MOST_SHARD_BYTES
from tasks.fetch.shard import Shard, payload_digest
from tasks.settings import Settings

TRANSIENT = frozenset(
    ["timeout", "unreachable", "truncated", "http_429"]
    + [f"http_{code}" for code in range(500, 600)]
)
"""Reasons that may have passed by the next try."""

_ROBOTS_REDIRECTS = 5
_TROUBLED_ROBOTS_LIFE = 3_600.0
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
    started_at: float = field(default_factory=time.monotonic)

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
) -> Answer:
    """Send one request in its host's turn; again on 429, 5xx and network trouble.

    Args:
        crawl: The crawl.
        url: What to ask for.
        validators: Headers that make it a conditional request.
        limit: The most bytes of body.
        attempts: How often it may be sent.
        deadline: Seconds each may take; the policy's when null.

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
                answer = await _request(crawl, url, validators, limit, deadline)
            except FetchError as error:
                trouble = error
        reason = trouble.reason if trouble else f"http_{answer.status if answer else 0}"
        if reason not in TRANSIENT:
            break
        wait = policy.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
        said = retry_after(answer.header("retry-after"), datetime.now(UTC)) if answer else None
        if said is not None and (said <= policy.longest_wait or reason == "http_429"):
            hosts.pause(crawl.ledger, site, time.time() + said + _MARGIN)
        wait = wait if said is None else said + _MARGIN
        if attempt == attempts or wait > policy.longest_wait or crawl.is_out_of_time:
            break
        await asyncio.sleep(wait)
    if trouble is not None:
        raise trouble
    if answer is None:
        raise ValueError("attempts must be at least 1")
    return answer


async def permit(crawl: Crawl, url: str) -> None:
    """Make sure that a page may be asked for.

    Raises:
        FetchError: `robots`, or what kept robots.txt from being read.
    """
    if crawl.policy.ignore_robots is not None:
        return
    file = await robots_of(crawl, url)
    reason = robots.refusal(file, url, crawl.settings.user_agent)
    if reason is not None:
        later = None
        if not 200 <= file.status < 300:
            later = datetime.now(UTC) + timedelta(seconds=_TROUBLED_ROBOTS_LIFE)
        raise FetchError("robots", reason, retry_after=later)


async def robots_of(crawl: Crawl, url: str) -> RobotsFile:
    """Read the robots.txt that speaks for an address: remembered, from the ledger, or asked for.

    Raises:
        FetchError: The host cannot be reached, or not safely.
    """
    origin = locations.origin(url)
    async with crawl.origin_locks.setdefault(origin, asyncio.Lock()):
        if origin in crawl.known_robots:
            return crawl.known_robots[origin]
        kept = hosts.kept_robots(crawl.ledger, origin, crawl.policy.robots_life)
        if kept is not None and (
            kept.status < 500 or kept.fetched_at + _TROUBLED_ROBOTS_LIFE > time.time()
        ):
            crawl.known_robots[origin] = kept
            return kept
        if origin in crawl.lost_origins:
            raise crawl.lost_origins[origin]
        try:
            file = await _ask_robots(crawl, origin)
        except FetchError as error:
            crawl.lost_origins[origin] = FetchError(error.reason, error.detail)
            raise
        crawl.known_robots[origin] = file
        hosts.keep_robots(crawl.ledger, origin, file)
        return file


async def is_reserved_by_site(crawl: Crawl, url: str) -> bool:
    """Tell whether the site's tdmrep.json reserves a page from text and data mining."""
    origin = locations.origin(url)
    async with crawl.origin_locks.setdefault(f"{origin} tdmrep", asyncio.Lock()):
        tdmrep = crawl.known_tdmrep.get(origin)
        if tdmrep is None:
            tdmrep = hosts.kept_tdmrep(crawl.ledger, origin, crawl.policy.robots_life)
        if tdmrep is None:
            tdmrep = await _ask_tdmrep(crawl, origin)
            if tdmrep is not None:
                hosts.keep_tdmrep(crawl.ledger, origin, tdmrep)
        crawl.known_tdmrep[origin] = tdmrep or ""
    return rights.reserved_by_site(tdmrep or "", url)


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
        trusted = (at.host.decode(), at.port or 80) if at is not None else None
        backend = network.CheckedBackend(crawl.settings.allow_addresses, crawl.resolver, trusted)
        pool = connections(backend, proxy)
    crawl.pools[key] = pool
    if len(crawl.pools) > _MOST_POOLS:
        oldest = next(iter(crawl.pools))
        if all(connection.is_idle() for connection in crawl.pools[oldest].connections):
            await crawl.pools.pop(oldest).aclose()
    return pool


async def _request(
    crawl: Crawl, url: str, validators: Validators, limit: int, deadline: float | None
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
        answer = await get(pool, url, headers, deadline=deadline, limit=limit)
        tally.bytes += len(answer.body)
        tally.not_modified += answer.status == 304
    return answer


def _gap(crawl: Crawl, url: str) -> float:
    known = crawl.known_robots.get(locations.origin(url))
    asked = robots.crawl_delay(known, crawl.settings.user_agent) if known else 0.0
    return max(crawl.policy.gap, asked)


async def _ask_robots(crawl: Crawl, origin: str) -> RobotsFile:
    url = f"{origin}/robots.txt"
    for _ in range(_ROBOTS_REDIRECTS + 1):
        answer = await ask(crawl, url, limit=robots.MOST_BYTES * 4, attempts=crawl.policy.attempts)
        archive(crawl, answer, [("role", "robots"), ("location", url)])
        following = locations.joined(url, answer.header("location") or "")
        if answer.status not in (301, 302, 303, 307, 308) or following is None:
            return robots.robots_file(answer.status, _plain(answer), time.time())
        url = following
    # RFC 9309, 2.3.1.2: more than five redirects may count as no robots.txt
    return RobotsFile(404, "", time.time())


async def _ask_tdmrep(crawl: Crawl, origin: str) -> str | None:
    """Ask for a site's tdmrep.json; "" stands for none, None for no answer."""
    url = f"{origin}/.well-known/tdmrep.json"
    try:
        await permit(crawl, url)
        answer = await ask(crawl, url, limit=robots.MOST_BYTES, attempts=1)
    except FetchError as error:
        return "" if error.reason == "robots" else None
    archive(crawl, answer, [("role", "tdmrep"), ("location", url)])
    return _plain(answer).decode("utf-8-sig", "replace") if answer.status == 200 else ""


def _plain(answer: Answer) -> bytes:
    try:
        return decoded(answer.body, answer.header("content-encoding"), robots.MOST_BYTES * 4)
    except FetchError:
        return b""


def _shard(settings: Settings, raw: Path) -> Shard:
    return Shard(raw, settings.user_agent, MOST_SHARD_BYTES)
