"""Take a body out of its transfer and content codings, without ever growing past a limit.

A decompression bomb is a small body that unpacks to gigabytes: every decoder here stops one byte
after the limit.
"""

from __future__ import annotations

import io
import re
import zlib
from contextlib import suppress

import brotli
import zstandard

from tasks.errors import FetchError

ACCEPT_ENCODING = "gzip, br, zstd"
"""The codings asked for."""

_MOST_CODINGS = 3
_MOST_MEMBERS = 10_000
_PIECE = 65_536
_ZSTD_WINDOW = 8_388_608  # RFC 9659: what a reader of the web must have, and the most it need have
_CHUNK = re.compile(rb"\s*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")


def decoded(body: bytes, encoding: str | None, limit: int) -> bytes:
    """Undo a Content-Encoding.

    Args:
        body: The body as sent.
        encoding: The Content-Encoding header.
        limit: The most bytes the result may have.

    Raises:
        FetchError: `bomb` if it would grow past the limit, `bad_encoding` if it cannot be decoded.
    """
    names = [name.strip().lower() for name in (encoding or "").split(",") if name.strip()]
    if len(names) > _MOST_CODINGS:
        raise FetchError("bad_encoding", f"{len(names)} content encodings on top of each other")
    for name in reversed(names):
        body = _undo(body, name, limit)
    return body


def start_of(body: bytes, encoding: str | None, limit: int) -> bytes:
    """Undo a Content-Encoding as far as it goes, up to a limit: of a long or cut gzip, the start.

    Raises:
        FetchError: `bomb` or `bad_encoding`, where not even that can be had.
    """
    if (encoding or "").strip().lower() not in ("gzip", "x-gzip") or body[:2] != b"\x1f\x8b":
        return decoded(body, encoding, limit)[:limit]
    with suppress(FetchError):
        return gunzipped(body, limit)[:limit]
    try:
        return zlib.decompressobj(31).decompress(body, limit)
    except zlib.error as error:
        raise FetchError("bad_encoding", f"broken gzip body: {error}") from error


def dechunked(body: bytes) -> bytes:
    """Undo `Transfer-Encoding: chunked`; a body that is not chunked after all comes back as it is.

    Archives hold both: some writers keep the header though they stored the joined body.
    """
    parts: list[bytes] = []
    position = 0
    while size := _CHUNK.match(body, position):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts)
        start = size.end()
        parts.append(body[start : start + length])
        if len(parts[-1]) < length:
            break
        position = start + length
    return b"".join(parts) if parts else body


def _undo(body: bytes, name: str, limit: int) -> bytes:
    if not body or name == "identity":
        return body
    try:
        if name in ("gzip", "x-gzip"):
            # servers that say gzip and send plain text exist; every browser forgives them
            plain = body if not body.startswith(b"\x1f\x8b") else gunzipped(body, limit)
        elif name == "deflate":
            plain = _inflated(body, limit)
        elif name == "br":
            unpacker = brotli.Decompressor()
            plain = unpacker.process(body, output_buffer_limit=limit + 1)
            if not unpacker.is_finished() and len(plain) <= limit:
                raise FetchError("bad_encoding", "the br body ends early")
        elif name == "zstd":
            reader = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).stream_reader(
                io.BytesIO(body), read_across_frames=True
            )
            plain = reader.read(limit + 1)
        else:
            raise FetchError("bad_encoding", f"unknown content encoding {name!r}")
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise FetchError("bad_encoding", f"broken {name} body: {error}") from error
    if len(plain) > limit:
        raise FetchError(
            "bomb", f"{len(body)} bytes of {name} unpack to more than the limit of {limit}"
        )
    return bytes(plain)


def gunzipped(body: bytes, limit: int) -> bytes:
    """Unpack gzip, of one member or several, up to one byte past the limit.

    Raises:
        FetchError: `bad_encoding`, also if it ends early.
    """
    parts: list[bytes] = []
    room, position, view = limit + 1, 0, memoryview(body)
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(31)
        while not member.eof and position < len(body) and room > 0:
            # by pieces: what is left over behind a member is copied each time
            piece = view[position : position + _PIECE]
            try:
                parts.append(member.decompress(piece, room))
            except zlib.error as error:
                raise FetchError("bad_encoding", f"broken gzip body: {error}") from error
            room -= len(parts[-1])
            position += len(piece) - len(member.unused_data)
        if room <= 0:
            return b"".join(parts)
        if not member.eof:
            raise FetchError("bad_encoding", "the gzip body ends early")
        if body[position : position + 2] != b"\x1f\x8b":
            return b"".join(parts)
    raise FetchError("bad_encoding", f"a gzip body of more than {_MOST_MEMBERS} members")


def _inflated(body: bytes, limit: int) -> bytes:
    # RFC 9110 means zlib by "deflate", but servers also send the bare stream
    for window in (15, -15):
        unpacker = zlib.decompressobj(window)
        try:
            plain = unpacker.decompress(body, limit + 1)
        except zlib.error:
            continue
        if unpacker.eof or len(plain) > limit:
            return plain
    raise FetchError("bad_encoding", "broken deflate body")
