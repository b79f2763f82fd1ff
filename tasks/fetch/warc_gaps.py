"""Stretches of an archive between records that are no record: what damage has left there.

FastWARC passes over bytes that begin no record and says nothing. What was in them is lost, so we
look ourselves where each record ends.
"""

from __future__ import annotations

import re
import zlib
from typing import Protocol

MEMBER = b"\x1f\x8b\x08"
"""How a gzip member begins."""

RECORD = b"WARC/"
"""How a record begins."""

_STEP = 262_144
_MOST_HEADER = 65_536
_PADDING = b"\r\n\x00"
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


class Content(Protocol):
    """The bytes of a file, such as a memory map of it."""

    def __getitem__(self, key: slice, /) -> bytes: ...

    def __len__(self) -> int: ...


def gap(data: Content, start: int, end: int) -> int | None:
    """Find where bytes that belong to no record begin, between a record and the next one.

    Args:
        data: The archive.
        start: Where a whole record begins.
        end: Where the next one begins, or the file ends.

    Returns:
        The offset of the first such byte; None if nothing but padding follows the record.
    """
    last = end_of_record(data, start)
    if last is None or last >= end:
        return None
    rest = data[last : min(end, last + _STEP)]
    padding = len(rest) - len(rest.lstrip(_PADDING))
    return None if padding == end - last else last + padding


def end_of_record(data: Content, start: int) -> int | None:
    """Find the offset just past a record, packed or not; None if it does not say or is broken."""
    if data[start : start + 3] == MEMBER:
        return _end_of_member(data, start)
    header = data[start : start + _MOST_HEADER]
    blank = _BLANK_LINE.search(header)
    length = _LENGTH.search(header, 0, blank.start() + 1) if blank else None
    return start + blank.end() + int(length[1]) if blank and length else None


def _end_of_member(data: Content, start: int) -> int | None:
    unpacker, position = zlib.decompressobj(31), start
    try:
        while not unpacker.eof and position < len(data):
            piece = data[position : position + _STEP]
            while piece and not unpacker.eof:
                unpacker.decompress(piece, _STEP)  # a little at a time: it may unpack to a lot
                piece = unpacker.unconsumed_tail
            position += _STEP
    except zlib.error:
        return None
    return min(position, len(data)) - len(unpacker.unused_data) if unpacker.eof else None
