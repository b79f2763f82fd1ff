"""What the dashboard is given of words from outside, and a browser's view of it."""

import doctest

import pandas as pd
import pytest

from flows import artifacts, charts, harvest, markup
from flows.artifacts import by_reason
from flows.digest import NewName
from flows.harvest import outlet_rows
from flows.markup import CELL, address, plain
from tests.flows.test_report import NASTY


@pytest.mark.parametrize("module", [markup, charts])
def test_examples(module) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Ada Morrow", "Ada Morrow"),
        ("a_b*c", r"a\_b\*c"),
        ("[click](https://evil.example)", r"\[click\](https://evil.example)"),
        ("- Ruth", r"\- Ruth"),
        ("12) Ruth", r"12\) Ruth"),
        ("127.0.0.1", "127.0.0.1"),
        ("-5 degrees", "-5 degrees"),
        ("---", r"\---"),
        ("Anne-Marie Jean+1 2.5", "Anne-Marie Jean+1 2.5"),
        ("two\nlines\t| here", r"two lines \| here"),
        ("# head", r"\# head"),
    ],
)
def test_words_make_no_markup(said: str, shown: str) -> None:
    assert plain(said) == shown


def test_long_words_are_cut_before_they_are_escaped() -> None:
    assert plain("*" * 90, CELL) == r"\*" * 59 + "…"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://news.example/a_b-c?d=e&f=1", "https://news.example/a_b-c?d=e&f=1"),
        ("https://news.example/(x)|`y`", "https://news.example/%28x%29%7C%60y%60"),
        ("pages/a_b.html", r"pages/a\_b.html"),
        ("javascript:alert(1)//<b>", r"javascript:alert(1)//\<b\>"),
    ],
)
def test_addresses_stay_links_and_nothing_else(given: str, shown: str) -> None:
    assert address(given) == shown


def failures(*urls: str) -> pd.DataFrame:
    row = {"stage": "clean", "reason": "not_article", "detail": NASTY, "attempts": 1}
    return pd.DataFrame(
        [row | {"url": url, "failed_at": number} for number, url in enumerate(urls)]
    )


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, object]]]:
    """The tables that are made, by key."""
    tables: dict[str, list[dict[str, object]]] = {}

    def keep(key: str, table: list[dict[str, object]], description: str) -> None:
        tables[key] = table

    monkeypatch.setattr(artifacts, "create_table_artifact", keep)
    monkeypatch.setattr(harvest, "create_table_artifact", keep)
    monkeypatch.setattr(harvest, "create_markdown_artifact", lambda **_: None)
    return tables


def test_no_cell_takes_markup_from_outside(made: dict[str, list[dict[str, object]]]) -> None:
    quotes = pd.DataFrame(
        [{"quote_id": "1", "speaker": NASTY, "word_count": 3, "article_id": "1", "outlet": NASTY}]
    )
    articles = pd.DataFrame([{"outlet": NASTY, "word_count": 9}])
    artifacts.show_speakers(quotes)
    artifacts.show_failures(failures(NASTY, "https://h.example/<script>`x`"))
    harvest.show_run_outlets(articles, quotes, failures(NASTY))
    harvest.show_new_names([NewName(NASTY, "PERSON", 1, NASTY)])
    assert set(made) == {"top-speakers", "failures", "outlets-of-run", "new-names"}
    cells = [str(cell) for rows in made.values() for row in rows for cell in row.values()]
    assert sum("alert" in cell for cell in cells) >= 7
    for cell in cells:
        bare = cell.replace(r"\\", "").replace(r"\<", "").replace(r"\`", "").replace(r"\[", "")
        assert not set(bare) & set("<`["), cell


def test_the_table_of_outlets_adds_up_with_what_has_no_outlet() -> None:
    articles = pd.DataFrame(
        {"outlet": ["news.example", None, None], "word_count": [200, 100, 300]}, dtype=object
    ).astype({"word_count": int})
    quotes = pd.DataFrame(
        {"outlet": ["news.example", None], "quote_id": ["1", "2"], "speaker": ["Ada", None]}
    )
    rows = outlet_rows(articles, quotes, failures("torn.html", "https://news.example/gone"))
    assert {row["outlet"]: row for row in rows} == {
        "(none)": {"outlet": "(none)", "articles": 2, "words an article": 200,
                   "quotes": 1, "with a speaker": 0, "failures": 1},
        "news.example": {"outlet": "news.example", "articles": 1, "words an article": 200,
                         "quotes": 1, "with a speaker": 1, "failures": 1},
    }  # fmt: skip


def test_examples_of_failures_are_links() -> None:
    rows = by_reason({"not_article": 1}, failures("https://news.example/a_b|c"))
    assert rows == [("not_article", 1, "https://news.example/a_b%7Cc")]
