"""The page of a day in a browser: on a telephone and a desk, by day and by night, read aloud."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.digest import DayCount, Digest, NewName, OutletDay, Said, Speaker
from flows.report_page import page
from tests.flows.test_report import DAY, nasty_digest

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ADDRESS = f"https://{'sub.' * 20}example/{'a_b' * 60}"
ARABIC = "وزير الخارجية عبد الرحمن بن عبد العزيز"


def long_digest() -> Digest:
    """A day on which nothing is short, and names are written from the right."""
    days = [DayCount(DAY - timedelta(days=number), 90, 9_876 * number) for number in range(14)]
    outlet = OutletDay("หนังสือพิมพ์" * 6, 1234, 1234.5, 98_765, 0.5, 9_999, "learning", (WORD * 2,))
    return Digest(
        day=DAY,
        articles=1234,
        quotes=98_765,
        attributed=45_678,
        said=(Said(WORD * 2, ARABIC, WORD, ADDRESS[8:], WORD, ADDRESS, 12),),
        speakers=(Speaker(WORD, 12_345, 1_234_567, 123), Speaker(ARABIC, 9, 90, 1)),
        new_names=(NewName(WORD, "ORG", 123, WORD), NewName(ARABIC, "PERSON", 1, ARABIC)),
        outlets=(outlet, replace(outlet, wrong=())),
        reasons=((WORD, 1),),
        days=tuple(reversed(days)),
    )


def empty_digest() -> Digest:
    return Digest(DAY, 0, 0, 0, (), (), (), (), (), (DayCount(DAY, 0, 0),))


DIGESTS = {"nasty": nasty_digest(), "long": long_digest(), "empty": empty_digest()}

CONTRAST = """() => {
  const light = text => {
    const [r, g, b] = text.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (!/, 0\\)$/.test(color)) return color;
    }
    throw new Error("no background");
  };
  const ratios = [...document.body.querySelectorAll("*")]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(e => [light(getComputedStyle(e).color), light(behind(e))].sort((a, b) => b - a))
    .map(([more, less]) => (more + 0.05) / (less + 0.05));
  return [ratios.length, Math.min(...ratios)];
}"""
"""How many elements hold text, and the least contrast among them as WCAG 2 counts it."""


@pytest.fixture
def opened(browser, tmp_path: Path):
    """Open the page of a digest as somebody would."""

    def open_page(which: str, width: int, theme: str = "light"):
        path = tmp_path / "day.html"
        path.write_text(page(DIGESTS[which]), encoding="utf-8")
        shown = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
        opened_pages.append(shown)
        shown.goto(path.as_uri())
        return shown

    opened_pages: list = []
    yield open_page
    for shown in opened_pages:
        shown.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("which", DIGESTS)
def test_nothing_runs_out_of_the_page(opened, which: str, width: int) -> None:
    assert opened(which, width).evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_by_day_and_by_night(opened, theme: str) -> None:
    shown = opened("long", 1280, theme)
    texts, contrast = shown.evaluate(CONTRAST)
    assert texts > 30
    assert contrast >= 4.5, "WCAG 2, level AA"
    background = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") is (theme == "light")


def test_bars_are_as_long_as_what_they_count(opened) -> None:
    heights = opened("long", 1280).eval_on_selector_all(
        ".days .bar", "bars => bars.map(bar => bar.getBoundingClientRect().height)"
    )
    assert heights[-1] == pytest.approx(0, abs=0.5)
    assert heights[0] > 100
    assert heights[6] == pytest.approx(heights[0] * 7 / 13, rel=0.02)


def test_those_who_hear_the_page_find_their_way(opened) -> None:
    shown = opened("long", 1280)
    assert shown.evaluate("document.documentElement.lang") == "en"
    levels = shown.eval_on_selector_all("h1, h2, h3", "all => all.map(one => one.tagName)")
    assert levels == ["H1", *["H2"] * 6]
    for table in shown.query_selector_all("table"):
        named = table.get_attribute("aria-labelledby")
        assert shown.query_selector(f"h2#{named}"), "each table is named by its heading"
        heads = table.query_selector_all("thead th[scope=col]")
        assert len(heads) >= 2
        assert table.query_selector_all("tbody th[scope=row]")
    days = shown.eval_on_selector_all(".days li", "all => all.map(one => one.textContent)")
    assert " ".join(days[0].split()) == "128k quotes, 1 May"
    assert shown.get_attribute(".wide", "tabindex") == "0", "scrolled by keyboard, too"


def test_names_from_the_right_do_not_turn_their_neighbours_round(opened) -> None:
    shown = opened("long", 1280)
    name, rest = shown.evaluate(
        """() => {
          const name = document.querySelector("blockquote footer bdi");
          const range = document.createRange();
          range.selectNodeContents(name.nextSibling);
          return [name.getBoundingClientRect().left, range.getBoundingClientRect().left];
        }"""
    )
    assert name < rest


def test_on_paper_it_is_dark_on_white_and_nothing_is_cut(opened) -> None:
    shown = opened("long", 700, "dark")
    shown.emulate_media(media="print", color_scheme="dark")
    background = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    assert shown.evaluate("document.documentElement.scrollWidth") <= 700
    assert shown.pdf(format="A4")[:4] == b"%PDF"
