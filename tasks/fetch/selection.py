"""Which of the addresses found are gone on with: each once, wanted, and due."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy import Engine

from tasks.batch import Batch
from tasks.fetch import ledger, locations
from tasks.fetch.found import Found
from tasks.fetch.policy import Limits
from tasks.records import Address, Failure, Skip

_TRACKING = re.compile(r"(?<=[?&])(?:utm_\w+|fbclid|gclid|mc_[ce]id|igshid)=[^&]*&?")
_OLDEST = datetime.min.replace(tzinfo=UTC)


def selected(
    found: Sequence[Found | Failure | Skip],
    limits: Limits,
    engine: Engine | None,
    *,
    refetch: bool,
) -> Batch[Address]:
    """Choose among what was found; what is not chosen is skipped with its reason.

    Args:
        found: In the order of discovery.
        limits: What is wanted.
        engine: The ledger; null if there are no web addresses.
        refetch: Whether pages that are not due are wanted too.
    """
    failures = tuple(part for part in found if isinstance(part, Failure))
    skipped = [part for part in found if isinstance(part, Skip)]
    chosen: list[Found] = []
    seen: set[tuple[str, str, int | None]] = set()
    for part in found:
        if not isinstance(part, Found):
            continue
        reason = "duplicate" if _key(part.address) in seen else _unwanted(part, limits)
        seen.add(_key(part.address))
        if reason is None:
            chosen.append(part)
        else:
            skipped.append(Skip(part.address.location, reason))
    if engine is not None:
        chosen, known = _due(chosen, engine, refetch=refetch)
        skipped.extend(known)
    if limits.since or limits.until or limits.count is not None:
        chosen.sort(key=lambda part: part.moment or _OLDEST, reverse=True)
    if limits.count is not None:
        over = chosen[limits.count :]
        chosen = chosen[: limits.count]
        skipped.extend(Skip(part.address.location, "over_limit") for part in over)
    addresses = tuple(part.address for part in chosen)
    if engine is not None:
        ledger.enter(engine, [address for address in addresses if _is_web(address)])
    return Batch(addresses, failures, tuple(skipped))


def _due(found: list[Found], engine: Engine, *, refetch: bool) -> tuple[list[Found], list[Skip]]:
    if refetch:
        return found, []
    urls = [part.address.location for part in found if _is_web(part.address)]
    visits, now = ledger.visits(engine, urls), time.time()
    chosen, known = [], []
    for part in found:
        visit = visits.get(part.address.location) if _is_web(part.address) else None
        if ledger.standing(visit, now) == "known":
            known.append(Skip(part.address.location, "not_due"))
        else:
            chosen.append(part)
    return chosen, known


def _unwanted(part: Found, limits: Limits) -> str | None:
    host = locations.host(part.address.location) if _is_web(part.address) else ""
    if host and limits.only_hosts and not _is_of(host, limits.only_hosts):
        return "filtered"
    if part.moment is not None and part.address.offset is None:
        if limits.since is not None and part.moment < limits.since:
            return "too_old"
        if limits.until is not None and part.moment >= limits.until:
            return "too_new"
    return None


def _is_of(host: str, wanted: Sequence[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in wanted)


def _key(address: Address) -> tuple[str, str, int | None]:
    """Tell addresses apart as a reader would: the marks of a campaign make no other page."""
    if address.offset is not None or not _is_web(address):
        source = address.source if address.offset is not None else ""
        return address.location, source, address.offset
    plain = _TRACKING.sub("", address.location).rstrip("?&")
    parts = urlsplit(plain)
    return f"{locations.site(plain)}{parts.path}?{parts.query}", "", None


def _is_web(address: Address) -> bool:
    return address.offset is None and address.location.startswith(("http://", "https://"))
