"""Fetch the pages of a batch: files and archives are read in place, the web is asked politely."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from tasks.batch import Batch, failure
from tasks.errors import FetchError
from tasks.fetch import breaker, claims, ledger, locations, network, origins, rights, robots
from tasks.fetch.archives import read_archived
from tasks.fetch.crawl import Crawl, crawling
from tasks.fetch.files import MOST_PAGE_BYTES, read_file
from tasks.fetch.host_tally import HostTally
from tasks.fetch.kinds import HEAD_BYTES, kind_of, unsupported
from tasks.fetch.ledger import Visit
from tasks.fetch.ledger_schema import open_ledger
from tasks.fetch.policy import POLICY, Policy
from tasks.fetch.verdicts import verdict
from tasks.fetch.visits import remembered, visit
from tasks.fetch.warc_reader import read_record
from tasks.records import Address, Failure, Page, Skip, Snapshot
from tasks.settings import Settings

Outcome = Snapshot | Failure | Skip
Progress = Callable[[str, str], None]
"""Told the host and the outcome (ok, not_modified or a reason code) of every page."""


def fetch_batch(
    batch: Batch[Address],
    *,
    raw: Path,
    settings: Settings,
    policy: Policy = POLICY,
    ledger_engine: Engine | None = None,
    resolver: network.Resolver = network.resolved,
    progress: Progress | None = None,
) -> Batch[Snapshot]:
    """Get every page of a batch, or know why not.

    Args:
        batch: Addresses.
        raw: The data/raw folder, where what is fetched is archived.
        settings: Facts of the machine.
        policy: How politely and patiently.
        ledger_engine: The ledger; the settings' own when null. Only web addresses need it.
        resolver: Looks names up.
        progress: Told of every page of the web.
    """
    return fetch_with_hosts(
        batch,
        raw=raw,
        settings=settings,
        policy=policy,
        ledger_engine=ledger_engine,
        resolver=resolver,
        progress=progress,
    )[0]


def fetch_with_hosts(
    batch: Batch[Address],
    *,
    raw: Path,
    settings: Settings,
    policy: Policy = POLICY,
    ledger_engine: Engine | None = None,
    resolver: network.Resolver = network.resolved,
    progress: Progress | None = None,
) -> tuple[Batch[Snapshot], tuple[HostTally, ...]]:
    """Do as `fetch_batch`, and return the counts of every host asked as well."""
    outcomes: dict[Address, Outcome] = {}
    web: list[Address] = []
    for address in batch.items:
        if address.offset is None and address.location.startswith(("http://", "https://")):
            web.append(address)
            continue
        try:
            outcomes[address] = _local(address)
        except FetchError as error:
            outcomes[address] = failure(address, "fetch", error)
    tallies: tuple[HostTally, ...] = ()
    if web:
        engine = ledger_engine if ledger_engine is not None else open_ledger(settings)
        fetched, tallies = asyncio.run(
            _fetch_web(web, raw, settings, policy, engine, resolver, progress)
        )
        outcomes.update(fetched)
    results = [outcomes[address] for address in batch.items]
    done = Batch(
        tuple(result for result in results if isinstance(result, Snapshot)),
        batch.failures + tuple(result for result in results if isinstance(result, Failure)),
        batch.skipped + tuple(result for result in results if isinstance(result, Skip)),
    )
    return done, tallies


def load_page(snapshot: Snapshot) -> Page:
    """Read the bytes of a saved page, without transfer and content codings.

    Raises:
        FetchError: They cannot be read.
    """
    path = Path(snapshot.path)
    if snapshot.offset is None:
        return Page(snapshot, read_file(path))
    body = read_record(path, snapshot.offset, MOST_PAGE_BYTES).body
    if body is None:
        raise FetchError("unreadable", f"the record at byte {snapshot.offset} of {path} is empty")
    return Page(snapshot, body)


def _local(address: Address) -> Snapshot:
    return _archived(address) if address.offset is not None else _file(address)


def _file(address: Address) -> Snapshot:
    body = read_file(Path(address.location))
    if not body.strip():
        raise FetchError("empty", f"{address.location} is empty")
    return Snapshot(
        address=address,
        path=address.location,
        offset=None,
        digest=_digest(body),
        rights=rights.rights_code(None, _reserved((), body)),
    )


def _archived(address: Address) -> Snapshot:
    page = read_archived(address)
    record, body = page.record, page.record.body or b""
    status = record.http_status
    if page.outcome != "ok":
        raise FetchError(page.outcome, page.detail, http_status=status)
    if status is not None and status >= 400:
        raise FetchError(f"http_{status}", f"{status} in the archive", http_status=status)
    what = unsupported(body[:HEAD_BYTES])
    if what is not None:
        raise FetchError("wrong_type", f"the record is {what}", http_status=status)
    if kind_of(body[:HEAD_BYTES]) in ("feed", "sitemap", "opml"):
        raise FetchError("wrong_type", "the record is a feed or sitemap", http_status=status)
    found = verdict(body)
    if found is not None:
        raise FetchError(*found, http_status=status)
    return Snapshot(
        address=page.address,
        path=address.source,
        offset=address.offset,
        digest=_digest(body),
        url=locations.normalised(record.url or ""),
        content_type=record.content_type,
        http_status=status,
        captured_at=record.captured_at,
        rights=page.rights or rights.rights_code(None, _reserved(record.headers, body)),
    )


def _reserved(headers: Sequence[tuple[str, str]], body: bytes) -> tuple[str, ...]:
    return rights.page_rights(headers, body, robots.PRODUCT, reserved_by_site=False)


def _digest(body: bytes) -> str:
    return "sha256:" + hashlib.sha256(body).hexdigest()


async def _fetch_web(
    addresses: list[Address],
    raw: Path,
    settings: Settings,
    policy: Policy,
    engine: Engine,
    resolver: network.Resolver,
    progress: Progress | None,
) -> tuple[dict[Address, Outcome], tuple[HostTally, ...]]:
    ledger.enter(engine, addresses)
    urls = [address.location for address in addresses]
    mine = claims.claim(engine, urls)
    outcomes: dict[Address, Outcome] = {
        address: Skip(address.location, "claimed")
        for address in addresses
        if address.location not in mine
    }
    known = ledger.visits(engine, mine)
    queues: dict[str, list[Address]] = {}
    for address in addresses:
        if address.location in mine:
            queues.setdefault(locations.site(address.location), []).append(address)
    try:
        async with crawling(settings, policy, engine, raw, resolver) as crawl:
            origins.recall(crawl, mine)
            breaker.recall(crawl, queues)
            places = asyncio.Semaphore(policy.hosts_at_once)
            async with asyncio.TaskGroup() as group:
                for queue in queues.values():
                    group.create_task(_work(crawl, queue, known, outcomes, places, progress))
            tallies = tuple(crawl.tallies.values())
    finally:
        claims.release(engine, mine)
    return outcomes, tallies


async def _work(
    crawl: Crawl,
    queue: list[Address],
    known: dict[str, Visit],
    outcomes: dict[Address, Outcome],
    places: asyncio.Semaphore,
    progress: Progress | None,
) -> None:
    site = locations.site(queue[0].location)
    async with places:
        for address in queue:
            if time.monotonic() - crawl.renewed_at > claims.RENEWAL:
                crawl.renewed_at = time.monotonic()
                claims.renew(crawl.ledger)
            outcome = await _outcome(crawl, site, address, known[address.location])
            outcomes[address] = outcome
            if progress is not None:
                progress(site, "ok" if isinstance(outcome, Snapshot) else outcome.reason)


async def _outcome(crawl: Crawl, site: str, address: Address, known: Visit) -> Outcome:
    settled = _without_asking(crawl, address, known)
    if settled is not None:
        return settled
    try:
        breaker.check(crawl, site)
    except FetchError as error:
        return failure(address, "fetch", error)
    if crawl.is_out_of_time:
        return Skip(address.location, "out_of_time")
    try:
        capture = await visit(crawl, address, "article", known)
    except FetchError as error:
        crawl.tally(address.location).failures += 1
        breaker.count(crawl, site, error.reason)
        return failure(address, "fetch", error)
    finally:
        crawl.room.leave()
    breaker.count(crawl, site, "ok")
    if capture.is_unchanged and known.is_settled:
        return Skip(address.location, "not_modified")
    return capture.snapshot


def _without_asking(crawl: Crawl, address: Address, known: Visit) -> Outcome | None:
    """Answer from the ledger: what is fetched but not yet stored, and what is not due."""
    now = datetime.now(UTC).timestamp()
    standing = ledger.standing(known, now)
    if crawl.policy.refetch or standing in ("new", "due"):
        return None
    if standing == "known":
        return Skip(address.location, "not_due")
    if known.outcome == "ok":
        return remembered(known, address, crawl.raw)
    if known.next_visit_at is None or known.next_visit_at <= now:
        return None
    later = known.retry_after
    error = FetchError(
        known.outcome or "unreadable",
        known.detail or "",
        http_status=known.http_status,
        retry_after=datetime.fromtimestamp(later, UTC) if later else None,
    )
    return failure(address, "fetch", error)
