"""The whole path, on the sample, with a real Prefect server."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from flows.funnel import Funnel
from tasks.store import read
from tasks.store.layout import Layout
from tasks.store.verify import verify

pytestmark = pytest.mark.prefect

SAMPLE_FILES = 18
SAMPLE_FAILURES = {"not_article": 1, "wrong_type": 1}


@pytest.fixture(scope="module")
def first(prefect_server: None, sample: Path, tmp_path_factory) -> tuple[Path, Funnel]:
    from flows.ingest import ingest

    data = tmp_path_factory.mktemp("data")
    return data, ingest([str(sample)], data)


def table_bytes(data: Path, *names: str) -> dict[str, bytes]:
    layout = Layout(data)
    return {
        str(path.relative_to(data)): path.read_bytes()
        for name in names
        for path in layout.parts(name).values()
    }


def test_everything_found_is_accounted_for(first: tuple[Path, Funnel]) -> None:
    _, funnel = first
    assert funnel.adds_up()
    assert funnel.found == SAMPLE_FILES
    assert funnel.failed == SAMPLE_FAILURES
    assert (funnel.new, funnel.revised) == (15, 1)


def test_the_tables_are_sound(first: tuple[Path, Funnel]) -> None:
    assert verify(first[0]) == []


def test_plain_pandas_reads_them(first: tuple[Path, Funnel]) -> None:
    data, _ = first
    quotes = pd.read_parquet(data / "tables" / "quotes")
    articles = pd.read_parquet(data / "tables" / "articles").set_index("article_id")
    assert len(quotes) > 100
    body = quotes[quotes["field"] == "body"]
    for quote in body.itertuples():
        text = articles.loc[quote.article_id, "text"]
        words = " ".join(text[span["start"] : span["end"]] for span in quote.spans)
        assert words == quote.quote


def test_a_changed_article_keeps_its_old_text(first: tuple[Path, Funnel]) -> None:
    revisions = pd.read_parquet(first[0] / "tables" / "revisions")
    articles = read.articles(data=first[0]).set_index("article_id")
    [old] = revisions.to_dict("records")
    new = articles.loc[old["article_id"]]
    assert (old["revision"], new["revision"]) == (1, 2)
    assert old["text"] != new["text"]


def test_bulk_import_gives_the_same_rows_in_parts_of_its_own(
    first: tuple[Path, Funnel], sample: Path, tmp_path: Path
) -> None:
    from flows.ingest import ingest

    funnel = ingest([str(sample)], tmp_path, bulk=True, batch_size=5)
    assert (funnel.new, funnel.revised, funnel.failed) == (15, 1, SAMPLE_FAILURES)
    assert verify(tmp_path) == []
    assert [p.name for p in sorted((tmp_path / "tables/articles").iterdir())] == [
        "part-00000.parquet",
        "part-00001.parquet",
    ]
    columns = ["article_id", "quote_no", "quote_id", "speaker", "quote"]
    by_default = read.quotes(data=first[0], columns=columns)
    pd.testing.assert_frame_equal(read.quotes(data=tmp_path, columns=columns), by_default)
    again = ingest([str(sample)], tmp_path, bulk=True)
    assert (again.new, again.revised) == (0, 0)
    assert len(read.quotes(data=tmp_path)) == len(by_default)
    assert verify(tmp_path) == []


def test_failures_say_what_to_do_with_them(first: tuple[Path, Funnel]) -> None:
    failures = read.failures(data=first[0])
    assert dict(failures["reason"].value_counts()) == SAMPLE_FAILURES
    assert failures["detail"].str.len().min() > 10


def test_a_second_run_changes_nothing_but_runs_and_attempts(
    first: tuple[Path, Funnel], sample: Path, prefect_server: None
) -> None:
    from flows.ingest import ingest

    data, before = first
    others = ("articles", "entities", "mentions", "quotes", "segments", "revisions", "changes")
    tables = table_bytes(data, *others)
    failures = read.failures(data=data).set_index("url")
    runs = read.runs(data=data)
    again = ingest([str(sample)], data)
    assert again.adds_up()
    assert (again.found, again.new, again.revised) == (before.found, 0, 0)
    assert table_bytes(data, *others) == tables
    assert len(read.runs(data=data)) == len(runs) + 1
    tried = read.failures(data=data).set_index("url")
    assert (tried["attempts"] == failures["attempts"] + 1).all()


def test_a_failure_goes_when_its_page_is_mended(
    prefect_server: None, sample: Path, tmp_path: Path
) -> None:
    from flows.ingest import ingest

    pages, data = tmp_path / "pages", tmp_path / "data"
    pages.mkdir()
    page = pages / "page.html"
    page.write_bytes(b"\x1f\x8b torn")
    assert ingest([str(pages)], data).failed
    shutil.copy(sample / "tidewatch" / "the-eel-counters.html", page)
    funnel = ingest([str(pages)], data)
    assert (funnel.new, funnel.failed) == (1, {})
    assert read.failures(data=data).empty


def test_a_broken_batch_costs_only_itself(
    prefect_server: None, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tasks.enrich.batch
    from flows.ingest import ingest
    from tasks.errors import OnrecordError

    original = tasks.enrich.batch.resolve_speakers

    def breaks(annotated):
        if "eel" in (annotated.article.headline or "").lower():
            raise ZeroDivisionError("a mistake in the program")
        return original(annotated)

    monkeypatch.setattr(tasks.enrich.batch, "resolve_speakers", breaks)
    with pytest.raises(OnrecordError, match="1 of 2 batches"):
        ingest([str(sample / "tidewatch")], tmp_path, batch_size=1, workers=1)
    failures = read.failures(data=tmp_path)
    assert "task_failed" in set(failures["reason"])
    assert len(read.articles(data=tmp_path)) == 1
    [run] = read.runs(data=tmp_path).to_dict("records")
    assert run["state"] == "failed"
    assert run["found"] == run["new"] + run["failed"]
    assert verify(tmp_path) == []

    monkeypatch.setattr(tasks.enrich.batch, "resolve_speakers", original)
    assert ingest([str(sample / "tidewatch")], tmp_path, batch_size=1, workers=1).new == 1
    assert "task_failed" not in set(read.failures(data=tmp_path)["reason"])


def test_artifacts_show_the_run(first: tuple[Path, Funnel]) -> None:
    from prefect.client.orchestration import get_client

    _, funnel = first
    with get_client(sync_client=True) as client:
        made = client.read_artifacts()
    # other runs of this session have artifacts, too
    ours = next(one.flow_run_id for one in made if f"# Run {funnel.run_id}" in str(one.data))
    shown = {artifact.key: artifact for artifact in made if artifact.flow_run_id == ours}
    assert {"ingest-progress", "run-report", "top-speakers", "failures", "tables"} <= set(shown)
    assert "| found |" in str(shown["run-report"].data)
    assert json.loads(str(shown["failures"].data))
