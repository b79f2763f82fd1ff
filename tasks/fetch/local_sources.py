"""Sources on this machine: files, folders and standard input, and what lies in them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tasks.errors import DiscoverError, FetchError
from tasks.fetch import feeds, locations, sitemaps
from tasks.fetch.archives import index_archive
from tasks.fetch.feeds import is_cut, read_feed, read_opml
from tasks.fetch.files import (
    MOST_LISTING_BYTES,
    is_beside_pages,
    kind_of_file,
    may_be_page,
    read_file,
    shown,
    walk,
)
from tasks.fetch.found import Found, Link
from tasks.fetch.front_pages import is_listing_name
from tasks.fetch.kinds import Kind, is_url, text_of, url_lines
from tasks.fetch.listings import Look
from tasks.fetch.policy import Limits
from tasks.fetch.sitemaps import read_sitemap
from tasks.records import Address, Failure, Skip
from tasks.redaction import redact

Part = Found | Look | Failure | Skip
"""What a source comes apart into: pages, addresses to look at, and what led nowhere."""


def local_parts(
    source: str, spool: Path, limits: Limits, stdin: BinaryIO | None = None
) -> Iterator[Part]:
    """Take a source apart as far as that is possible without the network.

    Args:
        source: A path, an address or `-`.
        spool: Folder in which a page from standard input is kept.
        limits: Which records of archives are wanted.
        stdin: What `-` reads.
    """
    try:
        if shown(source) != source:
            raise _not_utf8(source)
        if not source.strip():
            raise DiscoverError("missing", "an empty source; is a variable unset?")
        if source == "-":
            yield from _standard_input(stdin or sys.stdin.buffer, spool, limits)
        elif is_url(source):
            yield _given_url(source)
        elif Path(source).is_dir():
            yield from _folder(source, limits)
        elif Path(source).exists():
            yield from _file(Path(source), limits)
        else:
            raise DiscoverError(*_missing(source))
    except (DiscoverError, FetchError) as error:
        yield Failure(shown(source), "discover", error.reason, error.detail)
    except OSError as error:  # of looking at the path: too long, behind a closed folder
        yield Failure(source, "discover", "unreadable", f"{source} cannot be read: {error}")


_HAS_USER = ": no address with a user or password in it is asked; a token in its query is"


def _not_utf8(name: str) -> DiscoverError:
    detail = f"{shown(name)} has a name that is not UTF-8; rename it"
    return DiscoverError("unreadable", detail)


def _missing(source: str) -> tuple[str, str]:
    if "://" in source:
        return "bad_url", f"{source} is no address of the web (http or https)"
    detail = f"there is no file or folder {source}"
    if "." in source and not source.startswith((".", "/")) and " " not in source:
        detail += f"; for a web address write https://{source}"
    return "missing", detail


def _given_url(source: str) -> Part:
    url = locations.normalised(source)
    if url is None:
        hint = _HAS_USER if locations.has_user(source) else ""
        return Failure(
            source, "discover", "bad_url", f"{redact(source)} is no usable web address{hint}"
        )
    return Look(url, source, "unknown")


def _folder(source: str, limits: Limits) -> Iterator[Part]:
    pages = 0
    for path, reason in walk(Path(source)):
        if reason is None and is_beside_pages(path):
            reason = "not_a_page"
        if reason is not None:
            yield Skip(shown(str(path)), reason)
            continue
        try:
            if shown(str(path)) != str(path):
                raise _not_utf8(str(path))
            for part in _file(path, limits):
                pages += not isinstance(part, Skip)
                yield part
        except (DiscoverError, FetchError) as error:
            if error.reason == "wrong_type" and not may_be_page(path):
                yield Skip(shown(str(path)), "not_a_page")
            else:
                pages += 1
                yield Failure(shown(str(path)), "discover", error.reason, error.detail)
    if not pages:
        yield Failure(source, "discover", "empty", f"there is no page in the folder {source}")


def _file(path: Path, limits: Limits, source: str | None = None) -> Iterator[Part]:
    kind, source = kind_of_file(path), source or str(path)
    if kind == "warc":
        yield from index_archive(path, limits)
    elif kind == "html":
        yield Found(Address(str(path), "html_file", source))
    elif kind == "text":
        yield Found(Address(str(path), "text_file", source))
    else:
        yield from _listing(kind, read_file(path, MOST_LISTING_BYTES), str(path))


def _listing(kind: Kind, body: bytes, name: str) -> Iterator[Part]:
    if kind == "urls":
        yield from _list(text_of(body), name)
        return
    count = 0
    if kind == "feed":
        for entry in read_feed(body, name, name):
            count += 1
            yield entry
    elif kind == "opml":
        for url in read_opml(body, name):
            count += 1
            yield Look(url, url, "listing")
        if is_cut(body):
            yield Failure(name, "discover", "unreadable", _cut(name, count))
    else:
        for entry_or_link in read_sitemap(body, name, name):
            count += 1
            if isinstance(entry_or_link, Link):
                yield Look(entry_or_link.url, entry_or_link.url, "listing")
            else:
                yield entry_or_link
    if count >= {"feed": feeds.MOST_ENTRIES, "sitemap": sitemaps.MOST_ENTRIES}.get(kind, count + 1):
        yield Skip(name, "over_limit")
    if not count:
        yield Failure(name, "discover", "empty", f"the {kind} {name} names no pages")


def _cut(name: str, count: int) -> str:
    return f"{name} ends in the middle: it has no </opml>; {count} feeds were read from it"


def _list(text: str, source: str) -> Iterator[Part]:
    for line in url_lines(text):
        url = locations.normalised(line) if is_url(line) else None
        if url is None:
            yield Failure(line[:500], "discover", "bad_url", _no_address(line, source))
        elif is_listing_name(url):
            yield Look(url, source, "unknown")
        else:
            yield Found(Address(url, "url", source))


def _no_address(line: str, source: str) -> str:
    if locations.has_user(line):
        return f"a line of {source} is no usable web address{_HAS_USER}"
    detail = f"a line of {source} is no address of the web"
    hint = f"; write https://{line}" if is_url(f"https://{line}") and "." in line else ""
    return detail + (hint if ":" not in line else "")


def _standard_input(stdin: BinaryIO, spool: Path, limits: Limits) -> Iterator[Part]:
    body = stdin.read(MOST_LISTING_BYTES + 1)
    if len(body) > MOST_LISTING_BYTES:
        raise DiscoverError("too_large", f"standard input is larger than {MOST_LISTING_BYTES}")
    if not body.strip():
        raise DiscoverError("empty", "standard input is empty")
    spool.mkdir(parents=True, exist_ok=True)
    path = spool / hashlib.sha256(body).hexdigest()[:20]
    if not path.exists():
        path.write_bytes(body)
    try:
        yield from _file(path, limits, "-")
    except DiscoverError as error:
        detail = error.detail.replace(str(path), "standard input")
        raise DiscoverError(error.reason, detail) from error
