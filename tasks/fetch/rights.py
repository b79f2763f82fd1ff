"""What a site and a page say about being read by machines.

* TDM Reservation Protocol (W3C community group, 2024): /.well-known/tdmrep.json, the header
  `tdm-reservation` and `<meta name="tdm-reservation">`. Any of them that says 1 reserves the page.
* `X-Robots-Tag` and `<meta name="robots">`: noai, noindex, none; addressed to all or to us.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from tasks.fetch import markup
from tasks.fetch.kinds import narrow, text_of
from tasks.fetch.policy import Rights

_HEAD_BYTES = 262_144
_META = re.compile(r"<meta\b([^<>]{1,4000})>", re.IGNORECASE)
_BODY = re.compile(rb"</head\s*>|<body\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"([a-zA-Z:_-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)
_RESERVING = {"noai": "noai", "noindex": "noindex", "none": "noindex"}
_REASONS = {"tdm": "tdm_reserved", "noai": "tdm_reserved", "noindex": "noindex"}
_TIMED = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")


def page_rights(
    headers: Iterable[tuple[str, str]], body: bytes, product: str, *, reserved_by_site: bool
) -> tuple[str, ...]:
    """List what is reserved on a page: any of tdm, noai, noindex.

    Args:
        headers: Of the HTTP answer.
        body: The decoded page.
        product: Our name in robots rules.
        reserved_by_site: What tdmrep.json says of this page.
    """
    found = {"tdm"} if reserved_by_site else set()
    for name, value in headers:
        if name.lower() == "x-robots-tag":
            found |= _directives(value, product)
        elif name.lower() == "tdm-reservation" and value.strip() == "1":
            found.add("tdm")
    for name, value in metas(body, "robots", "tdm-reservation", product.lower()):
        if name != "tdm-reservation":
            found |= _directives(value, product)
        elif value == "1":
            found.add("tdm")
    return tuple(sorted(found))


def rights_code(robots: str | None, reserved: tuple[str, ...]) -> str | None:
    """Write the answers as one short code, such as `allowed`, `allowed+noai+tdm` or `tdm`.

    Args:
        robots: `allowed` or `robots-ignored`; None where nobody asked (files, foreign archives).
        reserved: What the page reserves.
    """
    parts = ([robots] if robots else []) + list(reserved)
    return "+".join(parts) or None


def refusal(reserved: tuple[str, ...], rights: Rights) -> tuple[str, str] | None:
    """Say why a page must be left alone (reason code and detail); None if it need not be."""
    if rights == "research" or not reserved:
        return None
    first = next(code for code in ("tdm", "noai", "noindex") if code in reserved)
    return _REASONS[first], f"the publisher reserves this page ({', '.join(reserved)})"


def reserved_by_site(tdmrep: str, url: str) -> bool:
    """Tell whether a site's tdmrep.json reserves a page; the first rule that matches decides."""
    try:
        rules = json.loads(tdmrep or "[]")
    except (ValueError, RecursionError):
        return False
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    for rule in rules if isinstance(rules, list) else [rules]:
        if not isinstance(rule, dict):
            continue
        location = rule.get("location")
        if isinstance(location, str) and markup.matches(location, path):
            return str(rule.get("tdm-reservation")) == "1"
    return False


def metas(body: bytes, *names: str) -> list[tuple[str, str]]:
    """List name and content of the `<meta>` elements of a page's head that have certain names.

    Args:
        body: The decoded page.
        names: In lower case.
    """
    start = narrow(body[:_HEAD_BYTES])
    end = _BODY.search(start)
    head = markup.without(text_of(start[: end.start()] if end else start))
    found, sought = [], _any_of(names)
    for element in _META.finditer(head):
        written = element[1].lower()
        if not sought.search(written):
            continue
        values = {
            match[1].lower(): match[2] or match[3] or match[4] or ""
            for match in _ATTRIBUTE.finditer(element[1])
        }
        name = values.get("name") or values.get("property") or values.get("http-equiv")
        if name and "content" in values and name.strip().lower() in names:
            found.append((name.strip().lower(), values["content"].strip()))
    return found


@lru_cache(maxsize=32)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names)))


def _directives(value: str, product: str) -> set[str]:
    agent, colon, rest = value.partition(":")
    named = agent.strip().lower()
    if colon and "," not in named and not named.startswith(_TIMED):
        if named != product.lower():
            return set()
        value = rest
    words = re.split(r"[,\s]+", value.lower())
    return {_RESERVING[word] for word in words if word in _RESERVING}
