"""Write WARC 1.1: one gzip member a record, in files of at most 1 GB, never a torn one appended to.

Each exchange becomes three records: the response as received (joined if it came in chunks, still
content-encoded), the request, and metadata: how we learned of the address and what came of it.

WARC 1.1: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import uuid
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from tasks.fetch.client import Answer
from tasks.settings import VERSION

MOST_BYTES = 1_000_000_000
"""Size at which a new file is begun: what the WARC guidelines recommend."""

Fields = Iterable[tuple[str, str]]

_IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


class Shard:
    """The WARC file that this process writes to now.

    A file that was closed properly is gone on with by the next run, told by a note of its length
    beside it; one that a killed run left behind is never appended to.
    """

    def __init__(self, raw: Path, user_agent: str, most_bytes: int = MOST_BYTES) -> None:
        self._raw = raw
        self._agent = user_agent
        self._most = most_bytes
        self._file: BinaryIO | None = None
        self._lock: FileLock | None = None
        self.name = ""

    def write(self, answer: Answer, about: Fields, *, digest: str, original: Fields = ()) -> int:
        """Write an exchange.

        Args:
            answer: What was received.
            about: Provenance and outcome, for the metadata record.
            digest: sha1 of the body as sent, as `payload_digest` makes it.
            original: `WARC-Refers-To-…` headers of the capture that this one repeats, if it does.

        Returns:
            Offset of the response record in the file `name`.
        """
        self._ready()
        response_id, date = _record_id(), _date(answer.received_at)
        original = tuple(original)
        head = _http_head(answer)
        body = b"" if original else answer.body
        shared = [("WARC-Target-URI", answer.url), ("WARC-Date", date)]
        if answer.address:
            shared.append(("WARC-IP-Address", answer.address))
        headers = [*shared, ("WARC-Payload-Digest", digest)]
        if original:
            profile = _NOT_MODIFIED if answer.status == 304 else _IDENTICAL
            headers += [("WARC-Profile", profile), *original]
        packed = any(name.lower() == "content-encoding" for name, _ in answer.headers)
        offset = self._record(
            "revisit" if original else "response",
            response_id,
            headers,
            "application/http;msgtype=response",
            head + body,
            level=0 if packed else 4,
        )
        belongs = [*shared, ("WARC-Concurrent-To", response_id)]
        request = _request_head(answer)
        self._record(
            "request", _record_id(), belongs, "application/http;msgtype=request", request, level=1
        )
        fields = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in about).encode()
        self._record("metadata", _record_id(), belongs, "application/warc-fields", fields, level=1)
        self._open_file().flush()
        return offset

    def close(self) -> None:
        """Finish the file so that another run may go on with it."""
        if self._file is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        size = self._file.tell()
        self._file.close()
        _note(self._raw / self.name).write_text(str(size))
        self._file = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _ready(self) -> None:
        if self._file is not None and self._file.tell() >= self._most:
            self.close()
        if self._file is not None:
            return
        self._raw.mkdir(parents=True, exist_ok=True)
        if not self._go_on():
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
            self.name = f"onrecord-{stamp}-{uuid.uuid4().hex[:8]}.warc.gz"
            self._lock = FileLock(str(_lock(self._raw / self.name)))
            self._lock.acquire(timeout=0)
            self._file = (self._raw / self.name).open("xb")
            self._warcinfo()

    def _go_on(self) -> bool:
        for note in sorted(self._raw.glob(".*.length")):
            path = self._raw / note.name.removeprefix(".").removesuffix(".length")
            lock = FileLock(str(_lock(path)))
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            if self._is_whole(path, note):
                note.unlink()
                self.name, self._lock, self._file = path.name, lock, path.open("ab")
                return True
            lock.release()
        return False

    def _is_whole(self, path: Path, note: Path) -> bool:
        try:
            size = path.stat().st_size
            return size < self._most and note.read_text() == str(size)
        except OSError:
            return False

    def _open_file(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("the shard is closed")
        return self._file

    def _warcinfo(self) -> None:
        fields = (
            f"software: onrecord/{VERSION}\r\nformat: WARC File Format 1.1\r\n"
            f"hostname: {socket.gethostname()}\r\nhttp-header-user-agent: {self._agent}\r\n"
            "robots: obey\r\n"
        )
        headers = [("WARC-Date", _date(datetime.now(UTC))), ("WARC-Filename", self.name)]
        self._record(
            "warcinfo", _record_id(), headers, "application/warc-fields", fields.encode("utf-8")
        )

    def _record(
        self, kind: str, record_id: str, headers: Fields, content: str, block: bytes, level: int = 4
    ) -> int:
        lines = [
            ("WARC-Type", kind),
            ("WARC-Record-ID", record_id),
            *headers,
            ("WARC-Block-Digest", payload_digest(block)),
            ("Content-Type", content),
            ("Content-Length", str(len(block))),
        ]
        head = "WARC/1.1\r\n" + "".join(f"{name}: {_one_line(value)}\r\n" for name, value in lines)
        packer = zlib.compressobj(level, zlib.DEFLATED, 31)
        file = self._open_file()
        offset = file.tell()
        pieces = (head.encode("utf-8"), b"\r\n", block, b"\r\n\r\n")
        file.write(b"".join(packer.compress(piece) for piece in pieces) + packer.flush())
        return offset


def payload_digest(data: bytes) -> str:
    """Name some bytes as WARC tools do: `sha1:` and base 32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _http_head(answer: Answer) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {answer.phrase}".rstrip()]
    for name, value in answer.headers:
        # the body is stored joined, so the header that says otherwise is kept under another name
        kept = f"X-Crawler-{name}" if name.lower() == "transfer-encoding" else name
        lines.append(f"{kept}: {value}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _request_head(answer: Answer) -> bytes:
    path = "/" + answer.url.split("/", 3)[3]
    lines = [f"GET {path} HTTP/1.1", *(f"{k}: {v}" for k, v in answer.request_headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _one_line(value: str) -> str:
    return " ".join(value.split()) if "\n" in value or "\r" in value else value


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _note(path: Path) -> Path:
    return path.with_name(f".{path.name}.length")


def _lock(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")
