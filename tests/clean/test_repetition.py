# ruff: noqa: E501 -- an article is one paragraph a line

import pytest

from tasks.clean.article import take_apart
from tasks.clean.blocks import text_blocks
from tasks.clean.document import parse_html
from tasks.clean.furniture import Body, Paragraph, remove_furniture
from tasks.clean.repetition import MOST
from tasks.clean.second_article import second_article
from tasks.records import Address, Page, Snapshot

LEAD = "The harbour town has voted to keep its night ferry for another ten years, after a campaign that began in the spring."
SAID = "“It was never about the money,” said Idris Quell, who has worked on the landing stage for thirty years and means to go on."
NEXT = "The company will publish a new timetable in June and says that it respects the vote of the islanders in every part."
LAST = "Passengers had collected four thousand signatures, more than half of the people who live on the island in winter."


def clean(*lines: tuple[str, str] | str) -> Body:
    made = [
        Paragraph(line) if isinstance(line, str) else Paragraph(line[1], line[0]) for line in lines
    ]
    return remove_furniture(made)


def test_a_passage_is_there_once() -> None:
    body = clean(LEAD, SAID, NEXT, LEAD, SAID, LAST)
    assert list(body.paragraphs) == [LEAD, SAID, NEXT, LAST]
    assert [(item.role, item.rule_id) for item in body.segments] == [
        ("duplicate", "repeated_passage")
    ] * 2
    assert body.segments[0].position == len("\n".join([LEAD, SAID, NEXT])) + 1


def test_a_run_of_short_lines_is_there_once() -> None:
    verse = [
        "The boat goes out when the lamp is lit, my love,",
        "and the boat comes home when the lamp burns low, my love.",
    ]
    assert list(clean(*verse, LEAD, *verse, NEXT).paragraphs) == [*verse, LEAD, NEXT]


@pytest.mark.parametrize("line", ["Will it rain?", "The choir sings the refrain three times over."])
def test_a_short_line_may_come_again(line: str) -> None:
    assert list(clean(LEAD, line, NEXT, line, LAST).paragraphs).count(line) == 2


def test_items_of_lists_may_come_again() -> None:
    items = [
        ("li", "Charges quickly in the case that it comes in, or on a mat"),
        ("li", "Double-tap to play or to skip to the next song in the list"),
    ]
    assert len(clean(LEAD, *items, NEXT, *items, LAST).paragraphs) == 7


@pytest.mark.parametrize(
    "pulled",
    [
        ("blockquote", "It was never about the money,” said Idris Quell"),
        ("p", "“who has worked on the landing stage for thirty years”"),
        ("aside", "never about the money"),
    ],
)
def test_a_pull_quote_is_not_there_twice(pulled: tuple[str, str]) -> None:
    body = clean(LEAD, pulled, SAID, NEXT)
    assert list(body.paragraphs) == [LEAD, SAID, NEXT]
    assert body.segments[0].rule_id == "pull_quote"


def test_quotes_that_stand_nowhere_else_stay() -> None:
    quote = ("blockquote", "We shall sail until the engine falls out, whatever the weather is.")
    assert quote[1] in clean(LEAD, quote, SAID).paragraphs
    short = ("p", "“never about the money”")
    assert short[1] in clean(LEAD, short, SAID).paragraphs
    heading = ("h2", "It was never about the money, said Idris Quell")
    assert heading[1] in clean(LEAD, heading, SAID).paragraphs


def page(after: str, kind: str = "story") -> str:
    body = "".join(f"<p>{text}</p>" for text in (LEAD, SAID, NEXT, LAST)) + "".join(
        f"<p class='par'>{text} That is what part {n} of the report says.</p>"
        for n, text in enumerate((LEAD, NEXT, LAST, NEXT, LAST))
    )
    return f"<html><body><main><article class='{kind}'><h1>Night ferry stays</h1><p class='byline'>By Ines Okafor</p><div class='body'>{body}</div></article>{after}</main></body></html>"


SECOND = (
    "<{0} class='story'><h2>Bakers strike over dawn shifts</h2><p class='byline'>By Tom Vale</p><div class='body'>"
    + "".join(
        f"<p class='par'>Bakers in quarter {n} of the old town laid down their peels on Wednesday over shifts that start at two.</p>"
        for n in range(5)
    )
    + "</div></{0}>"
)


def texts(html: str) -> tuple[str, list[str]]:
    url = "https://vellmouthpost.example/2024/05/06/ferry"
    cleaned = take_apart(
        Page(Snapshot(Address(url, "url", url), "a.html", None, "", url=url), html.encode())
    )
    return cleaned.article.text, [
        item.segment for item in cleaned.article.segments if item.rule_id == "second_article"
    ]


@pytest.mark.parametrize("element", ["article"])
def test_an_appended_article_goes_and_is_recorded(element: str) -> None:
    text, dropped = texts(page(SECOND.format(element)))
    assert "Bakers" not in text
    assert LAST in text
    assert dropped[-1].startswith("Bakers in quarter 4")


def test_a_teaser_between_two_parts_takes_nothing_with_it() -> None:
    teaser = "<h2>Bakers strike over dawn shifts</h2><p>By Tom Vale</p>"
    html = page("").replace(f"<p class='par'>{LAST} That", f"{teaser}<p class='par'>{LAST} That", 1)
    text, dropped = texts(html)
    assert "part 4 of the report" in text
    assert dropped == []


def test_a_list_of_what_there_is_by_kind_is_no_article() -> None:
    kinds = (
        "<div><h2>What it costs</h2><h3>By End User</h3><p>Towns and islands of the coast</p></div>"
    )
    html = page("").replace("</div></article>", f"{kinds * 3}</div></article>")
    blocks = text_blocks(parse_html(html))
    assert second_article(blocks, [True] * len(blocks), ["Night ferry stays"], []) == ()


def test_a_part_by_the_same_author_stays() -> None:
    html = page(SECOND.format("section").replace("</section>", f"<p>{NEXT}</p></section>"))
    blocks = text_blocks(parse_html(html))
    everything = [True] * len(blocks)
    found = second_article(blocks, everything, ["Night ferry stays"], ["Ines Okafor"])
    assert blocks[found[0]].text == "Bakers strike over dawn shifts"
    assert second_article(blocks, everything, ["Night ferry stays"], ["Tom Vale"]) == ()


def test_a_text_of_quotations_has_none_pulled() -> None:
    lines = [("blockquote", f"The ferry of pier {n} stays where it is") for n in range(MOST + 1)]
    body = clean(*lines, f"{LEAD} The ferry of pier 7 stays where it is")
    assert len(body.paragraphs) == MOST + 2
