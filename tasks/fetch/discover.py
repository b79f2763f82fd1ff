"""From what the user gives to the addresses of pages.

A source is a text or HTML file, a folder, a WARC archive, a feed, sitemap or OPML file, a list of
addresses, the address of any of these or of a page or site, or `-` for standard input. What it is
is told from its content.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from sqlalchemy import Engine

from tasks.batch import Batch
from tasks.fetch import network
from tasks.fetch.crawl import crawling
from tasks.fetch.found import Found
from tasks.fetch.ledger_schema import open_ledger
from tasks.fetch.listings import Look, Trail, look_at
from tasks.fetch.local_sources import Part, local_parts
from tasks.fetch.policy import LIMITS, POLICY, Limits, Policy
from tasks.fetch.selection import selected
from tasks.records import Address, Failure, Skip
from tasks.settings import Settings
from tasks.settings import settings as read_settings


def discover(
    sources: Sequence[str],
    *,
    settings: Settings | None = None,
    policy: Policy = POLICY,
    limits: Limits = LIMITS,
    ledger_engine: Engine | None = None,
    resolver: network.Resolver = network.resolved,
    stdin: BinaryIO | None = None,
) -> Batch[Address]:
    """Find the addresses of pages in what the user gave.

    A source that is none becomes a failure of the stage `discover`; an address that is given
    twice, not wanted or not due is skipped with its reason. The order is that of the sources, or
    newest first if there are limits.

    Args:
        sources: Paths, addresses and `-`.
        settings: Facts of the machine; read from the environment when null.
        policy: How feeds, sitemaps and pages are asked for.
        limits: Which addresses are wanted.
        ledger_engine: The ledger; the settings' own when null. Only web addresses need it.
        resolver: Looks names up.
        stdin: What `-` reads; standard input when null.
    """
    settings = settings if settings is not None else read_settings()
    parts: list[Part] = []
    for source in dict.fromkeys(sources):
        parts.extend(local_parts(source, settings.data / "raw" / "stdin", limits, stdin))
    parts.extend(
        Skip(source, "duplicate")
        for number, source in enumerate(sources)
        if source in sources[:number]
    )
    if _needs_ledger(parts):
        engine = ledger_engine if ledger_engine is not None else open_ledger(settings)
        found = asyncio.run(_look_everywhere(parts, settings, policy, limits, engine, resolver))
        return selected(found, limits, engine, refetch=policy.refetch)
    return selected(_settled(parts), limits, None, refetch=policy.refetch)


def _needs_ledger(parts: Iterable[Part]) -> bool:
    return any(
        isinstance(part, Look)
        or (
            isinstance(part, Found)
            and part.address.location.startswith(("http://", "https://"))
            and part.address.offset is None
        )
        for part in parts
    )


def _settled(parts: Iterable[Part]) -> list[Found | Failure | Skip]:
    return [part for part in parts if not isinstance(part, Look)]


async def _look_everywhere(
    parts: list[Part],
    settings: Settings,
    policy: Policy,
    limits: Limits,
    engine: Engine,
    resolver: network.Resolver,
) -> list[Found | Failure | Skip]:
    looks = [part for part in parts if isinstance(part, Look)]
    if not looks:
        return _settled(parts)
    raw = settings.data / "raw"
    async with crawling(settings, policy, engine, raw, resolver) as crawl:
        trail = Trail(asyncio.Semaphore(policy.hosts_at_once))
        results = await asyncio.gather(*(look_at(crawl, look, limits, trail) for look in looks))
    answers = iter(results)
    found: list[Found | Failure | Skip] = []
    for part in parts:
        found.extend(next(answers) if isinstance(part, Look) else [part])
    return found
