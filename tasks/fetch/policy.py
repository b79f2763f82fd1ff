"""How a run fetches: the parameters of discovery and fetching, with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

Rights = Literal["general", "research"]

IN_FORMS: dict[str, Any] = {"use_attribute_docstrings": True}
"""Has the dashboard's forms explain fields by the docstrings under them (pydantic reads it)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How politely, how patiently and under which rights pages are fetched."""

    __pydantic_config__: ClassVar[dict[str, Any]] = IN_FORMS

    gap: float = 2.0
    """Seconds between the end of one request to a host and the next; a longer Crawl-delay wins."""

    deadline: float = 30.0
    """Seconds a try of a page may take, its redirects included and waiting for turns not: slow
    drips end."""

    max_bytes: int = 10_000_000
    """Largest body of a page as sent; real news pages stay under 5 MB."""

    max_unpacked: int = 20_000_000
    """Largest body of a page once decompressed."""

    max_redirects: int = 10
    """Longest chain of redirects; browsers allow 20, honest sites need 3 or 4."""

    attempts: int = 3
    """How often a page is tried on 429, 5xx and network trouble; nothing else is tried again."""

    backoff: float = 5.0
    """Seconds before the second try; doubled for each further one, times a random 0.5 to 1.5."""

    longest_wait: float = 60.0
    """Most seconds to wait for a host: one that asks for more (Retry-After, Crawl-delay) gets it,
    but in a later run."""

    breaker: int = 5
    """After so many pages of a host in a row that failed for its own fault, it is left alone."""

    breaker_pause: float = 1_800.0
    """Seconds it is then left alone."""

    hosts_at_once: int = 64
    """Hosts that are worked through at the same time."""

    rights: Rights = "general"
    """`general` leaves alone what is reserved (TDM reservation, noai, noindex); `research` records
    the reservation and goes on, for those whom the law lets mine texts for research."""

    ignore_robots: str | None = None
    """The reason for ignoring robots.txt, such as a written permission; null obeys it."""

    time_budget: float | None = None
    """Seconds after which no further page is begun; what is left stays due."""

    refetch: bool = False
    """Ask for known pages again though they are not due."""

    robots_life: float = 86_400.0
    """Seconds a robots.txt is used before it is asked for again (RFC 9309: at most 24 hours)."""

    revisits: tuple[float, ...] = (86_400.0, 604_800.0)
    """Seconds after publication at which an article is looked at again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Which of the addresses found are wanted."""

    __pydantic_config__: ClassVar[dict[str, Any]] = IN_FORMS

    since: datetime | None = None
    """Only what was published (or captured, or changed) at or after this moment."""

    until: datetime | None = None
    """Only what was published before this moment."""

    count: int | None = None
    """At most so many, the newest first."""

    only_hosts: tuple[str, ...] = ()
    """Only these hosts and their subdomains; of every host when empty."""

    archive: bool = False
    """Walk a site's complete sitemaps from its front page, not just its feeds and news sitemaps."""


POLICY = Policy()
"""The usual policy."""

LIMITS = Limits()
"""No limits."""
