from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fetch.robots import crawl_delay, refusal, robots_file, sitemaps

US = "onrecord/0.1.0 (+https://github.com/onrecord/onrecord; desk@example.org)"
PAGE = "https://herald.example/2024/05/quay.html?ref=home"
CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"

CASES: list[tuple[str, bytes, bool]] = [
    ("empty", b"", True),
    ("all is forbidden", b"User-agent: *\nDisallow: /\n", False),
    ("an empty rule forbids nothing", b"User-agent: *\nDisallow:\n", True),
    ("the longest rule wins", b"User-agent: *\nDisallow: /2024/\nAllow: /2024/05/\n", True),
    ("of two as long, allow wins", b"User-agent: *\nDisallow: /2024\nAllow: /2024\n", True),
    ("our own group wins over all", b"User-agent: *\nDisallow: /\n\nUser-agent: OnRecord\n", True),
    ("our own group forbids", b"User-agent: onrecord\nDisallow: /\n\nUser-agent: *\nAllow: /\n",
     False),
    ("another's group is not ours", b"User-agent: GPTBot\nDisallow: /\n", True),
    ("groups of several agents", b"User-agent: a\nUser-agent: onrecord\nDisallow: /2024\n", False),
    ("byte-order mark and odd case", b"\xef\xbb\xbfuser-AGENT: *\r\ndisALLOW: /2024\r\n", False),
    ("old line ends", b"User-agent: *\rDisallow: /2024\r", False),
    ("comments and blanks", b"# hello\n\nUser-agent: * # all\nDisallow: /2024 # old\n", False),
    ("wildcards", b"User-agent: *\nDisallow: /*/05/*.html\n", False),
    ("the end of the address", b"User-agent: *\nDisallow: /*.html$\n", True),
    ("queries count", b"User-agent: *\nDisallow: /*?ref=\n", False),
    ("nonsense before", b"<html>no robots here</html>\nUser-agent: *\nDisallow: /2024\n", False),
    ("only a sitemap", b"Sitemap: https://herald.example/s.xml\n", True),
]  # fmt: skip


@pytest.mark.parametrize(("body", "may"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_hard_cases(body: bytes, may: bool) -> None:
    assert (refusal(robots_file(200, body, 0.0), PAGE, US) is None) == may


@pytest.mark.parametrize(
    ("status", "may"),
    [(404, True), (401, True), (403, True), (410, True), (429, False), (500, False), (503, False),
     (0, False)],
)  # fmt: skip
def test_what_the_status_means(status: int, may: bool) -> None:
    assert (
        refusal(robots_file(status, b"User-agent: *\nDisallow: /", 0.0), PAGE, US) is None
    ) == may


def test_a_percent_encoded_path_is_the_same_path() -> None:
    robots = robots_file(200, "User-agent: *\nDisallow: /über/\n".encode(), 0.0)
    assert refusal(robots, "https://herald.example/%C3%BCber/a.html", US) is not None


def test_only_the_first_half_megabyte_counts() -> None:
    body = b"User-agent: *\n" + b"# filler\n" * 60_000 + b"Disallow: /\n"
    assert refusal(robots_file(200, body, 0.0), PAGE, US) is None


def test_delay_and_sitemaps() -> None:
    robots = robots_file(
        200, b"User-agent: *\nCrawl-delay: 7.5\nSitemap: /s.xml\nSitemap: /s.xml\n", 0.0
    )
    assert crawl_delay(robots, US) == 7.5
    assert sitemaps(robots, "https://herald.example/") == ["https://herald.example/s.xml"]
    assert crawl_delay(robots_file(404, b"", 0.0), US) == 0.0


@given(st.binary(max_size=300))
def test_nothing_makes_it_fail(body: bytes) -> None:
    robots = robots_file(200, body, 0.0)
    refusal(robots, PAGE, US)
    crawl_delay(robots, US)
    sitemaps(robots, PAGE)
