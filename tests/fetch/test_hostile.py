"""What somebody would send who wants to break a crawler, or to stop it for everybody else."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import FetchError
from tasks.fetch import feeds, front_pages, kinds, markup, rights, robots, sitemaps, verdicts
from tasks.fetch.content_coding import decoded
from tasks.fetch.ledger_rebuild import rebuild_ledger
from tasks.fetch.policy import Policy

HOST = "herald.example"
BASE = f"https://{HOST}/"
JUST_A_MOMENT = b"<title>Just a moment...</title>"
STARS = "/" + "*a" * 30 + "b"
LONG = BASE + "a" * 300
US = "onrecord/0.1.0"


def reserved(page: bytes) -> object:
    return rights.page_rights((), page, "onrecord", reserved_by_site=False)


LOOKS: dict[str, Callable[[], object]] = {
    "wildcards in robots.txt": lambda: robots.refusal(
        robots.robots_file(200, f"User-agent: *\nDisallow: {STARS}".encode(), 0), LONG, US
    ),
    "wildcards in tdmrep.json": lambda: rights.reserved_by_site(
        json.dumps([{"location": STARS, "tdm-reservation": 1}]), LONG
    ),
    "depth in tdmrep.json": lambda: rights.reserved_by_site("[" * 200_000, LONG),
    "metas": lambda: reserved(b"<meta robots " * 20_000),
    "metas in comments": lambda: reserved(b"<!--<meta name=robots content=noai>" * 7_000),
    "headings": lambda: verdicts.verdict(b"<h1 " * 74_000),
    "scripts": lambda: verdicts.verdict(JUST_A_MOMENT + b"<script " * 37_000),
    "comments": lambda: verdicts.verdict(JUST_A_MOMENT + b"<!--" * 70_000),
    "links": lambda: verdicts.verdict(JUST_A_MOMENT + b"<a " * 90_000),
    "angles": lambda: verdicts.verdict(JUST_A_MOMENT + b"<" * 290_000),
    "refreshes": lambda: verdicts.refresh_target(b"<meta http-equiv=refresh " * 790, BASE),
    "links of a section": lambda: front_pages.is_front_page(b"<a " * 300_000, f"{BASE}world/"),
    "angles of a section": lambda: front_pages.is_front_page(b"<" * 990_000, f"{BASE}world/"),
    "many links": lambda: front_pages.read_front_page(b"<a href=/2024/05/x>y" * 90_000, BASE),
    "entries in entries": lambda: feeds.read_feed(b"<rss><channel>" + b"<item>" * 90_000, BASE, ""),
    "depth in a JSON feed": lambda: feeds.read_feed(b'{"items":' + b"[" * 200_000, BASE, ""),
    "depth of a sitemap": lambda: list(sitemaps.read_sitemap(b"<urlset>" * 200_000, BASE, "")),
    "comments in front": lambda: kinds.kind_of(b"<!--" * 16_384),
}


@pytest.mark.parametrize("name", LOOKS)
def test_looking_takes_no_longer_than_reading(name: str) -> None:
    began = time.process_time()
    LOOKS[name]()
    assert time.process_time() - began < 4


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
def test_noise_is_no_content_coding(coding: str) -> None:
    noise = random.Random(coding)
    for _ in range(50):
        start = {"gzip": b"\x1f\x8b\x08", "zstd": b"\x28\xb5\x2f\xfd"}.get(coding, b"")
        with suppress(FetchError):
            assert len(decoded(start + noise.randbytes(500), coding, 1_000)) <= 1_000


def test_half_a_million_empty_gzip_members_end_at_once() -> None:
    began = time.process_time()
    with pytest.raises(FetchError, match="members"):
        decoded(gzip.compress(b"") * 500_000, "gzip", 1_000)
    assert time.process_time() - began < 2


def test_markup_is_taken_out_as_browsers_would() -> None:
    page = "a<!-- <script> -->b<SCRIPT>if (1<2)</script >c<style>d</style>e<nav>f"
    assert markup.without(page, "script", "style", "nav").split() == ["a", "b", "c", "e<nav>f"]
    assert markup.without("<p>a<!-- <b> -->c</p><!-- d").split() == ["<p>a", "c</p><!--", "d"]
    assert markup.elements("<a>b</a>c<A>d</A><a>", "a") == ["<a>b</a>", "<A>d</A>"]


@pytest.mark.parametrize(
    ("pattern", "path", "does"),
    [("/a", "/ab", True), ("/a$", "/ab", False), ("/a$", "/a", True), ("/*.pdf$", "/x.pdf", True),
     ("/*.pdf$", "/x.pdf?y", False), ("/*a*b", "/xaxb", True), ("/*b*a", "/xaxb", False),
     ("*", "/", True), ("/ab*ba$", "/aba", False), ("/*", "/", True), ("", "/", True)],
)  # fmt: skip
def test_patterns_of_robots(pattern: str, path: str, does: bool) -> None:
    assert markup.matches(pattern, path) == does


HEAD = "User-agent: *\nDisallow: /private/\n"
FILLER = HEAD + "# filler\n" * 400_000


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (FILLER.encode(), []),
        (gzip.compress(FILLER.encode()), [("Content-Encoding", "gzip")]),
        (gzip.compress(FILLER.encode())[:-30], [("Content-Encoding", "gzip")]),
    ],
    ids=["long", "a bomb", "cut"],
)
def test_of_a_robots_file_too_long_the_start_counts(
    internet: Any, fetch: Any, reply: Any, body: bytes, headers: list[tuple[str, str]]
) -> None:
    internet.put(HOST, "/robots.txt", reply(body, headers=headers))
    barred, open_ = internet.article(HOST, "/private/a"), internet.article(HOST, "/b")
    batch = fetch(barred, open_)
    assert [row.reason for row in batch.failures] == ["robots"]
    assert [snapshot.url for snapshot in batch.items] == [open_]


def test_a_robots_file_that_cannot_be_decoded_allows_nothing(
    internet: Any, fetch: Any, reply: Any
) -> None:
    robots_txt = reply(b"\x1f\x8b\x08nonsense", headers=[("Content-Encoding", "gzip")])
    internet.put(HOST, "/robots.txt", robots_txt)
    assert [row.reason for row in fetch(internet.article(HOST, "/b")).failures] == ["robots"]


def test_headers_of_any_bytes_go_back_as_they_came(internet: Any, fetch: Any, reply: Any) -> None:
    etag = '"caf\xe9"'

    def answer(seen: Any) -> Any:
        if seen.headers.get("if-none-match") == etag:
            return reply(status=304)
        return reply(b"<p>The board voted.</p>", headers=[("ETag", etag), ("Retry-After", "9" * 9)])

    url = internet.put(HOST, "/a", answer)
    assert len(fetch(url).items) == 1
    refetched = fetch(url, policy=Policy(gap=0, refetch=True))
    assert len(refetched.items) == 1
    assert internet.seen[-1].headers["if-none-match"] == etag


def test_a_redirect_in_raw_utf8_leads_where_browsers_go(
    internet: Any, fetch: Any, reply: Any
) -> None:
    target = internet.article(HOST, "/caf%C3%A9")
    raw = "/café".encode().decode("latin-1")
    url = internet.put(HOST, "/a", reply(status=301, headers=[("Location", raw)]))
    assert [snapshot.url for snapshot in fetch(url).items] == [target]


@pytest.mark.parametrize("digits", ["9" * 5_000, "-1", "1e9", "٣"])
def test_any_retry_after_is_survived(internet: Any, fetch: Any, reply: Any, digits: str) -> None:
    headers = [("Retry-After", digits.encode().decode("latin-1"))]
    url = internet.put(HOST, "/a", reply(b"", 503, headers))
    assert [row.reason for row in fetch(url).failures] == ["http_503"]


def test_a_pause_asked_for_is_kept_even_without_a_gap(
    internet: Any, fetch: Any, reply: Any
) -> None:
    slow = internet.put(HOST, "/a", reply(b"", 429, [("Retry-After", "3600")]))
    other = internet.article(HOST, "/b")
    assert [row.reason for row in fetch(slow, other).failures] == ["http_429", "host_paused"]
    assert [row.reason for row in fetch(internet.article(HOST, "/c")).failures] == ["host_paused"]
    assert internet.pages_asked(HOST) == ["/a"]


def test_titles_of_any_length_and_signs_are_kept_short_and_whole(
    internet: Any, find: Any, fetch: Any, box: Any
) -> None:
    """Neither the ledger nor our own archives may choke on what a feed says of a page."""
    page = internet.article(HOST, "/2024/05/quay.html")
    title = "\\ud800\\u0000 Quay\\r\\nWARC/1.1 " + "x" * 200_000
    item = f'{{"url":"{page}","title":"{title}","id":"{title}"}}'
    feed = f'{{"version":"https://jsonfeed.org/version/1","items":[{item}]}}'
    found = find(internet.put(HOST, "/feed.json", feed))
    hint = found.items[0].headline_hint
    assert hint is not None
    assert hint.startswith("Quay WARC/1.1 x")
    assert len(hint) <= 500
    assert len(fetch(*found.items).items) == 1
    assert rebuild_ledger(box) == 2
    archives = map(str, (box.data / "raw").glob("*.warc.gz"))
    assert [address.location for address in find(*archives).items] == [page]


def test_metadata_too_long_costs_only_itself(find: Any, tmp_path: Path) -> None:
    def record(kind: str, content: str, body: bytes) -> bytes:
        head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:x:{len(body)}>\r\n"
        head += f"WARC-Target-URI: {BASE}a\r\nWARC-Date: 2024-05-06T10:00:00Z\r\n"
        head += f"Content-Type: {content}\r\nContent-Length: {len(body)}\r\n\r\n"
        return gzip.compress(head.encode() + body + b"\r\n\r\n")

    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The board voted.</p>"
    path = tmp_path / "foreign.warc.gz"
    path.write_bytes(
        record("metadata", "application/warc-fields", b"note: " + b"x" * 200_000)
        + record("response", "application/http;msgtype=response", answer)
    )
    assert [address.location for address in find(str(path)).items] == [f"{BASE}a"]


def test_one_site_with_many_sitemaps_keeps_nobody_waiting(
    internet: Any, find: Any, reply: Any
) -> None:
    def listing(url: str) -> str:
        return f"<urlset><url><loc>{url}</loc></url></urlset>"

    names = [internet.put("slow.example", f"/sitemap-{n}.xml", listing(
        internet.url("slow.example", f"/2024/05/story-{n}.html"))) for n in range(12)]  # fmt: skip
    index = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
    slow = internet.put("slow.example", "/sitemap.xml", f"<sitemapindex>{index}</sitemapindex>")
    quick = internet.put(HOST, "/sitemap.xml", listing(internet.url(HOST, "/2024/05/quay.html")))
    found = find(slow, quick, policy=Policy(gap=0.05, hosts_at_once=2))
    assert len(found.items) == 13
    first = [seen.host for seen in internet.seen].index(HOST)
    assert first < 6


def test_a_feed_without_end_gives_its_first_entries(find: Any, tmp_path: Path) -> None:
    items = "".join(f"<item><link>{BASE}2024/05/{n}.html</link></item>" for n in range(3_500))
    path = tmp_path / "feed.xml"
    path.write_text(f'<rss version="2.0"><channel>{items}</channel></rss>')
    found = find(str(path))
    assert len(found.items) == feeds.MOST_ENTRIES
    assert [skip.reason for skip in found.skipped] == ["over_limit"]


STATUS = [b"HTTP/1.1 200 OK", b"HTTP/1.0 200", b"HTTP/9 2 x", b"HTTP/1.1 101 Up", b"ICY 200 OK",
          b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK", b"HTTP/1.1 999 ?", b"<p>"]  # fmt: skip
FIELDS = [b"Content-Length: 5", b"Content-Length: -5", b"Content-Length: 99999999999999999999",
          b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked",
          b"Content-Encoding: br",
          b"Content-Encoding: " + b"gzip," * 30, b"\x00: \xff", b": x", b"X: " + b"y" * 70_000,
          b"Location: http://[::1", b"Content-Type: text/html; charset=\xff\xfe",
          b"Content-Length: 5\r\nContent-Length: 6", b"Set-Cookie: \r\n  folded"]  # fmt: skip
BODIES = [
    b"",
    b"hello",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"fffffffffffffffff\r\n",
    b"-1\r\n",
    b"\x00" * 99,
]


def test_whatever_bytes_a_server_sends_the_page_ends_as_a_row(
    internet: Any, fetch: Any, reply: Any
) -> None:
    chance = random.Random(9309)
    urls = []
    for number in range(60):
        head = chance.choice(STATUS)
        fields = b"\r\n".join(chance.sample(FIELDS, chance.randint(0, 3)))
        raw = head + b"\r\n" + fields + b"\r\n\r\n" + chance.choice(BODIES)
        urls.append(internet.put(f"h{number}.example", "/a", reply(raw=[raw])))
    batch = fetch(*urls, policy=Policy(gap=0, deadline=3, attempts=1, breaker=99))
    assert len(batch.items) + len(batch.failures) == len(urls)
