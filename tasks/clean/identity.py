"""Identifiers: what makes two pages the same article, and two texts the same revision."""

from __future__ import annotations

import hashlib
import posixpath
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import courlan

from tasks.clean.words import fold, normalise

URL_RULE = 1
"""Version of the canonical URL rule; the store keeps it, and a change means a migration."""


def canonical_url(url: str | None, declared: str | None = None) -> str | None:
    """Bring the address of an article to the form that names it.

    The page's rel=canonical counts when it lies on the same registered domain and names more than
    the front page; the final URL otherwise.

    Args:
        url: The final URL, after redirects; null for a file.
        declared: The page's rel=canonical, absolute or relative.

    Returns:
        https, IDNA host, no default port, no dots, no tracking parameters; null if there is none.
    """
    if declared and url:
        declared = urljoin(url, declared)
    if declared and (not url or outlet_of(declared) == outlet_of(url)):
        normal = _normal_url(declared)
        if normal and (
            not url or urlsplit(normal).path.strip("/") or not urlsplit(url).path.strip("/")
        ):
            return normal
    return _normal_url(url) if url else None


@lru_cache(maxsize=4096)
def outlet_of(url: str | None) -> str | None:
    """Name the publisher of an address by its registered domain, such as `example.co.uk`."""
    if not url:
        return None
    host = _host(url)
    if not host or "." not in host:
        return host or None
    try:
        found = courlan.extract_domain(f"https://{host}/")
    except ValueError:
        found = None
    return str(found) if found else host.removeprefix("www.")


def article_id(canonical: str | None, headline: str | None, text: str) -> str:
    """Name an article: by its canonical URL, or by its own words if it has none."""
    name = canonical or "file:" + fold(f"{normalise(headline or '')} {normalise(text)}")
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def content_hash(headline: str | None, text: str) -> str:
    """Hash what is compared to tell a changed article: headline and text."""
    return hashlib.sha256(f"{headline or ''}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def revision_id(article: str, content: str) -> str:
    """Name a text of an article.

    Args:
        article: Its article_id.
        content: Its content_hash.
    """
    return f"{article}-{content[:8]}"


def _host(url: str) -> str | None:
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
        if not host:
            return None
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None


def _normal_url(url: str) -> str | None:
    host = _host(url)
    if not host or not url.lower().startswith(("http://", "https://", "//")):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    path = parts.path or "/"
    dotted = posixpath.normpath(path) if "/." in path or "//" in path else path
    path = (
        "/" + dotted.lstrip("/") + ("/" if path.endswith("/") and not dotted.endswith("/") else "")
    )
    path = quote(path, safe="/%:@!$&'()*+,;=~-._")
    normal = courlan.normalize_url(
        urlunsplit(("https", netloc, path, parts.query, "")), strict=True
    )
    if not normal:
        return None
    # courlan spells punycode hosts out; an identifier wants the form that goes over the wire.
    return urlunsplit(urlsplit(normal)._replace(netloc=netloc))
