"""WARC archives as sources of pages: which records are pages, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tasks.errors import FetchError
from tasks.fetch import locations
from tasks.fetch.content_coding import decoded
from tasks.fetch.files import MOST_PAGE_BYTES
from tasks.fetch.found import Found, hint, moment
from tasks.fetch.policy import Limits
from tasks.fetch.warc_reader import Damage, Record, read_records, scan
from tasks.records import Address, Failure, Skip, SourceKind

_MOST_METADATA = 65_536
_PAGE_TYPES = ("html", "text/plain")
_KINDS: dict[str, SourceKind] = {"url": "url", "feed": "feed", "sitemap": "sitemap"}
_NOT_PAGES = ("redirect", "not_modified", "identical")


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page in an archive, with what the run that fetched it noted."""

    record: Record
    """The response or resource record, with its decoded body."""

    address: Address
    """As discovery first gave it, where our own archive says so."""

    rights: str | None
    """The rights code noted then."""

    outcome: str
    """ok, or the reason code with which it was given up."""

    detail: str
    """What happened."""


def index_archive(path: Path, limits: Limits) -> Iterator[Found | Failure | Skip]:
    """List the pages in an archive by the offsets of their records.

    Only record headers are read, and hosts and dates that are not wanted are passed over there.
    """
    held: Found | Skip | None = None
    held_id = ""
    for record in scan(path, _MOST_METADATA):
        if isinstance(record, Damage):
            if held is not None:
                yield held
                held = None
            url = record.url or f"{path}#{record.offset}"
            yield Failure(url, "discover", "unreadable", record.detail)
        elif record.type == "metadata" and record.refers_to == held_id and isinstance(held, Found):
            held = _with_provenance(held, fields_of(record))
        elif record.type in ("response", "resource", "revisit"):
            if held is not None:
                yield held
            held, held_id = _page(record, path, limits), record.record_id
    if held is not None:
        yield held


def read_archived(address: Address) -> ArchivedPage:
    """Read the page an address points to, and what our own archive notes beside it.

    Raises:
        FetchError: The record cannot be read or unpacked.
    """
    path = Path(address.source)
    records = read_records(path, address.offset or 0, MOST_PAGE_BYTES)
    page = next(records, None)
    if page is None or page.body is None:
        raise FetchError("unreadable", f"no record at byte {address.offset} of {path}")
    noted: dict[str, str] = {}
    try:
        for record in (next(records, None), next(records, None)):
            if record is not None and record.type == "metadata":
                if record.refers_to == page.record_id:
                    noted = fields_of(record)
                break
    except FetchError:
        noted = {}
    return ArchivedPage(
        record=page,
        address=_original(address, noted),
        rights=noted.get("rights") or None,
        outcome=noted.get("outcome", "ok"),
        detail=noted.get("detail", ""),
    )


def _page(record: Record, path: Path, limits: Limits) -> Found | Skip:
    url = locations.normalised(record.url or "") or record.url or f"{path}#{record.offset}"
    reason = _left_out(record, url, limits)
    if reason is not None:
        return Skip(url, reason)
    return Found(Address(url, "warc", str(path), offset=record.offset), record.captured_at)


def _left_out(record: Record, url: str, limits: Limits) -> str | None:
    if limits.only_hosts and not _is_wanted(locations.host(url), limits.only_hosts):
        return "filtered"
    if _is_outside(record.captured_at, limits):
        return "too_old" if limits.since and _before(record.captured_at, limits) else "too_new"
    if record.type == "revisit":
        return "revisit"
    status = record.http_status
    if status is not None and (300 <= status < 400 or status == 204):
        return "redirect"
    kind = (record.content_type or "html").lower()
    if not any(name in kind for name in _PAGE_TYPES) and (status or 200) < 400:
        return "not_a_page"
    if url.startswith("http") and locations.target(url) in (
        "/robots.txt",
        "/.well-known/tdmrep.json",
    ):
        return "not_a_page"
    # wget keeps its log and arguments as records of their own
    return "not_a_page" if url.startswith("metadata:") else None


def _is_wanted(host: str, wanted: tuple[str, ...]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in wanted)


def _before(captured_at: datetime | None, limits: Limits) -> bool:
    return captured_at is not None and limits.since is not None and captured_at < limits.since


def _is_outside(captured_at: datetime | None, limits: Limits) -> bool:
    if captured_at is None:
        return False
    late = limits.until is not None and captured_at >= limits.until
    return late or _before(captured_at, limits)


def _with_provenance(found: Found, noted: dict[str, str]) -> Found | Skip:
    if noted.get("role", "article") != "article":
        return Skip(found.address.location, "not_a_page")
    if noted.get("outcome") in _NOT_PAGES:
        return Skip(found.address.location, "redirect")
    return replace(found, address=_hinted(found.address, noted))


def _hinted(address: Address, noted: dict[str, str]) -> Address:
    return replace(
        address,
        headline_hint=hint(noted.get("headline-hint")),
        published_at_hint=moment(noted.get("published-at-hint")),
        guid=hint(noted.get("guid")),
    )


def _original(address: Address, noted: dict[str, str]) -> Address:
    kind = _KINDS.get(noted.get("source-kind", ""))
    if kind is None:
        return address
    return replace(
        _hinted(address, noted),
        location=noted.get("location", address.location),
        source_kind=kind,
        source=noted.get("via", address.source),
        offset=None,
    )


def fields_of(record: Record) -> dict[str, str]:
    """Read the `name: value` lines of a metadata record, names in lower case."""
    body = decoded(record.body or b"", None, _MOST_METADATA).decode("utf-8", "replace")
    pairs = (line.partition(":") for line in body.splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
