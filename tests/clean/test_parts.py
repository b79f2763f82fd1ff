# ruff: noqa: E501 -- a page is one element a line

"""Headline, credit lines, charset, language, liveblogs and interviews."""

import pytest

from tasks.clean.agency import is_credit_line, wire_agency
from tasks.clean.blocks import text_blocks
from tasks.clean.charset import decode_page, repair_mojibake
from tasks.clean.document import looks_like_html, parse_html
from tasks.clean.headline import claimed_heading, headings, headline, sorted_headings
from tasks.clean.interview import is_interview
from tasks.clean.language import language_of
from tasks.clean.liveblog import introduction, is_liveblog
from tasks.clean.structured import PageFacts
from tasks.clean.title_ends import without_outlet


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Ferry stays | Vellmouth Post", "Ferry stays"),
        ("Vellmouth Post - Ferry stays", "Ferry stays"),
        ("Ferry stays – what now? – Vellmouth Post", "Ferry stays – what now?"),
        ("Ferry stays", "Ferry stays"),
        ("Ferry - the long story", "Ferry - the long story"),
        ("Ferry stays | vellmouth.example.at", "Ferry stays"),
        ("Ferry stays - saltfox.info", "Ferry stays"),
        ("Ferry stays | Node.js", "Ferry stays | Node.js"),
        ("Ferry stays - The Vellmouth Post Online", "Ferry stays"),
        ("Ferry stays » Vellmouth Post e.V.", "Ferry stays"),
        ("Vellmouth Post » Blog Archive » Ferry stays", "Ferry stays"),
        ("Ferry stays » Tides - Larks - Harbour News", "Ferry stays"),
    ],
)
def test_the_outlet_is_cut_off_a_title(title: str, expected: str) -> None:
    assert without_outlet(title, {"vellmouth post", "tides larks harbour news"}) == expected


def test_a_heading_that_leads_home_names_the_site() -> None:
    tree = parse_html(
        '<html><body><h1><a href="https://quellfisher.example/">Salt and Herring</a></h1>'
        '<h1><a href="/2024/05/ferry">Ferry stays</a></h1><h1><a href=".">Old boats</a></h1>'
        "</body></html>"
    )
    shown, site = sorted_headings(tree)
    assert shown == ["Ferry stays", "Old boats"]
    assert site == ["Salt and Herring"]
    page = facts(title="Ferry stays for another ten years | Salt and Herring")
    verdict = headline(page, [], site)
    assert verdict is not None
    assert verdict.text == "Ferry stays for another ten years"


def test_the_headline_is_voted_for() -> None:
    facts = PageFacts(
        article={"headline": "Ferry to stay for ten years"},
        meta={"og:title": ("Ferry to stay for ten years",)},
        title="Ferry to stay for ten years | Vellmouth Post",
    )
    verdict = headline(facts, ["Vellmouth Post"], ["Vellmouth Post"])
    assert verdict is not None
    assert verdict.text == "Ferry to stay for ten years"
    assert verdict.source == "json-ld+opengraph+title"
    assert headline(PageFacts(), [], []) is None


def facts(headline_: str | None = None, title: str | None = None, **meta: str) -> PageFacts:
    named = {name.replace("_", ":"): (text,) for name, text in meta.items()}
    return PageFacts(article={"headline": headline_} if headline_ else {}, meta=named, title=title)


@pytest.mark.parametrize(
    ("page", "shown", "expected"),
    [
        # metadata that repeats itself is one witness
        (
            facts(og_title="Ferry saved", twitter_title="Ferry saved", title="Ferry saved"),
            ["How Vellmouth kept its ferry"],
            "How Vellmouth kept its ferry",
        ),
        # a kicker that metadata set before a short heading, unless it is part of the headline
        (
            facts(og_title="Harbour dues: Larks ascend", title="Harbour dues: Larks ascend"),
            ["Larks ascend"],
            "Larks ascend",
        ),
        (
            facts("Kenmore: Larks ascend", og_title="Kenmore: Larks ascend"),
            ["Larks ascend"],
            "Kenmore: Larks ascend",
        ),
        # a prompt that stands there twice is no rival
        (
            facts(og_title="Ferries | Vellmouth", title="Ferries | Vellmouth"),
            ["How Vellmouth kept its ferry", *["Our letter comes to you daily"] * 2],
            "How Vellmouth kept its ferry",
        ),
        # a heading of the sidebar is no rival
        (
            facts(og_title="Boat"),
            ["How Vellmouth kept its ferry", "More news"],
            "How Vellmouth kept its ferry",
        ),
        # the first words of a headline are no kicker because one witness leaves them out
        (
            facts(
                "'It is over': economists weigh in on the report",
                "Economists weigh in on the report",
            ),
            ["'It is over': economists weigh in on the report"],
            "'It is over': economists weigh in on the report",
        ),
        # the name of a series after a dash is no headline
        (
            facts(og_title="All wells and where they are - The Tale of Vell: Guide"),
            ["All wells and where they are", "All maps of the game", "Wells of the north coast"],
            "All wells and where they are",
        ),
        (facts(title="Opinion | Keep the night ferry | Editorial"), [], "Keep the night ferry"),
        (facts(title="Choir sings on the pier [Watch]"), [], "Choir sings on the pier"),
        (
            facts(og_title="Ferry stays for ten years", og_site_name="Post"),
            ["Post logo"],
            "Ferry stays for ten years",
        ),
    ],
)
def test_headlines(page: PageFacts, shown: list[str], expected: str) -> None:
    verdict = headline(page, shown, ["Post"])
    assert verdict is not None
    assert verdict.text == expected


def test_headings_are_those_of_the_article() -> None:
    tree = parse_html(
        "<h1 class='site-title'>Post</h1><ol class='breadcrumbs'><li><h1>Trail of links here</h1></li>"
        "</ol><h1>Ferry <svg><title>Logo</title></svg>stays</h1><h2>Ferry stays for ten years</h2>"
    )
    assert headings(tree) == ["Ferry stays"]
    assert claimed_heading(tree, facts("Ferry stays for ten years")) == [
        "Ferry stays for ten years"
    ]
    assert claimed_heading(tree, facts("Another thing altogether here")) == []


@pytest.mark.parametrize(
    ("line", "is_credit"),
    [
        ("Additional reporting by agencies", True),
        ("With files from Reuters", True),
        ("Reporting by Ines Okafor; Editing by Tom Vale", True),
        ("AFP/dpa", True),
        ("Mit Material von dpa", True),
        ("Ines Okafor contributed to this report.", True),
        ("She contributed to the report of the inquiry, the panel heard.", False),
        ("Agencies of the state were told to save water.", False),
        ("AI", False),
    ],
)
def test_credit_lines(line: str, is_credit: bool) -> None:
    assert is_credit_line(line) is is_credit


def test_agencies() -> None:
    assert wire_agency("Additional reporting by Reuters", (), "") == "Reuters"
    assert wire_agency(None, (), "PARIS (AP) — The river rose on Monday.") == "AP"
    assert wire_agency(None, ("Ines Okafor",), "The river rose.") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252", "iso-8859-1"])
def test_undeclared_encodings(encoding: str) -> None:
    text = "<p>Die Fähre fährt weiter, und das größte Café der Stadt öffnet früher.</p>" * 5
    assert decode_page(text.encode(encoding)).text.lstrip("\ufeff") == text


def test_a_wrong_declaration_does_not_break_utf8() -> None:
    page = "<meta charset='iso-8859-1'><p>größte Café</p>"
    assert decode_page(page.encode(), "text/html; charset=iso-8859-1").text == page


def test_a_declared_charset_is_used() -> None:
    page = '<meta charset="windows-1251"><p>Паром остаётся</p>'
    assert decode_page(page.encode("cp1251")).text == page


def test_a_short_page_with_a_few_broken_bytes_stays_utf8() -> None:
    page = "“We waited,” said Holt. “It is open.”".encode()
    assert decode_page(page + b"\xed\xa0\x80 End.").text.startswith("“We waited,” said Holt. “It")


def test_mojibake_is_repaired_only_where_certain() -> None:
    assert repair_mojibake("â€œNoâ€\x9d, said the cafÃ©") == "“No”, said the café"
    assert repair_mojibake("SÃO PAULO") == "SÃO PAULO"


def test_html_is_known_by_its_content() -> None:
    assert looks_like_html("<!DOCTYPE html><p>Hi")
    assert looks_like_html("<div><p>One</p><p>Two</p></div>")
    assert not looks_like_html("The price rose < 5% > and fell again.")


def test_languages() -> None:
    german = (
        "Die Fähre fährt weiter, und das größte Café der Stadt öffnet am Morgen früher als sonst. "
        * 4
    )
    assert language_of(german, "de-DE") == "de"
    assert language_of(german, "en") == "de"
    assert language_of("Ja.", "de_DE") == "de"
    assert language_of("", None) is None


LIVE = (
    "<h1>Storm live: coast road shut</h1><div class='top'>"
    + "<p>The storm has shut the coast road and cut the power to fourteen thousand homes, officials said.</p>"
    * 4
    + "</div>"
    + "".join(
        f"<div class='post'><h3>Update {n}</h3><p>At hour {n} the wind reached a new high on the coast, "
        f"the weather desk said, and trees fell.</p></div>"
        for n in range(5)
    )
)


def test_a_liveblog_keeps_its_introduction_apart() -> None:
    assert is_liveblog("Storm live: coast road shut", "/news/storm")
    assert is_liveblog("Storm shuts road", "/world/live/2024/may/06/storm")
    assert not is_liveblog("How to live with storms", "/news/storm")
    found = text_blocks(parse_html(LIVE))
    intro = introduction(found, [True] * len(found))
    assert intro is not None
    assert [block.text[:9] for block, keep in zip(found, intro, strict=True) if keep] == [
        "Storm liv", *["The storm"] * 4,
    ]  # fmt: skip


def test_the_time_of_the_first_post_is_no_part_of_the_introduction() -> None:
    found = text_blocks(parse_html(LIVE.replace("<h3>", "<time>10:05</time><h3>")))
    intro = introduction(found, [True] * len(found))
    assert intro is not None
    assert not any(keep for block, keep in zip(found, intro, strict=True) if block.text == "10:05")


def test_an_article_with_headings_has_no_posts() -> None:
    html = "<div>" + "<h2>Part</h2><p>A long enough paragraph about the storm and the road.</p>" * 4
    found = text_blocks(parse_html(html))
    assert introduction(found, [True] * len(found)) is None


def test_interviews() -> None:
    answer = "<p>Nobody else had applied for it, and I like the cold and the quiet.</p>"
    asked = text_blocks(parse_html(f"<p><b>Why did you take the job?</b></p>{answer}" * 4))
    told = text_blocks(parse_html(answer * 8))
    assert is_interview(asked, [True] * len(asked))
    assert not is_interview(told, [True] * len(told))
