"""What a site's robots.txt allows us (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from protego import Protego

from tasks.fetch import locations

MOST_BYTES = 512_000
"""How much of a robots.txt is read; the RFC asks for at least 500 KiB."""


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What an origin answered when asked for its robots.txt."""

    status: int
    """HTTP status after redirects; 0 if there was no answer."""

    body: str
    """Its text, if the status is 2xx."""

    fetched_at: float
    """When (seconds since 1970)."""


def robots_file(status: int, body: bytes, now: float) -> RobotsFile:
    """Keep of an answer what matters."""
    text = body[:MOST_BYTES].decode("utf-8-sig", "replace") if 200 <= status < 300 else ""
    return RobotsFile(status, text.replace("\x00", ""), now)


def refusal(robots: RobotsFile, url: str, user_agent: str) -> str | None:
    """Say why a page may not be fetched; None if it may.

    No robots.txt (any 4xx but 429) allows everything; a server in trouble (5xx, 429, no answer)
    forbids everything until it answers.
    """
    if is_troubled(robots):
        what = f"answers {robots.status}" if robots.status else "does not answer readably"
        return f"robots.txt {what}: until it does, nothing may be fetched"
    if not 200 <= robots.status < 300 or locations.target(url) == "/robots.txt":
        return None
    if parsed(robots.body).can_fetch(url, product(user_agent)):
        return None
    return f"robots.txt of {locations.origin(url)} forbids it"


def is_troubled(robots: RobotsFile) -> bool:
    """Tell whether the server was in no state to say what it allows."""
    return robots.status in (0, 429) or robots.status >= 500


def crawl_delay(robots: RobotsFile, user_agent: str) -> float:
    """Tell how many seconds the site wants between requests; 0 if it does not say."""
    if not 200 <= robots.status < 300:
        return 0.0
    rules = parsed(robots.body)
    rate = rules.request_rate(product(user_agent))
    between = rate.seconds / rate.requests if rate and rate.requests else 0.0
    return max(float(rules.crawl_delay(product(user_agent)) or 0.0), between)


def sitemaps(robots: RobotsFile, base: str) -> list[str]:
    """List the sitemaps it names, without repeats."""
    if not 200 <= robots.status < 300:
        return []
    found = (locations.joined(base, link) for link in parsed(robots.body).sitemaps)
    return list(dict.fromkeys(link for link in found if link))


PRODUCT = "onrecord"
"""Our name in the rules of sites."""


def product(user_agent: str) -> str:
    """Take the product token from a User-Agent: what robots.txt groups are named after."""
    return user_agent.partition("/")[0].strip()


@lru_cache(maxsize=2_000)
def parsed(body: str) -> Protego:
    """Parse a robots.txt; whatever it holds, this does not fail."""
    return Protego.parse(body)
