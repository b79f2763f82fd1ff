"""Every kind of damage is noticed and mended, and the store takes new batches afterwards."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from tasks.errors import StoreError
from tasks.store import read, transactions
from tasks.store.part import read_part, write_part
from tasks.store.repair import repair
from tasks.store.rows import rows_of
from tasks.store.schema import PARTITIONED, TABLES
from tasks.store.sealing import seal
from tasks.store.verify import verify
from tests.store.crashing import PART, tables_of, write
from tests.store.factory import annotated, run


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store of several parts with rows in every table."""
    folder = tmp_path_factory.mktemp("sound")
    write(folder / "data", range(12), folder / "acks")
    return folder / "data"


@pytest.fixture
def data(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "data")
    return tmp_path / "data"


def part(data: Path, name: str, number: int = 0) -> Path:
    return data / "tables" / name / f"part-{number:05d}.parquet"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def sealed(data: Path) -> Path:
    seal(data, rows_of([annotated(900)], run()), "s", "run-1")
    return data / "state/sealed/run-1.s"


def waiting(data: Path) -> Path:
    transactions.append(data, tables_of(90), "w", run_id="run-1")
    return data / "state/inbox/run-1.w"


def check_mended(data: Path, kinds: set[str]) -> list[str]:
    assert {problem.kind for problem in verify(data)} == kinds
    done = repair(data)
    assert done
    assert verify(data) == []
    assert repair(data) == []
    transactions.append(data, tables_of(80), "after", run_id="run-1")
    assert transactions.publish(data, part_articles=PART).new >= 4
    assert verify(data) == []
    return done


@pytest.mark.parametrize("name", ["articles", "quotes", "revisions", "runs", "hits"])
def test_a_part_that_was_taken_away(data: Path, name: str) -> None:
    kept = part(data, name).read_bytes()
    part(data, name).unlink()
    for act in (transactions.open_store, transactions.publish):
        with pytest.raises(StoreError, match=r"part-00000.parquet is missing: restore it"):
            act(data)
    part(data, name).write_bytes(kept)
    assert verify(data) == []
    shutil.rmtree(data / "tables" / name)
    assert {"missing", "damaged"} & {problem.kind for problem in verify(data)}
    assert any(f"{name} was missing: its rows are lost" in line for line in repair(data))
    assert verify(data) == []
    assert transactions.publish(data).new == 0


@pytest.mark.parametrize("name", [name for name in TABLES if name not in PARTITIONED])
def test_rows_with_the_key_of_another(data: Path, name: str) -> None:
    rows = read_part(name, part(data, name))
    write_part(name, pa.concat_tables([rows, rows.slice(0, 2)]), part(data, name))
    (line,) = check_mended(data, {"key"})
    assert line == f"part 0: {name}: 2 rows had the key of another"


def test_a_part_that_was_copied(data: Path) -> None:
    before = read.articles(data=data)
    for name in PARTITIONED:
        shutil.copy(part(data, name), part(data, name, 9))
    (line,) = check_mended(data, {"key"})
    assert "articles are in another part, too" in line
    after = read.articles(data=data)
    assert set(after.article_id) >= set(before.article_id)


def test_an_article_in_two_parts_stays_where_it_is_newest(data: Path) -> None:
    rows = read_part("articles", part(data, "articles"))
    older = rows.slice(0, 1).to_pylist()[0] | {"revision": 0}
    other = read_part("articles", part(data, "articles", 1))
    write_part(
        "articles",
        pa.concat_tables([other, pa.Table.from_pylist([older], schema=rows.schema)]),
        part(data, "articles", 1),
    )
    check_mended(data, {"key", "count"})
    kept = read_part("articles", part(data, "articles"))["article_id"].to_pylist()
    assert older["article_id"] in kept


STRAYS = (
    "tables/quotes/part-copy.parquet",
    "tables/quotes/quotes (1).parquet",
    "tables/quotes/part-00000.parquet.tmp",
    "tables/old/part-00000.parquet",
    "state/inbox/note.txt",
    "state/sealed/note.txt",
    "state/txn/note.txt",
)


@pytest.mark.parametrize("name", STRAYS)
def test_strays_are_set_aside(data: Path, name: str) -> None:
    (data / name).parent.mkdir(exist_ok=True)
    (data / name).write_text("x")
    check_mended(data, {"leftover"})
    (kept,) = (data / "state/quarantine").iterdir()
    assert kept.read_text() == "x"


DAMAGED_SEALS: dict[str, Callable[[Path], object]] = {
    "articles": lambda folder: flip(folder / "articles.parquet"),
    "quotes": lambda folder: flip(folder / "quotes.parquet"),
    "a file gone": lambda folder: (folder / "mentions.parquet").unlink(),
    "cut manifest": lambda folder: cut(folder / "manifest.json"),
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "other manifest": lambda folder: (folder / "manifest.json").write_text("[]"),
}


@pytest.mark.parametrize("how", DAMAGED_SEALS)
def test_a_damaged_sealed_part(data: Path, how: str) -> None:
    """It is noticed before it gets into the tables."""
    DAMAGED_SEALS[how](sealed(data))
    with pytest.raises(StoreError, match="is damaged"):
        transactions.publish(data)
    (line,) = check_mended(data, {"sealed"})
    assert "run again" in line
    sealed(data)
    assert transactions.publish(data).new == 1


DAMAGED_BATCHES: dict[str, Callable[[Path], object]] = {
    "rows": lambda folder: flip(folder / "quotes.arrow"),
    "a file gone": lambda folder: (folder / "quotes.arrow").unlink(),
    "cut manifest": lambda folder: cut(folder / "manifest.json"),
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "other manifest": lambda folder: (folder / "manifest.json").write_text("[]"),
}


@pytest.mark.parametrize("how", DAMAGED_BATCHES)
def test_a_damaged_batch(data: Path, how: str) -> None:
    DAMAGED_BATCHES[how](waiting(data))
    with pytest.raises(StoreError):
        transactions.publish(data)
    (line,) = check_mended(data, {"inbox"})
    assert "run again" in line


@pytest.mark.parametrize("content", ['{"resour', "[]", "{}", None])
def test_a_damaged_description(data: Path, content: str | None) -> None:
    path = data / "tables/datapackage.json"
    before = json.loads(path.read_text())
    path.unlink()
    if content is not None:
        path.write_text(content)
    assert check_mended(data, {"damaged"}) == ["datapackage.json is written anew"]
    assert [r["name"] for r in json.loads(path.read_text())["resources"]] == [
        r["name"] for r in before["resources"]
    ]


def test_damaged_outcomes(data: Path) -> None:
    path = next((data / "state/published").rglob("*.json"))
    path.write_text("{")
    (line,) = check_mended(data, {"damaged"})
    assert "is lost" in line
