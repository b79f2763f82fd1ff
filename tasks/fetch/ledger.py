"""What the ledger knows of pages: new, pending, due or known; claimed, fetched, settled.

An address is *new* until it was asked for, *pending* from then until the flow has stored what came
of it (`settle`), *known* until its next visit, and *due* after that. A run that is killed between
fetching and storing finds its pages pending: they are read from the archive, not asked for again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import Engine, Update, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tasks.fetch import locations
from tasks.fetch.ledger_schema import in_pieces, pages
from tasks.records import Address, SourceKind

Standing = Literal["new", "pending", "due", "known"]

VisitNote = dict[str, Any]
"""Columns of `pages` and their values, with the address as `key`."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What the ledger keeps of a page and its last visit."""

    url: str
    """The address, normalised."""

    role: str
    """article or listing (a feed, sitemap or front page)."""

    first_seen_at: float
    """When it was first heard of."""

    published_at: float | None
    """When its feed or sitemap says it was published."""

    attempts: int
    """How often it was asked for."""

    outcome: str | None
    """ok, or the reason code of the failure; null before the first visit."""

    detail: str | None
    """What happened, for a person."""

    http_status: int | None
    """HTTP status of the last answer."""

    retry_after: float | None
    """Not to be asked for again before."""

    final_url: str | None
    """Where redirects led."""

    content_type: str | None
    """Content-Type of the capture."""

    rights: str | None
    """Rights code of the capture."""

    etag: str | None
    """ETag of the capture."""

    last_modified: str | None
    """Last-Modified of the capture."""

    digest: str | None
    """Digest of the capture."""

    captured_at: float | None
    """When the capture was made."""

    warc_name: str | None
    """The file under data/raw that holds the capture."""

    warc_offset: int | None
    """Where in it."""

    is_settled: int
    """Whether what came of the last visit was stored (1) or not yet (0)."""

    next_visit_at: float | None
    """When it is due again; null for never."""


COLUMNS = tuple(pages.c.keys())
"""The columns of a complete row."""

_VISIT = [pages.c[name] for name in Visit.__dataclass_fields__]


def standing(visit: Visit | None, now: float) -> Standing:
    """Tell where a page stands."""
    if visit is None or visit.outcome is None:
        return "new"
    if not visit.is_settled:
        return "pending"
    return "due" if visit.next_visit_at is not None and visit.next_visit_at <= now else "known"


def visits(ledger: Engine, urls: Iterable[str]) -> dict[str, Visit]:
    """Look up pages; those never heard of are left out."""
    found: dict[str, Visit] = {}
    with ledger.connect() as connection:
        for some in in_pieces(urls):
            for row in connection.execute(select(*_VISIT).where(pages.c.url.in_(some))):
                found[row.url] = Visit(*row)
    return found


def enter(ledger: Engine, addresses: Iterable[Address], role: str = "article") -> None:
    """Note addresses that were heard of; those already known stay as they are."""
    now = time.time()
    rows = [
        {
            "url": address.location,
            "site": locations.site(address.location),
            "role": role,
            "source_kind": address.source_kind,
            "source": address.source,
            "headline_hint": address.headline_hint,
            "published_at": _seconds(address.published_at_hint),
            "guid": address.guid,
            "first_seen_at": now,
            "attempts": 0,
            "is_settled": 0,
        }
        for address in addresses
    ]
    if not rows:
        return
    dialect = postgresql if ledger.dialect.name == "postgresql" else sqlite
    with ledger.begin() as connection:
        connection.execute(dialect.insert(pages).on_conflict_do_nothing(), rows)


def note(ledger: Engine, url: str, **values: Any) -> None:
    """Note what came of a visit: any columns of `pages`; the attempts are counted here."""
    note_all(ledger, [visit_note(url, **values)])


def visit_note(url: str, **values: Any) -> VisitNote:
    """Put down what came of a visit of this moment, for `note_all`."""
    return values | {"requested_at": time.time(), "key": url}


def note_all(ledger: Engine, notes: Iterable[VisitNote]) -> None:
    """Note what came of several visits in one commit."""
    # by address, so that two processes that note the same ones cannot wait for each other
    ordered = sorted(notes, key=itemgetter("key"))
    with ledger.begin() as connection:
        for names, alike in groupby(ordered, key=tuple):
            written = tuple(name for name in names if name != "key")
            connection.execute(_noting(written), list(alike))


@lru_cache(maxsize=32)
def _noting(names: tuple[str, ...]) -> Update:
    # building a statement takes longer than running it
    return (
        update(pages)
        .where(pages.c.url == bindparam("key"))
        .values(attempts=pages.c.attempts + 1, **{name: bindparam(name) for name in names})
    )


def settle(ledger: Engine, urls: Iterable[str]) -> None:
    """Note that what came of the last visits is stored: rows, failures or an unchanged article.

    Args:
        ledger: The ledger.
        urls: Addresses as discovery gave them (`Address.location`).
    """
    for some in in_pieces(urls):
        with ledger.begin() as connection:
            connection.execute(
                update(pages)
                .where(and_(pages.c.url.in_(some), pages.c.outcome.is_not(None)))
                .values(is_settled=1)
            )


def due(ledger: Engine, limit: int | None = None) -> list[Address]:
    """List the articles whose next visit has come, the longest due first."""
    now = time.time()
    statement = (
        select(pages)
        .where(and_(pages.c.role == "article", pages.c.next_visit_at <= now))
        .order_by(pages.c.next_visit_at, pages.c.url)
        .limit(limit)
    )
    with ledger.connect() as connection:
        return [_address(row) for row in connection.execute(statement)]


def next_visit(base: float | None, now: float, revisits: Sequence[float]) -> float | None:
    """When an article is looked at again: the first of its revisits that lies ahead.

    Args:
        base: When it was published, or first seen.
        now: Seconds since 1970.
        revisits: Seconds after publication.
    """
    return next((base + wait for wait in sorted(revisits) if base and base + wait > now), None)


def count(ledger: Engine) -> int:
    """Count the pages it knows."""
    with ledger.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(pages)).scalar() or 0)


def replace(ledger: Engine, rows: Iterable[dict[str, Any]]) -> int:
    """Forget all pages and know these complete rows instead; returns how many."""
    done = 0
    with ledger.begin() as connection:
        connection.execute(delete(pages))
        for some in in_pieces(rows):
            connection.execute(insert(pages), some)
            done += len(some)
    return done


def _address(row: Any) -> Address:
    kind: SourceKind = row.source_kind
    published = row.published_at
    return Address(
        location=row.url,
        source_kind=kind,
        source=row.source,
        headline_hint=row.headline_hint,
        published_at_hint=None if published is None else datetime.fromtimestamp(published, UTC),
        guid=row.guid,
    )


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment is not None else None
