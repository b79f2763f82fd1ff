"""Files and folders the user gives: what is in them, and how to read them."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

from tasks.errors import DiscoverError, FetchError
from tasks.fetch.content_coding import gunzipped
from tasks.fetch.kinds import HEAD_BYTES, Kind, kind_of, unsupported

MOST_PAGE_BYTES = 20_000_000
"""The largest page; real news pages stay under 5 MB, and beyond this parsing takes minutes."""

MOST_LISTING_BYTES = 60_000_000
"""The largest sitemap or list of addresses, unpacked; the sitemap protocol allows 52,428,800."""

_PAGE_SUFFIXES = frozenset(("", ".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".txt", ".md"))

_NEVER_PAGES = frozenset(
    {".css", ".js", ".mjs", ".map", ".svg"}  # what browsers save beside pages
    | {".csv", ".tsv", ".srt", ".vtt", ".yaml", ".yml", ".toml", ".ini", ".cfg"}
    | {".py", ".sh", ".sql"}
)
"""Text, but nothing that is read as an article."""


def walk(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """Every file under a folder, in sorted order, and why it is to be left alone, if it is.

    Links to folders are not followed, so that a circle of links ends: they come as `linked`. A
    folder that may not be looked into comes as itself: reading it then says why it cannot be.
    """
    closed: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=closed.append):
        folders.sort()
        linked = {name for name in folders if Path(root, name).is_symlink()}
        for name in sorted([*names, *linked]):
            path = Path(root, name)
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            yield path, "hidden" if hidden else "linked" if name in linked else None
    for error in closed:
        yield Path(error.filename), None


def shown(name: str) -> str:
    r"""Write a file's name so that it can be stored: bytes that are no UTF-8 as `\xff`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def kind_of_file(path: Path) -> Kind:
    """Tell what a file holds, looking inside gzip.

    Raises:
        DiscoverError: It cannot be read, is empty, or is nothing we can read; the detail says what.
    """
    head = head_of_file(path)
    kind = kind_of(head)
    if kind == "empty":
        raise DiscoverError("empty", f"{path} is empty")
    if is_archive_name(path):
        return "warc"  # damage at its beginning must not hide the records behind it
    if kind in ("unsupported", "gzip"):
        what = unsupported(head) or "no page, feed, sitemap, list of addresses or WARC"
        raise DiscoverError("wrong_type", f"{path} is {what}")
    return kind


def head_of_file(path: Path) -> bytes:
    """Read the first bytes of a file, unpacked if it is gzip.

    Raises:
        DiscoverError: It cannot be read.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            # opening a named pipe would wait for ever for somebody to write into it
            raise DiscoverError("unreadable", f"{path} is no regular file; pipes are read with -")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise DiscoverError("unreadable", f"{path} cannot be read: {error}") from error
    return _unpacked_start(head) if head.startswith(b"\x1f\x8b") else head


def _unpacked_start(packed: bytes) -> bytes:
    """Unpack the first gzip member as far as it goes; damage further on does not matter here."""
    unpacker, plain = zlib.decompressobj(31), b""
    for start in range(0, len(packed), 256):
        try:
            plain += unpacker.decompress(packed[start : start + 256], HEAD_BYTES)
        except zlib.error:
            break
        if unpacker.eof or len(plain) >= HEAD_BYTES:
            break
    return plain or packed


def read_file(path: Path, limit: int = MOST_PAGE_BYTES) -> bytes:
    """Read a file, unpacked if it is gzip.

    Raises:
        FetchError: `unreadable` if it cannot be read, `too_large` if it is bigger than the limit.
    """
    try:
        with path.open("rb") as file:
            body = file.read(limit + 1)
    except OSError as error:
        raise FetchError("unreadable", f"{path} cannot be read: {error}") from error
    if body.startswith(b"\x1f\x8b"):
        body = gunzipped(body, limit)
    if len(body) > limit:
        raise FetchError("too_large", f"{path} is larger than {limit} bytes")
    return body


def is_beside_pages(path: Path) -> bool:
    """Tell whether a file in a folder is text but no page, going by its name: a script, data."""
    return _stem(path).suffix.lower() in _NEVER_PAGES


def is_archive_name(path: Path) -> bool:
    """Tell whether a file is meant as a WARC archive, going by its name."""
    return path.name.lower().endswith((".warc", ".warc.gz"))


def may_be_page(path: Path) -> bool:
    """Tell whether a file in a folder is meant as a page, going by its name.

    Pages saved by a browser lie beside their images and scripts; those are passed over, while a
    page that turns out to be damaged is reported.
    """
    return _stem(path).suffix.lower() in _PAGE_SUFFIXES


def _stem(path: Path) -> Path:
    return path.with_suffix("") if path.suffix.lower() == ".gz" else path
