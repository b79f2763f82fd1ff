"""What a run prints at its end, on the sample's tables."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from flows.funnel import Funnel
from flows.terminal import print_failures, print_funnel, print_quotes, print_where
from tasks.records import Failure
from tasks.store import read
from tasks.store.rows import rows_of
from tasks.store.run import RunInfo
from tasks.store.transactions import append, publish


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=60)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def speakers_shown(text: str) -> int:
    return len(re.findall(r"^  \S.* \(", text, re.MULTILINE))


def test_quotes_are_those_of_the_run(console: Console, sample_store: Path) -> None:
    articles = read.articles(data=sample_store)
    of_run = articles.loc[articles["run_id"] == "docs-later", "article_id"]
    count = len(read.quotes(article_id=list(of_run), data=sample_store))
    assert 0 < count < len(read.quotes(data=sample_store))
    print_quotes(console, sample_store, Funnel(new=1, run_id="docs-later"), 3)
    assert f"3 of the {count} quotes of this run" in said(console)
    assert speakers_shown(said(console)) == 3


def test_when_nothing_was_new_all_quotes_are_drawn_from(
    console: Console, sample_store: Path
) -> None:
    print_quotes(console, sample_store, Funnel(run_id="another"), 8)
    count = len(read.quotes(data=sample_store))
    assert f"8 of the {count} quotes in the tables" in said(console)
    assert speakers_shown(said(console)) == 8


def test_no_quotes_are_printed_if_none_are_wanted(console: Console, sample_store: Path) -> None:
    print_quotes(console, sample_store, Funnel(run_id="another"), 0)
    assert said(console) == ""


def test_failures_are_those_of_the_run_and_the_rest_is_counted(
    console: Console, store: Path
) -> None:
    lost = [
        Failure(
            f"https://herald.example/{n}", "fetch", "http_404", "the page is gone" + " indeed" * 20
        )
        for n in range(13)
    ]
    run = RunInfo("mine", "ingest", pd.Timestamp.now("UTC").to_pydatetime(), "0")
    append(store, rows_of([], run, failures=lost), "mine")
    publish(store)
    print_failures(console, store, Funnel(failed={"http_404": 13}, run_id="mine"))
    lines = said(console).splitlines()
    assert len(lines) == 11
    assert all("herald.example" in line and "http_404" in line for line in lines[:10])
    assert "… and 3 more" in lines[10]
    assert str(store / "tables" / "failures") in lines[10]


def test_the_lines_to_copy_are_whole_on_a_narrow_terminal(console: Console) -> None:
    data = Path("/srv/news/of-the-whole-county/since-the-year-2019/data")
    print_where(console, data)
    code = said(console).partition("In Python:")[2]
    assert f'quotes = pd.read_parquet("{data}/tables/quotes")' in code
    compile("\n".join(line.strip() for line in code.splitlines()), "printed", "exec")


def test_the_funnel_gives_its_reasons(console: Console) -> None:
    funnel = Funnel(found=5, new=2, skipped={"repeated": 1}, failed={"empty": 1, "too_short": 1})
    print_funnel(console, funnel)
    assert funnel.adds_up()
    assert re.search(r"found\s+5", said(console))
    assert re.search(r"failed\s+2\s+empty 1, too_short 1", said(console))
