from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fetch import locations

CASES: list[tuple[str, str | None]] = [
    ("HTTP://Herald.Example:80", "http://herald.example/"),
    ("https://herald.example:443/a#top", "https://herald.example/a"),
    ("https://herald.example:8443/a", "https://herald.example:8443/a"),
    (" https://herald.example/a b?q=ü ", "https://herald.example/a%20b?q=%C3%BC"),
    ("https://herald.example/%C3%BCber", "https://herald.example/%C3%BCber"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ("https://herald.example./a", "https://herald.example/a"),
    ("https://herald.example/a\n/b", "https://herald.example/a/b"),
    ("http://[::1]:8080/", "http://[::1]:8080/"),
    ("https://me:secret@herald.example/", None),
    ("javascript:alert(1)", None),
    ("mailto:desk@herald.example", None),
    ("file:///etc/passwd", None),
    ("https://", None),
    ("https://herald.example:99999/", None),
    ("https://herald .example/", None),
    ("https://herald.example/" + "a" * 5_000, None),
]


@pytest.mark.parametrize(("url", "expected"), CASES)
def test_normalised(url: str, expected: str | None) -> None:
    assert locations.normalised(url) == expected


@given(st.text(max_size=60))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    for url in (text, f"https://herald.example/{text}", f"https://{text}/"):
        once = locations.normalised(url)
        if once is not None:
            assert once.isascii()
            assert locations.normalised(once) == once


@pytest.mark.parametrize(
    ("url", "below", "is_above"),
    [
        ("https://a.example/", "https://a.example/2024/story.html", True),
        ("https://www.a.example/", "https://a.example/story", True),
        ("https://a.example/news/", "https://a.example/news/2024/story", True),
        ("https://a.example/story/", "https://a.example/story/amp", False),
        ("https://a.example/", "https://a.example/", False),
        ("https://b.example/", "https://a.example/story", False),
        ("https://a.example/new-home", "https://a.example/story", False),
    ],
)
def test_far_above(url: str, below: str, is_above: bool) -> None:
    assert locations.is_far_above(url, below) == is_above
