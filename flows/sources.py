"""Sources as people name them: looked at before any work starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from urllib.request import getproxies

from tasks.errors import UsageError
from tasks.redaction import redact

MOST_BYTES = 20_000_000
"""An OPML file that is larger is looked at by the run itself."""

_OF_FILES = {".opml", ".xml", ".txt", ".html", ".htm", ".warc", ".gz", ".json", ".jsonl", ".csv"}
_LISTS = (".opml", ".txt", ".xml")
_LIKE_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(/\S*)?\Z")


def check_sources(sources: Sequence[str]) -> None:
    """Refuse sources that cannot be meant; what a site or file holds is the run's to see.

    Raises:
        UsageError: One names nothing, no file and no address of the web, or is an OPML file that
            is cut or names no feed; or a proxy is set that is none.
    """
    if any("://" in source or source.lower().endswith(_LISTS) for source in sources):
        check_proxies()
    for source in sources:
        if not source.strip():  # it would be the current folder
            raise UsageError("an empty SOURCE; is a variable unset?")
        if not source.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in source):
            raise UsageError(f"the name {source!a} is not UTF-8; rename the file")
        if "://" in source:
            _check_address(source)
        elif source != "-":
            _check_path(source)


def has_secret(source: str) -> bool:
    """Tell whether a source is an address with a token or the like in it."""
    return "://" in source and redact(source) != source


@contextmanager
def without_secrets(sources: Sequence[str]) -> Iterator[list[str]]:
    """Put addresses with a token into a file, for as long as the block lasts.

    What a flow is called with is kept by Prefect's server and shown in its dashboard; what a file
    of addresses holds is not.
    """
    secret = [source for source in sources if has_secret(source)]
    if not secret:
        yield list(sources)
        return
    with TemporaryDirectory(prefix="onrecord-") as folder:  # for its owner's eyes only
        path = Path(folder) / "addresses.txt"
        path.write_text("".join(f"{source}\n" for source in secret), encoding="utf-8")
        yield [*(source for source in sources if source not in secret), str(path)]


def check_proxies() -> None:
    """Refuse a proxy (http_proxy, https_proxy, all_proxy) that no page can be asked through.

    Raises:
        UsageError: It is no address of a web proxy.
    """
    proxies = getproxies()
    for scheme in ("http", "https"):
        name = scheme if proxies.get(scheme) else "all"
        proxy = proxies.get(name)
        if proxy and not _is_proxy(proxy):
            raise UsageError(f"{name}_proxy is {redact(proxy)!r}; write http://host:port")


def _is_proxy(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _check_address(source: str) -> None:
    try:
        parts = urlsplit(source)
    except ValueError as error:
        raise UsageError(f"{redact(source)} is no address: {error}") from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{redact(source)} is no address of the web (http or https)")
    if parts.username is not None:
        raise UsageError(
            "no address with a user or password in it is asked, one with a token in its query is: "
            f"{redact(source)}"
        )


def _check_path(source: str) -> None:
    from tasks.fetch.feeds import is_cut, read_opml
    from tasks.fetch.files import kind_of_file

    path = Path(source)
    try:
        if not path.exists():
            hint = "an address begins with https://"
            if path.suffix.lower() not in _OF_FILES and _LIKE_HOST.match(source):
                hint = f"for a web address write https://{source}"
            raise UsageError(f"there is no file or folder {source}; {hint}")
        if path.is_dir() or path.stat().st_size > MOST_BYTES or kind_of_file(path) != "opml":
            return
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}") from error
    if is_cut(body):
        raise UsageError(f"{source} ends in the middle: it has no </opml>; export it again")
    if not read_opml(body, source):
        raise UsageError(f"{source} names no feed: no outline of it has an xmlUrl")
