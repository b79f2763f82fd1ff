"""One HTTP request and its answer, within limits of size and time.

httpcore, the engine of httpx, is used directly: its network backend is the one public place where
an address can be checked at the moment of connecting (see `network`).
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import httpcore

from tasks.errors import FetchError
from tasks.fetch.network import UnknownHostError, UnsafeAddressError
from tasks.fetch.room import LARGE_BYTES

MOST_HEADERS = 100
"""Header lines of an answer; the limit of Python's own http.client, and of Apache and Tomcat."""

_LONGEST_RETRY = 31_536_000.0
_KEPT_ALIVE = 15.0
_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered to one request."""

    url: str
    """What was asked for."""

    request_headers: tuple[tuple[str, str], ...]
    """Headers as sent."""

    status: int
    """HTTP status."""

    phrase: str
    """The words behind the status."""

    headers: tuple[tuple[str, str], ...]
    """Headers as received."""

    body: bytes
    """The body, joined if it came in chunks, still content-encoded."""

    address: str | None
    """IP address of the server."""

    received_at: datetime
    """When it was complete (UTC)."""

    seconds: float
    """How long it took."""

    @property
    def location(self) -> str | None:
        """Where it redirects to; its raw bytes are UTF-8 in practice."""
        value = self.header("location")
        try:
            return value.encode("latin-1").decode() if value else None
        except UnicodeError:
            return value

    def header(self, name: str) -> str | None:
        """Look up a header; several of one name are joined by commas."""
        values = [value for key, value in self.headers if key.lower() == name]
        return ", ".join(values) if values else None

    @property
    def content_type(self) -> str | None:
        """The first Content-Type, which is the one browsers go by."""
        return next((v for k, v in self.headers if k.lower() == "content-type"), None)


def connections(
    backend: httpcore.AsyncNetworkBackend, proxy: str | None
) -> httpcore.AsyncConnectionPool:
    """Make the connections to one site; through a proxy if one is named.

    A pool looks through all its connections at every request, so there is one pool a site.
    """
    return httpcore.AsyncConnectionPool(
        ssl_context=_trust(),
        proxy=_proxy(proxy) if proxy is not None else None,
        max_connections=_CONNECTIONS,
        max_keepalive_connections=_CONNECTIONS,
        keepalive_expiry=_KEPT_ALIVE,
        network_backend=backend,
    )


def _proxy(url: str) -> httpcore.Proxy:
    parts = urlsplit(url)
    name = (unquote(parts.username or ""), unquote(parts.password or ""))
    return httpcore.Proxy(url, auth=name if any(name) else None)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    # reading the certificates takes 20 ms: once, not for every connection
    return httpcore.default_ssl_context()


async def get(
    pool: httpcore.AsyncConnectionPool,
    url: str,
    headers: tuple[tuple[str, str], ...],
    *,
    deadline: float,
    limit: int,
    cut: bool = False,
    room: Callable[[], Awaitable[None]] | None = None,
) -> Answer:
    """Ask for one address, following nothing.

    Args:
        pool: The connections.
        url: A normalised http(s) address.
        headers: Headers to send; Host is added.
        deadline: Seconds for all of it.
        limit: The most bytes of body.
        cut: Whether a longer body is cut there rather than refused.
        room: Waits for room in memory; called once the body is large.

    Raises:
        FetchError: unsafe_address, no_such_host, timeout, unreachable, bad_tls, bad_http,
            truncated, header_flood or too_large.
    """
    sent = (("Host", _host_header(url)), *headers)
    try:
        async with asyncio.timeout(deadline):
            return await _exchange(pool, url, sent, deadline, limit, cut, room)
    except (TimeoutError, httpcore.TimeoutException) as error:
        raise FetchError("timeout", f"no complete answer within {deadline:g} s") from error
    except UnsafeAddressError as error:
        raise FetchError("unsafe_address", str(error)) from error
    except UnknownHostError as error:
        raise FetchError("no_such_host", str(error)) from error
    except httpcore.ConnectError as error:
        reason = "bad_tls" if isinstance(error.__context__, ssl.SSLError) else "unreachable"
        raise FetchError(reason, str(error) or "the connection was refused") from error
    except httpcore.RemoteProtocolError as error:
        raise _protocol_trouble(str(error)) from error
    except (httpcore.NetworkError, httpcore.ProxyError) as error:
        raise FetchError("unreachable", f"the connection broke: {error}") from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, ssl.SSLError) as error:
        raise FetchError("bad_http", str(error)) from error


async def _exchange(
    pool: httpcore.AsyncConnectionPool,
    url: str,
    headers: tuple[tuple[str, str], ...],
    deadline: float,
    limit: int,
    cut: bool,
    room: Callable[[], Awaitable[None]] | None,
) -> Answer:
    began = time.monotonic()
    patience = dict.fromkeys(("connect", "read", "write", "pool"), deadline)
    async with pool.stream(
        "GET", url, headers=_encoded(headers), extensions={"timeout": patience}
    ) as response:
        received = tuple(
            (key.decode("latin-1"), value.decode("latin-1")) for key, value in response.headers
        )
        if len(received) > MOST_HEADERS:
            raise FetchError("header_flood", f"the answer has {len(received)} header lines")
        announced = next((v for k, v in received if k.lower() == "content-length"), "")
        if announced.isdigit() and not cut and float(announced) > limit:
            raise FetchError("too_large", f"{announced} bytes announced, at most {limit} are read")
        body = bytearray()
        async for piece in response.aiter_stream():
            body += piece
            if room is not None and len(body) > LARGE_BYTES:
                await room()
            if len(body) > limit:
                if not cut:
                    raise FetchError("too_large", f"more than {limit} bytes")
                del body[limit:]
                break
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        return Answer(
            url=url,
            request_headers=headers,
            status=response.status,
            phrase=response.extensions.get("reason_phrase", b"").decode("latin-1"),
            headers=received,
            body=bytes(body),
            address=str(peer[0]) if peer else None,
            received_at=datetime.now(UTC),
            seconds=time.monotonic() - began,
        )


def _encoded(headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    # an ETag goes back as the bytes it came in
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers]


def _host_header(url: str) -> str:
    return url.split("/", 3)[2]


def _protocol_trouble(detail: str) -> FetchError:
    # h11 tells these apart in words only
    if "without sending a response" in detail:
        return FetchError("unreachable", "the server hung up without an answer")
    if "closed connection" in detail or "incomplete" in detail:
        return FetchError("truncated", f"the answer was cut short: {detail}")
    if "too" in detail and ("long" in detail or "large" in detail or "big" in detail):
        return FetchError("header_flood", f"the headers never end: {detail}")
    return FetchError("bad_http", f"not valid HTTP: {detail}")


def retry_after(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, in seconds or as a date (RFC 9110, 10.2.3).

    Returns:
        Seconds to wait, at least 0; None if there is none or it makes no sense.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), _LONGEST_RETRY))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), _LONGEST_RETRY)
