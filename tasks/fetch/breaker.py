"""The circuit breaker: a host that fails again and again is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from tasks.errors import FetchError
from tasks.fetch import hosts
from tasks.fetch.crawl import TRANSIENT, Crawl


def recall(crawl: Crawl, sites: Iterable[str]) -> None:
    """Look up at once which of many sites are in trouble or want a pause."""
    sites = set(sites)
    failing, waiting = hosts.unwell(crawl.ledger, sites)
    crawl.in_trouble.update({site: site in failing for site in sites})
    crawl.turns.waiting |= waiting


def check(crawl: Crawl, site: str) -> None:
    """Make sure that a site is not closed; the ledger is asked while it is in trouble.

    Raises:
        FetchError: `host_down`.
    """
    if site not in crawl.in_trouble:
        recall(crawl, [site])
    if not crawl.in_trouble[site]:
        return
    closed = hosts.closed_until(crawl.ledger, site)
    if closed > time.time():
        later = datetime.fromtimestamp(closed, UTC)
        raise FetchError("host_down", f"{site} failed too often in a row", retry_after=later)


def count(crawl: Crawl, site: str, reason: str) -> None:
    """Count what came of a visit: `ok` or a reason code; a closed host is no news."""
    policy = crawl.policy
    if reason == "host_down":
        return
    if reason in TRANSIENT:
        crawl.in_trouble[site] = True
        hosts.count_failure(crawl.ledger, site, policy.breaker, policy.breaker_pause)
    elif crawl.in_trouble.get(site, True):
        crawl.in_trouble[site] = False
        hosts.count_success(crawl.ledger, site)
