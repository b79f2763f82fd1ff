"""Verify notices what is wrong."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tasks.store import transactions
from tasks.store.part import read_part, write_part
from tasks.store.rows import run_rows
from tasks.store.run import Run
from tasks.store.verify import verify
from tests.store.factory import DAY, annotated, store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    store(tmp_path, [annotated(n) for n in range(4)])
    store(tmp_path, [annotated(1, "B", hours=3)], "2")
    return tmp_path


def edit(data: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    path = data / "tables" / name / "part-00000.parquet"
    write_part(name, change(read_part(name, path)), path)


def column(table: pa.Table, name: str, values: object) -> pa.Table:
    number = table.schema.get_field_index(name)
    return table.set_column(number, table.schema.field(number), values)


def test_a_sound_store_has_no_problems(data: Path) -> None:
    assert verify(data) == []


@pytest.mark.parametrize(
    ("name", "change", "kind"),
    [
        ("articles", lambda t: pa.concat_tables([t, t.slice(0, 1)]), "key"),
        ("articles", lambda t: t.slice(1), "reference"),
        ("quotes", lambda t: t.slice(1), "count"),
        ("entities", lambda t: t.slice(1), "reference"),
        ("mentions", lambda t: column(t, "start", pc.add(t["start"], 1).cast("int32")), "offset"),
        ("quotes", lambda t: column(t, "quote", pc.utf8_upper(t["quote"])), "offset"),
        ("quotes", lambda t: column(t, "cue", pc.utf8_upper(t["cue"])), "offset"),
        ("quotes", lambda t: column(t, "type", pc.utf8_upper(t["type"])), "rule"),
        ("quotes", lambda t: column(t, "confidence", pa.array([2.0] * len(t), "float")), "rule"),
        ("revisions", lambda t: column(t, "revision", pa.array([2], "int16")), "key"),
        ("segments", lambda t: column(t, "position", pa.array([9999] * len(t), "int32")), "offset"),
    ],
)
def test_wrong_rows_are_noticed(
    data: Path, name: str, change: Callable[[pa.Table], pa.Table], kind: str
) -> None:
    edit(data, name, change)
    assert kind in {problem.kind for problem in verify(data)}


@pytest.mark.parametrize("name", ["text", "revision_id", "outlet"])
def test_a_flipped_bit_is_noticed(data: Path, name: str) -> None:
    path = data / "tables/articles/part-00000.parquet"
    group = pq.read_metadata(path).row_group(0)
    columns = {c["path_in_schema"]: c for c in group.to_dict()["columns"]}
    content = bytearray(path.read_bytes())
    last_of_data = columns[name]["data_page_offset"] + columns[name]["total_compressed_size"] - 5
    if columns[name]["has_dictionary_page"]:
        last_of_data = columns[name]["data_page_offset"] - 3
    content[last_of_data] ^= 1
    path.write_bytes(content)
    assert {problem.kind for problem in verify(data)} == {"damaged"}


def test_a_torn_file_is_noticed(data: Path) -> None:
    path = data / "tables/quotes/part-00000.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    assert [(p.kind, p.place) for p in verify(data)] == [("damaged", str(path))]


def test_a_stray_file_is_noticed(data: Path) -> None:
    (data / "tables/quotes/part-00000.parquet.tmp").write_text("x")
    assert [problem.kind for problem in verify(data)] == ["leftover"]


def test_a_damaged_batch_is_noticed(data: Path) -> None:
    folder = data / "state/inbox/run-9.k"
    folder.mkdir()
    (folder / "manifest.json").write_text("{")
    assert [problem.kind for problem in verify(data)] == ["inbox"]


def test_a_funnel_that_leaks_is_noticed(data: Path) -> None:
    leaky = Run("run-3", "ingest", DAY, "completed", "0.1.0", finished_at=DAY, found=3, new=2)
    transactions.append(data, run_rows(leaky), "run")
    transactions.publish(data)
    assert [problem.kind for problem in verify(data)] == ["funnel"]
