"""What a file or an answer holds, told from its first bytes and never from its name alone."""

from __future__ import annotations

import codecs
import re
from typing import Literal

Kind = Literal[
    "html", "text", "urls", "feed", "sitemap", "opml", "warc", "gzip", "empty", "unsupported"
]

HEAD_BYTES = 65_536
"""How much of a file is looked at; the prologue of real pages and feeds fits many times."""

_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"RIFF": "a sound, film or WebP file",
    b"\x00\x00\x01\x00": "an icon",
    b"OggS": "a sound file",
    b"ID3": "a sound file",
    b"\x7fELF": "a program",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
    b"7z\xbc\xaf": "a 7z archive",
    b"\xfd7zXZ": "an xz archive",
    b"BZh": "a bzip2 archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"filedesc://": "an ARC archive, the forerunner of WARC",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PROLOGUE = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_XML_ROOTS: dict[str, Kind] = {
    "rss": "feed",
    "rdf": "feed",
    "feed": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
    "opml": "opml",
}
_HTML_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body)\b|</(?:p|div|article|h1)\s*>", re.IGNORECASE
)
_HTML_ROOT = re.compile(
    r"(?:html|head|body|title|meta|link|script|style|article|main|section|div|p|h[1-3]|table|span|a"
    r"|header|noscript|base|center|font|img|ul|br)\Z",
    re.IGNORECASE,
)
_URL_LINE = re.compile(r"https?://[^\s<>\"]+\Z", re.IGNORECASE)
_COMMENT = re.compile(r"(?:\A|\s+)#.*")
# Something a list of addresses may hold by mistake: another scheme, a name without one.
_ADDRESS_LIKE = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}:\S*|(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)?)\Z", re.IGNORECASE
)
_JSON_FEED = re.compile(r"\A\s*\{.*\"version\"\s*:\s*\"https?:\\?/\\?/jsonfeed\.org", re.DOTALL)
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"])")
_SAMPLE_BYTES = 16_384
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


def kind_of(head: bytes) -> Kind:
    """Tell what some content is from its first bytes (up to `HEAD_BYTES` of them)."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"WARC/"):
        return "warc"
    if unsupported(head) is not None:
        return "unsupported"
    text = text_of(head)
    if not text.strip("\ufeff\x00 \t\r\n\f"):
        return "empty"
    return _kind_of_text(text)


def unsupported(head: bytes) -> str | None:
    """Name what cannot be read as text: `a PNG image`; None for text."""
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    if any(head.startswith(bom) for bom, _ in _BOMS) or _wide(head):
        return None
    sample = head[:_SAMPLE_BYTES]
    if len(sample) - len(sample.translate(None, _CONTROL)) > len(sample) * 0.02:
        return "binary data"
    if _JSON.match(head) and not _JSON_FEED.match(head.decode("utf-8", "replace")):
        return "JSON that is no feed"
    return None


def text_of(head: bytes) -> str:
    """Decode well enough to recognise markup: byte-order mark, UTF-16 without one, UTF-8."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(name, "replace")
    return head.decode(_wide(head) or "utf-8", "replace")


def narrow(body: bytes) -> bytes:
    """Bring UTF-16 and UTF-32 to UTF-8, so that markup can be looked for in bytes; others stay."""
    is_wide = any(body.startswith(bom) for bom, _ in _BOMS[1:]) or _wide(body)
    return text_of(body).encode("utf-8", "replace") if is_wide else body


def is_url(line: str) -> bool:
    """Tell whether a line is one http(s) address and nothing else."""
    return _URL_LINE.match(line.strip()) is not None


def url_lines(text: str) -> list[str]:
    r"""List the lines of a list of addresses, without blanks and `#` comments.

    A fragment is no comment: before a comment behind an address there is a space.

    >>> url_lines("# the beat\nhttps://a.example/1#top  # of the page\n")
    ['https://a.example/1#top']
    """
    lines = (_COMMENT.sub("", line).strip() for line in text.lstrip("\ufeff").splitlines())
    return [line for line in lines if line]


def is_address_like(line: str) -> bool:
    """Tell whether a line seems meant as an address, though not one of http(s) as it stands."""
    return _ADDRESS_LIKE.match(line) is not None


def _wide(head: bytes) -> str | None:
    # "<" and its neighbour in UTF-16 without a byte-order mark
    if re.match(rb"(?:\s\x00)*<\x00[!?a-zA-Z]\x00", head):
        return "utf-16-le"
    return "utf-16-be" if re.match(rb"(?:\x00\s)*\x00<\x00[!?a-zA-Z]", head) else None


def _kind_of_text(text: str) -> Kind:
    text = text.lstrip("\ufeff")
    prologue = _PROLOGUE.match(text)
    root = _ROOT.match(text, prologue.end() if prologue else 0)
    if root is not None:
        name = root[1].lower()
        if name in _XML_ROOTS:
            return _XML_ROOTS[name]
        if _HTML_ROOT.match(name):
            return "html"
        if text.lstrip().startswith("<?xml") and not _HTML_TAG.search(text):
            return "unsupported"
    if _JSON_FEED.match(text):
        return "feed"
    lines = url_lines(text)
    meant = sum(is_url(line) or is_address_like(line) for line in lines)
    if meant * 2 > len(lines):
        return "urls"
    return "html" if _HTML_TAG.search(text) else "text"
