"""Addresses of feeds may hold passwords and tokens; the tables hold none of them."""

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from tasks.records import Failure
from tasks.store import read
from tests.store.factory import annotated, store

FEED = "https://desk:hunter22@feeds.example/rss?token=hunter33&page=2"


def test_the_tables_do_not_hold_the_secrets_of_a_feed(tmp_path: Path) -> None:
    lost = Failure(FEED, "discover", "http_404", "404")
    made = annotated(1)
    of_feed = replace(made, article=replace(made.article, source=FEED))
    store(tmp_path, [of_feed], failures=[lost])
    [url] = read.failures(data=tmp_path)["url"]
    assert url == "https://desk:***@feeds.example/rss?token=***&page=2"
    assert list(read.articles(data=tmp_path)["source"]) == [url]
    for part in (tmp_path / "tables").rglob("*.parquet"):
        assert "hunter" not in str(pq.read_table(part).to_pylist())


def test_its_failure_goes_when_it_comes_through(tmp_path: Path) -> None:
    store(tmp_path, [], failures=[Failure(FEED, "discover", "http_404", "404")])
    store(tmp_path, [], "batch-2", "run-2", settled=[FEED])
    assert read.failures(data=tmp_path).empty


def test_addresses_of_pages_stay_as_they_are(tmp_path: Path) -> None:
    page = "https://news.example/story.php?sid=1204"
    store(tmp_path, [], failures=[Failure(page, "fetch", "http_404", "404")])
    assert list(read.failures(data=tmp_path)["url"]) == [page]
