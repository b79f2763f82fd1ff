"""Sources become batches of addresses, and a batch of addresses becomes a batch of saved pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import msgspec

from tasks.batch import Batch, BatchRef, batch_id, read_batch, write_batch
from tasks.fetch.batches import make_batches
from tasks.fetch.discover import discover
from tasks.fetch.host_tally import HostTally
from tasks.fetch.pages import fetch_with_hosts
from tasks.fetch.policy import Limits, Policy
from tasks.records import Address, Skip
from tasks.settings import settings


def discover_batches(
    sources: Sequence[str],
    data: Path,
    size: int,
    policy: Policy,
    limits: Limits,
    is_forgotten: Callable[[str], bool],
) -> list[BatchRef]:
    """Turn what the user gave into batches of addresses, written under data/work.

    What could not be read or was left alone travels with the first batch; there is always one.

    Args:
        sources: Files, folders, URLs, feeds, sitemaps, archives, `-`.
        data: The data folder.
        size: Addresses a batch.
        policy: How to fetch feeds and sitemaps.
        limits: Which addresses are wanted.
        is_forgotten: Tells an address that must not come back.
    """
    found = discover(sources, settings=settings(data), policy=policy, limits=limits)
    found = without(found, is_forgotten)
    groups = make_batches(found.items, size) or [()]
    refs = []
    for number, addresses in enumerate(groups):
        batch = Batch(tuple(addresses))
        if number == 0:
            batch = Batch(batch.items, found.failures, found.skipped)
        name = batch_id(addresses)
        refs.append(write_batch(batch, data / "work", name, "discover"))
    return refs


def without(found: Batch[Address], is_forgotten: Callable[[str], bool]) -> Batch[Address]:
    """Leave alone the addresses of articles that were forgotten on somebody's request."""
    kept = tuple(address for address in found.items if not is_forgotten(address.location))
    gone = [address for address in found.items if is_forgotten(address.location)]
    skipped = tuple(Skip(address.location, "forgotten") for address in gone)
    return Batch(kept, found.failures, found.skipped + skipped)


def fetch_addresses(ref: BatchRef, data: Path, policy: Policy) -> BatchRef:
    """Get the pages of a batch of addresses; files and archives are read in place.

    It is never answered from a manifest: whether a file or page has changed must be looked at. (The
    ledger knows which pages need no request.)

    Args:
        ref: A batch of `Address`.
        data: The data folder; what comes over HTTP goes to its raw folder.
        policy: How to fetch.
    """
    began = perf_counter()
    batch = read_batch(ref, Address)
    fetched, hosts = fetch_with_hosts(
        batch, raw=data / "raw", settings=settings(data), policy=policy
    )
    made = write_batch(fetched, data / "work", ref.batch_id, "fetch")
    _hosts_path(data, ref.batch_id).write_bytes(msgspec.json.encode(hosts))
    return replace(made, seconds=round(perf_counter() - began, 3))


def read_hosts(data: Path, batch_ids: Iterable[str]) -> list[HostTally]:
    """Read what some batches asked of which hosts, those asked most first."""
    found = [
        tally
        for batch_id in batch_ids
        if (path := _hosts_path(data, batch_id)).exists()
        for tally in msgspec.json.decode(path.read_bytes(), type=list[HostTally])
    ]
    return sorted(found, key=lambda tally: (-tally.requests, tally.site))


def _hosts_path(data: Path, batch_id: str) -> Path:
    return data / "work" / batch_id / "fetch.hosts"
