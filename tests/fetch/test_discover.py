from __future__ import annotations

import gzip
import io
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks.fetch.ledger import settle
from tasks.fetch.ledger_schema import open_ledger
from tasks.fetch.policy import Limits

PAGE = (
    "<!doctype html><html><body><h1>Quay to close</h1><p>“No choice,” said Holt.</p></body></html>"
)
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Herald</title><link>{home}</link>
{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>{link}</link><guid>{link}</guid>
<pubDate>{date}</pubDate></item>"""
DATES = [
    "Mon, 06 May 2024 08:00:00 GMT",
    "Tue, 07 May 2024 08:00:00 GMT",
    "Wed, 08 May 2024 08:00:00 GMT",
]


def rss(internet: Any, host: str, path: str = "/rss.xml", count: int = 3) -> str:
    items = "".join(
        ITEM.format(
            title=f"Story {n}", link=internet.article(host, f"/2024/{n}.html"), date=DATES[n]
        )
        for n in range(count)
    )
    return str(internet.put(host, path, RSS.format(home=internet.url(host), items=items)))


def kinds(batch: Any) -> list[tuple[str, str]]:
    return [(address.source_kind, address.location) for address in batch.items]


def reasons(batch: Any) -> dict[str, str]:
    rows = [*batch.failures, *batch.skipped]
    return {Path(row.url).name or row.url: row.reason for row in rows}


def test_a_folder_is_read_in_order_and_nothing_is_dropped(find: Any, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "page.html").write_text(PAGE)
    (tmp_path / "a.txt").write_text("Quay to close\n\nThe board voted on Tuesday.\n")
    (tmp_path / "c.htm.gz").write_bytes(gzip.compress(PAGE.encode()))
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 20)
    (tmp_path / "style.css").write_text("article p { color: #333; margin: 0 0 1em }\n" * 60)
    (tmp_path / "app.js").write_text("var box = '<div><p>Quay to close</p></div>';\n" * 60)
    (tmp_path / "broken.html").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "nothing.html").write_text("  \n")
    (tmp_path / ".hidden.html").write_text(PAGE)
    batch = find(str(tmp_path))
    assert kinds(batch) == [
        ("text_file", str(tmp_path / "a.txt")),
        ("html_file", str(tmp_path / "c.htm.gz")),
        ("html_file", str(tmp_path / "b" / "page.html")),
    ]
    assert all(address.source == address.location for address in batch.items)
    assert reasons(batch) == {
        "broken.html": "wrong_type",
        "nothing.html": "empty",
        "logo.png": "not_a_page",
        "style.css": "not_a_page",
        "app.js": "not_a_page",
        ".hidden.html": "hidden",
    }


def test_the_kind_is_told_by_content_not_by_name(find: Any, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE)
    (tmp_path / "article.html").write_text("Quay to close\n\nThe board voted on Tuesday.\n")
    batch = find(str(tmp_path / "page.txt"), str(tmp_path / "article.html"))
    assert [address.source_kind for address in batch.items] == ["html_file", "text_file"]


@pytest.mark.parametrize(
    ("source", "reason", "said"),
    [
        ("no/such/file.html", "missing", "no file or folder"),
        ("herald.example", "missing", "write https://herald.example"),
        ("", "missing", "empty source"),
        ("ftp://herald.example/a", "bad_url", "http or https"),
        ("https://user:secret@herald.example/", "bad_url", "no usable"),
    ],
)
def test_a_wrong_source_is_told_what_is_wrong(
    find: Any, source: str, reason: str, said: str
) -> None:
    (failure,) = find(source).failures
    assert (failure.url, failure.stage, failure.reason) == (source, "discover", reason)
    assert said in failure.detail


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_rather_than_waited_for(find: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "a.txt").write_text("Quay to close\n\nThe board voted on Tuesday.\n")
    batch = find(str(tmp_path), str(tmp_path / "pipe.txt"))
    assert [address.location for address in batch.items] == [str(tmp_path / "a.txt")]
    assert [failure.reason for failure in batch.failures] == ["unreadable"] * 2
    assert "pipes are read with -" in batch.failures[0].detail


@pytest.mark.skipif(sys.platform != "linux", reason="names are UTF-8 on this file system")
def test_a_name_that_is_not_utf8_costs_only_its_file(find: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Quay to close\n\nThe board voted on Tuesday.\n")
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    Path(odd).write_text("Quay to close\n\nThe board voted on Tuesday.\n")
    batch = find(str(tmp_path), odd)
    assert [address.location for address in batch.items] == [str(tmp_path / "a.txt")]
    assert [(failure.url, failure.reason) for failure in batch.failures] == [
        (str(tmp_path / "caf\\xe9.txt"), "unreadable")
    ] * 2


def test_a_linked_folder_is_told_and_not_followed(find: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Quay to close\n\nThe board voted on Tuesday.\n")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert reasons(find(str(tmp_path))) == {"again": "linked"}


def test_a_path_too_long_for_the_system_is_a_failure(find: Any) -> None:
    (failure,) = find("a" * 5_000).failures
    assert (failure.reason, "cannot be read" in failure.detail) == ("unreadable", True)


def test_an_empty_folder_and_an_image_are_no_sources(find: Any, tmp_path: Path) -> None:
    image = tmp_path / "photo.jpg"
    image.write_bytes(b"\xff\xd8\xff\xe0" + b"\x00" * 30)
    (tmp_path / "empty").mkdir()
    batch = find(str(image), str(tmp_path / "empty"))
    assert [failure.reason for failure in batch.failures] == ["wrong_type", "empty"]
    assert "JPEG" in batch.failures[0].detail


def test_what_is_given_twice_is_found_once(find: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    batch = find(str(page), str(tmp_path), str(page))
    assert len(batch.items) == 1
    assert [skip.reason for skip in batch.skipped] == ["duplicate", "duplicate"]


def test_standard_input_is_a_page_or_a_list(find: Any) -> None:
    page = find("-", stdin=io.BytesIO(PAGE.encode()))
    assert [address.source for address in page.items] == ["-"]
    assert Path(page.items[0].location).read_text() == PAGE
    again = find("-", stdin=io.BytesIO(PAGE.encode()))
    assert again.items == page.items
    urls = find("-", stdin=io.BytesIO(b"https://herald.example/2024/a.html\n"))
    assert kinds(urls) == [("url", "https://herald.example/2024/a.html")]
    assert reasons(find("-", stdin=io.BytesIO(b""))) == {"-": "empty"}


def test_a_list_of_addresses_keeps_its_bad_lines_as_failures(find: Any, tmp_path: Path) -> None:
    listing = tmp_path / "urls.txt"
    listing.write_text(
        "# the beat\nhttps://Herald.example:443/2024/a.html#top\nhttps://herald.example/2024/b\n"
        "see the minutes\nhttps://herald.example/2024/a.html?utm_source=x\n"
    )
    batch = find(str(listing))
    assert kinds(batch) == [
        ("url", "https://herald.example/2024/a.html"),
        ("url", "https://herald.example/2024/b"),
    ]
    assert [f.reason for f in batch.failures] == ["bad_url"]
    assert [s.reason for s in batch.skipped] == ["duplicate"]


def test_lines_that_are_nearly_addresses_are_told_what_they_lack(find: Any, tmp_path: Path) -> None:
    listing = tmp_path / "urls.txt"
    listing.write_text(
        "https://herald.example/2024/a.html   # the quay\nhttps://herald.example/2024/b#top\n"
        "ftp://herald.example/c\nherald.example/2024/d\nhttps://\n"
    )
    batch = find(str(listing))
    assert [location.rpartition("/")[2] for _, location in kinds(batch)] == ["a.html", "b"]
    assert [failure.url for failure in batch.failures] == [
        "ftp://herald.example/c", "herald.example/2024/d", "https://"
    ]  # fmt: skip
    assert "write https://herald.example/2024/d" in batch.failures[1].detail


def test_a_feed_gives_its_entries_with_their_hints(internet: Any, find: Any) -> None:
    feed = rss(internet, "herald.example")
    batch = find(feed)
    first = batch.items[0]
    assert len(batch.items) == 3
    assert first.source_kind == "feed"
    assert first.source == feed
    assert first.headline_hint == "Story 0"
    assert first.published_at_hint == datetime(2024, 5, 6, 8, tzinfo=UTC)
    assert first.guid == first.location


def test_a_feed_under_any_name_is_known_by_its_content(internet: Any, find: Any) -> None:
    assert len(find(rss(internet, "herald.example", "/latest")).items) == 3


def test_a_page_given_by_address_is_fetched_once(internet: Any, find: Any, fetch: Any) -> None:
    url = internet.article("herald.example", "/2024/05/quay-to-close-for-good.html")
    (address,) = find(url).items
    (snapshot,) = fetch(address).items
    assert snapshot.url == url
    assert internet.pages_asked() == ["/2024/05/quay-to-close-for-good.html"]


def test_a_page_that_fails_while_looked_at_fails_once_in_fetch(
    internet: Any, find: Any, fetch: Any
) -> None:
    (address,) = find(internet.url("herald.example", "/2024/gone.html")).items
    (failure,) = fetch(address).failures
    assert (failure.stage, failure.reason) == ("fetch", "http_404")
    assert internet.pages_asked() == ["/2024/gone.html"]


def test_json_feeds_atom_and_opml(internet: Any, find: Any) -> None:
    story = internet.article("herald.example", "/2024/a.html")
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Herald",
        "items": [
            {"id": 7, "url": story, "title": "A", "date_published": "2024-05-06T10:00:00+02:00"},
            {"id": 8},
        ],
    }
    internet.put("herald.example", "/feed.json", json.dumps(feed))
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>G</title><entry><id>tag:g</id>'
        '<title>B</title><link rel="alternate" href="/2024/b.html"/>'
        "<updated>2024-05-07T08:00:00Z</updated></entry></feed>"
    )
    internet.put("gazette.example", "/atom.xml", atom)
    opml = "".join(
        f'<outline type="rss" xmlUrl="{internet.url(host, path)}"/>'
        for host, path in (("herald.example", "/feed.json"), ("gazette.example", "/atom.xml"))
    )
    url = internet.put("lists.example", "/press.opml", f"<opml><body>{opml}</body></opml>")
    batch = find(url)
    assert [(a.headline_hint, a.guid) for a in batch.items] == [("A", "7"), ("B", "tag:g")]
    assert batch.items[0].published_at_hint == datetime(2024, 5, 6, 8, tzinfo=UTC)
    assert batch.items[1].location == internet.url("gazette.example", "/2024/b.html")


def sitemap(entries: str, root: str = "urlset") -> str:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?><{root} xmlns="{space}">{entries}</{root}>'


def test_sitemap_indexes_packed_and_news_sitemaps(internet: Any, find: Any, reply: Any) -> None:
    host = "herald.example"
    news = (
        f"<url><loc>{internet.url(host, '/2024/05/a-long-story.html')}</loc>"
        '<n:news xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><n:publication_date>'
        "2024-05-06T08:00:00Z</n:publication_date><n:title>A long story</n:title></n:news></url>"
    )
    old = f"<url><loc>{internet.url(host, '/2019/05/an-old-story.html')}</loc></url>"
    nav = f"<url><loc>{internet.url(host, '/tag/harbour/')}</loc></url>"
    internet.put(host, "/news.xml", sitemap(news))
    packed = gzip.compress(sitemap(old + nav).encode())
    internet.put(host, "/old.xml.gz", reply(packed, headers=[("Content-Type", "application/gzip")]))
    index = sitemap(
        "".join(
            f"<sitemap><loc>{internet.url(host, path)}</loc><lastmod>{day}</lastmod></sitemap>"
            for path, day in (("/news.xml", "2024-05-06"), ("/old.xml.gz", "2019-05-06"))
        ),
        "sitemapindex",
    )
    url = internet.put(host, "/sitemap.xml", index)
    batch = find(url)
    assert [a.location.rpartition("/")[2] for a in batch.items] == [
        "a-long-story.html",
        "an-old-story.html",
    ]
    assert batch.items[0].headline_hint == "A long story"
    assert batch.items[0].source == internet.url(host, "/news.xml")
    assert [skip.reason for skip in batch.skipped] == ["filtered"]
    recent = find(url, limits=Limits(since=datetime(2024, 1, 1, tzinfo=UTC)))
    assert len(recent.items) == 1
    assert internet.asked().count("/old.xml.gz") == 1, "an old sitemap is not asked for"


def test_a_front_page_leads_to_feeds_news_sitemaps_and_links(internet: Any, find: Any) -> None:
    host = "herald.example"
    rss(internet, host)
    link = internet.article(host, "/2024/05/harbour-board-votes.html")
    internet.put(
        host,
        "/",
        '<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/rss.xml"></head><body>'
        f'<a href="{link}">Votes</a><a href="/login">Log in</a><a href="/tag/port/">Port</a>'
        '<a href="https://elsewhere.example/2024/05/other-story.html">Elsewhere</a></body></html>',
    )
    internet.put(
        host,
        "/robots.txt",
        f"Sitemap: {internet.url(host, '/news-sitemap.xml')}\n"
        f"Sitemap: {internet.url(host, '/all.xml')}\n",
    )
    fresh = internet.url(host, "/2024/05/fresh-story.html")
    internet.put(host, "/news-sitemap.xml", sitemap(f"<url><loc>{fresh}</loc></url>"))
    batch = find(internet.url(host))
    assert [a.location.rpartition("/")[2] for a in batch.items] == [
        "harbour-board-votes.html",
        "0.html",
        "1.html",
        "2.html",
        "fresh-story.html",
    ]
    assert "/comments/rss.xml" not in internet.asked()
    assert "/all.xml" not in internet.asked()
    assert batch.failures == ()


def test_limits_take_the_newest_first(internet: Any, find: Any) -> None:
    feed = rss(internet, "herald.example")
    newest = find(feed, limits=Limits(count=2))
    assert [a.headline_hint for a in newest.items] == ["Story 2", "Story 1"]
    assert [s.reason for s in newest.skipped] == ["over_limit"]
    since = find(
        feed,
        limits=Limits(
            since=datetime(2024, 5, 7, tzinfo=UTC), until=datetime(2024, 5, 8, tzinfo=UTC)
        ),
    )
    assert [a.headline_hint for a in since.items] == ["Story 1"]
    assert sorted(s.reason for s in since.skipped) == ["too_new", "too_old"]
    assert find(feed, limits=Limits(only_hosts=("other.example",))).items == ()


def test_a_second_run_asks_for_feeds_only(internet: Any, find: Any, fetch: Any, box: Any) -> None:
    feed = rss(internet, "herald.example")
    first = find(feed)
    fetch(*first.items)
    settle(open_ledger(box), [address.location for address in first.items])
    internet.seen.clear()
    second = find(feed)
    assert second.items == ()
    assert [skip.reason for skip in second.skipped] == ["not_due"] * 3
    assert internet.asked() == ["/rss.xml"]


def test_a_run_that_died_before_storing_finds_its_pages_pending(
    internet: Any, find: Any, fetch: Any
) -> None:
    feed = rss(internet, "herald.example")
    fetched = fetch(*find(feed).items)
    again = find(feed)
    assert len(again.items) == 3
    internet.seen.clear()
    assert fetch(*again.items).items == fetched.items
    assert internet.seen == []


def test_a_feed_that_is_gone_is_a_failure_of_discovery(internet: Any, find: Any) -> None:
    (failure,) = find(internet.url("herald.example", "/rss.xml")).failures
    assert (failure.stage, failure.reason) == ("discover", "http_404")


def test_listings_that_lead_in_circles_end(internet: Any, find: Any) -> None:
    me = internet.url("herald.example", "/sitemap.xml")
    index = sitemap(f"<sitemap><loc>{me}</loc></sitemap>", "sitemapindex")
    internet.put("herald.example", "/sitemap.xml", index)
    assert [skip.reason for skip in find(me).skipped] == ["duplicate"]


def test_five_routes_lead_to_the_same_bytes(
    internet: Any, find: Any, fetch: Any, box: Any, tmp_path: Path
) -> None:
    """By address, feed, sitemap, saved file and archive; and the first three ask but once."""
    host = "herald.example"
    url = internet.article(host, "/2024/05/quay-to-close.html")
    link = f"<item><link>{url}</link></item>"
    feed = internet.put(host, "/rss.xml", f'<rss version="2.0"><channel>{link}</channel></rss>')
    listed = internet.put(host, "/sitemap.xml", sitemap(f"<url><loc>{url}</loc></url>"))
    by_url, by_feed, by_sitemap = (fetch(*find(source).items) for source in (url, feed, listed))
    saved = tmp_path / "saved.html"
    saved.write_bytes(internet.routes[host, "/2024/05/quay-to-close.html"].body)
    by_file = fetch(*find(str(saved)).items)
    by_archive = fetch(*find(*map(str, (box.data / "raw").glob("*.warc.gz"))).items)
    snapshots = [batch.items[0] for batch in (by_url, by_feed, by_sitemap, by_file, by_archive)]
    assert len({snapshot.digest for snapshot in snapshots}) == 1
    assert [snapshot.url for snapshot in snapshots] == [url, url, url, None, url]
    assert internet.asked().count("/2024/05/quay-to-close.html") == 1


TENS = [f"&a{n};" * 10 for n in range(9)]
LEVELS = "".join(f'<!ENTITY a{n} "{ten}">' for n, ten in enumerate(TENS, start=1))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{LEVELS}]>'
STORY = "https://herald.example/2024/05/quay-to-close.html"
ITEMS = f"<item><title>&a9;</title><link>{STORY}</link></item>"
PLACES = f"<url><loc>https://herald.example/&a9;</loc></url><url><loc>{STORY}</loc></url>"


@pytest.mark.parametrize(
    "body",
    [
        f'{LAUGHS}<rss version="2.0"><channel>{ITEMS}</channel></rss>',
        f"{LAUGHS}<urlset>{PLACES}</urlset>",
        f'{LAUGHS}<opml><body><outline text="&a9;"/></body></opml>',
    ],
)
def test_entities_that_multiply_stay_small(find: Any, tmp_path: Path, body: str) -> None:
    path = tmp_path / "listing.xml"
    path.write_text(body)
    began = time.process_time()
    batch = find(str(path))
    assert time.process_time() - began < 20  # written out, the entity is 2 GB
    assert all(len(address.headline_hint or "") < 1_000 for address in batch.items)
    assert all(len(address.location) < 1_000 for address in batch.items)
