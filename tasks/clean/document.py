"""The one tree of a page, shared by metadata, templates, extraction and furniture."""

from __future__ import annotations

import re

import lxml.etree
import lxml.html

from tasks.errors import CleanError

MAX_ELEMENTS = 400_000
"""A page with more is data, not journalism; the largest of 975 real ones had 33,000."""

DEEPEST = 200
"""Elements nested deeper are unwrapped, paragraphs and headings excepted: their words are read as
part of the element at this depth. None of 467 real pages is nested as deep as 256."""


def _parser(*, is_deep: bool = False) -> lxml.html.HTMLParser:
    """Make a parser whose elements are all plain `HtmlElement`.

    The parser of lxml.html asks a Python function for the class of every element: a sixth of the
    time of a walk, for classes of forms and inputs that nobody here uses.
    """
    parser = lxml.html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
        huge_tree=is_deep,
    )
    classes = lxml.etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement)
    parser.set_element_class_lookup(classes)
    return parser


_PARSER = _parser()
"""It stops in silence at a depth of 256 (libxml2's limit), and leaves a note in its log."""

_DEEP_PARSER = _parser(is_deep=True)
"""It stops at 2,048."""
_MACHINERY = (
    "script", "style", "noscript", "template", "svg", "iframe", "link", "meta", "img", "picture",
    "source", "video", "audio", "canvas", "object", "embed", "button", "select", "textarea",
    "input", "map", "datalist",
)  # fmt: skip
STUMBLES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    lxml.etree.LxmlError,
)
"""What libraries raise when a page breaks their assumptions; it has an answer nevertheless."""

_KEPT = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "br", "script", "style"})
_COUNT = lxml.etree.XPath("count(//*)")
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|article|section|table)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_BROKEN_DOCTYPE = re.compile(
    rb"\A\s{0,200}<\s{0,9}!\s{0,9}doctype[^<>]{0,400}/[^<>]{0,400}>", re.IGNORECASE
)


def looks_like_html(text: str) -> bool:
    """Tell whether a text is HTML, whatever its file is called."""
    start = text[:5000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html", "<?xml")):
        return not start.startswith("<?xml") or "<html" in start
    return len(_HTML.findall(text[:50_000])) >= 3


def parse_html(text: str, utf8: bytes | None = None) -> lxml.html.HtmlElement:
    """Parse HTML, however broken.

    Args:
        text: The page.
        utf8: The same in UTF-8, if at hand.

    Raises:
        CleanError: `unreadable` when nothing can be made of it, `too_large` for too many elements,
            `too_deep` for elements within elements without end.
    """
    raw = text.encode("utf-8", "replace") if utf8 is None else utf8
    data = _BROKEN_DOCTYPE.sub(b"", raw, count=1).translate(None, _CONTROLS)
    try:
        tree = lxml.html.document_fromstring(data, parser=_PARSER)
        if _was_cut(_PARSER):
            tree = lxml.html.document_fromstring(data, parser=_DEEP_PARSER)
            if _was_cut(_DEEP_PARSER):
                raise CleanError("too_deep", "elements are nested more than 2,000 deep: no article")
            _unwrap_deep(tree)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise CleanError("unreadable", f"the page is no HTML: {error}") from error
    count = int(_COUNT(tree))
    if count > MAX_ELEMENTS:
        raise CleanError("too_large", f"{count:,} elements; at most {MAX_ELEMENTS:,} are read")
    return tree


def _was_cut(parser: lxml.html.HTMLParser) -> bool:
    """Tell whether a parser gave up because of the depth, and left out the rest of the page."""
    last = parser.error_log.last_error
    return last is not None and last.type == lxml.etree.ErrorTypes.ERR_RESOURCE_LIMIT


def _unwrap_deep(tree: lxml.html.HtmlElement) -> None:
    """Take out of a tree, in place, the elements that are nested too deep; their words stay."""
    depth = 0
    deep: list[lxml.html.HtmlElement] = []
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if event == "start" and depth > DEEPEST and element.tag not in _KEPT:
            deep.append(element)
    for element in deep:
        element.drop_tag()


def strip_machinery(tree: lxml.html.HtmlElement) -> None:
    """Take out of a tree, in place, what holds no words: scripts, styles, pictures, controls.

    What comes after (trafilatura copies its tree several times) takes half the time without them.
    """
    lxml.etree.strip_elements(tree, *_MACHINERY, with_tail=False)
    lxml.etree.strip_elements(tree, "head")
