# ruff: noqa: E501 -- an article is one paragraph a line

import textwrap
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


BODY = [
    "The harbour town of Vellmouth has voted to keep its night ferry for another ten years, against all advice.",
    "Ada Fennimore, who leads the council, told a packed hall on Tuesday that the boat would sail “whatever the weather”.",
    "Passengers had collected four thousand signatures since the spring, more than half of the people on the island.",
]
OTHER = [line.replace("ferry", "bakery").replace("boat", "oven") for line in BODY]
ONE, TWO = "\n".join(BODY), "\n".join(OTHER)


@pytest.mark.parametrize(
    ("top", "authors", "published", "dateline"),
    [
        ("By Ines Okafor", ("Ines Okafor",), None, None),
        ("BY INES OKAFOR", ("Ines Okafor",), None, None),
        (
            "By Ines Okafor, political editor\n3 May 2024",
            ("Ines Okafor",),
            "2024-05-03T00:00",
            None,
        ),
        ("By Ines Okafor | 3 May 2024", ("Ines Okafor",), "2024-05-03T00:00", None),
        ("Ines Okafor\n3 May 2024, 10:30", ("Ines Okafor",), "2024-05-03T10:30", None),
        (
            "Published: 3 May 2024 10:30 GMT\nInes Okafor",
            ("Ines Okafor",),
            "2024-05-03T10:30",
            None,
        ),
        ("Author: Ines Okafor\nDate: 2024-05-03", ("Ines Okafor",), "2024-05-03T00:00", None),
        ("By Ines Okafor\nVELLMOUTH, May 3 —", ("Ines Okafor",), None, "VELLMOUTH, May 3"),
        ("VELLMOUTH, May 3\nBy Ines Okafor", ("Ines Okafor",), None, "VELLMOUTH, May 3"),
        ("https://post.example/2024/05/03/ferry\n*By Ines Okafor*", ("Ines Okafor",), None, None),
    ],
)
def test_lines_between_headline_and_body(
    top: str, authors: tuple[str, ...], published: str | None, dateline: str | None
) -> None:
    article = clean(f"Night ferry stays\n{top}\n{ONE}")
    assert article.headline == "Night ferry stays"
    assert article.text == ONE
    assert article.authors == authors
    assert article.dateline == dateline
    at = article.published_at
    assert (at.isoformat()[:16] if at else None) == published
    assert [segment.segment for segment in article.segments] == top.split("\n")


def test_a_dateline_in_the_first_sentence_stays_there() -> None:
    article = clean(f"Night ferry stays\nVELLMOUTH (Lanthorn) — {ONE}")
    assert (article.dateline, article.wire_agency) == ("VELLMOUTH (Lanthorn)", "Lanthorn")
    assert article.text.startswith("VELLMOUTH (Lanthorn) — The harbour")


def test_a_byline_under_the_text() -> None:
    article = clean(f"Night ferry stays\n{ONE}\nBy Ines Okafor")
    assert (article.authors, article.text) == (("Ines Okafor",), ONE)


def test_when_a_text_was_changed() -> None:
    article = clean(f"Night ferry stays\n3 May 2024\nLast updated: 4 May 2024\n{ONE}")
    assert article.published_at == datetime(2024, 5, 3, tzinfo=UTC)
    assert article.modified_at == datetime(2024, 5, 4, tzinfo=UTC)


APPEAL = "Your donation allows us to send a reporter to places nobody else goes."


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        (f"Help us keep telling the stories that matter here\n{APPEAL}\nNight ferry stays\n{ONE}", 2),
        (f"Night ferry stays\n{BODY[0]}\nSupport independent journalism\n{APPEAL}\n{BODY[1]}\n{BODY[2]}", 2),
        (f"Night ferry stays\n{ONE}\nSupport the Saltmarsh Courier\n{APPEAL}", 2),
    ],
    ids=["start", "middle", "end"],
)  # fmt: skip
def test_appeals_go_wherever_they_stand(text: str, dropped: int) -> None:
    article = clean(text)
    assert (article.headline, article.text) == ("Night ferry stays", ONE)
    assert [segment.role for segment in article.segments] == ["appeal"] * dropped


def wrapped(lines: list[str], between: str, indent: str = "") -> str:
    return between.join(textwrap.fill(line, 66, initial_indent=indent) for line in lines)


@pytest.mark.parametrize(
    "body",
    [
        wrapped(BODY, "\n\n"),
        wrapped(BODY, "\n", "    "),
        wrapped(BODY, "\r\n\r\n"),
    ],
    ids=["blank lines", "indented", "CRLF"],
)
def test_wrapped_lines(body: str) -> None:
    article = clean(f"Night ferry stays\nBy Ines Okafor\n\n{body}")
    assert (article.headline, article.authors) == ("Night ferry stays", ("Ines Okafor",))
    assert article.text == ONE


def test_words_broken_at_the_end_of_a_line() -> None:
    text = (
        "Signatures were collected all over the island since spring, and the well-\n"
        "known keeper of the light signed first. When they had all been col-\n"
        "lected the council counted them twice over, and then it counted them\n"
        "once more in the presence of the keeper, who had brought his own ink\n"
        "and his own pen, and of the vicar, who had brought nothing at all.\n"
    )
    assert "the well-known keeper" in clean(text).text
    assert "all been collected the council" in clean(text).text


@pytest.mark.parametrize(
    "text",
    [
        f"Night ferry stays\nBy Ines Okafor\n{ONE}\n----------\nBakers strike\nBy Tom Vale\n{TWO}",
        f"Night ferry stays\n\n{ONE}\n\n==========\n\nBakers strike at dawn\n\n{TWO}",
        f"Night ferry stays\nBy Ines Okafor\n{ONE}\n\nBakers strike\nBy Tom Vale\n{TWO}",
        f"Night ferry stays\nBy Ines Okafor\n{ONE}\n\x0cBakers strike\nBy Tom Vale\n{TWO}",
        f"Document 1 of 2\n\nNight ferry stays\n{ONE}\nDocument 2 of 2\n\nBakers strike\n{TWO}",
        f"1 of 2 DOCUMENTS\n\nNight ferry stays\n{ONE}\n2 of 2 DOCUMENTS\n\nBakers strike\n{TWO}",
        f"Night ferry stays\nHARROW, May 3 (AP) — {ONE}\nBakers strike\nLARK, May 3 (AP) — {TWO}",
    ],
    ids=["dashes", "equals", "bylines", "form feed", "documents", "Lexis", "datelines"],
)
def test_files_of_two_articles_are_refused(text: str) -> None:
    with pytest.raises(CleanError, match="several_articles: the file holds 2 articles"):
        clean(text)


@pytest.mark.parametrize(
    "between",
    [
        "* * *",
        "---\nWhat happens next",
        "What happens next\n=====",
        "-----\nWhat happens next",
        "By ferry and by bus",
    ],
)
def test_parts_of_one_article_are_no_articles(between: str) -> None:
    article = clean(f"Night ferry stays\nBy Ines Okafor\n{ONE}\n{between}\n{TWO}")
    assert OTHER[-1] in article.text


def test_short_paragraphs_wrapped_and_indented() -> None:
    lines = [
        "The council of the harbour town voted on Tuesday to keep its ferry for ten more years.",
        "“We cannot ask nurses to swim,” said Maren Holt, who has chaired the council since May.",
        "The company had asked to end the service, which carries forty people a night in winter.",
    ]
    article = clean("Night ferry stays\n\n" + wrapped(lines, "\n", "   "))
    assert article.text.split("\n") == lines


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
