from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fetch.client import retry_after
from tasks.fetch.found import moment
from tasks.fetch.kinds import kind_of
from tasks.fetch.verdicts import refresh_target, verdict

KINDS: list[tuple[str, bytes]] = [
    ("html", b"<!DOCTYPE html><title>A</title>"),
    ("html", b"\xef\xbb\xbf  <!-- hello -->\n<HTML lang=en>"),
    ("html", "<!doctype html><p>Grüße".encode("utf-16")),
    ("html", "<!doctype html><p>x</p>".encode("utf-16-le")),
    ("html", b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y">'),
    ("html", b"Some words first <p>and then markup</p>"),
    ("feed", b'<?xml version="1.0"?><!-- c --><rss version="2.0">'),
    ("feed", b'<feed xmlns="http://www.w3.org/2005/Atom">'),
    ("feed", b'<rdf:RDF xmlns:rdf="r">'),
    ("feed", b'{"title": "x", "version": "https://jsonfeed.org/version/1.1"}'),
    ("sitemap", b'<?xml version="1.0"?><urlset>'),
    ("sitemap", b"<sm:sitemapindex xmlns:sm='x'>"),
    ("opml", b"<opml version='2.0'>"),
    ("urls", b"# list\nhttps://a.example/1\n\nhttps://a.example/2\n"),
    ("urls", b"https://a.example/1  # the quay\nhttps://a.example/2 # the ferry\nnot one\n"),
    ("urls", b"ftp://a.example/1\nhttps://a.example/2\nmailto:desk@a.example\nnot one\n"),
    ("urls", b"a.example/2024/quay\nwww.b.example\n"),
    ("text", b"Harbour: what now?\nQ: Will the quay close?\nA: No.\n"),
    ("text", b"Quay to close\n\nSee https://a.example/1 for the minutes.\n"),
    ("text", "Kai schließt\n\nDie Fähre fährt nicht.".encode("latin-1")),
    ("text", b"{ braces at the start of a text }"),
    ("warc", b"WARC/1.0\r\n"),
    ("gzip", b"\x1f\x8b\x08"),
    ("empty", b" \r\n\t"),
    ("unsupported", b"%PDF-1.7"),
    ("unsupported", bytes(range(256))),
    ("unsupported", b'{"a": 1}'),
    ("unsupported", b'<?xml version="1.0"?><invoice/>'),
]


@pytest.mark.parametrize(("kind", "head"), KINDS)
def test_kinds_are_told_by_content(kind: str, head: bytes) -> None:
    assert kind_of(head) == kind


@given(st.binary(max_size=400))
def test_any_bytes_are_something(head: bytes) -> None:
    assert kind_of(head)
    verdict(head)
    refresh_target(head, "https://a.example/")


ARTICLE = b"<p>" + b"The board voted on Tuesday to close the old quay for good. " * 40 + b"</p>"
VERDICTS: list[tuple[str | None, bytes]] = [
    ("soft_404", b"<title>Seite nicht gefunden | Kurier</title>"),
    ("soft_404", b"<title>Herald</title><h1>Sorry, we can&#39;t find that page</h1>"),
    ("consent", b"<title>Herald</title><h2>We value your privacy</h2><button>OK</button>"),
    ("captcha", b"<title>Attention Required! | Cloudflare</title>"),
    ("empty", b"  \n"),
    (None, b"<title>404 Media sues the city over records</title>" + ARTICLE),
    (None, b"<title>Page not found: how links die</title>" + ARTICLE),
    (None, b"<title>Just a moment, please: a portrait</title><p>Short.</p>"),
    (None, b'<title>Not found</title><script>{"@type":"NewsArticle"}</script>'),
    (None, b"<title>Herald</title><p>A short brief.</p>"),
]


@pytest.mark.parametrize(("expected", "page"), VERDICTS)
def test_pages_that_are_no_articles_are_recognised(expected: str | None, page: bytes) -> None:
    found = verdict(page)
    assert (None if found is None else found[0]) == expected


def test_a_refresh_of_a_real_page_is_not_followed() -> None:
    tag = b'<meta http-equiv="Refresh" content="0; URL=/new">'
    assert refresh_target(tag, "https://a.example/old") == "https://a.example/new"
    assert refresh_target(tag + ARTICLE, "https://a.example/old") is None
    slow = b'<meta http-equiv="refresh" content="300; url=/new">'
    assert refresh_target(slow, "https://a.example/old") is None


NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("Mon, 06 May 2024 12:01:00 GMT", 60), ("Mon, 06 May 2024 11:00:00 GMT", 0),
     ("soon", None), ("-5", None), (None, None), ("", None)],
)  # fmt: skip
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-06", datetime(2024, 5, 6, tzinfo=UTC)),
        ("2024-05", datetime(2024, 5, 1, tzinfo=UTC)),
        ("2024-05-06T14:00:00.123+02:00", NOW),
        ("2024-05-06T12:00Z", NOW),
        ("Mon, 06 May 2024 08:00:00 -0400", NOW),
        ("2024-13-40", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_dates_as_feeds_and_sitemaps_write_them(
    text: str | None, expected: datetime | None
) -> None:
    assert moment(text) == expected
