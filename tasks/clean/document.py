"""The one tree of a page, shared by metadata, templates, extraction and furniture."""

from __future__ import annotations

import re

import lxml.etree
import lxml.html

from tasks.errors import CleanError

MAX_ELEMENTS = 400_000
"""A page with more is data, not journalism; the largest of 975 real ones had 33,000."""

_PARSER = lxml.html.HTMLParser(
    encoding="utf-8",
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
    default_doctype=False,
)
_MACHINERY = (
    "script", "style", "noscript", "template", "svg", "iframe", "link", "meta", "img", "picture",
    "source", "video", "audio", "canvas", "object", "embed", "button", "select", "textarea",
    "input", "map", "datalist",
)  # fmt: skip
_COUNT = lxml.etree.XPath("count(//*)")
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|article|section|table)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_BROKEN_DOCTYPE = re.compile(
    r"\A\s{0,200}<\s{0,9}!\s{0,9}doctype[^<>]{0,400}/[^<>]{0,400}>", re.IGNORECASE
)


def looks_like_html(text: str) -> bool:
    """Tell whether a text is HTML, whatever its file is called."""
    start = text[:5000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html", "<?xml")):
        return not start.startswith("<?xml") or "<html" in start
    return len(_HTML.findall(text[:50_000])) >= 3


def parse_html(text: str) -> lxml.html.HtmlElement:
    """Parse HTML, however broken.

    Raises:
        CleanError: `unreadable` when nothing can be made of it, `too_large` for too many elements.
    """
    data = _BROKEN_DOCTYPE.sub("", text, count=1).encode("utf-8", "replace")
    try:
        tree = lxml.html.document_fromstring(data.translate(None, _CONTROLS), parser=_PARSER)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise CleanError("unreadable", f"the page is no HTML: {error}") from error
    count = int(_COUNT(tree))
    if count > MAX_ELEMENTS:
        raise CleanError("too_large", f"{count:,} elements; at most {MAX_ELEMENTS:,} are read")
    return tree


def strip_machinery(tree: lxml.html.HtmlElement) -> None:
    """Take out of a tree, in place, what holds no words: scripts, styles, pictures, controls.

    What comes after (trafilatura copies its tree several times) takes half the time without them.
    """
    lxml.etree.strip_elements(tree, *_MACHINERY, with_tail=False)
    lxml.etree.strip_elements(tree, "head")
