"""Read WARC archives, our own and others', record by record and by offset.

FastWARC parses; what it cannot get past (a damaged gzip member, a cut) we step over ourselves, by
looking for the start of the next record.

WARC 1.1: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator

from tasks.errors import FetchError
from tasks.fetch.content_coding import dechunked, decoded
from tasks.fetch.warc_gaps import MEMBER, RECORD, gap

_ONE_STREAM = (
    "packed as one stream, not by record: unpack it (gunzip), or pack it anew (warcio recompress)"
)


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record."""

    offset: int
    """Byte offset in the file."""

    type: str
    """response, resource, request, metadata, revisit, warcinfo …"""

    record_id: str
    """WARC-Record-ID, such as `<urn:uuid:…>`."""

    url: str | None
    """WARC-Target-URI."""

    captured_at: datetime | None
    """WARC-Date (UTC)."""

    refers_to: str | None
    """WARC-Concurrent-To or WARC-Refers-To: the record this one belongs to."""

    http_status: int | None = None
    """Status of the HTTP answer in it."""

    content_type: str | None = None
    """Content-Type of the HTTP answer, or of the record where there is none."""

    headers: tuple[tuple[str, str], ...] = ()
    """Headers of the HTTP answer."""

    body: bytes | None = None
    """The payload without its codings; null unless it was asked for."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of an archive that cannot be read."""

    offset: int
    """Where it begins."""

    detail: str
    """What is wrong."""

    url: str | None = None
    """WARC-Target-URI of the record, where its header can still be read."""


def scan(path: Path, limit: int) -> Iterator[Record | Damage]:
    """Go through an archive, reading only headers; bodies of metadata records come along.

    Damaged stretches come as `Damage`, and reading goes on behind them.

    Args:
        path: A .warc or .warc.gz file.
        limit: The most bytes of a metadata record to read.

    Raises:
        OSError: The file cannot be opened.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start: int | None = 0
        if not data[:16].lstrip(b"\r\n").startswith((MEMBER, RECORD)):
            yield Damage(0, f"{path.name} does not begin as a WARC archive")
            start = next_record(path, 1)
        while start is not None:
            held: Record | None = None
            try:
                file.seek(start)
                packed = data[start : start + 3] == MEMBER
                for raw in ArchiveIterator(file, auto_decode="none", quirks_mode=True):
                    if packed and data[raw.stream_pos : raw.stream_pos + 3] != MEMBER:
                        if held is not None:
                            yield held
                        yield Damage(start, f"{path.name} is {_ONE_STREAM}")
                        return
                    if held is not None:
                        yield from _with_gap(path, data, held, raw.stream_pos)
                    held = None
                    held = _scanned(raw, limit)
                if held is not None:
                    yield from _with_gap(path, data, held, len(data))
                return
            except (OSError, ValueError) as error:
                last = start if held is None else held.offset
                start = next_record(path, last + 1)
                if held is not None and _is_whole(path, held, limit):
                    yield from _with_gap(path, data, held, len(data) if start is None else start)
                else:
                    detail = f"{path.name} is damaged at byte {last}: {error}"
                    yield Damage(last, detail, held.url if held else None)


def _with_gap(
    path: Path, data: mmap.mmap, record: Record, following: int
) -> Iterator[Record | Damage]:
    """Give a record, and what lies between it and the following one though it is none."""
    yield record
    lost = gap(data, record.offset, following)
    if lost is not None:
        detail = f"{following - lost} bytes at byte {lost} of {path.name} are no record"
        yield Damage(lost, detail)


def _scanned(raw: Any, limit: int) -> Record:
    if _type(raw) == "metadata":
        try:
            return _record(raw, limit)
        except FetchError:
            pass  # more than anybody notes: it is passed over like any other body
    return _record(raw, None)


def _is_whole(path: Path, record: Record, limit: int) -> bool:
    try:
        read_record(path, record.offset, limit)
    except FetchError as error:
        return error.reason != "unreadable"
    return True


def read_record(path: Path, offset: int, limit: int) -> Record:
    """Read the record at an offset, with its body.

    Raises:
        FetchError: `unreadable`, `too_large`, `bomb` or `bad_encoding`.
    """
    for record in read_records(path, offset, limit):
        return record
    raise FetchError("unreadable", f"no record at byte {offset} of {path}")


def read_records(path: Path, offset: int, limit: int) -> Iterator[Record]:
    """Read the records from an offset on, with their bodies.

    Raises:
        FetchError: `unreadable`, `too_large`, `bomb` or `bad_encoding`.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            for raw in ArchiveIterator(file, auto_decode="none", quirks_mode=True):
                yield _record(raw, limit)
    except (OSError, ValueError) as error:
        raise FetchError(
            "unreadable", f"the record at byte {offset} of {path} cannot be read: {error}"
        ) from error


def next_record(path: Path, start: int) -> int | None:
    """Find the first record at or after an offset; None if there is none."""
    if path.stat().st_size <= start:
        return None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        packed = data[:3] == MEMBER or path.suffix.lower() == ".gz"
        position = data.find(MEMBER if packed else RECORD, start)
        while position >= 0:
            if not packed:
                if data[position - 1 : position] == b"\n":
                    return position
            elif _begins_record(data[position : position + 1024]):
                return position
            position = data.find(MEMBER if packed else RECORD, position + 1)
    return None


def _begins_record(piece: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(piece, 64).startswith(RECORD)
    except zlib.error:
        return False


def _type(raw: Any) -> str:
    return str(raw.headers.get("WARC-Type") or "unknown").lower()


def _record(raw: Any, limit: int | None) -> Record:
    headers = raw.headers
    http = raw.http_headers if raw.is_http_parsed else None
    url = headers.get("WARC-Target-URI")
    moment: datetime | None = raw.record_date
    return Record(
        offset=raw.stream_pos,
        type=_type(raw),
        record_id=headers.get("WARC-Record-ID") or "",
        # some versions of wget put the address in angle brackets
        url=url.strip("<> ") if url else None,
        captured_at=moment.astimezone(UTC) if moment else None,
        refers_to=headers.get("WARC-Concurrent-To") or headers.get("WARC-Refers-To"),
        http_status=http.status_code if http else None,
        content_type=(http or headers).get("Content-Type"),
        headers=tuple(http) if http else (),
        body=None if limit is None else _body(raw, http, limit),
    )


def _body(raw: Any, http: Any, limit: int) -> bytes:
    body: bytes = raw.reader.read(limit + 1)
    if len(body) > limit:
        raise FetchError("too_large", f"the record holds more than {limit} bytes")
    # content_length counts what is left of the block behind the HTTP headers
    if len(body) < raw.content_length:
        raise FetchError(
            "unreadable", f"the record ends after {len(body)} of {raw.content_length} bytes"
        )
    if http is None:
        return body
    if "chunked" in (http.get("Transfer-Encoding") or "").lower():
        body = dechunked(body)
    return decoded(body, http.get("Content-Encoding"), limit)
