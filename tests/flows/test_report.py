"""The digest of a day: what is in it, and a page that asks nobody for anything."""

import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from markupsafe import escape

from flows import days
from flows.charts import as_address, day_bars, name_bars
from flows.cli import main
from flows.digest import DayCount, Digest, NewName, OutletDay, Said, Speaker
from flows.digest_tables import read_digest
from flows.events import Told
from flows.report import digest_markdown
from flows.report_page import page, write_page
from flows.run import new_run
from tasks.errors import DeliveryError
from tasks.records import Failure
from tasks.store.run import Run
from tests.store.factory import DAY as FIRST
from tests.store.factory import WORDS, annotated, store

DAY = date(2024, 5, 14)
HOUR = timedelta(hours=1)
NASTY = "<script>alert('x')</script> & \"quotes\" ]]> `code` | [a](javascript:b)"


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles of the day, two of the day before, one without a date seen on the day."""
    folder = tmp_path_factory.mktemp("digest")
    yesterday, today = noon(DAY - timedelta(days=1)), noon(DAY)
    long = "we will mend every one of the eleven bridges before the winter comes"
    articles = [
        annotated(1, speaker="Ada Morrow", published_at=yesterday),
        annotated(2, speaker="Ada Morrow", published_at=yesterday),
        annotated(3, speaker="Ada Morrow", published_at=today, words=[long]),
        annotated(4, speaker="Ada Morrow", published_at=today, words=[long]),
        annotated(5, speaker="Ruth Abara", published_at=today, words=WORDS[:3]),
        annotated(
            6, speaker="Ines Holt", published_at=None, words=WORDS[:1], hours=(today - FIRST) / HOUR
        ),
    ]
    gone = Failure("https://news3.example/gone", "fetch", "http_404", "404")
    slow = Failure("https://news9.example/slow", "fetch", "timeout", "30 s")
    old = Failure("https://news3.example/old", "fetch", "timeout", "30 s")
    torn = Failure("pages/torn.html", "fetch", "unreadable", "binary")
    store(folder, articles, "all", failures=[gone, slow, torn], now=today)
    store(folder, [], "before", failures=[old], now=yesterday)
    return folder


@pytest.fixture(scope="module")
def digest(data: Path) -> Digest:
    return read_digest(data, DAY)


def test_the_day_is_that_of_publication_or_of_the_first_sight(digest: Digest) -> None:
    assert digest.articles == 4
    assert digest.quotes == 6
    assert digest.attributed == 6


def test_speakers_are_ranked_by_quotes(digest: Digest) -> None:
    assert [(s.name, s.quotes) for s in digest.speakers] == [
        ("Ruth Abara", 3),
        ("Ada Morrow", 2),
        ("Ines Holt", 1),
    ]


def test_the_quote_of_most_outlets_comes_first(digest: Digest) -> None:
    first = digest.said[0]
    assert (first.speaker, first.outlets) == ("Ada Morrow", 2)
    assert len({said.speaker for said in digest.said}) == len(digest.said), "one a speaker"


def test_only_names_that_no_earlier_article_has_are_new(digest: Digest) -> None:
    assert {new.name for new in digest.new_names} == {"Ruth Abara", "Ines Holt"}


def test_failures_of_the_day_by_outlet_and_reason(digest: Digest) -> None:
    assert dict(digest.reasons) == {"http_404": 1, "timeout": 1, "unreadable": 1}
    rows = {row.outlet: row for row in digest.outlets}
    assert (rows["news3.example"].articles, rows["news3.example"].failures) == (1, 1)
    assert (rows["news9.example"].articles, rows["news9.example"].failures) == (0, 1)
    assert "news1.example" not in rows, "nothing of it that day"
    assert "pages" not in rows, "a file is no outlet"


def test_the_chart_ends_with_the_day(digest: Digest) -> None:
    assert [(one.articles, one.quotes) for one in digest.days[-2:]] == [(2, 4), (4, 6)]
    assert digest.days[-1].day == DAY
    assert all(one.quotes == 0 for one in digest.days[:-2])


class Reader(HTMLParser):
    """What a page would ask for, and what it runs."""

    def __init__(self) -> None:
        super().__init__()
        self.asks: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on"), f"{tag} {name}"
            if name in {"src", "srcset", "data", "poster", "action", "background", "xlink:href"}:
                self.asks.append(str(value))
            if name == "href":
                (self.links if tag == "a" else self.asks).append(str(value))


def nasty_digest() -> Digest:
    return Digest(
        day=DAY,
        articles=1,
        quotes=1,
        attributed=1,
        said=(Said(NASTY, NASTY, NASTY, NASTY, NASTY, 'https://h.example/"><script>', 2),),
        speakers=(Speaker(NASTY, 1, 2, 1),),
        new_names=(NewName(NASTY, "PERSON", 1, NASTY),),
        outlets=(OutletDay(NASTY, 0, 7.0, 0, None, 0, "silent", (NASTY,)),),
        reasons=((NASTY, 1),),
        days=(DayCount(DAY, 1, 1),),
    )


@pytest.mark.parametrize("which", ["real", "nasty"])
def test_the_page_asks_for_nothing_and_runs_nothing(which: str, digest: Digest) -> None:
    laid_out = page(digest if which == "real" else nasty_digest())
    reader = Reader()
    reader.feed(laid_out)
    assert reader.asks == []
    assert not reader.tags & {"script", "iframe", "img", "link", "object", "embed", "form", "base"}
    assert reader.links
    assert all(link.startswith("https://") for link in reader.links)
    assert "url(" not in laid_out
    assert "default-src 'none'" in laid_out


def test_words_from_outside_are_shown_as_they_are() -> None:
    laid_out = page(nasty_digest())
    shown = str(escape(NASTY)).replace("&#39;", "'")
    assert laid_out.count(shown) >= 6


def test_markdown_takes_no_markup_from_outside() -> None:
    markdown = digest_markdown(nasty_digest())
    assert "<script" not in markdown.replace("\\<script", "")
    assert not re.search(r"(?<!\\)\]\(javascript", markdown)
    assert all(line.count("|") - line.count("\\|") in {0, 4, 5, 8} for line in markdown.split("\n"))


def test_charts_are_svg_with_escaped_labels() -> None:
    for chart in (day_bars("a < b", [(NASTY, 3), ("2", 0)]), name_bars("t", [(NASTY, 1)])):
        root = ET.fromstring(chart)
        assert root.tag.endswith("svg")
        assert not [e for e in root.iter() if e.tag.endswith(("script", "image", "use", "a"))]
    assert as_address("<svg/>") == "data:image/svg+xml;base64,PHN2Zy8+"
    assert "NaN" not in day_bars("nothing", []) + name_bars("nothing", [])


def test_an_empty_day_has_a_page(data: Path) -> None:
    laid_out = page(read_digest(data, date(2001, 1, 1)))
    assert "0 articles, 0 quotes" in laid_out
    assert "Nobody was quoted" in laid_out


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_the_command_writes_the_page(data: Path) -> None:
    result = run("report", "--day", str(DAY), "--data", str(data))
    assert result.exit_code == 0, result.output
    assert "4 articles, 6 quotes" in result.output
    written = data / "reports" / "2024-05-14.html"
    assert "Ruth Abara" in written.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--day", "yesterday-ish"], 2, "--day"),
        (["--day", "2024-13-01"], 2, "--day"),
        ([], 1, "nothing was stored yet"),
    ],
)
def test_wrong_usage(arguments: list[str], code: int, message: str, tmp_path: Path) -> None:
    result = run("report", *arguments, "--data", str(tmp_path))
    assert result.exit_code == code
    assert message in result.output


def test_what_is_forgotten_goes_from_pages_that_were_written(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1, speaker="Shane O'Mara", published_at=noon(DAY))], "one")
    path = write_page(read_digest(tmp_path, DAY), tmp_path)
    assert "Shane O'Mara" in path.read_text(encoding="utf-8")
    assert run("forget", "Shane O'Mara", "--yes", "--data", str(tmp_path)).exit_code == 0
    assert "O'Mara" not in path.read_text(encoding="utf-8")


def ended(flow: str, at: datetime) -> Run:
    return replace(new_run(flow, {}), finished_at=at)


def test_a_day_is_announced_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(days, "send_events", lambda told: sent.append(told[0].payload["day"]))
    ends = [noon(DAY), noon(DAY) + HOUR, noon(DAY) + 24 * HOUR, noon(DAY) + 25 * HOUR]
    for end in ends:
        days.announce_day(ended("revisit", end), tmp_path)
        days.announce_day(ended("ingest", end), tmp_path)
    assert sent == ["2024-05-13", "2024-05-14"]
    assert [path.name for path in (tmp_path / "state" / "days").iterdir()] == ["2024-05-14"]


KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from flows import days
from flows.run import run_under_way
from tests.flows.test_report import DAY, noon

days.send_events = lambda told: os.kill(os.getpid(), signal.SIGKILL)
data = Path(sys.argv[1])
with run_under_way("ingest", data, {}, None) as run:
    days.announce_day(replace(run, finished_at=noon(DAY)), data)
"""


@pytest.mark.parametrize("later", [HOUR, 24 * HOUR], ids=["the same day", "the next day"])
def test_a_day_is_announced_although_the_run_was_killed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: timedelta
) -> None:
    root = Path(__file__).parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(root)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    sent: list[str] = []
    monkeypatch.setattr(days, "send_events", lambda told: sent.append(told[0].payload["day"]))
    for end in (noon(DAY) + later, noon(DAY) + later + HOUR):
        days.announce_day(ended("ingest", end), tmp_path)
    assert sent == (["2024-05-13"] if later == HOUR else ["2024-05-13", "2024-05-14"])


def test_a_day_is_announced_later_when_the_server_was_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(told: Sequence[Told]) -> None:
        raise DeliveryError("the Prefect server answered 503 to an event")

    log: list[str] = []
    monkeypatch.setattr(days, "get_run_logger", lambda: SimpleNamespace(
        warning=lambda text, *of: log.append(text % of)))  # fmt: skip
    monkeypatch.setattr(days, "send_events", refuse)
    days.announce_day(ended("ingest", noon(DAY)), tmp_path)
    assert log == [("The end of 2024-05-13: the Prefect server answered 503 to an event; told by"
                    " the next run")]  # fmt: skip
    sent: list[str] = []
    monkeypatch.setattr(days, "send_events", lambda told: sent.append(told[0].payload["day"]))
    days.announce_day(ended("ingest", noon(DAY) + HOUR), tmp_path)
    assert sent == ["2024-05-13"]
