# ruff: noqa: E501 -- a case is one line
"""What a page says of its article beyond its words, column by column."""

import json
from datetime import UTC, datetime

import pytest

from tasks.clean.article import clean_page
from tasks.records import Address, Article, Page, Snapshot
from tasks.store.schema import TABLES

URL = "https://www.vellmouthpost.example/news/2024/05/06/night-ferry?utm_source=x"
PROSE = "".join(
    f"<p>Witness {n} told the council on Monday that the night ferry had sailed in every storm.</p>"
    for n in range(8)
)


def clean(head: str = "", url: str = URL, top: str = "", **ld: object) -> Article:
    script = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **ld})
    html = (
        f"<html lang='en-GB'><head>{head}<script type='application/ld+json'>{script}</script></head>"
        f"<body><article><h1>Night ferry stays</h1>{top}{PROSE}</article></body></html>"
    )
    snapshot = Snapshot(Address(url, "url", url), "a.html", None, "", url=url)
    return clean_page(Page(snapshot, html.encode()))


def test_every_field_of_an_article_has_a_column() -> None:
    columns = {column.name for column in TABLES["articles"].columns}
    wanted = (
        "canonical_url outlet outlet_name headline standfirst authors section keywords image_url"
        " language article_type published_at published_at_precision published_at_source modified_at"
        " dateline credit_line wire_agency is_paywalled provenance extractor site_snapshot"
    )
    assert set(wanted.split()) <= columns


def test_section_keywords_and_image() -> None:
    article = clean(
        articleSection="Transport",
        keywords="ferry, islands, ferry",
        image={"@type": "ImageObject", "url": "/pictures/ferry.jpg"},
    )
    assert article.section == "Transport"
    assert article.keywords == ("ferry", "islands")
    assert article.image_url == "https://www.vellmouthpost.example/pictures/ferry.jpg"


def test_the_same_from_meta_elements() -> None:
    article = clean(
        '<meta property="article:section" content="Transport"><meta property="article:tag" '
        'content="ferry"><meta property="article:tag" content="islands"><meta property="og:image" '
        'content="https://img.example/f.jpg"><meta property="og:site_name" content="Vellmouth Post">'
    )
    assert (article.section, article.keywords) == ("Transport", ("ferry", "islands"))
    assert article.image_url == "https://img.example/f.jpg"
    assert article.outlet_name == "Vellmouth Post"


@pytest.mark.parametrize("name", ["Night ferry stays for ten years", "How it stays afloat"])
def test_a_site_named_like_the_article_costs_no_headline(name: str) -> None:
    article = clean(
        f'<meta property="og:title" content="{name}"><meta property="og:site_name" content="{name}">'
    )
    assert article.headline == "Night ferry stays"


def test_what_is_not_said_is_null() -> None:
    article = clean()
    unsaid = (article.section, article.keywords, article.image_url, article.is_paywalled)
    assert unsaid == (None, None, None, None)
    assert article.outlet_name == "vellmouthpost.example"
    assert (article.modified_at, article.dateline) == (None, None)
    assert article.published_at == datetime(2024, 5, 6, tzinfo=UTC)
    assert (article.published_at_precision, article.published_at_source) == ("day", "url")


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        ('<link rel="canonical" href="/news/night-ferry">', "https://www.vellmouthpost.example/news/night-ferry"),
        ('<link rel="canonical" href="https://elsewhere.example/x">', "https://www.vellmouthpost.example/news/2024/05/06/night-ferry"),
        ('<link rel="canonical" href="/">', "https://www.vellmouthpost.example/news/2024/05/06/night-ferry"),
        ("", "https://www.vellmouthpost.example/news/2024/05/06/night-ferry"),
    ],
    ids=["own", "another site's", "front page", "none"],
)  # fmt: skip
def test_canonical_addresses(claimed: str, expected: str) -> None:
    assert clean(claimed).canonical_url == expected


@pytest.mark.parametrize(
    ("free", "tier", "expected"),
    [
        ("False", "", True),
        (False, "", True),
        (True, "", False),
        ("true", "", False),
        ("perhaps", "", None),
        (None, "locked", True),
        (None, "free", False),
        (None, "metered", False),
    ],
)
def test_paywalls(free: object, tier: str, expected: bool | None) -> None:
    head = f'<meta property="article:content_tier" content="{tier}">' if tier else ""
    ld = {} if free is None else {"isAccessibleForFree": free}
    assert clean(head, **ld).is_paywalled is expected


@pytest.mark.parametrize(
    ("url", "kind", "section", "expected"),
    [
        ("/news/2024/05/06/night-ferry", "NewsArticle", "", "news"),
        ("/opinion/2024/05/06/night-ferry", "NewsArticle", "", "opinion"),
        ("/news/night-ferry-12345", "OpinionNewsArticle", "", "opinion"),
        ("/news/night-ferry-12345", "NewsArticle", "Opinion", "opinion"),
        ("/interviews/night-ferry-12345", "NewsArticle", "", "interview"),
        ("/news/live/2024/may/06/night-ferry", "NewsArticle", "", "liveblog"),
        ("/news/night-ferry-12345", "LiveBlogPosting", "", "liveblog"),
        ("/blog/night-ferry-12345", "BlogPosting", "", "other"),
    ],
)
def test_article_types(url: str, kind: str, section: str, expected: str) -> None:
    ld = {"@type": kind, **({"articleSection": section} if section else {})}
    assert clean(url=f"https://www.vellmouthpost.example{url}", **ld).article_type == expected


def test_times_with_precision_source_and_change() -> None:
    article = clean(
        datePublished="2024-05-06T07:08+02:00",
        dateModified="2024-05-06T09:10:11+02:00",
    )
    assert article.published_at == datetime(2024, 5, 6, 5, 8, tzinfo=UTC)
    assert (article.published_at_precision, article.published_at_source) == ("minute", "json-ld")
    assert article.modified_at == datetime(2024, 5, 6, 7, 10, 11, tzinfo=UTC)
    assert clean(datePublished="2024-05-06").published_at_precision == "day"
    earlier = clean(datePublished="2024-05-06", dateModified="2023-01-01")
    assert earlier.modified_at is None


def test_the_dateline_of_a_page() -> None:
    article = clean(top="<p>VELLMOUTH, May 6 (Lanthorn) — The council met on Monday to vote.</p>")
    assert article.dateline == "VELLMOUTH, May 6 (Lanthorn)"
    assert article.wire_agency == "Lanthorn"
    assert article.text.startswith("VELLMOUTH, May 6 (Lanthorn) — The council")


def test_a_dateline_on_a_line_of_its_own_is_lifted() -> None:
    article = clean(top="<p>VELLMOUTH, Isles —</p>")
    assert article.dateline == "VELLMOUTH, Isles"
    assert article.text.startswith("Witness 0")
    assert ("dateline", "dateline_line") in [(s.role, s.rule_id) for s in article.segments]
