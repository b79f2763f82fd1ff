"""Which process is at work on a page: claimed, renewed while it lives, released.

A claim ends with its process, or with its lease where nobody can see whether the process lives.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from sqlalchemy import Engine, and_, or_, select, update

from tasks.fetch.ledger_schema import in_pieces, is_dead, pages, worker

LEASE = 900.0
"""Seconds that a claim holds unless it is renewed."""

RENEWAL = 300.0
"""Seconds after which a worker renews its claims, well before they end."""


def claim(ledger: Engine, urls: Sequence[str]) -> set[str]:
    """Take pages for this process, but for those another living one has taken.

    One statement, so that of several workers exactly one gets a page. On PostgreSQL a row that
    another is just taking is passed over, not waited for.
    """
    taken: set[str] = set()
    now = time.time()
    with ledger.connect() as connection:
        others = connection.execute(
            select(pages.c.claimed_by).where(pages.c.claimed_by.is_not(None)).distinct()
        ).scalars()
        dead = [name for name in others if name is not None and is_dead(name)]
    free = or_(
        pages.c.claimed_by.is_(None),
        pages.c.claimed_until < now,
        pages.c.claimed_by.in_([*dead, worker()]),
    )
    for some in in_pieces(urls):
        wanted = select(pages.c.url).where(and_(pages.c.url.in_(some), free))
        statement = (
            update(pages)
            .where(pages.c.url.in_(wanted.with_for_update(skip_locked=True)))
            .values(claimed_by=worker(), claimed_until=now + LEASE)
            .returning(pages.c.url)
        )
        with ledger.begin() as connection:
            taken.update(connection.execute(statement).scalars())
    return taken


def release(ledger: Engine, urls: Iterable[str]) -> None:
    """Give pages back that this process has taken."""
    for some in in_pieces(urls):
        with ledger.begin() as connection:
            connection.execute(
                update(pages)
                .where(and_(pages.c.url.in_(some), pages.c.claimed_by == worker()))
                .values(claimed_by=None, claimed_until=None)
            )


def renew(ledger: Engine) -> None:
    """Keep what this process has taken a while longer."""
    with ledger.begin() as connection:
        connection.execute(
            update(pages)
            .where(pages.c.claimed_by == worker())
            .values(claimed_until=time.time() + LEASE)
        )
