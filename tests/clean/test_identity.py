import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.identity import article_id, canonical_url, content_hash, outlet_of, revision_id


@pytest.mark.parametrize(
    ("url", "declared", "expected"),
    [
        ("http://WWW.Example.co.uk:80/a/../b/", None, "https://www.example.co.uk/b/"),
        ("https://example.com/story?utm_source=x&id=7", None, "https://example.com/story?id=7"),
        ("https://m.example.com/a", "https://www.example.com/a", "https://www.example.com/a"),
        ("https://example.com/a", "https://elsewhere.org/a", "https://example.com/a"),
        ("https://example.com/a", "/b", "https://example.com/b"),
        ("https://example.com/a/story", "https://example.com/", "https://example.com/a/story"),
        ("https://bücher.example/ä", None, "https://xn--bcher-kva.example/%C3%A4"),
        ("https://example.com:8080/a#top", None, "https://example.com:8080/a"),
        (None, "https://example.com/a", "https://example.com/a"),
        (None, None, None),
        ("file:///home/a.html", None, None),
    ],
)
def test_canonical_urls(url: str | None, declared: str | None, expected: str | None) -> None:
    assert canonical_url(url, declared) == expected


@given(st.text(alphabet="abcdeé/.?=&-_%0123456789", max_size=40))
def test_the_canonical_form_is_its_own_canonical_form(path: str) -> None:
    once = canonical_url(f"http://news.example.org/{path}")
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://news.example.co.uk/a", "example.co.uk"),
        ("https://www.example.com", "example.com"),
        ("http://127.0.0.1:8000/a", "127.0.0.1"),
        (None, None),
    ],
)
def test_outlets(url: str | None, outlet: str | None) -> None:
    assert outlet_of(url) == outlet


def test_identifiers_name_the_url_and_the_words() -> None:
    url = "https://example.com/a"
    assert article_id(url, "One", "text") == article_id(url, "Two", "other text")
    assert article_id(None, "One", "Some text.") == article_id(None, "one", "Some  text")
    assert article_id(None, "One", "text") != article_id(None, "One", "other")
    name, content = article_id(url, "One", "text"), content_hash("One", "text")
    assert len(name) == 20
    assert revision_id(name, content) == f"{name}-{content[:8]}"
