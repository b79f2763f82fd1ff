# ruff: noqa: E501 -- a page is one element a line
"""HTML pages from bytes to article; pages, places and people are invented."""

import json
from datetime import UTC, datetime

import pytest

from tasks.clean.article import clean_page
from tasks.errors import CleanError
from tasks.records import Address, Article, Page, Snapshot

URL = "https://www.vellmouthpost.example/news/2024/05/06/night-ferry"
PROSE = [
    "The harbour town of Vellmouth has voted to keep its night ferry for another ten years.",
    "Ada Fennimore, who leads the council, told a packed hall that the boat would sail “whatever the weather”.",
    "Passengers had collected four thousand signatures since the spring, more than half of the island.",
    "The ferry company had wanted to end the service in October, citing the price of fuel and of crews.",
    "“It was never about the money,” said Idris Quell, who has worked on the landing stage for thirty years.",
    "A spokesman for the company said that it respected the vote and would publish a new timetable in June.",
]
LINKED = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Vellmouth keeps its night ferry",
    "datePublished": "2024-05-06T07:08:09+02:00",
    "dateModified": "2024-05-06T09:00:00+02:00",
    "author": [{"@type": "Person", "name": "Ines Okafor"}, {"@type": "Person", "name": "Reuters"}],
    "publisher": {"@type": "Organization", "name": "Vellmouth Post"},
    "isAccessibleForFree": "False",
}


def page(
    prose: list[str] = PROSE, *, head: str = "", before: str = "", inside: str = "", after: str = ""
) -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in prose)
    return (
        f'<!doctype html><html lang="en-GB"><head><title>Vellmouth keeps its night ferry | Vellmouth Post'
        f'</title><meta property="og:site_name" content="Vellmouth Post">{head}</head><body>'
        f'<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f'<main><article class="story"><h1>Vellmouth keeps its night ferry</h1>{before}'
        f'<div class="story-body">{paragraphs}{inside}</div>{after}</article></main>'
        f"<footer><p>© 2024 Vellmouth Post. All rights reserved.</p></footer></body></html>"
    )


def clean(html: str | bytes, url: str | None = URL, **known: object) -> Article:
    body = html.encode() if isinstance(html, str) else html
    address = Address(url or "page.html", "html_file", "page.html")
    snapshot = Snapshot(address, "page.html", None, "sha256:0", url=url, **known)  # type: ignore[arg-type]
    return clean_page(Page(snapshot, body))


def test_the_body_and_nothing_else() -> None:
    article = clean(page())
    assert article.text.split("\n") == PROSE
    assert article.headline == "Vellmouth keeps its night ferry"
    assert article.outlet == "vellmouthpost.example"
    assert article.language == "en"
    assert article.canonical_url == URL
    assert article.authors is None


def test_json_ld_is_read_with_its_provenance() -> None:
    script = f'<script type="application/ld+json">{json.dumps(LINKED)}</script>'
    article = clean(page(head=script))
    assert article.authors == ("Ines Okafor",)
    assert article.wire_agency == "Reuters"
    assert article.published_at == datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC)
    assert (article.published_at_precision, article.published_at_source) == ("second", "json-ld")
    assert article.modified_at == datetime(2024, 5, 6, 7, tzinfo=UTC)
    assert article.article_type == "news"
    assert article.is_paywalled is True
    sources = {item.field: item.source for item in article.field_sources}
    assert sources["published_at"] == "json-ld"
    assert "h1" in sources["headline"]


def test_a_date_after_the_capture_is_not_believed() -> None:
    script = f'<script type="application/ld+json">{json.dumps(LINKED)}</script>'
    article = clean(page(head=script), captured_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert article.published_at is None


def test_a_printed_standfirst_is_lifted() -> None:
    dek = '<p class="standfirst">Islanders win their fight for a boat after midnight</p>'
    article = clean(page(before=dek))
    assert article.standfirst == "Islanders win their fight for a boat after midnight"
    assert article.text.split("\n") == PROSE
    assert article.segments[0].role == "standfirst"


def test_a_summary_that_repeats_the_first_paragraph_is_none() -> None:
    article = clean(page(head=f'<meta name="description" content="{PROSE[0]}">'))
    assert article.standfirst is None
    assert article.text.split("\n")[0] == PROSE[0]


def test_the_byline_in_sight() -> None:
    article = clean(page(before='<div class="byline">By Ines Okafor and Tom Vale</div>'))
    assert article.authors == ("Ines Okafor", "Tom Vale")
    assert "Okafor" not in article.text


def test_related_stories_and_newsletters_are_left_out() -> None:
    related = (
        '<div class="related-stories"><h3>More on this</h3><ul><li><a href="/a">Fuel price falls for a '
        'third week</a></li><li><a href="/b">Harbour wall to be raised</a></li></ul></div>'
        '<div class="newsletter-box"><p>Get the best of the Vellmouth Post in your inbox every morning.</p></div>'
    )
    assert clean(page(inside=related)).text.split("\n") == PROSE
    assert clean(page(after=related)).text.split("\n") == PROSE


def test_lists_quotes_and_headings_stay() -> None:
    inside = (
        "<h2>What happens next</h2><ul><li>The timetable comes in June.</li>"
        "<li>The company has until October to object.</li></ul>"
        "<blockquote><p>We shall sail until the engine falls out, the captain wrote to the council.</p></blockquote>"
        f"<p>{PROSE[2]} That was the largest petition in the history of the island.</p>"
    )
    text = clean(page(inside=inside)).text
    assert "What happens next" in text
    assert "The timetable comes in June." in text
    assert "We shall sail until the engine falls out" in text


def test_the_kicker_is_no_part_of_the_headline() -> None:
    html = page().replace("<h1>", "<h1>Transport | ")
    assert clean(html).headline == "Vellmouth keeps its night ferry"


def test_headline_and_time_of_the_feed_fill_in() -> None:
    hint = datetime(2024, 5, 6, 5, 0, tzinfo=UTC)
    html = page().replace("<h1>Vellmouth keeps its night ferry</h1>", "")
    html = html.replace("Vellmouth keeps its night ferry | Vellmouth Post", "Vellmouth Post")
    address = Address("https://v.example/1", "feed", "f", None, "Ferry stays", hint)
    article = clean_page(
        Page(Snapshot(address, "a.html", None, "", url="https://v.example/1"), html.encode())
    )
    assert article.headline == "Ferry stays"
    assert (article.published_at, article.published_at_source) == (hint, "feed")


def test_the_same_page_gives_the_same_article() -> None:
    assert clean(page()) == clean(page())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert clean(page().encode(encoding)).text.split("\n") == PROSE


def test_mojibake_is_repaired() -> None:
    broken = page().encode().decode("cp1252", "replace")
    if "\ufffd" in broken:
        broken = page().replace("”", "“").encode().decode("cp1252")
    assert "“whatever" in clean(broken).text


@pytest.mark.parametrize(
    ("html", "url", "reason"),
    [
        ("<html><body><h1>Not found</h1><p>This page is gone.</p></body></html>", URL, "too_short"),
        (
            "<html><body>"
            + "".join(
                f'<div><a href="/{n}">Headline number {n} of the day</a></div>' for n in range(40)
            )
            + "</body></html>",
            "https://www.vellmouthpost.example/",
            "not_article",
        ),
        (page([]), "https://www.vellmouthpost.example/about", "too_short"),
    ],
    ids=["404", "front page", "about"],
)
def test_pages_that_are_no_articles(html: str, url: str, reason: str) -> None:
    with pytest.raises(CleanError) as error:
        clean(html, url)
    assert error.value.reason in (reason, "too_short")
