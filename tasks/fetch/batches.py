"""Cut addresses into batches: what one task run works through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tasks.fetch import locations
from tasks.records import Address


def make_batches(addresses: Sequence[Address], size: int) -> list[tuple[Address, ...]]:
    """Cut addresses into batches of at most `size`.

    Files stay in order, records of archives are read in the order they lie in. Of web addresses
    all those of a host are in one batch, hosts with many pages first, so that the slowest starts
    first and each batch holds hosts of like length. A host with more than `size` pages fills
    batches of its own; should two of them run at once, the host's turn (see `hosts`) still lets
    one request through at a time.

    Args:
        addresses: In the order discovery gives them.
        size: At least 1.
    """
    files = [a for a in addresses if a.offset is None and not _is_web(a)]
    archived = sorted(
        (a for a in addresses if a.offset is not None), key=lambda a: (a.source, a.offset or 0)
    )
    web = [a for a in addresses if a.offset is None and _is_web(a)]
    batches = [*_chunks(files, size), *_chunks(archived, size)]
    batches.extend(_by_host(web, size))
    return batches


def _by_host(addresses: Iterable[Address], size: int) -> Iterator[tuple[Address, ...]]:
    hosts: dict[str, list[Address]] = {}
    for address in addresses:
        hosts.setdefault(locations.site(address.location), []).append(address)
    batch: list[Address] = []
    for host in sorted(hosts.values(), key=len, reverse=True):
        if len(host) > size:
            yield from _chunks(host, size)
            continue
        if len(batch) + len(host) > size:
            yield tuple(batch)
            batch = []
        batch.extend(host)
    if batch:
        yield tuple(batch)


def _chunks(addresses: Sequence[Address], size: int) -> Iterator[tuple[Address, ...]]:
    for start in range(0, len(addresses), size):
        yield tuple(addresses[start : start + size])


def _is_web(address: Address) -> bool:
    return address.location.startswith(("http://", "https://"))
