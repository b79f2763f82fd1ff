"""Whole parts written by workers."""

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from tasks.errors import StoreError
from tasks.records import Failure
from tasks.store import read, transactions
from tasks.store.rows import rows_of
from tasks.store.sealing import seal, seal_together
from tasks.store.verify import verify
from tests.store.factory import annotated, run, store


def rows(numbers: range, version: str = "0", hours: float = 1) -> dict[str, pa.Table]:
    batches = [rows_of([annotated(n, version, hours=hours)], run()) for n in numbers]
    return {name: pa.concat_tables([b[name] for b in batches]) for name in batches[0]}


def test_sealed_parts_get_numbers(tmp_path: Path) -> None:
    store(tmp_path, [annotated(0)])
    for key, numbers in (("a", range(1, 5)), ("b", range(5, 8))):
        seal(tmp_path, rows(numbers), key, "run-1")
        seal(tmp_path, rows(numbers), key, "run-1")
    report = transactions.publish(tmp_path)
    assert report.new == 7
    assert sorted(p.name for p in (tmp_path / "tables/articles").iterdir()) == [
        "part-00000.parquet",
        "part-00001.parquet",
        "part-00002.parquet",
    ]
    assert verify(tmp_path) == []
    assert list((tmp_path / "state/sealed").iterdir()) == []
    assert store(tmp_path, [annotated(0), annotated(6)], "c", "run-2").unchanged == 2


def test_known_articles_of_a_sealed_part_go_through_the_inbox(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1, "A", hours=1), annotated(2, "A", hours=9), annotated(3)])
    sealed = rows(range(1, 6), "B", hours=5)
    seal(tmp_path, sealed, "a", "run-2")
    transactions.publish(tmp_path)
    report = {o.article_id: o.verb for o in transactions.outcomes(tmp_path, "run-1")}
    assert verify(tmp_path) == []
    assert len(read.articles(data=tmp_path)) == 5
    texts = read.articles(data=tmp_path).set_index("article_id").text
    now = [texts[annotated(n).article.article_id][:9] for n in range(1, 6)]
    assert now == ["Version B", "Version A", "Version B", "Version B", "Version B"]
    assert len(report) == 3


def test_several_texts_of_an_article_in_one_sealed_part(tmp_path: Path) -> None:
    batches = [rows_of([annotated(1, v, hours=h)], run()) for h, v in enumerate("ABC")]
    tables = {name: pa.concat_tables([b[name] for b in batches]) for name in batches[0]}
    failure = Failure("https://gone.example/", "fetch", "http_404", "gone")
    tables["failures"] = rows_of([], run(), failures=[failure])["failures"]
    seal(tmp_path, tables, "a", "run-1")
    transactions.publish(tmp_path)
    assert verify(tmp_path) == []
    assert read.articles(data=tmp_path).revision.tolist() == [3]
    assert len(read.failures(data=tmp_path)) == 1
    assert "body_changed" in set(read.changes(data=tmp_path).kind)


def test_a_part_has_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.store.sealing.PART_ARTICLES", 2)
    with pytest.raises(StoreError, match="at most 2"):
        seal(tmp_path, rows(range(3)), "a", "run-1")


@pytest.mark.parametrize("step", ["stage", "staged", "committed", "move", "remove", "head"])
def test_a_publish_of_a_sealed_part_may_die(tmp_path: Path, step: str) -> None:
    store(tmp_path, [annotated(1)])
    seal(tmp_path, rows(range(1, 5), "B", hours=3), "a", "run-2")

    class Died(BaseException):
        pass

    def die(at: str) -> None:
        if at == step:
            raise Died

    with pytest.raises(Died):
        transactions.publish(tmp_path, at=die)
    transactions.publish(tmp_path)
    assert verify(tmp_path) == []
    assert len(read.articles(data=tmp_path)) == 4
    assert read.articles(data=tmp_path).revision.sum() == 5


def test_a_text_that_comes_in_two_batches_has_its_rows_once(tmp_path: Path) -> None:
    batches = [
        rows_of([annotated(1, hours=hour), annotated(n)], run()) for hour, n in ((1, 2), (5, 3))
    ]
    seal_together(tmp_path, batches, "a", "run-1")
    report = transactions.publish(tmp_path)
    assert (report.new, report.repeated) == (3, 1)
    assert len(read.quotes(data=tmp_path)) == 6
    assert verify(tmp_path) == []


def test_a_seal_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    class Died(BaseException):
        pass

    def die(at: str) -> None:
        if at == "seal":
            raise Died

    transactions.open_store(tmp_path)
    with pytest.raises(Died):
        seal(tmp_path, rows(range(3)), "a", "run-1", at=die)
    assert not list((tmp_path / "state/sealed").iterdir())
    seal(tmp_path, rows(range(3)), "a", "run-1")
    assert transactions.publish(tmp_path).new == 3


def test_failures_come_and_go_with_their_sealed_part(tmp_path: Path) -> None:
    gone = [Failure(url, "fetch", "timeout", "slow") for url in ("https://a.example/", "b.html")]
    rows_before = rows_of([], run(), failures=gone)
    transactions.append(tmp_path, rows_before, "a", run_id="run-1")
    transactions.publish(tmp_path)
    late = Failure("https://c.example/", "clean", "not_article", "a list")
    batches = [rows_of([], run("run-2"), failures=[late]), rows(range(2))]
    seal_together(tmp_path, batches, "b", "run-2", settled=["b.html"])
    assert len(read.failures(data=tmp_path)) == 2
    transactions.publish(tmp_path)
    assert sorted(read.failures(data=tmp_path).url) == ["https://a.example/", "https://c.example/"]
    assert verify(tmp_path) == []


def test_a_part_of_failures_alone_takes_no_number(tmp_path: Path) -> None:
    failure = Failure("https://gone.example/", "fetch", "http_404", "gone")
    seal(tmp_path, rows_of([], run(), failures=[failure]), "a", "run-1")
    assert transactions.publish(tmp_path).new == 0
    assert len(read.failures(data=tmp_path)) == 1
    assert len(list((tmp_path / "tables/articles").iterdir())) == 1


def test_a_part_that_is_known_whole_takes_no_number(tmp_path: Path) -> None:
    for number in range(2):
        seal(tmp_path, rows(range(3)), f"part-{number}", f"run-{number}")
        report = transactions.publish(tmp_path)
    assert (report.new, report.repeated) == (0, 3)
    assert len(list((tmp_path / "tables/articles").iterdir())) == 2
    assert verify(tmp_path) == []


def test_a_part_that_comes_twice_is_taken_once(tmp_path: Path) -> None:
    """Two processes may seal the same batches, the second while the first is being published."""
    seal(tmp_path, rows(range(3)), "a", "run-1")
    shutil.copytree(tmp_path / "state/sealed/run-1.a", tmp_path / "aside")
    transactions.publish(tmp_path)
    (tmp_path / "aside").rename(tmp_path / "state/sealed/run-1.a")
    assert transactions.publish(tmp_path).outcomes == ()
    assert len(transactions.outcomes(tmp_path, "run-1")) == 3
    assert list((tmp_path / "state/sealed").iterdir()) == []
