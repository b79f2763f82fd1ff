"""Web addresses as the network needs them: checked, in ASCII, with the parts other modules key on.

What an article's canonical address is, the clean stage decides; here two spellings that a server
would see as the same request are the same location.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import idna

_PORTS = {"http": 80, "https": 443}
_SAFE = "/%:@!$&'()*+,;=~-._?[]|"
_STRIPPED = re.compile(r"[\t\r\n]")
_LONGEST = 4_096
_HOST = re.compile(r"[a-z0-9._\-]+\Z|\[[0-9a-f:.]+(?:%[\w]+)?\]\Z")


def normalised(url: str) -> str | None:
    """Bring an address into the form it is requested and remembered by.

    The scheme and host in lower case, the host in ASCII (IDNA), no default port, no fragment, what
    is not allowed percent-encoded. None if it is no http(s) address, or one with a password.
    """
    text = _STRIPPED.sub("", url.strip())
    try:
        parts = urlsplit(text.replace("\\", "/") if "\\" in text.partition("?")[0] else text)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    host = _ascii_host(parts.hostname or "")
    if scheme not in _PORTS or host is None or parts.username is not None or port == 0:
        return None
    netloc = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    path = quote(parts.path or "/", safe=_SAFE.replace("?", ""))
    query = quote(parts.query, safe=_SAFE)
    address = urlunsplit((scheme, netloc, path, query, ""))
    return address if len(address) <= _LONGEST else None


def has_user(url: str) -> bool:
    """Tell whether an address names a user, with a password or without."""
    try:
        return urlsplit(url.strip()).username is not None
    except ValueError:
        return False


def joined(base: str, link: str) -> str | None:
    """Resolve a link found on a page; None if it is no http(s) address."""
    try:
        return normalised(urljoin(base, link.strip()))
    except ValueError:
        return None


@lru_cache(maxsize=4_096)
def origin(url: str) -> str:
    """Name scheme, host and port: what a robots.txt file speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache(maxsize=4_096)
def site(url: str) -> str:
    """Name whom we must be polite to: the host without `www.`, with its port if unusual."""
    return urlsplit(url).netloc.removeprefix("www.")


def host(url: str) -> str:
    """Name the host, without port."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def port(url: str) -> int:
    """Name the port, given or usual."""
    parts = urlsplit(url)
    return parts.port or _PORTS[parts.scheme]


def target(url: str) -> str:
    """Name path and query: what a robots.txt rule is matched against."""
    parts = urlsplit(url)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def is_front(url: str) -> bool:
    """Tell whether an address is the front page of its host."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def is_far_above(url: str, below: str) -> bool:
    """Tell whether an address is the front page, or a section page, far above another.

    That is where sites send readers of pages they no longer have. One step up is no sign: `/b/amp`
    and `/b/index.html` are at home in `/b/`.
    """
    above, under = urlsplit(url), urlsplit(below)
    if site(url) != site(below) or above.query or url == below:
        return False
    if above.path in ("", "/"):
        return under.path not in ("", "/")
    deeper = under.path.removeprefix(above.path).strip("/").count("/") + 1
    return above.path.endswith("/") and under.path.startswith(above.path) and deeper >= 2


def _ascii_host(name: str) -> str | None:
    name = name.rstrip(".").lower()
    if ":" in name:
        return f"[{name}]" if _HOST.match(f"[{name}]") else None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    return name if _HOST.match(name) and len(name) <= 253 else None
