"""What the tables hold is read as what it is: news, back-fill, pages lost."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from flows.source_health import judge_sources, outlet_health, read_intake
from tasks.store.layout import Layout
from tasks.store.part import write_part
from tasks.store.snapshot import open_snapshot
from tests.flows.test_watching_outlets import news_until_yesterday
from tests.observe.newsroom import intake, world
from tests.observe.tables import rows, write_store

NOW = datetime(2025, 6, 12, 12, tzinfo=UTC)
RUN = NOW - timedelta(hours=1)


def made(data: Path, *articles: dict[str, Any], parameters: str = "{}") -> tuple[str, ...]:
    """Store articles that came with one run (and others), and give the outlets that count."""
    write_store(data, intake(world(1, 1, 1), np.array([6]), 6))
    layout = Layout(data)
    usual = {"outlet": "herald.example", "first_seen_at": RUN + timedelta(minutes=5),
             "published_at": NOW - timedelta(days=400), "source_kind": "feed"}  # fmt: skip
    write_part(
        "articles", rows("articles", [usual | a for a in articles]), layout.part("articles", 0)
    )
    run = {"run_id": "r", "flow": "ingest", "started_at": RUN, "parameters": parameters,
           "finished_at": RUN + timedelta(minutes=30)}  # fmt: skip
    write_part("runs", rows("runs", [run]), layout.part("runs", 0))
    with open_snapshot(data, ["articles", "failures", "runs"]) as tables:
        found = read_intake(tables, NOW)
        assert found.end == RUN.timestamp()
        return found.outlets


def test_old_articles_of_feeds_are_news(tmp_path: Path) -> None:
    assert made(tmp_path, {}) == ("herald.example",)


def test_old_articles_of_files_and_archives_are_not(tmp_path: Path) -> None:
    fresh = {"published_at": RUN - timedelta(days=1)}
    kinds = [{"source_kind": kind} for kind in ("html_file", "text_file", "warc")]
    assert made(tmp_path / "a", *kinds) == ()
    assert made(tmp_path / "b", *(kind | fresh for kind in kinds)) == ("herald.example",)
    assert made(tmp_path / "c", {}, parameters='{"archive": true}') == ()
    assert made(tmp_path / "d", fresh, parameters='{"archive": true}') == ("herald.example",)


def test_captures_of_before_the_run_are_not(tmp_path: Path) -> None:
    before = {"first_seen_at": RUN - timedelta(days=3), "published_at": RUN - timedelta(days=3)}
    assert made(tmp_path / "a", before | {"source_kind": "warc"}) == ()
    assert made(tmp_path / "b", before | {"source_kind": "url"}) == ("herald.example",)


def test_pages_of_no_outlet_do_not_count(tmp_path: Path) -> None:
    assert made(tmp_path, {"outlet": None}) == ()


def test_lost_pages_are_counted_by_outlet(tmp_path: Path) -> None:
    write_store(tmp_path, news_until_yesterday())
    at = datetime.fromtimestamp(time.time() - 3600, UTC)
    lost = [
        {"url": f"https://www.outlet4.example/{n}", "stage": stage, "reason": why, "failed_at": at}
        for n, (stage, why) in enumerate(
            [("fetch", "http_403"), ("clean", "too_short"), ("fetch", "http_404"),
             ("discover", "timeout"), ("fetch", "robots"), ("clean", "timeout")]
        )
    ]  # fmt: skip
    lost.append(lost[0] | {"url": "https://elsewhere.example/"})
    write_part("failures", rows("failures", lost), Layout(tmp_path).part("failures", 0))
    with open_snapshot(tmp_path, ["articles", "failures", "runs"]) as tables:
        found = read_intake(tables, datetime.now(UTC))
    assert {found.outlets[n] for n in found.lost_outlet} == {"outlet4.example"}
    assert sorted(found.is_unread.tolist()) == [False, False, True]


def test_as_of_an_earlier_time(tmp_path: Path) -> None:
    write_store(tmp_path, news_until_yesterday())
    states = {health.outlet: health.state for health in outlet_health(tmp_path)}
    assert states["outlet3.example"] == "silent"
    week_ago = datetime.now(UTC) - timedelta(days=7)
    past = judge_sources(tmp_path, week_ago)
    assert past.at is not None
    assert past.at < week_ago
    assert {health.state for health in past.outlets} == {"ok"}


def test_nothing_of_an_empty_store(tmp_path: Path) -> None:
    assert outlet_health(tmp_path) == []
