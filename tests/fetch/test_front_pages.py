from __future__ import annotations

import pytest

from tasks.fetch.front_pages import (
    is_front_page,
    is_listing_name,
    may_be_article,
    read_front_page,
)

LINKS = "".join(
    f'<li><a href="/2024/05/{n}-story.html">Story number {n}</a></li>' for n in range(12)
)
STORY = "<p>" + "The board voted on Tuesday to close the old quay. " * 30 + "</p>"

PAGES: list[tuple[str, str, bool]] = [
    ("https://a.example/", STORY, True),
    ("https://a.example/world/middle-east/", f"<ul>{LINKS}</ul><p>Ferries and quays</p>", True),
    ("https://a.example/world/europe/", STORY, False),
    ("https://a.example/old-story.html", f"<p>Short.</p><ul>{LINKS}</ul>", False),
    ("https://a.example/outlet.example/", f"<ul>{LINKS}</ul>", True),
    ("https://a.example/the-board-votes-to-close-the-quay/", STORY + LINKS, False),
    ("https://a.example/quay/", f'<script>{{"@type": "NewsArticle"}}</script>{STORY}', False),
    ("https://a.example/2024/05/06/quay/", f"<ul>{LINKS}</ul>", False),
]


@pytest.mark.parametrize(("url", "page", "is_front"), PAGES)
def test_front_pages_are_told_from_articles(url: str, page: str, is_front: bool) -> None:
    assert is_front_page(f"<html><body>{page}</body></html>".encode(), url) == is_front


@pytest.mark.parametrize(
    ("path", "is_name"),
    [("/", True), ("/feed/", True), ("/rss.xml", True), ("/news/atom", True), ("/?feed=rss", True),
     ("/sitemap_index.xml", True), ("/sitemap-news.xml.gz", True), ("/press.opml", True),
     ("/rss?token=zq7", True), ("/news/feed?outlet=9&key=zq7", True), ("/rss-reader?id=7", False),
     ("/2024/05/feed-the-world.html", False), ("/2024/rssi-signals-explained", False),
     ("/world/", False)],
)  # fmt: skip
def test_names_of_listings(path: str, is_name: bool) -> None:
    assert is_listing_name(f"https://a.example{path}") == is_name


@pytest.mark.parametrize(
    ("path", "may"),
    [("/2024/05/quay-to-close.html", True), ("/archives/2024/10/16/2003825372", True),
     ("/?p=31228", True), ("/world/article-120034567.html", True), ("/", False),
     ("/tag/harbour/", False), ("/login", False), ("/images/quay.jpg", False),
     ("/2024/05/photo.jpg", False)],
)  # fmt: skip
def test_what_may_be_an_article(path: str, may: bool) -> None:
    assert may_be_article(f"https://a.example{path}") == may


def test_links_are_resolved_against_the_base_of_the_page() -> None:
    page = (
        '<head><base href="https://a.example/news/"><link rel="alternate" href="feed.xml" '
        'type="application/rss+xml"><link rel="sitemap" href="/map.xml"></head>'
        '<a href="2024/05/quay-to-close.html">Quay</a><a href="/x/y.html" rel="nofollow">No</a>'
    )
    found = read_front_page(page.encode(), "https://a.example/")
    assert found.feeds == ("https://a.example/news/feed.xml",)
    assert found.sitemaps == ("https://a.example/map.xml",)
    assert found.articles == ("https://a.example/news/2024/05/quay-to-close.html",)
    assert read_front_page(b"", "https://a.example/").feeds == ()
