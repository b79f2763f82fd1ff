"""A snapshot never mixes two transactions, however slowly one is brought into place."""

import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tasks.errors import StoreError
from tasks.store import read, snapshot, transactions
from tasks.store.head import Head
from tasks.store.layout import Layout
from tasks.store.rows import rows_of
from tests.store.factory import annotated, run, store


def test_no_snapshot_is_half_a_publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path, [annotated(0)])
    open_files = snapshot._open_files

    def slowly_opened(layout: Layout, names: list[str], stack: ExitStack) -> object:
        found: dict[str, object] = {}
        for name in names:
            time.sleep(0.004)
            one = open_files(layout, [name], stack)
            if one is None:
                return None
            found |= one
        return found

    monkeypatch.setattr(snapshot, "_open_files", slowly_opened)
    seen: list[tuple[int, int, int]] = []
    wrong: list[str] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            with read.snapshot(tmp_path) as tables:
                articles, quotes = tables.table("articles"), tables.table("quotes")
            seen.append((tables.sequence, articles.num_rows, quotes.num_rows))
            if quotes.num_rows != 2 * articles.num_rows:
                wrong.append(f"{articles.num_rows} articles, {quotes.num_rows} quotes")

    def slowly(step: str) -> None:
        """Take long over a move, or over the end, or over nothing."""
        if number % 3 == 0 and step == "move":
            time.sleep(0.006)
        if number % 3 == 1 and step == "moved":
            time.sleep(0.08)

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 16):
        transactions.append(tmp_path, rows_of([annotated(number)], run()), f"b-{number}")
        transactions.publish(tmp_path, at=slowly)
        time.sleep(0.06 if number % 5 == 0 else 0)
    is_over.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len({sequence for sequence, *_ in seen}) > 1
    by_sequence = {(sequence, articles) for sequence, articles, _ in seen}
    assert len(by_sequence) == len({sequence for sequence, _ in by_sequence})


def test_a_snapshot_finishes_what_a_dead_process_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.store.snapshot._TRUST", 0.02)
    store(tmp_path, [annotated(0)])
    transactions.append(tmp_path, rows_of([annotated(1)], run()), "2")

    class Died(BaseException):
        pass

    def die(step: str) -> None:
        if step == "move":
            raise Died

    with pytest.raises(Died):
        transactions.publish(tmp_path, at=die)
    assert len(read.articles(data=tmp_path)) == 2
    assert len(read.quotes(data=tmp_path)) == 4


def test_a_store_that_never_stands_still_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(tmp_path, [annotated(0)])
    monkeypatch.setattr("tasks.store.snapshot._PATIENCE", 0.05)
    monkeypatch.setattr("tasks.store.snapshot.committed_folders", lambda layout: [layout.journal])
    with pytest.raises(StoreError, match="did not stand still"):
        read.quotes(data=tmp_path)


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("committed_folders", [[], ["under way"], [], []]),
        ("check_version", [Head(1, 1), Head(2, 1), Head(2, 1), Head(2, 1)]),
    ],
)
def test_files_are_opened_again_when_something_moved_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, answers: list[object]
) -> None:
    store(tmp_path, [annotated(0)])
    opened = []
    open_files = snapshot._open_files

    def counted(*arguments: object) -> object:
        opened.append(arguments)
        return open_files(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshot, "_open_files", counted)
    monkeypatch.setattr(snapshot, name, lambda layout: answers.pop(0))
    assert len(read.quotes(data=tmp_path)) == 2
    assert len(opened) == 2
    assert answers == []
