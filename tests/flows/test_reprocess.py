"""Stored articles read anew: from pages, from texts, from what was found in them."""

import gzip
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.funnel import Funnel
from flows.stored_batches import annotated_batches, article_batches, page_batches
from tasks.batch import read_batch
from tasks.records import Address, Article
from tasks.store import read
from tasks.store.forgetting import forget
from tasks.store.verify import verify
from tests.store.searching import everything

URL = "https://www.tidewatch.example/2025/06/eels.html"
OF_THE_RUN = ["run_id", "processed_at", "fetched_at", "first_seen_at"]


def write_archive(path: Path, page: bytes) -> None:
    """Write a WARC file with one page, as somebody else's crawler would."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"WARC-Target-URI: {URL}\r\nWARC-Date: 2025-06-03T09:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(head.encode() + http + b"\r\n\r\n"))


def without_run(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without what differs from run to run, in an order of its own."""
    frame = frame.drop(columns=[name for name in OF_THE_RUN if name in frame.columns])
    keys = frame.map(str).agg("|".join, axis=1)
    return frame.iloc[keys.argsort().to_numpy()].reset_index(drop=True)


def test_the_same_tables_make_the_same_batches(store: Path) -> None:
    first = list(article_batches(store, 6, None))
    assert [ref.batch_id for ref in article_batches(store, 6, None)] == [
        ref.batch_id for ref in first
    ]
    assert {ref.stage for ref in first} == {"clean"}
    articles = [a for ref in first for a in read_batch(ref, Article).items]
    assert sorted(a.article_id for a in articles) == sorted(read.articles(data=store)["article_id"])


def test_only_articles_received_since_then(store: Path) -> None:
    refs = list(article_batches(store, 200, datetime(2025, 7, 1, 12, tzinfo=UTC)))
    [article] = [a for ref in refs for a in read_batch(ref, Article).items]
    assert article.captured_at == datetime(2025, 7, 1, 20, tzinfo=UTC)


def test_what_was_never_annotated_here_is_annotated_again(store: Path) -> None:
    assert {ref.stage for ref in annotated_batches(store, 200, None)} == {"clean"}


def test_pages_that_are_gone_are_failures_that_say_so(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the tables name the folder of their pages relative to ours
    [batch] = [read_batch(ref, Address) for ref in page_batches(store, 200, None, "")]
    assert batch.items == ()
    gone = [failure for failure in batch.failures if failure.reason == "page_gone"]
    assert sorted(failure.article_id or "" for failure in gone) == sorted(
        read.articles(data=store)["article_id"]
    )


def test_files_that_are_there_are_read_in_place(
    store: Path, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample.parents[1])
    [batch] = [read_batch(ref, Address) for ref in page_batches(store, 200, None, "")]
    paths = {Path(address.location).resolve() for address in batch.items}
    assert sample / "tidewatch" / "the-eel-counters.html" in paths
    assert "page_gone" not in {failure.reason for failure in batch.failures}


@pytest.fixture(scope="module")
def archived(
    prefect_server: None, sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A data folder made of a folder of pages and an archive; and the archive."""
    from flows.ingest import ingest

    folder = tmp_path_factory.mktemp("reprocess")
    archive = folder / "archives" / "pages.warc.gz"
    write_archive(archive, (sample / "tidewatch" / "the-eel-counters.html").read_bytes())
    sources = [str(sample / "larkfield-gazette"), str(archive)]
    funnel = ingest(sources, folder / "data")
    assert funnel.new == 5
    return folder / "data", archive


def reprocess(data: Path, stage: str, **parameters: object) -> Funnel:
    from flows.reprocess import reprocess as flow

    funnel: Funnel = flow(stage, data, **parameters)  # type: ignore[arg-type]
    assert funnel.adds_up()
    assert verify(data) == []
    return funnel


@pytest.mark.prefect
@pytest.mark.parametrize("stage", ["clean", "extract", "enrich"])
def test_nothing_changes_where_no_rule_has(archived: tuple[Path, Path], stage: str) -> None:
    data, _ = archived
    before = {name: getattr(read, name)(data=data) for name in ("articles", "quotes", "entities")}
    funnel = reprocess(data, stage)
    assert (funnel.new, funnel.revised, funnel.failed) == (0, 0, {})
    assert funnel.reread == len(before["articles"])
    for name, frame in before.items():
        after = getattr(read, name)(data=data)
        pd.testing.assert_frame_equal(without_run(after), without_run(frame), obj=name)
    assert set(read.articles(data=data)["run_id"]) == {read.runs(data=data)["run_id"].iloc[-1]}


@pytest.mark.prefect
def test_run_again_it_finds_what_it_has_done(archived: tuple[Path, Path]) -> None:
    data, _ = archived
    reprocess(data, "extract")
    batches = sorted((data / "work").glob("*/extract.batch"))
    done = {path: path.stat().st_mtime_ns for path in batches}
    reprocess(data, "extract")
    assert {path: path.stat().st_mtime_ns for path in done} == done
    assert sorted((data / "work").glob("*/extract.batch")) == batches


@pytest.mark.prefect
def test_a_correction_reaches_stored_rows_without_extracting_again(
    archived: tuple[Path, Path],
) -> None:
    data, _ = archived
    assert {ref.stage for ref in annotated_batches(data, 200, None)} == {"extract"}
    people = read.entities(type="PERSON", data=data)
    old = people["entity_id"].iloc[0]
    command = ["entities", "merge", old, "wd:Q1", "--name", "Nobody Else"]
    refused = CliRunner().invoke(main, [*command, "--data", str(data)])
    assert refused.exit_code == 0, refused.output
    quotes = set(read.quotes(data=data)["quote_id"])
    reprocess(data, "enrich")
    after = read.entities(data=data)
    assert old not in set(after["entity_id"])
    assert set(after[after["entity_id"] == "wd:Q1"]["canonical_name"]) == {"Nobody Else"}
    assert set(after[after["entity_id"] == "wd:Q1"]["link_method"]) == {"correction"}
    assert set(read.quotes(data=data)["quote_id"]) == quotes
    (data / "corrections" / "entities.csv").unlink()


@pytest.mark.prefect
def test_an_archive_that_is_gone_costs_no_rows(archived: tuple[Path, Path]) -> None:
    data, archive = archived
    articles = set(read.articles(data=data)["article_id"])
    away = archive.with_suffix(".away")
    archive.rename(away)
    funnel = reprocess(data, "clean")
    away.rename(archive)
    assert funnel.failed["page_gone"] == 1
    assert set(read.articles(data=data)["article_id"]) == articles
    [row] = read.failures(data=data).query("reason == 'page_gone'").to_dict("records")
    assert row["url"] == URL
    assert "no archive" in row["detail"]


@pytest.mark.prefect
def test_the_file_of_an_older_text_does_not_bring_it_back(
    prefect_server: None, tmp_path: Path
) -> None:
    from flows.ingest import ingest

    pages = {"z-first": "in March", "a-later": "in April"}
    for name, month in pages.items():
        body = "".join(
            f"<p>The harbour board met for the {n} time {month} and argued for hours about the "
            "gates that had failed in the great storm of the winter before.</p>"
            for n in ("first", "second", "third", "fourth", "fifth")
        )
        page = (
            f'<html><head><link rel="canonical" href="{URL}"></head><body><article>'
            f"<h1>Gates failed</h1>{body}</article></body></html>"
        )
        (tmp_path / name).mkdir()
        (tmp_path / name / "gates.html").write_text(page)
        filler = page.replace("gates", "doors").replace("eels", f"{name}")
        (tmp_path / name / "other.html").write_text(filler)
        ingest([str(tmp_path / name)], tmp_path / "data")
    [text] = read.articles(data=tmp_path / "data").query("url == @URL")["text"]
    assert "in April" in text
    assert reprocess(tmp_path / "data", "clean").reread == 3
    [text] = read.articles(data=tmp_path / "data").query("url == @URL")["text"]
    assert "in April" in text


@pytest.mark.prefect
def test_who_is_forgotten_stays_out_when_all_is_read_anew(
    archived: tuple[Path, Path], tmp_path: Path
) -> None:
    from flows.ingest import ingest

    data, archive = tmp_path / "data", archived[1]
    shutil.copytree(archived[0], data)
    shutil.copytree(archive.parent, data / "raw", dirs_exist_ok=True)
    quotes = read.quotes(outlet="tidewatch.example", data=data)
    name = str(quotes[quotes.speaker.str.count(" ") == 1].speaker.iloc[0])
    assert name in everything(data)
    forget(data, name=name)
    assert name not in everything(data)
    for stage in ("clean", "extract", "enrich"):
        reprocess(data, stage)
        assert name not in everything(data), stage
    again = ingest([str(archive)], data)
    assert (again.new, again.revised) == (0, 0)
    assert name not in everything(data)
    assert name not in set(read.quotes(data=data).speaker)
