"""Addresses that list others: feeds, sitemaps, OPML, lists and front pages, asked for and read."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tasks.batch import failure
from tasks.errors import FetchError
from tasks.fetch import breaker, ledger, locations, origins, robots
from tasks.fetch.crawl import Crawl
from tasks.fetch.feeds import MOST_ENTRIES, read_feed, read_opml
from tasks.fetch.found import Found, Link
from tasks.fetch.front_pages import is_listing_name, may_be_article, read_front_page
from tasks.fetch.kinds import is_url, text_of, url_lines
from tasks.fetch.policy import Limits
from tasks.fetch.sitemaps import MOST_ENTRIES as MOST_PLACES
from tasks.fetch.sitemaps import read_sitemap
from tasks.fetch.visits import Capture, Role, visit
from tasks.records import Address, Failure, Skip, SourceKind

DEEPEST = 4
"""How far listings may lead to listings: OPML, front page, sitemap index, sitemap."""

MOST_LISTINGS = 2_000
"""Listings asked for because one source leads to them; a sitemap index may name 50 000."""

MOST_ADDRESSES = 500_000
"""Addresses found before no further listing is read: they are held in memory until sorted."""

MOST_FEED_BYTES = 20_000_000
"""The largest feed; real ones stay under 5 MB, and reading takes 50 times as much memory."""

_MOST_FEEDS = 12

Result = Found | Failure | Skip


@dataclass(frozen=True, slots=True)
class Look:
    """An address to look at, because it may list others."""

    url: str
    """The address, normalised."""

    source: str
    """What pages found there are said to come from."""

    role: Role
    """`listing` if something says so, `unknown` if the user just gave it."""

    depth: int = 0
    """How many listings led here."""

    root: str = ""
    """The address of the first of them."""


@dataclass(slots=True)
class Trail:
    """Where the looks of a run have been."""

    places: asyncio.Semaphore
    """How many sites may be looked at at the same time."""

    seen: set[str] = field(default_factory=set)
    """Listings already asked for."""

    followed: Counter[str] = field(default_factory=Counter)
    """How many listings each source has led to."""

    found: int = 0
    """How many addresses were found."""

    sites: dict[str, asyncio.Lock] = field(default_factory=dict)
    """A site's looks wait for each other here, without a place."""


async def look_at(crawl: Crawl, look: Look, limits: Limits, trail: Trail) -> list[Result]:
    """Find the pages an address leads to, which may be the page itself.

    Args:
        crawl: The crawl.
        look: Where to look.
        limits: Sitemaps last changed before `since` are passed over.
        trail: Where this run has been; grows.
    """
    root = look.root or look.url
    if look.url in trail.seen:
        return [Skip(look.url, "duplicate")]
    if trail.followed[root] >= MOST_LISTINGS or look.depth > DEEPEST:
        return [Skip(look.url, "too_many_listings")]
    trail.seen.add(look.url)
    trail.followed[root] += 1
    address = Address(look.url, "url", look.source)
    role: Role = look.role
    known = ledger.visits(crawl.ledger, [look.url]).get(look.url)
    by_name = is_listing_name(look.url)
    if role == "unknown" and known is not None and known.role == "article" and known.outcome:
        return [Found(address)]
    ledger.enter(crawl.ledger, [address], "listing" if role == "listing" or by_name else "article")
    known = ledger.visits(crawl.ledger, [look.url])[look.url]
    site = locations.site(look.url)
    async with trail.sites.setdefault(site, asyncio.Lock()), trail.places:
        if crawl.is_out_of_time:
            return [Skip(look.url, "out_of_time")]
        if trail.found >= MOST_ADDRESSES:
            return [Skip(look.url, "too_many_listings")]
        try:
            breaker.check(crawl, site)
            capture = await visit(crawl, address, role, known)
            breaker.count(crawl, site, "ok")
            if not capture.is_listing:
                return [Found(address)]
            found, looks = await _expanded(crawl, capture, look, limits)
            kind = capture.kind
            del capture
        except FetchError as error:
            breaker.count(crawl, site, error.reason)
            if role == "unknown" and not by_name:
                # the fetch stage finds the failure in the ledger, and reports it as that of a page
                return [Found(address)]
            return [failure(address, "discover", error)]
        finally:
            crawl.room.leave()
    trail.found += len(found)
    looks = [replace(other, root=root) for other in looks]
    further = await asyncio.gather(*(look_at(crawl, other, limits, trail) for other in looks))
    results = found + [result for results in further for result in results]
    if not results:
        detail = f"the {kind} at {look.url} names no pages"
        return [Failure(look.url, "discover", "empty", detail)]
    return results


async def _expanded(
    crawl: Crawl, capture: Capture, look: Look, limits: Limits
) -> tuple[list[Result], list[Look]]:
    base = capture.snapshot.url or look.url
    body = capture.body
    if capture.kind == "feed":
        if len(body) > MOST_FEED_BYTES:
            raise FetchError("too_large", f"a feed of more than {MOST_FEED_BYTES} bytes")
        entries: list[Result] = [*read_feed(body, base, look.url)]
        if len(entries) >= MOST_ENTRIES:
            entries.append(Skip(look.url, "over_limit"))
        return entries, []
    if capture.kind == "opml":
        return [], _looks(read_opml(body, base), look)
    if capture.kind == "sitemap":
        return _from_sitemap(body, base, look, limits)
    if capture.kind == "urls":
        return _from_list(text_of(body), look), []
    if capture.kind == "html" and look.role == "unknown":
        return await _from_front_page(crawl, body, base, look, limits)
    detail = f"{look.url} should be a feed or sitemap but is a page"
    return [Failure(look.url, "discover", "wrong_type", detail)], []


def _from_sitemap(
    body: bytes, base: str, look: Look, limits: Limits
) -> tuple[list[Result], list[Look]]:
    found: list[Result] = []
    looks: list[Look] = []
    for entry in read_sitemap(body, base, look.url):
        if isinstance(entry, Found):
            may = may_be_article(entry.address.location)
            found.append(entry if may else Skip(entry.address.location, "filtered"))
        elif _is_old(entry, limits):
            found.append(Skip(entry.url, "too_old"))
        else:
            looks.append(Look(entry.url, entry.url, "listing", look.depth + 1))
    if len(found) + len(looks) >= MOST_PLACES:
        found.append(Skip(look.url, "over_limit"))
    return found, looks


def _is_old(link: Link, limits: Limits) -> bool:
    return bool(limits.since and link.changed_at and link.changed_at < limits.since)


def _from_list(text: str, look: Look) -> list[Result]:
    kind: SourceKind = "sitemap" if "sitemap" in look.url.lower() else "url"
    results: list[Result] = []
    for line in url_lines(text):
        url = locations.normalised(line) if is_url(line) else None
        if url is None:
            detail = f"a line of {look.url} is no address"
            results.append(Failure(line[:500], "discover", "bad_url", detail))
        else:
            results.append(Found(Address(url, kind, look.url)))
    return results


async def _from_front_page(
    crawl: Crawl, body: bytes, base: str, look: Look, limits: Limits
) -> tuple[list[Result], list[Look]]:
    """Follow a front page: its feeds, its news sitemaps, its links; all its sitemaps if asked to.

    Without feeds, news sitemaps and links its other sitemaps are all there is.
    """
    page = read_front_page(body, base)
    sitemaps = list(page.sitemaps)
    if locations.is_front(base) and crawl.policy.ignore_robots is None:
        named = robots.sitemaps(await origins.robots_of(crawl, base), base)
        sitemaps = list(dict.fromkeys([*sitemaps, *named]))
    news = [url for url in sitemaps if "news" in url.rpartition("/")[2].lower()]
    feeds = page.feeds[:_MOST_FEEDS]
    wanted = sitemaps if limits.archive or not (feeds or news or page.articles) else news
    links: list[Result] = [Found(Address(url, "url", look.url)) for url in page.articles]
    return links, _looks([*feeds, *wanted], look)


def _looks(urls: Iterable[str], look: Look) -> list[Look]:
    return [Look(url, url, "listing", look.depth + 1) for url in urls]
