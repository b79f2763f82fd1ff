"""Older stores are brought to today's schema, in one transaction."""

import hashlib
import json
import shutil
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.errors import StoreError
from tasks.store import read, transactions
from tasks.store.evolution import check_current, migrate
from tasks.store.inbox import write_rows
from tasks.store.repair import repair
from tasks.store.rows import rows_of
from tasks.store.schema import SCHEMAS
from tasks.store.sealing import seal
from tasks.store.table import SCHEMA_VERSION
from tasks.store.verify import verify
from tests.store.factory import annotated, run, store, table_bytes


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Make a store as an earlier version may have written it: some columns were not there."""
    store(tmp_path, [annotated(n) for n in range(3)], part_articles=2)
    for path in (tmp_path / "tables").rglob("*.parquet"):
        rows = pq.ParquetFile(path).read()
        missing = {"provenance", "kb_version", "trace_id", "quote_count"} & set(rows.column_names)
        rows = rows.drop_columns(sorted(missing))
        metadata = rows.schema.metadata | {b"onrecord.schema_version": b"0"}
        pq.write_table(rows.replace_schema_metadata(metadata), path)
    (tmp_path / "state/head.json").write_text('{"sequence": 4, "schema_version": 0}')
    return tmp_path


def test_an_old_store_is_migrated(old: Path) -> None:
    with pytest.raises(StoreError, match="run `onrecord migrate` once"):
        transactions.publish(old)
    with pytest.raises(StoreError, match="onrecord migrate"):
        read.quotes(data=old)
    parts = len(list((old / "tables").rglob("*.parquet")))
    assert migrate(old) == parts
    assert migrate(old) == 0
    for path in (old / "tables").rglob("*.parquet"):
        assert pq.read_schema(path).equals(SCHEMAS[path.parent.name], check_metadata=True)
    assert {problem.kind for problem in verify(old)} == {"count"}
    assert store(old, [annotated(0)], run_id="run-2").unchanged == 1


@pytest.mark.parametrize("step", ["staged", "committed", "move"])
def test_a_migration_happens_whole_or_not(
    old: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = table_bytes(old)

    class Died(BaseException):
        pass

    def die(at: str) -> None:
        if at == step:
            raise Died

    from tasks.store import evolution

    monkeypatch.setattr(evolution, "commit", lambda t: real(t, die))
    from tasks.store.journal import commit as real

    with pytest.raises(Died):
        migrate(old)
    monkeypatch.undo()
    if step == "staged":
        assert table_bytes(old) == before
        assert migrate(old) > 0
    else:
        assert migrate(old) == 0
    read.quotes(data=old)


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1)])
    (tmp_path / "state/head.json").write_text('{"sequence": 4, "schema_version": 7}')
    with pytest.raises(StoreError, match="upgrade onrecord; nothing was changed"):
        migrate(tmp_path)


def test_counts_that_were_not_there_are_nought(old: Path) -> None:
    migrate(old)
    articles = pa.table(read.articles(data=old)[["quote_count"]])
    assert articles["quote_count"].to_pylist() == [0, 0, 0]


def test_what_waits_is_migrated_too(old: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    transactions.append(elsewhere, rows_of([annotated(7)], run()), "waits")
    seal(elsewhere, rows_of([annotated(8)], run()), "sealed", "run-1")
    (batch,) = (elsewhere / "state/inbox").iterdir()
    for path in batch.glob("*.arrow"):
        rows = pa.ipc.open_file(path.read_bytes()).read_all()
        write_rows(rows.drop_columns({"provenance", "trace_id"} & set(rows.column_names)), path)
    (part,) = (elsewhere / "state/sealed").iterdir()
    for path in part.glob("*.parquet"):
        rows = pq.ParquetFile(path).read()
        pq.write_table(rows.drop_columns({"provenance", "trace_id"} & set(rows.column_names)), path)
    manifest = json.loads((batch / "manifest.json").read_bytes())
    checksums = {path.stem: zlib.crc32(path.read_bytes()) for path in batch.glob("*.arrow")}
    older = manifest | {"schema_version": 0, "checksums": checksums}
    (batch / "manifest.json").write_text(json.dumps(older))
    manifest = json.loads((part / "manifest.json").read_bytes())
    (part / "manifest.json").write_text(json.dumps(manifest | {"version": 0}))
    for folder in (batch, part):
        target = old / folder.relative_to(elsewhere)
        shutil.copytree(folder, target)
    assert migrate(old) > 0
    report = transactions.publish(old)
    assert report.new == 2
    assert set(read.quotes(data=old).article_id) >= {
        annotated(n).article.article_id for n in (7, 8)
    }


@pytest.fixture
def with_less(tmp_path: Path) -> Path:
    """Make a store of today's version in which a column of articles and revisions is missing."""
    store(tmp_path, [annotated(n) for n in range(3)])
    for name in ("articles", "revisions"):
        for path in (tmp_path / "tables" / name).iterdir():
            rows = pq.ParquetFile(path).read().drop_columns(["dateline"])
            pq.write_table(rows, path)
    return tmp_path


def test_a_column_that_is_missing_is_added_whatever_the_version(with_less: Path) -> None:
    with pytest.raises(StoreError, match="run `onrecord migrate` once"):
        check_current(with_less)
    assert migrate(with_less) > 0
    check_current(with_less)
    assert migrate(with_less) == 0
    assert verify(with_less) == []
    assert store(with_less, [annotated(5)], run_id="run-2").new == 1


def test_repair_loses_no_row_for_a_column_that_is_missing(with_less: Path) -> None:
    done = repair(with_less)
    assert any("articles had other columns: all its rows are kept" in line for line in done)
    assert len(read.articles(data=with_less)) == 3
    assert verify(with_less) == []


def test_columns_of_a_newer_program_are_not_dropped(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1)])
    path = tmp_path / "tables/quotes/part-00000.parquet"
    rows = pq.ParquetFile(path).read()
    pq.write_table(rows.append_column("mood", pa.nulls(rows.num_rows, pa.string())), path)
    before = table_bytes(tmp_path)
    for act in (check_current, migrate):
        with pytest.raises(StoreError, match=r"does not know \(mood\): upgrade onrecord"):
            act(tmp_path)
    assert table_bytes(tmp_path) == before


def test_a_change_of_the_tables_is_a_new_version() -> None:
    """Else stores of before would be called current: raise SCHEMA_VERSION with it."""
    columns = [(name, f.name, str(f.type), f.nullable) for name, s in SCHEMAS.items() for f in s]
    digest = hashlib.sha256(json.dumps(columns).encode()).hexdigest()[:12]
    assert {SCHEMA_VERSION: digest} == {2: "8864f3dfc0df"}
