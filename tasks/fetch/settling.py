"""Tell the ledger that what came of a batch is in the tables."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine

from tasks.batch import BatchRef, read_batch
from tasks.fetch import ledger
from tasks.fetch.ledger_schema import open_ledger
from tasks.records import Snapshot
from tasks.settings import Settings


def settle_batches(
    fetched: Iterable[BatchRef], settings: Settings, ledger_engine: Engine | None = None
) -> None:
    """Settle the web pages of batches whose rows are published; files need no ledger.

    Until this is done the pages count as pending: another run takes them from the archive again,
    which changes no table but costs its time, and they are not looked at a second time when due.

    Args:
        fetched: Manifests of the fetch stage.
        settings: Facts of the machine.
        ledger_engine: The ledger; the settings' own when null.
    """
    for ref in fetched:
        batch = read_batch(ref, Snapshot)
        urls = [snapshot.address.location for snapshot in batch.items]
        urls += [failure.url for failure in batch.failures]
        web = [url for url in urls if url.startswith(("http://", "https://"))]
        if web:
            engine = ledger_engine if ledger_engine is not None else open_ledger(settings)
            ledger.settle(engine, web)
