"""The one decoding of a page: by byte order mark, content, declaration, detection.

Follows the encoding sniffing of the HTML standard (whatwg.org, section 13.2.3.2) with one change
that saved pages ask for: bytes that are valid UTF-8 and not plain ASCII are UTF-8, whatever the
page declares, because text in another encoding is practically never valid UTF-8.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

import charset_normalizer
import ftfy

from tasks.errors import CleanError

MAX_BYTES = 12_000_000
"""The largest of 975 real news pages had 4.3 MB."""

SAMPLE_BYTES = 40_000
"""How much of a page that declares nothing is read to guess its encoding."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Browsers read these labels as their Windows supersets.
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"RIFF", "an image or sound"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
)
_BINARY = bytes(code for code in range(32) if code not in (9, 10, 11, 12, 13, 27))
_MOJIBAKE = re.compile(r"â€[\x80-\xbf™œ“”˜¦\x9d]|Ã[\x80-\xbf©¨¶¼±]|Â[£\xa0«»°©]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page as text."""

    text: str
    """Its characters."""

    utf8: bytes | None = None
    """The same in UTF-8, where the page came in it: it need not be encoded again to be parsed."""


def decode_page(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page once and for all.

    Args:
        body: The payload.
        content_type: The Content-Type header, if there was one.

    Raises:
        CleanError: `too_large`, or `unreadable`: empty, or not text at all.
    """
    if len(body) > MAX_BYTES:
        raise CleanError("too_large", f"{len(body):,} bytes; at most {MAX_BYTES:,} are read")
    if not body.strip(b"\x00 \t\r\n"):
        raise CleanError("unreadable", "the page is empty")
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            raise CleanError("unreadable", f"the page is {kind}, not text")
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return Decoded(body[len(bom) :].decode(encoding, errors="replace"))
    return _decode_unmarked(body, content_type)


def repair_mojibake(text: str) -> str:
    """Repair text that was decoded with the wrong encoding, where that is certain.

    Only the typical three- and two-letter debris of UTF-8 read as Windows-1252 counts as certain,
    and only when it occurs at least twice.
    """
    if len(_MOJIBAKE.findall(text)) < 2:
        return text
    config = ftfy.TextFixerConfig(
        unescape_html=False,
        uncurl_quotes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        normalization=None,
        remove_terminal_escapes=False,
        explain=False,
    )
    return ftfy.fix_text(text, config)


def has_mojibake(texts: Iterable[str]) -> bool:
    """Tell whether there is debris of a wrong decoding in some texts, at least twice."""
    found = 0
    for text in texts:
        if not text.isascii() and ("â€" in text or "Ã" in text or "Â" in text):
            found += len(_MOJIBAKE.findall(text))
            if found > 1:
                return True
    return False


def _decode_unmarked(body: bytes, content_type: str | None) -> Decoded:
    wide = _wide_encoding(body)
    if wide:
        return Decoded(body.decode(wide, errors="replace"))
    sample = body[:SAMPLE_BYTES]
    if len(sample.translate(None, _BINARY)) < 0.98 * len(sample):
        raise CleanError("unreadable", "the page is binary data, not text")
    declared = _declared_encoding(body, content_type)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(body, error, declared):
            return Decoded(body.decode("utf-8", errors="replace"))
    else:
        if declared is None or not text.isascii() or declared == "utf-8":
            return Decoded(text, body)
    if declared and declared != "utf-8":
        return Decoded(body.decode(declared, errors="replace"))
    return Decoded(body.decode(_detected_encoding(body), errors="replace"))


def _wide_encoding(body: bytes) -> str | None:
    """UTF-16 without a mark: (nearly) every other byte of Western text is zero."""
    sample = body[:400]
    if len(sample) < 4:
        return None
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if odd > 0.4 * len(sample) and even < 0.05 * len(sample):
        return "utf-16-le"
    if even > 0.4 * len(sample) and odd < 0.05 * len(sample):
        return "utf-16-be"
    return None


def _declared_encoding(body: bytes, content_type: str | None) -> str | None:
    labels = [match[1] for match in [_HEADER.search(content_type or "")] if match]
    labels += [
        match[1].decode("ascii", "ignore") for match in [_DECLARED.search(body[:4096])] if match
    ]
    for label in labels:
        try:
            name = codecs.lookup(label).name
            "".encode(name)  # a codec that is no character encoding, such as base64, refuses
        except (LookupError, UnicodeError):
            continue
        if not name.startswith(("utf-16", "utf-32", "idna", "punycode", "unicode", "raw", "utf-7")):
            return _SUPERSETS.get(name, name)
    return None


def _is_damaged_utf8(body: bytes, error: UnicodeDecodeError, declared: str | None) -> bool:
    """Whether a page is UTF-8 with a few broken bytes, or cut inside a character."""
    if error.start >= len(body) - 4:
        return True
    if declared not in (None, "utf-8"):
        return False
    # Text of another encoding hardly ever makes a whole character of UTF-8: one in six at most
    # (GBK), nearly none in single-byte encodings.
    text = body.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    sound = sum(character > "\x7f" for character in text[: 50 * SAMPLE_BYTES]) - broken
    return 2 <= sound >= broken or (declared == "utf-8" and broken <= max(2, sound))


def _detected_encoding(body: bytes) -> str:
    first = next((index for index, byte in enumerate(body) if byte >= 0x80), 0)
    start = max(0, first - SAMPLE_BYTES // 4)
    match = charset_normalizer.from_bytes(body[start : start + SAMPLE_BYTES]).best()
    name = match.encoding if match else "cp1252"
    return _SUPERSETS.get(codecs.lookup(name).name, name)
