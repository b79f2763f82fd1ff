"""Note in the ledger what came of visits, and when the next ones are due."""

from __future__ import annotations

import time

from tasks.errors import FetchError
from tasks.fetch import crawl as crawls
from tasks.fetch import ledger
from tasks.fetch.client import Answer
from tasks.fetch.crawl import Crawl
from tasks.fetch.ledger import Visit
from tasks.records import Address, Snapshot

_RETRY_FIRST = 3_600.0
_RETRY_LAST = 86_400.0
_WEEK = 604_800.0

MOST_VISITS = 4
"""After so many visits a page that fails for its own sake (404, robots, no article) is given up."""

MOST_TROUBLED_VISITS = 14
"""After so many, about nine days, so is one whose host is in trouble or has no address."""


def _base(address: Address, known: Visit | None) -> float:
    if address.published_at_hint is not None:
        return address.published_at_hint.timestamp()
    return known.first_seen_at if known is not None else time.time()


def note_capture(
    crawl: Crawl,
    snapshot: Snapshot,
    answer: Answer,
    known: Visit | None,
    *,
    is_listing: bool,
) -> None:
    """Note a page that was archived."""
    now, address = time.time(), snapshot.address
    crawl.notes.add(
        address.location,
        outcome="ok",
        detail=None,
        http_status=snapshot.http_status,
        retry_after=None,
        final_url=snapshot.url,
        content_type=snapshot.content_type,
        rights=snapshot.rights,
        etag=answer.header("etag"),
        last_modified=answer.header("last-modified"),
        digest=snapshot.digest,
        captured_at=answer.received_at.timestamp(),
        warc_name=crawl.shard.name,
        warc_offset=snapshot.offset,
        role="listing" if is_listing else "article",
        is_settled=int(is_listing),
        next_visit_at=None
        if is_listing
        else ledger.next_visit(_base(address, known), now, crawl.policy.revisits),
    )


def note_unchanged(crawl: Crawl, address: Address, answer: Answer, known: Visit | None) -> None:
    """Note a page that is as it was."""
    # a 304 may bring new validators; what was not stored yet still is to be
    fresh = {"etag": answer.header("etag"), "last_modified": answer.header("last-modified")}
    crawl.notes.add(
        address.location,
        outcome="ok",
        detail=None,
        retry_after=None,
        is_settled=known.is_settled if known else 0,
        next_visit_at=ledger.next_visit(_base(address, known), time.time(), crawl.policy.revisits),
        **{name: value for name, value in fresh.items() if value},
    )


def note_failure(crawl: Crawl, address: Address, error: FetchError, known: Visit | None) -> None:
    """Note a page that could not be had, and when it may be tried again."""
    crawl.notes.add(
        address.location,
        outcome=error.reason,
        detail=error.detail,
        http_status=error.http_status,
        retry_after=error.retry_after.timestamp() if error.retry_after else None,
        is_settled=0,
        next_visit_at=next_try(error, known.attempts if known else 0, time.time()),
    )


def next_try(error: FetchError, attempts: int, now: float) -> float | None:
    """Tell when a page that could not be had is tried again; None for never.

    Args:
        error: What was the matter.
        attempts: How often it was visited before.
        now: Seconds since 1970.
    """
    if error.retry_after is not None:
        # asked for, or only put off: no fault of the page
        return error.retry_after.timestamp()
    is_passing = error.reason in crawls.TRANSIENT or error.reason == "no_such_host"
    if attempts + 1 >= (MOST_TROUBLED_VISITS if is_passing else MOST_VISITS):
        return None
    if is_passing:
        return now + min(_RETRY_FIRST * 2.0**attempts, _RETRY_LAST)
    return now + _WEEK
