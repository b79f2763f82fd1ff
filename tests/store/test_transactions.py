"""What a publish does to the tables."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from tasks.errors import StoreError
from tasks.records import Failure
from tasks.store import read, transactions
from tasks.store.rows import rows_of, run_rows
from tasks.store.run import Run
from tasks.store.schema import SCHEMAS
from tasks.store.verify import verify
from tests.store.factory import DAY, annotated, run, store, table_bytes


def frame(data: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(data / "tables" / name)


def test_an_empty_store_is_readable(tmp_path: Path) -> None:
    opening = transactions.open_store(tmp_path)
    assert (opening.sequence, opening.pending) == (0, 0)
    for name, schema in SCHEMAS.items():
        assert list(frame(tmp_path, name).columns) == schema.names
    assert verify(tmp_path) == []
    before = table_bytes(tmp_path)
    transactions.open_store(tmp_path)
    assert table_bytes(tmp_path) == before


def test_articles_come_in_with_all_their_rows(tmp_path: Path) -> None:
    report = store(tmp_path, [annotated(n) for n in range(5)])
    assert (report.new, report.revised, report.unchanged, report.batches) == (5, 0, 0, 1)
    sizes = {name: len(frame(tmp_path, name)) for name in SCHEMAS}
    assert sizes == {
        "articles": 5,
        "entities": 5,
        "mentions": 10,
        "quotes": 10,
        "segments": 5,
        "revisions": 0,
        "changes": 0,
        "failures": 0,
        "runs": 0,
        **dict.fromkeys(("alerts", "watches", "hits", "deliveries"), 0),
    }
    assert verify(tmp_path) == []
    article = frame(tmp_path, "articles").iloc[0]
    assert article.provenance == '{"headline": ["json-ld+h1", 0.95]}'
    assert list(article.authors) == ["Ines Vale", "Tom Birch"]


def test_the_same_again_changes_no_table(tmp_path: Path) -> None:
    batch = [annotated(n) for n in range(5)]
    store(tmp_path, batch)
    before = table_bytes(tmp_path)
    later = [
        replace(a, article=replace(a.article, captured_at=DAY + timedelta(days=9))) for a in batch
    ]
    assert store(tmp_path, later, run_id="run-2").unchanged == 5
    assert table_bytes(tmp_path) == before


def test_the_same_key_is_the_same_batch(tmp_path: Path) -> None:
    tables = rows_of([annotated(1)], run())
    for _ in range(3):
        assert transactions.append(tmp_path, tables, "k") == "k"
    assert transactions.open_store(tmp_path).pending == 1
    assert transactions.publish(tmp_path).new == 1
    transactions.append(tmp_path, tables, "k")
    assert transactions.publish(tmp_path).batches == 0
    assert [o.verb for o in transactions.outcomes(tmp_path, "run-1")] == ["new"]


def test_a_changed_article_moves_its_old_text_to_revisions(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1), annotated(2)])
    report = store(tmp_path, [annotated(1, "B", hours=5)], "batch-2")
    assert report.revised == 1
    (now,) = frame(tmp_path, "articles").query("revision == 2").to_dict("records")
    (old,) = frame(tmp_path, "revisions").to_dict("records")
    assert "Version B" in now["text"]
    assert "Version 0" in old["text"]
    assert old["superseded_at"] == now["fetched_at"]
    assert old["first_seen_at"] == now["first_seen_at"] == old["fetched_at"]
    assert len(frame(tmp_path, "quotes")) == 4
    assert verify(tmp_path) == []


def test_a_text_that_comes_back_is_a_new_revision_with_its_old_id(tmp_path: Path) -> None:
    for hour, version in enumerate("ABA"):
        store(tmp_path, [annotated(1, version, hours=hour)], f"batch-{hour}")
    (now,) = frame(tmp_path, "articles").to_dict("records")
    old = frame(tmp_path, "revisions").sort_values("revision")
    assert now["revision"] == 3
    assert list(old.revision) == [1, 2]
    assert now["revision_id"] == old.revision_id.iloc[0] != old.revision_id.iloc[1]


@pytest.mark.parametrize("together", [True, False])
def test_captures_of_one_article_settle_alike_in_one_batch_or_many(
    tmp_path: Path, together: bool
) -> None:
    captures = [annotated(1, version, hours=hour) for hour, version in enumerate("ABBA")]
    if together:
        store(tmp_path, captures)
    else:
        for number, capture in enumerate(captures):
            store(tmp_path, [capture], f"batch-{number}")
    verbs = [o.verb for o in transactions.outcomes(tmp_path, "run-1")]
    assert verbs.count("new") == 1
    assert verbs.count("revised") == 2
    assert verbs.count("repeated") == 1
    assert frame(tmp_path, "articles").revision.tolist() == [3]
    assert sorted(frame(tmp_path, "revisions").revision) == [1, 2]
    assert verify(tmp_path) == []


def test_input_order_decides_between_files(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1, version, hours=None) for version in "AB"])
    (now,) = frame(tmp_path, "articles").to_dict("records")
    assert "Version B" in now["text"]
    assert now["fetched_at"] == now["processed_at"]


def test_a_file_with_a_known_text_changes_nothing(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1, "A", hours=None)], "1")
    store(tmp_path, [annotated(1, "B", hours=None)], "2")
    before = table_bytes(tmp_path)
    assert store(tmp_path, [annotated(1, "A", hours=None)], "3", "run-2").unchanged == 1
    assert table_bytes(tmp_path) == before


def test_an_older_capture_goes_to_the_history(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1, "B", hours=5)], "1")
    report = store(tmp_path, [annotated(1, "A", hours=1)], "2")
    assert report.revised == 1
    (now,) = frame(tmp_path, "articles").to_dict("records")
    (old,) = frame(tmp_path, "revisions").to_dict("records")
    assert ("Version B" in now["text"], "Version A" in old["text"]) == (True, True)
    assert old["superseded_at"] == now["fetched_at"]
    before = table_bytes(tmp_path)
    assert store(tmp_path, [annotated(1, "A", hours=1)], "3", "run-2").unchanged == 1
    assert store(tmp_path, [annotated(1, "A", hours=2)], "4", "run-2").unchanged == 1
    assert table_bytes(tmp_path) == before


def test_parts_are_sealed_when_full(tmp_path: Path) -> None:
    for number in range(5):
        batch = [annotated(n) for n in range(number * 3, number * 3 + 3)]
        store(tmp_path, batch, f"batch-{number}", part_articles=6)
    sizes = [len(pd.read_parquet(p)) for p in sorted((tmp_path / "tables/articles").iterdir())]
    assert sizes == [6, 6, 3]
    before = table_bytes(tmp_path)
    store(tmp_path, [annotated(7, "B", hours=9)], "batch-9", part_articles=6)
    changed = {
        name for name, content in table_bytes(tmp_path).items() if before.get(name) != content
    }
    assert {name[-13:-8] for name in changed} == {"00001"}
    assert verify(tmp_path) == []


def test_a_second_run_adds_a_run_and_counts_attempts(tmp_path: Path) -> None:
    failure = Failure("https://news.example/gone", "fetch", "http_404", "not found")
    for number in (1, 2, 3):
        run_id = f"run-{number}"
        store(tmp_path, [annotated(1)], run_id=run_id, failures=[failure])
        if number == 1:
            before = table_bytes(tmp_path)
        done = Run(
            run_id, "ingest", DAY, "completed", "0.1.0", finished_at=DAY, found=2, new=1, failed=1
        )
        transactions.append(tmp_path, run_rows(done), "run")
        transactions.publish(tmp_path)
        assert not (tmp_path / "state/published" / run_id).exists()
    changed = {name for name, content in table_bytes(tmp_path).items() if before[name] != content}
    assert {name.split("/")[1] for name in changed} == {"failures", "runs"}
    assert read.failures(data=tmp_path).attempts.tolist() == [3]
    assert read.runs(data=tmp_path).run_id.tolist() == ["run-1", "run-2", "run-3"]
    assert verify(tmp_path) == []


def test_a_failure_goes_when_its_address_came_through(tmp_path: Path) -> None:
    gone = annotated(1)
    failures = [
        Failure(str(gone.article.url), "fetch", "timeout", "no answer"),
        Failure("pages/a.html", "clean", "unreadable", "bytes"),
        Failure("pages/b.html", "fetch", "unreadable", "bytes"),
        Failure("pages/c.html", "clean", "unreadable", "bytes"),
    ]
    store(tmp_path, [], failures=failures)
    store(
        tmp_path,
        [gone],
        run_id="run-2",
        settled=["pages/a.html"],
        failures=[Failure("pages/b.html", "clean", "not_article", "no text")],
    )
    left = read.failures(data=tmp_path)
    assert sorted(zip(left.url, left.stage, strict=True)) == [
        ("pages/b.html", "clean"),
        ("pages/c.html", "clean"),
    ]


def test_an_article_that_contradicts_itself_is_set_aside(tmp_path: Path) -> None:
    good, bad = annotated(1), annotated(2)
    bad = replace(bad, quotes=(replace(bad.quotes[0], quote="something else"), *bad.quotes[1:]))
    assert store(tmp_path, [good, bad]).new == 1
    (failure,) = read.failures(data=tmp_path).to_dict("records")
    assert (failure["stage"], failure["reason"]) == ("store", "inconsistent")
    assert "spans say" in failure["detail"]


def test_without_full_text_quotes_stay(tmp_path: Path) -> None:
    batch = [annotated(1)]
    transactions.append(tmp_path, rows_of(batch, run(), keep_text=False, context=10), "k")
    transactions.publish(tmp_path)
    (row,) = frame(tmp_path, "articles").to_dict("records")
    assert pd.isna(row["text"])
    assert row["text_length"] == len(batch[0].article.text)
    assert frame(tmp_path, "quotes").context_before.str.len().tolist() == [10, 10]
    assert len(frame(tmp_path, "segments")) == 0
    assert verify(tmp_path) == []


def test_a_new_reading_replaces_rows_in_place(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1)])
    read_anew = annotated(1, speaker="Ada B. Morrow")
    report = store(tmp_path, [read_anew], run_id="run-2", mode="reading")
    assert report.reread == 1
    assert frame(tmp_path, "articles").revision.tolist() == [1]
    assert set(frame(tmp_path, "quotes").speaker) == {"Ada B. Morrow"}
    assert len(frame(tmp_path, "revisions")) == len(frame(tmp_path, "changes")) == 0
    assert verify(tmp_path) == []


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    transactions.open_store(tmp_path)
    head = tmp_path / "state/head.json"
    head.write_text('{"sequence": 3, "schema_version": 99}')
    for act in (
        lambda: transactions.open_store(tmp_path),
        lambda: transactions.publish(tmp_path),
        lambda: transactions.append(tmp_path, rows_of([annotated(1)], run()), "k"),
        lambda: read.quotes(data=tmp_path),
    ):
        with pytest.raises(StoreError, match="newer onrecord"):
            act()
    assert [problem.kind for problem in verify(tmp_path)] == ["version"]


def test_state_can_be_deleted(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1)])
    (tmp_path / "state/head.json").unlink()
    assert store(tmp_path, [annotated(1)], run_id="run-2").unchanged == 1
    assert verify(tmp_path) == []
