"""What an origin says of itself: robots.txt and tdmrep.json, remembered, kept, or asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tasks.errors import FetchError
from tasks.fetch import hosts, locations, rights, robots
from tasks.fetch.client import Answer
from tasks.fetch.content_coding import start_of
from tasks.fetch.crawl import Crawl, archive, ask
from tasks.fetch.robots import RobotsFile

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_TROUBLED_LIFE = 3_600.0


def recall(crawl: Crawl, urls: Iterable[str]) -> None:
    """Look up at once what the ledger keeps of the origins of many addresses."""
    origins = {locations.origin(url) for url in urls}
    kept = hosts.kept_origins(crawl.ledger, origins, crawl.policy.robots_life)
    for origin, (file, tdmrep) in kept.items():
        if _is_fresh(file):
            crawl.known_robots[origin] = file
        if tdmrep is not None:
            crawl.known_tdmrep[origin] = tdmrep


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
        if robots.is_troubled(file):
            later = datetime.now(UTC) + timedelta(seconds=_TROUBLED_LIFE)
        raise FetchError("robots", reason, retry_after=later)


async def robots_of(crawl: Crawl, url: str) -> RobotsFile:
    """Read the robots.txt that speaks for an address.

    Raises:
        FetchError: The host cannot be reached, or not safely.
    """
    origin = locations.origin(url)
    async with crawl.origin_locks.setdefault(origin, asyncio.Lock()):
        if origin not in crawl.known_robots:
            recall(crawl, [url])
        if origin in crawl.known_robots:
            return crawl.known_robots[origin]
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
    if (known := crawl.known_tdmrep.get(origin)) is None:
        async with crawl.origin_locks.setdefault(f"{origin} tdmrep", asyncio.Lock()):
            known = crawl.known_tdmrep.get(origin)
            if known is None:
                known = await _ask_tdmrep(crawl, origin)
                if known is not None:
                    hosts.keep_tdmrep(crawl.ledger, origin, known)
            crawl.known_tdmrep[origin] = known or ""
    return rights.reserved_by_site(known or "", url)


def _is_fresh(file: RobotsFile) -> bool:
    return not robots.is_troubled(file) or file.fetched_at + _TROUBLED_LIFE > time.time()


async def _ask_robots(crawl: Crawl, origin: str) -> RobotsFile:
    url = f"{origin}/robots.txt"
    for _ in range(_MOST_REDIRECTS + 1):
        answer = await ask(
            crawl, url, limit=robots.MOST_BYTES, attempts=crawl.policy.attempts, cut=True
        )
        archive(crawl, answer, [("role", "robots"), ("location", url)])
        following = locations.joined(url, answer.location or "")
        if answer.status not in _REDIRECTS or following is None:
            text = _plain(answer)
            status = answer.status if text is not None else 0
            return robots.robots_file(status, text or b"", time.time())
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
    plain = _plain(answer) if answer.status == 200 else None
    return (plain or b"").decode("utf-8-sig", "replace").replace("\x00", "")


def _plain(answer: Answer) -> bytes | None:
    """Undo the content coding of the part that counts; None if that cannot be done."""
    try:
        return start_of(answer.body, answer.header("content-encoding"), robots.MOST_BYTES)
    except FetchError:
        return None
