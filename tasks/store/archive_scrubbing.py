"""Scrubbing archives: WARC records blanked in place, so that all other records keep their offsets.

The ledger and batches name records by file and byte offset. So a record that holds something
forgotten gives way to a record of the very same length that says nothing: in a .warc.gz a gzip
member whose comment field is the padding (RFC 1952, FCOMMENT), in a plain .warc a record padded
with spaces.
"""

from __future__ import annotations

import html
import io
import os
import re
import secrets
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

UNFINISHED = ".scrubbing"
"""How the file ends that an archive is being rewritten to."""

Holds = Callable[[str], bool]
"""Tells whether a text holds something forgotten."""

_TAG = re.compile(r"<[^>]*>")
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\nContent-Length:\s*(\d+)\r\n", re.IGNORECASE)
_BLANK = (
    b"WARC/1.1\r\nWARC-Type: metadata\r\n"
    b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
    b"WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
)


def scrub_archive(path: Path, holds: Holds) -> int:
    """Blank the records of a WARC file that hold something forgotten.

    Args:
        path: A .warc, or a .warc.gz with a gzip member per record.
        holds: Tells of the text of a record, with its addresses.

    Returns:
        How many records were blanked.

    Raises:
        OSError: The file cannot be read or written.
        ValueError: The file is damaged, or is one gzip member of many records.
    """
    content = path.read_bytes()
    is_packed = content[:2] == b"\x1f\x8b"
    pieces = list(_members(content) if is_packed else _records(content))
    blanked = 0
    with (path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")).open("wb") as file:
        for packed, record in pieces:
            if any(holds(text) for text in _texts(record)):
                packed = _blank_member(len(packed)) if is_packed else _blank_record(len(packed))
                blanked += 1
            file.write(packed)
        file.flush()
        os.fsync(file.fileno())
    temporary = Path(file.name)
    if blanked:
        temporary.replace(path)
    else:
        temporary.unlink()
    return blanked


def _members(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Take a .warc.gz apart: each gzip member, and the record in it."""
    start = 0
    while start < len(content):
        unpacker = zlib.decompressobj(31)
        try:
            record = unpacker.decompress(content[start:])
        except zlib.error as error:
            raise ValueError(f"damaged at byte {start}: {error}") from error
        if not unpacker.eof:
            raise ValueError(f"ends in the middle of the record at byte {start}")
        end = len(content) - len(unpacker.unused_data)
        if record.count(b"\r\n\r\nWARC/1.") > 0:
            raise ValueError("many records in one gzip member")
        yield content[start:end], record
        start = end


def _records(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Take a plain .warc apart."""
    start = 0
    while start < len(content):
        head = content.find(b"\r\n\r\n", start)
        length = _LENGTH.search(content, start, head + 2)
        if head < 0 or length is None:
            raise ValueError(f"damaged at byte {start}")
        end = head + 4 + int(length.group(1))
        while content[end : end + 2] == b"\r\n":
            end += 2
        yield content[start:end], content[start:end]
        start = end


def _texts(record: bytes) -> Iterator[str]:
    """Read a record as text: headers, and the body decoded, with its tags and without."""
    yield record.decode("utf-8", "replace")
    try:
        parsed = next(iter(ArchiveIterator(io.BytesIO(record))), None)
        body = parsed.content_stream().read() if parsed else b""
    except (ArchiveLoadFailed, OSError, ValueError, zlib.error):
        return
    yield from readings(body, record[:2000])


def readings(body: bytes, headers: bytes = b"") -> Iterator[str]:
    """Read a page as text: decoded, with its tags and without.

    Args:
        body: Its bytes.
        headers: What came before them, which may name the character set.
    """
    declared = _CHARSET.search(headers) or _CHARSET.search(body[:4000])
    try:
        text = body.decode(declared.group(1).decode() if declared else "utf-8", "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    yield html.unescape(text)
    yield html.unescape(_TAG.sub("", text))
    yield html.unescape(_TAG.sub(" ", text))


def _blank_member(size: int) -> bytes:
    """Make a gzip member of exactly so many bytes, with a record that says nothing."""
    record = _BLANK % 0 + b"\r\n\r\n"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(record) + packer.flush()
    body += struct.pack("<II", zlib.crc32(record), len(record))
    padding = size - len(body) - 11
    if padding < 0:
        raise ValueError(f"a record of {size} bytes is too small to be blanked")
    head = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"
    return head + b" " * padding + b"\x00" + body


def _blank_record(size: int) -> bytes:
    """Make a record of exactly so many bytes that says nothing."""
    for digits in range(1, 12):
        length = size - len(_BLANK % 0) - (digits - 1) - 4
        if len(str(length)) == digits and length >= 0:
            return _BLANK % length + b" " * length + b"\r\n\r\n"
    raise ValueError(f"a record of {size} bytes is too small to be blanked")
