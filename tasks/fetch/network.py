"""Connections that only go where they may: every address is checked as it is connected to.

A name is resolved once, here, and the connection is made to the very addresses that were checked:
a name that answers differently the second time (DNS rebinding) gains nothing, and a redirect is
one more connection, checked like the first.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import typing
from collections.abc import Awaitable, Callable, Iterable, Mapping
from urllib.request import proxy_bypass

import httpcore
from httpcore import AsyncNetworkBackend, AsyncNetworkStream

from tasks.errors import FetchError
from tasks.fetch import locations

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""From host name and port to IP addresses."""

_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_USUAL_PORTS = frozenset((80, 443))
# Metadata services that are public by number only (Azure's, and Oracle's where Python is old); the
# other clouds' live in link-local, private or shared ranges, which are never global.
_METADATA = frozenset(map(ipaddress.ip_address, ("168.63.129.16", "192.0.0.192")))
# IPv6 ranges whose last 32 bits are an IPv4 address: NAT64, IPv4-compatible, translated.
_CARRYING = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
# Ranges that Python takes for global, or did until lately: local NAT64 and site-local addresses,
# identifiers of segment routing, documentation, and the relays of 6to4.
_LOCAL = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b:1::/48", "fec0::/10", "5f00::/16", "3fff::/20", "192.88.99.0/24"),
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)


class UnsafeAddressError(httpcore.ConnectError):
    """The address may not be connected to."""


class UnknownHostError(httpcore.ConnectError):
    """The name has no address."""


async def resolved(host: str, port: int) -> list[str]:
    """Look a name up in DNS.

    Raises:
        OSError: It has no address.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def refusal(address: str, port: int, allowed: Iterable[str]) -> str | None:
    """Say why an address may not be connected to; None if it may.

    Args:
        address: An IP address.
        port: The port.
        allowed: Ranges (CIDR) that may be fetched though they are private, on any port.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if any(ip in ipaddress.ip_network(cidr, strict=False) for cidr in allowed):
        return None
    for inner in (ip, *_embedded(ip)):
        is_local = inner in _METADATA or any(inner in network for network in _LOCAL)
        if not inner.is_global or inner.is_multicast or is_local:
            return f"{address} is not an address of the public internet"
    return None if port in _USUAL_PORTS else f"port {port} is not a port of the web"


class CheckedBackend(AsyncNetworkBackend):
    """Resolves, checks and connects.

    Args:
        allowed: Ranges (CIDR) that may be connected to though they are private.
        resolver: Looks names up.
        proxy: Host and port of the user's own proxy, to which connections are not checked.
    """

    def __init__(
        self,
        allowed: tuple[str, ...],
        resolver: Resolver = resolved,
        proxy: tuple[str, int] | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._proxy = proxy
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: typing.Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect to the first of a host's addresses that answers, if all may be connected to."""
        if (host, port) == self._proxy:
            addresses = [host]
        else:
            addresses = await checked(host, port, self._allowed, self._resolver)
        trouble: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
        raise trouble or httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        """Wait (httpcore asks for it between its own retries)."""
        await asyncio.sleep(seconds)


async def checked(host: str, port: int, allowed: tuple[str, ...], resolver: Resolver) -> list[str]:
    """Resolve a name and check every address it has.

    Raises:
        UnsafeAddressError: One of them may not be connected to.
        UnknownHostError: It has none.
        httpcore.ConnectError: The question could not be answered now.
    """
    try:
        addresses = await resolver(host, port)
    except (OSError, UnicodeError) as error:
        detail = f"the name {host} cannot be resolved: {error}"
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
            raise httpcore.ConnectError(detail) from error
        raise UnknownHostError(detail) from error
    for address in addresses:
        if reason := refusal(address, port, allowed):
            raise UnsafeAddressError(f"{host}: {reason}")
    return addresses


def proxy_for(url: str, proxies: Mapping[str, str]) -> str | None:
    """Name the proxy that the environment (http_proxy, https_proxy, no_proxy) sets for a URL.

    Args:
        url: What is to be asked for.
        proxies: What `urllib.request.getproxies` says.
    """
    if not proxies or proxy_bypass(locations.host(url)):
        return None
    return proxies.get(url.partition(":")[0]) or proxies.get("all")


async def check_through_proxy(url: str, allowed: tuple[str, ...], resolver: Resolver) -> None:
    """Check where a URL leads that a proxy will connect to.

    The proxy resolves names itself; one that cannot be resolved here is its business, one that
    resolves here to what is refused is refused.

    Raises:
        FetchError: `unsafe_address`.
    """
    try:
        await checked(locations.host(url), locations.port(url), allowed, resolver)
    except UnsafeAddressError as error:
        raise FetchError("unsafe_address", str(error)) from error
    except httpcore.ConnectError:
        return


def _embedded(ip: _IP) -> list[_IP]:
    # IPv4 addresses carried inside IPv6 ones lead to the IPv4 network
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    inside: list[_IP] = [v4 for v4 in (ip.ipv4_mapped, ip.sixtofour) if v4 is not None]
    if ip.teredo is not None:
        inside.extend(ip.teredo)
    if any(ip in network for network in _CARRYING) or int(ip) >> 32 & 0xFFFFFFFF in _ISATAP:
        inside.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return inside
