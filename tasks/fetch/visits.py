"""Visit a page: follow where it leads, judge what is there, archive it, note it in the ledger."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from tasks.errors import FetchError
from tasks.fetch import crawl as crawls
from tasks.fetch import locations, origins, rights, robots
from tasks.fetch.client import Answer, retry_after
from tasks.fetch.content_coding import decoded, gunzipped, start_of
from tasks.fetch.crawl import Crawl
from tasks.fetch.files import MOST_LISTING_BYTES
from tasks.fetch.front_pages import is_front_page
from tasks.fetch.kinds import HEAD_BYTES, Kind, kind_of, unsupported
from tasks.fetch.ledger import Visit
from tasks.fetch.verdicts import MOST_REFRESH_BYTES, refresh_target, verdict
from tasks.fetch.visit_notes import note_capture, note_failure, note_unchanged
from tasks.fetch.warc_reader import read_record
from tasks.records import Address, Snapshot

Role = Literal["article", "listing", "unknown"]
"""What an address is taken for: `unknown` is what the user gave, to be told by its content."""

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_MOST_VALIDATOR = 1_000
_LISTINGS: frozenset[Kind] = frozenset(("feed", "sitemap", "opml", "urls"))


@dataclass(frozen=True, slots=True)
class Capture:
    """What a visit brought."""

    snapshot: Snapshot
    """Where the bytes lie."""

    body: bytes
    """The bytes, decoded."""

    kind: Kind
    """What they are."""

    is_listing: bool = False
    """Whether it is a feed, sitemap, list or front page rather than a page to store."""

    is_unchanged: bool = False
    """Whether they are those of the visit before (304, or the same bytes again)."""


async def visit(crawl: Crawl, address: Address, role: Role, known: Visit | None) -> Capture:
    """Get the page at an address and note in the ledger what came of it.

    Args:
        crawl: The crawl.
        address: An http(s) address, in the ledger.
        role: What it is taken for; a listing may be large, and its rights do not matter.
        known: Its last visit.

    Raises:
        FetchError: With any reason of a page that cannot be had.
    """
    try:
        answer = await _follow(crawl, address, role, known)
        capture = await _kept(crawl, address, answer, role, known)
    except FetchError as error:
        note_failure(crawl, address, error, known)
        raise
    if capture.is_unchanged:
        note_unchanged(crawl, address, answer, known)
    else:
        note_capture(crawl, capture.snapshot, answer, known, is_listing=capture.is_listing)
    return capture


def remembered(visit: Visit, address: Address, raw: Path) -> Snapshot | None:
    """Find the capture of an earlier visit; None if there is none, or its file is gone."""
    if visit.warc_name is None or visit.digest is None or visit.warc_offset is None:
        return None
    try:
        # a power cut may keep the ledger's entry and lose the end of the archive
        if (raw / visit.warc_name).stat().st_size <= visit.warc_offset:
            return None
    except OSError:
        return None
    captured = visit.captured_at
    return Snapshot(
        address=address,
        path=str(raw / visit.warc_name),
        offset=visit.warc_offset,
        digest=visit.digest,
        url=visit.final_url,
        content_type=visit.content_type,
        http_status=visit.http_status,
        captured_at=None if captured is None else datetime.fromtimestamp(captured, UTC),
        rights=visit.rights,
    )


async def _follow(crawl: Crawl, address: Address, role: Role, known: Visit | None) -> Answer:
    url, seen = address.location, set[str]()
    policy = crawl.policy
    limit = policy.max_bytes if role != "listing" else MOST_LISTING_BYTES
    validated = _validated(crawl, address, known)
    left = policy.deadline
    while True:
        if url in seen:
            raise FetchError("redirect_loop", f"the redirects lead back to {url}")
        if len(seen) > policy.max_redirects:
            raise FetchError("redirect_loop", f"more than {policy.max_redirects} redirects")
        if left <= 0:
            raise FetchError("timeout", f"no page within {policy.deadline:g} s of redirects")
        seen.add(url)
        await origins.permit(crawl, url)
        validators = _validators(known) if known and url == validated else ()
        answer = await crawls.ask(
            crawl, url, validators, limit=limit, attempts=policy.attempts, deadline=left
        )
        left -= answer.seconds
        following = _next(crawl, answer, role)
        if following is None:
            return answer
        crawls.archive(crawl, answer, _about(address, "redirect", None))
        url = following


def _next(crawl: Crawl, answer: Answer, role: Role) -> str | None:
    if answer.status in _REDIRECTS:
        target = answer.location
        following = locations.joined(answer.url, target or "")
        if following is None:
            raise FetchError("bad_http", f"redirected to {target!r}", http_status=answer.status)
        return following
    if answer.status == 200 and role != "listing" and len(answer.body) <= MOST_REFRESH_BYTES:
        try:
            start = start_of(answer.body, answer.header("content-encoding"), MOST_REFRESH_BYTES + 1)
        except FetchError:
            return None  # what is wrong with the body is told when all of it is decoded
        following = refresh_target(start, answer.url)
        return following if following != answer.url else None
    return None


async def _kept(
    crawl: Crawl, address: Address, answer: Answer, role: Role, known: Visit | None
) -> Capture:
    original = _original(crawl, known)
    if answer.status == 304:
        snapshot = remembered(known, address, crawl.raw) if known else None
        if snapshot is None or snapshot.offset is None:
            raise FetchError("bad_http", "304 to a question not asked", http_status=304)
        crawls.archive(crawl, answer, _about(address, "not_modified", None), original)
        is_listing = role == "listing" or (known is not None and known.role == "listing")
        body = _reread(snapshot) if is_listing else b""
        kind = kind_of(body[:HEAD_BYTES])
        return Capture(snapshot, body, kind, is_listing=is_listing, is_unchanged=True)
    try:
        body = _body(crawl, answer, role)
        kind, is_listing = _judged(address, answer, body, role)
        reserved = () if is_listing else await _reserved(crawl, answer, body)
    except FetchError as error:
        crawls.archive(crawl, answer, _about(address, error.reason, error.detail))
        raise
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    allowed = "allowed" if crawl.policy.ignore_robots is None else "robots-ignored"
    code = rights.rights_code(allowed, reserved)
    if known is not None and known.digest == digest and original is not None:
        snapshot = remembered(known, address, crawl.raw)
        if snapshot is not None:
            crawls.archive(crawl, answer, _about(address, "identical", None), original)
            return Capture(snapshot, body, kind, is_listing=is_listing, is_unchanged=True)
    about = [*_about(address, "ok", None), ("rights", code or ""), ("sha256", digest[7:])]
    offset = crawls.archive(
        crawl, answer, [("role", "listing" if is_listing else "article"), *about]
    )
    snapshot = Snapshot(
        address=address,
        path=str(crawl.raw / crawl.shard.name),
        offset=offset,
        digest=digest,
        url=answer.url,
        content_type=answer.content_type,
        http_status=answer.status,
        captured_at=answer.received_at,
        rights=code,
    )
    return Capture(snapshot, body, kind, is_listing=is_listing)


def _reread(snapshot: Snapshot) -> bytes:
    record = read_record(Path(snapshot.path), snapshot.offset or 0, MOST_LISTING_BYTES)
    return _unpacked(record.body or b"")


def _unpacked(body: bytes) -> bytes:
    # sitemap.xml.gz is a packed file, not a packed transfer
    return gunzipped(body, MOST_LISTING_BYTES) if body.startswith(b"\x1f\x8b") else body


def _body(crawl: Crawl, answer: Answer, role: Role) -> bytes:
    limit = MOST_LISTING_BYTES if role == "listing" else crawl.policy.max_unpacked
    body = decoded(answer.body, answer.header("content-encoding"), limit)
    return body if role == "article" else _unpacked(body)


def _judged(address: Address, answer: Answer, body: bytes, role: Role) -> tuple[Kind, bool]:
    """Tell what an answer is, and whether it is a listing; raise if it is nothing we can use."""
    status = answer.status
    if status >= 400:
        raise _refused(answer, body)
    kind = kind_of(body[:HEAD_BYTES])
    if status == 204 or kind == "empty":
        raise FetchError("empty", f"{status} without a page", http_status=status)
    if kind in ("unsupported", "gzip", "warc"):
        what = unsupported(body[:HEAD_BYTES]) or f"{kind}, to be downloaded and given as a file"
        raise FetchError("wrong_type", f"the answer is {what}", http_status=status)
    if role == "listing":
        return kind, True
    if kind in _LISTINGS:
        if role == "unknown":
            return kind, True
        detail = f"this is a {kind}: give it as a source of its own"
        raise FetchError("wrong_type", detail, http_status=status)
    if locations.is_far_above(answer.url, address.location):
        raise FetchError("soft_404", f"redirected to {answer.url}", http_status=status)
    found = verdict(body)
    if found is not None:
        raise FetchError(*found, http_status=status)
    return kind, role == "unknown" and is_front_page(body, answer.url)


def _refused(answer: Answer, body: bytes) -> FetchError:
    found = verdict(body) if answer.status in (401, 403, 429, 503) else None
    said = retry_after(answer.header("retry-after"), datetime.now(UTC))
    later = None if said is None else datetime.fromtimestamp(time.time() + said, UTC)
    code, detail = f"http_{answer.status}", f"{answer.status} {answer.phrase}".strip()
    if found is not None and found[0] == "captcha":
        code, detail = found
    return FetchError(code, detail, http_status=answer.status, retry_after=later)


async def _reserved(crawl: Crawl, answer: Answer, body: bytes) -> tuple[str, ...]:
    reserved = rights.page_rights(
        answer.headers,
        body,
        robots.product(crawl.settings.user_agent),
        reserved_by_site=await origins.is_reserved_by_site(crawl, answer.url),
    )
    refused = rights.refusal(reserved, crawl.policy.rights)
    if refused is not None:
        raise FetchError(*refused, http_status=answer.status)
    return reserved


def _about(address: Address, outcome: str, detail: str | None) -> list[tuple[str, str]]:
    published = address.published_at_hint
    fields = (
        ("outcome", outcome),
        ("detail", detail),
        ("location", address.location),
        ("source-kind", address.source_kind),
        ("via", address.source),
        ("headline-hint", address.headline_hint),
        ("published-at-hint", published.isoformat() if published else None),
        ("guid", address.guid),
    )
    return [(name, value) for name, value in fields if value]


def _validated(crawl: Crawl, address: Address, known: Visit | None) -> str | None:
    """Name the address whose last answer can be asked after: it must still be in the archive."""
    if known is None or known.captured_at is None or known.warc_name is None:
        return None
    return (known.final_url or address.location) if _exists(crawl, known.warc_name) else None


def _exists(crawl: Crawl, name: str) -> bool:
    return (crawl.raw / name).exists()


def _validators(known: Visit) -> tuple[tuple[str, str], ...]:
    pairs = (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified))
    return tuple((name, value) for name, value in pairs if value and len(value) <= _MOST_VALIDATOR)


def _original(crawl: Crawl, known: Visit | None) -> list[tuple[str, str]] | None:
    if known is None or known.captured_at is None or known.warc_name is None:
        return None
    date = datetime.fromtimestamp(known.captured_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    url = known.final_url or known.url
    return [("WARC-Refers-To-Target-URI", url), ("WARC-Refers-To-Date", date)]
