"""From the web to the tables and back from the archive: a real server on loopback, a real run."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from flows.funnel import Funnel
from tasks.fetch.policy import Policy
from tasks.store import read
from tasks.store.verify import verify
from tests.fetch.conftest import load_internet

pytestmark = pytest.mark.prefect

HOST = "127.0.0.1"
PAGES = ("tidewatch/the-eel-counters", "larkfield-gazette/ferry-strike-rosters")
SWIFT = Policy(gap=0.0, deadline=5.0, attempts=1)
SAME = ["article_id", "revision_id", "url", "outlet", "headline", "published_at", "text"]


@pytest.fixture(scope="module")
def site(sample: Path) -> Iterator[object]:
    with load_internet().serving() as internet:
        internet.put(HOST, "/robots.txt", "User-agent: *\nDisallow: /private/\n")
        for number, page in enumerate(PAGES):
            internet.put(HOST, f"/news/{number}", (sample / f"{page}.html").read_bytes())
        internet.put(HOST, "/private/memo", (sample / f"{PAGES[0]}.html").read_bytes())
        yield internet


@pytest.fixture(scope="module")
def first(prefect_server: None, site, tmp_path_factory) -> tuple[Path, Funnel]:
    from flows.ingest import ingest

    data = tmp_path_factory.mktemp("live")
    urls = [site.url(HOST, f"/news/{number}") for number in range(len(PAGES))]
    listed = data / "urls.txt"
    listed.write_text("\n".join([*urls, site.url(HOST, "/private/memo"), site.url(HOST, "/gone")]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONRECORD_ALLOW_ADDRESSES", "127.0.0.0/8")
        return data, ingest([str(listed)], data, policy=SWIFT)


def test_what_may_be_fetched_is_stored_and_the_rest_says_why(first: tuple[Path, Funnel]) -> None:
    data, funnel = first
    assert funnel.adds_up()
    assert (funnel.found, funnel.new) == (4, 2)
    assert funnel.failed == {"http_404": 1, "robots": 1}
    assert verify(data) == []


def test_the_page_robots_forbids_was_never_asked_for(first: tuple[Path, Funnel], site) -> None:
    asked = [seen.path for seen in site.seen]
    assert asked[0] == "/robots.txt"
    assert "/private/memo" not in asked
    assert all("onrecord/" in seen.headers["user-agent"] for seen in site.seen)


def test_without_the_setting_loopback_is_refused(
    prefect_server: None, site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.ingest import ingest

    monkeypatch.delenv("ONRECORD_ALLOW_ADDRESSES", raising=False)
    asked = len(site.seen)
    funnel = ingest([site.url(HOST, "/news/0")], tmp_path, policy=SWIFT)
    assert funnel.failed == {"unsafe_address": 1}
    assert len(site.seen) == asked


def test_the_archive_gives_the_same_rows(first: tuple[Path, Funnel], tmp_path: Path) -> None:
    from flows.ingest import ingest

    data, live = first
    archives = sorted(str(path) for path in (data / "raw").rglob("*.warc.gz"))
    assert archives
    funnel = ingest(archives, tmp_path)
    assert funnel.new == live.new
    for name, columns in (("articles", SAME), ("quotes", None), ("entities", None)):
        tables = [pd.read_parquet(folder / "tables" / name) for folder in (data, tmp_path)]
        one, other = (
            frame.sort_values(list(frame.columns[:3]))[columns or list(frame.columns)]
            for frame in tables
        )
        pd.testing.assert_frame_equal(
            one.reset_index(drop=True), other.reset_index(drop=True), obj=name
        )


def test_a_second_run_asks_for_nothing(
    first: tuple[Path, Funnel], site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.ingest import ingest

    data, _ = first
    monkeypatch.setenv("ONRECORD_ALLOW_ADDRESSES", "127.0.0.0/8")
    asked = len(site.seen)
    funnel = ingest([str(data / "urls.txt")], data, policy=SWIFT)
    assert funnel.adds_up()
    assert funnel.new == 0
    assert funnel.skipped == {"not_due": 4}  # neither what is known nor what failed a moment ago
    again = {seen.path for seen in site.seen[asked:]}
    assert not again & {f"/news/{number}" for number in range(len(PAGES))}
    assert len(read.articles(data=data)) == len(PAGES)


def test_the_dashboard_tells_what_was_asked_of_each_host(first: tuple[Path, Funnel]) -> None:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        shown = [str(a.data) for a in client.read_artifacts() if a.key == "hosts"]
    assert any(HOST in table for table in shown)
