"""Sitemaps, news sitemaps and sitemap indexes (sitemaps.org), read as a stream.

However large the file, only one entry is held as a tree; a namespace that is wrong or missing, a
broken end or a stray entity do not stop the reading.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from lxml import etree

from tasks.fetch import locations
from tasks.fetch.found import Found, Link, hint, moment
from tasks.records import Address

MOST_ENTRIES = 100_000
"""Entries read of one sitemap; the protocol allows 50 000."""


def read_sitemap(body: bytes, base: str, source: str) -> Iterator[Found | Link]:
    """List what a sitemap holds: pages as `Found`, further sitemaps as `Link`.

    Args:
        body: The sitemap, unpacked.
        base: Its address, against which relative locations are resolved.
        source: What the addresses are said to come from.
    """
    count = 0
    for element in _elements(body):
        fields = _fields(element)
        url = locations.joined(base, fields.get("loc", ""))
        changed = moment(fields.get("lastmod"))
        if url is None or not fields.get("loc"):
            continue
        if etree.QName(element).localname == "sitemap":
            yield Link(url, changed)
        else:
            published = moment(fields.get("publication_date"))
            address = Address(
                location=url,
                source_kind="sitemap",
                source=source,
                headline_hint=hint(fields.get("title")),
                published_at_hint=published,
            )
            yield Found(address, published or changed)
        count += 1
        if count >= MOST_ENTRIES:
            return


def _elements(body: bytes) -> Iterator[etree._Element]:
    try:
        for _, element in etree.iterparse(
            io.BytesIO(body.lstrip()),
            tag=("{*}url", "{*}sitemap"),
            recover=True,
            resolve_entities=False,
            no_network=True,
            huge_tree=True,
        ):
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError:
        return


def _fields(element: etree._Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    # some write the address into the entry itself
    if element.text and element.text.strip().startswith("http"):
        fields["loc"] = element.text.strip()
    for child in element.iter():
        if not isinstance(child.tag, str) or child is element:
            continue
        name = etree.QName(child).localname.lower()
        space = etree.QName(child).namespace or ""
        # an image or video in the entry has a loc and a title of its own
        if "image" in space or "video" in space:
            continue
        if child.text and name not in fields:
            fields[name] = child.text.strip()
    return fields
