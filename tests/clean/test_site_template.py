# ruff: noqa: E501 -- a page is one element a line
from pathlib import Path

from tasks.clean.article import take_apart
from tasks.clean.learning import Sites, lesson_from, load_sites, save_sites
from tasks.clean.lesson import Lesson
from tasks.clean.site_template import Evidence
from tasks.records import Address, Page, Snapshot

SITE = "https://www.larkfieldecho.example"


def story(number: int, theme: str = "story") -> Page:
    prose = "".join(
        f"<p>On day {number} of the inquiry witness {part} told the panel that the dam had leaked since spring.</p>"
        for part in range(8)
    )
    html = (
        f'<html lang="en"><body><div class="menu"><a href="/">Home</a> <a href="/s">Sport</a></div>'
        f'<div class="{theme}"><h1>Inquiry hears of leaks, day {number}</h1><div class="{theme}-text">{prose}'
        f"<p>Larkfield Echo readers support local news every day of the week in the valley</p></div></div>"
        f'<div class="{theme}-rail"><p>Elsewhere in the valley a bull escaped and was caught in the {number}th '
        f"hour by two policemen and a vicar, witnesses said.</p></div></body></html>"
    )
    url = f"{SITE}/2024/05/{number:02}/inquiry"
    return Page(Snapshot(Address(url, "url", url), url, None, "", url=url), html.encode())


def test_a_site_is_learned_in_order_and_its_lines_go() -> None:
    sites = Sites()
    results = [sites.clean(story(number)) for number in range(1, 7)]
    assert [item.article.site_snapshot for item in results[:3]] == [None, None, None]
    assert results[3].article.site_snapshot == "larkfieldecho.example#1"
    assert results[3].article.extractor.startswith("template")
    assert "bull escaped" not in results[5].article.text
    assert "readers support local news" not in results[5].article.text
    assert results[5].article.text.count("\n") == 7
    assert "site_line" in {item.rule_id for item in results[5].article.segments}


def test_the_same_pages_teach_the_same() -> None:
    first, second = Sites(), Sites()
    for number in range(1, 9):
        assert first.clean(story(number)).article == second.clean(story(number)).article
    assert first.templates == second.templates


def test_a_new_design_falls_back_and_is_learned_anew() -> None:
    sites = Sites()
    for number in range(1, 6):
        sites.clean(story(number))
    changed = [sites.clean(story(number, "post")) for number in range(6, 14)]
    assert changed[0].is_fallback
    assert all("leaked since spring" in item.article.text for item in changed)
    assert changed[-1].article.extractor.startswith("template")


def test_what_was_learned_is_kept(tmp_path: Path) -> None:
    sites = Sites()
    for number in range(1, 6):
        sites.clean(story(number))
    path = tmp_path / "sites" / "00001.parquet"
    save_sites(sites.evidence, path)
    again = load_sites(path)
    assert again.templates["larkfieldecho.example"].body == (
        sites.templates["larkfieldecho.example"].body
    )
    assert again.clean(story(9)).article.text == sites.clean(story(9)).article.text
    assert load_sites(tmp_path / "none.parquet").templates == {}


def test_a_batch_is_cleaned_with_one_set_of_templates() -> None:
    sites = Sites()
    for number in range(1, 5):
        sites.clean(story(number))
    templates = dict(sites.templates)
    articles = []
    for number in range(5, 9):
        cleaned = take_apart(story(number), template=templates["larkfieldecho.example"])
        lesson = lesson_from(cleaned)
        articles.append(cleaned.article)
        assert lesson is not None
        sites.learn(lesson)
    assert {article.site_snapshot for article in articles} == {"larkfieldecho.example#1"}
    evidence = sites.evidence["larkfieldecho.example"]
    assert (evidence.pages, evidence.misses) == (8, 0)


def page_of(number: int) -> Page:
    prose = "".join(
        f"<p class='par'>Part {n} of report {number} says that bridge {number * n} stays shut till May.</p>"
        for n in range(16)
    )
    html = (
        f"<html><body><div class='top'><h1>Bridge {number} stays shut until May</h1></div>"
        f"<div class='facts'><span>By Ines Okafor</span></div>"
        f"<div class='dek standfirst'>Drivers face a detour of {number} miles for half a year</div>"
        f"<div class='when'>May {number + 1}, 2024, 10:22 PM</div>"
        f'<script type=\'application/ld+json\'>{{"@type": "NewsArticle", '
        f'"datePublished": "2024-05-{number + 2:02d}T02:22:00Z"}}</script>'
        f"<div class='body'>{prose}</div><div class='more'><p>Other news of the day</p></div>"
        "</body></html>"
    )
    url = f"https://larkfieldpost.example/2024/05/story-{number}"
    return Page(Snapshot(Address(url, "url", url), "a.html", None, "", url=url), html.encode())


def test_what_a_known_site_says_of_its_articles_is_still_read() -> None:
    sites = Sites()
    for number in range(1, 9):
        warm, cold = sites.clean(page_of(number)), take_apart(page_of(number))
        assert warm.article.authors == cold.article.authors == ("Ines Okafor",)
        assert warm.article.standfirst == cold.article.standfirst
        assert warm.article.text == cold.article.text
        assert warm.meta.published == cold.meta.published
        assert warm.meta.published is not None
        assert warm.meta.published.local.day == number + 1
    assert warm.article.site_snapshot
    assert len(warm.blocks) < len(cold.blocks)


def test_the_same_short_page_again_teaches_no_lines() -> None:
    known = Evidence("larkfieldpost.example")
    lesson = Lesson("larkfieldpost.example", (), ("the bridge stays shut", "until may"), 500)
    for _ in range(5):
        known.add(lesson)
    assert set(known.lines.values()) == {1}


def with_furniture(number: int, lines: int) -> Page:
    page = story(number)
    extra = "".join(
        f"<p>Sign up for our weekly newsletter number {n} and get the best of the valley every day</p>"
        for n in range(lines)
    )
    return Page(
        page.snapshot, page.body.replace(b"</p></div></div>", f"</p>{extra}</div></div>".encode())
    )


def test_a_page_that_is_mostly_furniture_is_looked_at_anew() -> None:
    sites = Sites()
    for number in range(1, 6):
        assert sites.clean(story(number)).is_fallback is False
    odd = sites.clean(with_furniture(7, 6))
    assert odd.is_fallback
    assert odd.article.site_snapshot is None
    assert (
        odd.article.text
        == take_apart(
            with_furniture(7, 6), site_lines=sites.templates[SITE.partition("www.")[2]].lines
        ).article.text
    )


def test_a_site_that_always_has_much_furniture_is_not_odd() -> None:
    sites = Sites()
    for number in range(1, 9):
        last = sites.clean(with_furniture(number, 4))
    assert last.is_fallback is False
    assert last.dropped > 0
    assert sites.templates[SITE.partition("www.")[2]].dropped > 0.1


def test_a_liveblog_is_not_read_by_the_template_of_articles() -> None:
    sites = Sites()
    for number in range(1, 6):
        sites.clean(story(number))
    page = story(7)
    url = f"{SITE}/live/2024/may/07/inquiry"
    live = Page(Snapshot(Address(url, "url", url), url, None, "", url=url), page.body)
    cleaned = sites.clean(live)
    assert cleaned.article.article_type == "liveblog"
    assert cleaned.article.site_snapshot is None
    assert cleaned.is_fallback is False
