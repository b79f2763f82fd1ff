# ruff: noqa: E501 -- an article is one paragraph a line

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.clean.article import clean_page
from tasks.errors import CleanError
from tasks.records import Address, Article, Page, Snapshot

SEED = Path(__file__).parents[2].parent / "shared" / "seed"

FERRY = """\
Harbour town votes to keep its night ferry
Council leader promises 'a timetable people can live with'
Help us keep telling the stories that matter here
The Saltmarsh Courier is owned by nobody but its readers. Our newsroom covers every council meeting, and our journalists ask the questions you would ask.
Your donation allows us to send a reporter to places nobody else goes.
We don't lock our stories behind a paywall, because you told us that news is for everyone.
Your contribution makes it possible.The harbour town of Vellmouth has voted to keep its night ferry for another ten years.
Ada Fennimore, who leads the council, told a packed hall on Tuesday that the boat would sail “whatever the weather”.
“Your support makes all the difference to this line,” she told the volunteers who run the landing stage.
Passengers had collected four thousand signatures since the spring, more than half of the people living on the island.
With reporting from agencies
Join the conversation
Post your comment
Comments (12)
"""


def clean(text: str | bytes, name: str = "story.txt", **known: object) -> Article:
    body = text.encode() if isinstance(text, str) else text
    return clean_page(
        Page(Snapshot(Address(name, "text_file", name), name, None, "sha256:0", **known), body)  # type: ignore[arg-type]
    )


def test_an_appeal_glued_to_the_first_sentence() -> None:
    article = clean(FERRY)
    assert article.headline == "Harbour town votes to keep its night ferry"
    assert article.standfirst == "Council leader promises 'a timetable people can live with'"
    paragraphs = article.text.split("\n")
    assert paragraphs[0].startswith("The harbour town of Vellmouth")
    assert paragraphs[-1].startswith("Passengers had collected")
    assert len(paragraphs) == 4
    assert article.credit_line == "With reporting from agencies"
    assert article.authors is None
    assert article.published_at is None
    assert article.url is None
    assert article.outlet is None


def test_every_dropped_line_is_in_the_ledger() -> None:
    article = clean(FERRY)
    told = " ".join([article.headline or "", article.standfirst or "", article.text])
    told += " ".join(segment.segment for segment in article.segments)
    missing = [word for word in FERRY.replace(".The", ". The").split() if word not in told]
    assert not missing
    assert all(0 <= segment.position <= len(article.text) for segment in article.segments)


def test_an_appeal_in_somebodys_mouth_stays() -> None:
    assert "“Your support makes all the difference to this line,”" in clean(FERRY).text


def test_byline_and_date_lines() -> None:
    article = clean(
        "Bakers strike over dawn shifts\nBy Ines Okafor and Tom Vale\n3 March 2021\n"
        "Bakers in the old town laid down their peels on Wednesday over shifts that start at two.\n"
        "The guild said that talks would go on."
    )
    assert article.headline == "Bakers strike over dawn shifts"
    assert article.authors == ("Ines Okafor", "Tom Vale")
    assert article.published_at == datetime(2021, 3, 3, tzinfo=UTC)
    assert article.published_at_precision == "day"
    assert article.text.startswith("Bakers in the old town")


def test_a_date_in_the_future_is_not_believed() -> None:
    text = "Bakers strike over dawn shifts\n3 March 2031\nBakers laid down their peels on Wednesday over early shifts."
    assert clean(text, captured_at=datetime(2026, 1, 1, tzinfo=UTC)).published_at is None


def test_hard_wrapped_lines_become_paragraphs() -> None:
    text = """Lighthouse keeper retires after forty years

The keeper of the last manned lighthouse on the coast handed over his
keys on Friday, ending a service that began when the lamp still burned
oil and the fog signal was a bell.

His successor is a box of electronics the size of a bread bin, which
the authority says will do the work of three people and never once
complain about the weather.
"""
    paragraphs = clean(text).text.split("\n")
    assert len(paragraphs) == 2
    assert "handed over his keys on Friday" in paragraphs[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(encoding: str) -> None:
    text = "Café owners protest\nThe café owners of Orléans, who “never” protest, marched on Monday – all of them."
    assert "“never”" in clean(text.encode(encoding)).text


def test_html_saved_as_text_is_html() -> None:
    paragraph = (
        "The miller said that the wheel would turn again before the first frost of the year. "
    )
    page = f"<html><body><h1>Mill to reopen</h1><article>{'<p>' + paragraph * 2 + '</p>'}" * 1
    page += f"<p>{paragraph * 2}</p><p>{paragraph * 3}</p></article></body></html>"
    article = clean(page)
    assert "<p>" not in article.text
    assert article.headline == "Mill to reopen"


def test_several_articles_in_one_file_are_refused() -> None:
    with pytest.raises(CleanError, match="several_articles"):
        clean("Title: One thing\nIt happened on Monday in town.\nTitle: Another\nIt happened too.")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "unreadable"),
        (b"  \n ", "unreadable"),
        (b"%PDF-1.7 and so on", "unreadable"),
        (bytes(range(256)) * 40, "unreadable"),
        (b"Hello.", "too_short"),
    ],
)
def test_what_is_no_article_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(CleanError) as error:
        clean(body)
    assert error.value.reason == reason


@pytest.mark.skipif(not SEED.exists(), reason="shared/seed is not here")
def test_the_article_the_project_was_born_from() -> None:
    (path,) = SEED.glob("*.txt")
    source = path.read_text(encoding="utf-8").splitlines()
    article = clean(path.read_bytes(), path.name)
    paragraphs = article.text.split("\n")
    assert (article.headline, article.standfirst) == (source[0], source[1])
    assert len(paragraphs) == 15
    assert paragraphs[0].startswith("North Korean leader Kim Jong-un has been invited to Moscow")
    assert paragraphs[-1].endswith("to visit the US in 20 years.")
    assert article.credit_line == "Additional reporting by agencies"
    assert article.published_at is None
    assert article.authors is None
    assert [s.role for s in article.segments] == ["appeal"] * 5 + ["credit_line"] + [
        "furniture"
    ] * 3
