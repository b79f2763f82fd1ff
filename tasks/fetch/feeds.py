"""Feeds of every dialect: RSS, Atom, RDF, JSON Feed; and OPML, the list of feeds."""

from __future__ import annotations

import io
import json
import re
from calendar import timegm
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import feedparser
from lxml import etree

from tasks.fetch import locations
from tasks.fetch.found import Found, hint, moment
from tasks.fetch.kinds import text_of
from tasks.records import Address

MOST_ENTRIES = 3_000
"""Entries read of one feed, which takes about a second; feeds of news have ten to a few hundred."""

_DATES = ("published", "created", "updated")
_ENTRY = re.compile(rb"<(?:[a-zA-Z]{1,9}:)?(?:item|entry)[\s>/]")


def read_feed(body: bytes, base: str, source: str) -> list[Found]:
    """List the entries of a feed, in its order.

    Args:
        body: The feed, decoded from its transfer codings.
        base: Its address, against which links are resolved.
        source: What the addresses are said to come from.

    Returns:
        Entries with an http(s) link; one without is nobody's page.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _read_json_feed(body, base, source)
    parsed = feedparser.parse(
        io.BytesIO(_shortened(body)),
        response_headers={"content-location": base},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    home = _home(parsed.feed, base)
    return [found for entry in parsed.entries if (found := _entry(entry, home, source)) is not None]


def read_opml(body: bytes, base: str) -> list[str]:
    """List the feeds an OPML file names, without repeats."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(body, parser)
    if root is None:
        return []
    links = (
        next((v for k, v in outline.attrib.items() if str(k).lower() == "xmlurl"), None)
        for outline in root.iter("{*}outline")
    )
    urls = (locations.joined(base, str(link)) for link in links if link)
    return list(dict.fromkeys(url for url in urls if url))


def is_cut(body: bytes) -> bool:
    """Tell whether an OPML file ends in the middle: what it would have gone on to name is lost."""
    return not re.search(rb"</\s*opml\s*>", body[-4_096:], re.IGNORECASE)


def _shortened(body: bytes) -> bytes:
    """Cut a feed behind its most entries; what was open is closed."""
    starts = islice(_ENTRY.finditer(body), MOST_ENTRIES, MOST_ENTRIES + 1)
    over = next(starts, None)
    if over is None:
        return body
    head = body[:2_000].lower()
    end = b"</feed>" if b"<feed" in head else b"</rdf:RDF>" if b"<rdf:" in head else b"</rss>"
    return body[: over.start()] + (b"</channel>" if end == b"</rss>" else b"") + end


def _home(feed: Any, base: str) -> str:
    """Find what relative links of a feed are relative to; a saved one has no address of its own."""
    links = [link.get("href", "") for link in feed.get("links", []) if link.get("rel") == "self"]
    choices = [base, *links, feed.get("link") or ""]
    return next((url for url in choices if url.startswith(("http://", "https://"))), base)


def _entry(entry: Any, home: str, source: str) -> Found | None:
    # feedburner and its like wrap the publisher's own address
    link = entry.get("feedburner_origlink") or entry.get("link") or _permalink(entry)
    if not link:
        return None
    url = locations.joined(home, link)
    if url is None:
        return None
    # dict.get, because feedparser's own warns when it answers "updated" by "published"
    dates = {name: _time(dict.get(entry, f"{name}_parsed")) for name in _DATES}
    published, updated = dates["published"] or dates["created"], dates["updated"]
    address = Address(
        location=url,
        source_kind="feed",
        source=source,
        headline_hint=hint(entry.get("title")),
        published_at_hint=published or updated,
        guid=hint(entry.get("id")),
    )
    return Found(address, published or updated)


def _permalink(entry: Any) -> str | None:
    guid = entry.get("id") or ""
    return guid if guid.startswith(("http://", "https://")) else None


def _time(parts: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parts), UTC) if parts else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _read_json_feed(body: bytes, base: str, source: str) -> list[Found]:
    try:
        items = json.loads(text_of(body)).get("items")
    except (ValueError, AttributeError, RecursionError):
        return []
    found = []
    for item in items[:MOST_ENTRIES] if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        link = item.get("url") or item.get("external_url") or item.get("id")
        url = locations.joined(base, link) if isinstance(link, str) else None
        if url is None:
            continue
        published = moment(_text(item.get("date_published")) or _text(item.get("date_modified")))
        address = Address(
            location=url,
            source_kind="feed",
            source=source,
            headline_hint=hint(_text(item.get("title"))),
            published_at_hint=published,
            guid=hint(item.get("id")),
        )
        found.append(Found(address, published))
    return found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
