"""A site's front page: the feeds and sitemaps it names, and the articles it links to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from courlan.filters import (
    extension_filter,
    is_navigation_page,
    is_not_crawlable,
    type_filter,
)
from lxml import etree, html

from tasks.fetch import locations, markup
from tasks.fetch.kinds import text_of

_FEED_TYPES = ("rss+xml", "atom+xml", "feed+json", "rdf+xml")
_COMMENTS = re.compile(r"comment|kommentar|/replies", re.IGNORECASE)
_ARTICLE_MARKUP = re.compile(
    r"\"(?:News|Reportage|Opinion|Analysis|Review)\w*Article\"|\"BlogPosting\"|"
    r"property=[\"']og:type[\"']\s+content=[\"']article|"
    r"content=[\"']article[\"']\s+property=[\"']og:type",
    re.IGNORECASE,
)
# one or two short names, such as /world/middle-east or /outlet.example/; no slug, year or file
_SECTION = re.compile(
    r"(?!.*(?:\d{4}|\.(?:html?|php|aspx?)\b))(?:/[\w.]{2,24}(?:-[\w.]{2,16})?){1,2}/?\Z",
    re.IGNORECASE,
)
_LISTING_NAME = re.compile(
    r"(?:^|[/._-])(?:feeds?|rss2?|atom|sitemap[\w-]*|opml)(?:$|[/._?])"
    r"|\.(?:xml|rss|atom|rdf|opml|gz)\Z|[?&](?:feed|format)=(?:rss|atom|feed|json)",
    re.IGNORECASE,
)
_UNSEEN = ("script", "style", "noscript", "svg")
_FEWEST_LINKS = 10
_DATED = re.compile(r"/(?:19|20)\d\d/(?:[01]?\d|[a-z]{3})/|\d{6}|[?&]p=\d{3}")
_MOST_LINKS = 300
_MOST_ANCHORS = 5_000


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What a front page leads to, in its order."""

    feeds: tuple[str, ...]
    """Feeds it announces, without those of comments."""

    sitemaps: tuple[str, ...]
    """Sitemaps it announces."""

    articles: tuple[str, ...]
    """Pages of the same site it links to that may be articles."""


def read_front_page(body: bytes, base: str) -> FrontPage:
    """Read where a front page leads."""
    try:
        tree = html.document_fromstring(text_of(body).replace("\x00", "").encode())
    except (etree.ParserError, etree.XMLSyntaxError):
        return FrontPage((), (), ())
    base = _base(tree, base)
    feeds, sitemaps = [], []
    for link in tree.iter("link"):
        rel, kind = (link.get("rel") or "").lower(), (link.get("type") or "").lower()
        url = locations.joined(base, link.get("href") or "")
        if url is None or not link.get("href"):
            continue
        if "alternate" in rel and any(name in kind for name in _FEED_TYPES):
            feeds.append(url)
        elif "sitemap" in rel:
            sitemaps.append(url)
    kept = [url for url in feeds if not _COMMENTS.search(url)]
    return FrontPage(
        tuple(dict.fromkeys(kept)),
        tuple(dict.fromkeys(sitemaps)),
        tuple(islice(_articles(tree, base), _MOST_LINKS)),
    )


def _articles(tree: html.HtmlElement, base: str) -> Iterator[str]:
    site, links, urls = locations.site(base), set[str](), set[str]()
    for anchor in islice(tree.iter("a"), _MOST_ANCHORS):
        link = anchor.get("href") or ""
        if not link or link in links or "nofollow" in (anchor.get("rel") or "").lower():
            continue
        links.add(link)
        url = locations.joined(base, link)
        if url is None or locations.site(url) != site or url in urls:
            continue
        urls.add(url)
        if may_be_article(url) and not is_listing_name(url):
            yield url


def is_front_page(body: bytes, url: str) -> bool:
    """Tell whether a page is the front page of a site or a section, rather than an article.

    A section page is named like one, is no article by its own markup, and a third of it is links.
    """
    if locations.is_front(url):
        return True
    if not _SECTION.match(locations.target(url)):
        return False
    page = text_of(body[:1_000_000])
    return not _ARTICLE_MARKUP.search(page) and _is_made_of_links(page)


def _is_made_of_links(page: str) -> bool:
    seen = markup.without(page, *_UNSEEN)
    links = markup.elements(seen, "a")
    linked = sum(map(markup.word_count, links))
    return len(links) >= _FEWEST_LINKS and linked * 3 > markup.word_count(seen)


def is_listing_name(url: str) -> bool:
    """Tell whether an address looks like that of a feed, sitemap or front page."""
    return locations.is_front(url) or _LISTING_NAME.search(locations.target(url)) is not None


def may_be_article(url: str) -> bool:
    """Tell whether an address can be an article's: no front page, index, media file or login."""
    if locations.is_front(url):
        return False
    path = url.partition("?")[0]
    if not extension_filter(path) or is_not_crawlable(url):
        return False
    return (type_filter(path) and not is_navigation_page(url)) or _DATED.search(url) is not None


def _base(tree: html.HtmlElement, url: str) -> str:
    for element in tree.iter("base"):
        if element.get("href"):
            return locations.joined(url, element.get("href") or "") or url
    return url
