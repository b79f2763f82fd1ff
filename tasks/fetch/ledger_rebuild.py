"""Rebuild the ledger from what it was made from: the archives in data/raw and the tables."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy import Engine

from tasks.errors import FetchError
from tasks.fetch import ledger, locations
from tasks.fetch.archives import fields_of
from tasks.fetch.found import moment
from tasks.fetch.ledger_schema import open_ledger
from tasks.fetch.policy import POLICY, Policy
from tasks.fetch.visit_notes import next_try
from tasks.fetch.warc_reader import Record, scan
from tasks.settings import Settings

_MOST_METADATA = 65_536
_UNCHANGED = frozenset(("not_modified", "identical"))

Row = dict[str, Any]


def rebuild_ledger(
    settings: Settings, policy: Policy = POLICY, ledger_engine: Engine | None = None
) -> int:
    """Fill the ledger anew; what it held of pages is forgotten.

    What is archived but in no table comes out as pending, so that the next run stores it.

    Args:
        settings: Facts of the machine: where data lies.
        policy: When articles are visited again.
        ledger_engine: The ledger; the settings' own when null.

    Returns:
        How many pages it now knows.
    """
    engine = ledger_engine if ledger_engine is not None else open_ledger(settings)
    rows: dict[str, Row] = {}
    for path in sorted((settings.data / "raw").glob("*.warc.gz")):
        for answer, noted in _exchanges(path):
            _replay(rows, answer, noted, path.name)
    now = time.time()
    stored = _stored(settings.data / "tables")
    for row in rows.values():
        urls = {row["url"], row["final_url"]}
        if row["outcome"] is not None and (row["role"] == "listing" or urls & stored.keys()):
            row["is_settled"] = 1
        row["next_visit_at"] = _next_visit(row, now, policy)
    known = {row["final_url"] for row in rows.values()} | rows.keys()
    for url, times in stored.items():
        if url not in known and url.startswith(("http://", "https://")):
            row = {**_new_row(url), **times, "outcome": "ok", "is_settled": 1}
            row["next_visit_at"] = _next_visit(row, now, policy)
            rows[url] = row
    return ledger.replace(engine, rows.values())


def _exchanges(path: Path) -> Iterator[tuple[Record, dict[str, str]]]:
    """Pair every answer with what was noted of it."""
    held: Record | None = None
    for record in scan(path, _MOST_METADATA):
        if not isinstance(record, Record):
            continue
        if record.type in ("response", "revisit"):
            held = record
        elif record.type == "metadata" and held is not None:
            if record.refers_to == held.record_id:
                yield held, fields_of(record)
            held = None


def _replay(rows: dict[str, Row], answer: Record, noted: dict[str, str], name: str) -> None:
    url, outcome = noted.get("location"), noted.get("outcome")
    if url is None or outcome is None or outcome == "redirect" or answer.captured_at is None:
        return
    row = rows.setdefault(url, _new_row(url))
    at = answer.captured_at.timestamp()
    row["first_seen_at"] = min(row["first_seen_at"], at)
    row["attempts"] += 1
    row["requested_at"] = at
    headers = {key.lower(): value for key, value in answer.headers}
    if outcome == "ok":
        published = moment(noted.get("published-at-hint"))
        row.update(
            role=noted.get("role", "article"),
            source_kind=noted.get("source-kind", "url"),
            source=noted.get("via", url),
            headline_hint=noted.get("headline-hint"),
            published_at=published.timestamp() if published else None,
            guid=noted.get("guid"),
            final_url=answer.url,
            http_status=answer.http_status,
            content_type=answer.content_type,
            rights=noted.get("rights"),
            digest="sha256:" + noted.get("sha256", ""),
            captured_at=at,
            warc_name=name,
            warc_offset=answer.offset,
        )
    if outcome == "ok" or outcome in _UNCHANGED:
        row.update(outcome="ok", detail=None)
        for field, header in (("etag", "etag"), ("last_modified", "last-modified")):
            row[field] = headers.get(header) or row[field]
    else:
        row.update(outcome=outcome, detail=noted.get("detail"), http_status=answer.http_status)


def _new_row(url: str) -> Row:
    row: Row = dict.fromkeys(ledger.COLUMNS)
    row.update(
        url=url,
        site=locations.site(url),
        role="article",
        source_kind="url",
        source=url,
        first_seen_at=time.time(),
        attempts=0,
        is_settled=0,
    )
    return row


def _next_visit(row: Row, now: float, policy: Policy) -> float | None:
    if row["role"] == "listing":
        return None
    if row["outcome"] != "ok":
        error = FetchError(row["outcome"] or "unreadable", row["detail"] or "")
        return next_try(error, max(0, row["attempts"] - 1), float(row["requested_at"] or now))
    base = row["published_at"] or row["first_seen_at"]
    return ledger.next_visit(base, now, policy.revisits)


def _stored(tables: Path) -> dict[str, Row]:
    """Look up which addresses have rows in the tables, with the times of articles."""
    stored: dict[str, Row] = {}
    for row in _read(tables / "failures", ["url"]):
        stored.setdefault(row["url"], {})
    for row in _read(tables / "articles", ["url", "published_at", "first_seen_at"]):
        if row["url"]:
            seen = _seconds(row["first_seen_at"])
            times: Row = {"published_at": _seconds(row["published_at"])}
            stored[row["url"]] = times | ({"first_seen_at": seen} if seen else {})
    return stored


def _read(folder: Path, columns: list[str]) -> Iterator[Row]:
    for path in sorted(folder.glob("*.parquet")):
        yield from pq.read_table(path, columns=columns).to_pylist()


def _seconds(value: datetime | None) -> float | None:
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
