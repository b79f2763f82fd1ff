"""What the disk and other people do to a store: a clear error, and nothing lost."""

import errno
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from tasks.errors import StoreError
from tasks.store import read, transactions
from tasks.store.repair import repair
from tasks.store.rows import rows_of
from tasks.store.sealing import seal
from tasks.store.verify import verify
from tests.store.factory import DAY, annotated, run, store, table_bytes


@pytest.fixture
def data(tmp_path: Path) -> Path:
    store(tmp_path / "data", [annotated(n) for n in range(4)])
    return tmp_path / "data"


def more(data: Path, key: str = "2") -> None:
    transactions.append(data, rows_of([annotated(n) for n in range(4, 8)], run()), key)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("file systems cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_real_disk_that_fills_up(small_disk: Path) -> None:
    done: list[int] = []

    def fill() -> None:
        for number in range(500):
            batch = [annotated(number * 20 + n, words=[os.urandom(300).hex()]) for n in range(20)]
            done.append(store(small_disk, batch, f"batch-{number}").new)

    with pytest.raises(StoreError, match="the disk is full"):
        fill()
    stored = sum(done)
    assert stored > 0
    left = {path.name for path in (small_disk / "state").rglob("*")}
    assert not any(name.startswith(".") for name in left)
    with read.snapshot(small_disk) as tables:
        assert len(tables.frame("articles")) == stored
    assert {problem.kind for problem in verify(small_disk)} <= {"journal"}


def test_a_real_disk_that_fills_up_while_parts_are_sealed(small_disk: Path) -> None:
    """What was sealed before is whole, and is published when there is room."""
    sealed: list[int] = []

    def fill() -> None:
        for number in range(500):
            numbers = range(number * 20, number * 20 + 20)
            batch = [annotated(n, words=[os.urandom(300).hex()]) for n in numbers]
            seal(small_disk, rows_of(batch, run()), f"part-{number}", "run-1")
            sealed.append(len(batch))

    with pytest.raises(StoreError, match="the disk is full"):
        fill()
    left = {path.name for path in (small_disk / "state/sealed").iterdir()}
    assert left == {f"run-1.part-{number}" for number in range(len(sealed))}
    with pytest.raises(StoreError, match="the disk is full"):
        fill_with_ballast_and_publish(small_disk)
    (small_disk / "ballast").unlink()
    for number in range(4):  # something has to go
        shutil.rmtree(small_disk / f"state/sealed/run-1.part-{number}")
    assert transactions.publish(small_disk).new == sum(sealed[4:])
    assert len(sealed) > 8
    assert verify(small_disk) == []


def fill_with_ballast_and_publish(data: Path) -> None:
    with (data / "ballast").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    transactions.publish(data)


def test_a_real_file_system_that_is_read_only(small_disk: Path) -> None:
    store(small_disk, [annotated(n) for n in range(4)])
    more(small_disk)
    before = table_bytes(small_disk)
    remount(small_disk, "ro")
    try:
        for act in (more, transactions.open_store, transactions.publish):
            with pytest.raises(StoreError, match="the file system is read-only"):
                act(small_disk, key="3") if act is more else act(small_disk)
        assert len(read.quotes(data=small_disk)) == 8
        assert verify(small_disk) == []
    finally:
        remount(small_disk, "rw")
    assert table_bytes(small_disk) == before
    assert transactions.publish(small_disk).new == 4


def remount(folder: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
@pytest.mark.filterwarnings("ignore:This process")
def test_somebody_else_may_read_and_is_told_that_they_may_not_write(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As another user of the machine, in a process of its own."""
    more(data)
    monkeypatch.chdir(data)
    process = os.fork()
    if process == 0:
        os.setuid(65534)
        here, code = Path(), 0
        try:
            with pytest.raises(StoreError, match="permission denied"):
                transactions.publish(here)
            with pytest.raises(StoreError, match="permission denied"):
                more(here, "3")
            assert len(read.quotes(data=here)) == 8
        except BaseException:  # noqa: BLE001 - told by the exit status
            code = 1
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert transactions.publish(data).new == 4


def test_a_clock_set_back(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two texts of a file come in; meanwhile the clock is set back by a day."""
    long_ago = time.time_ns() - 86_400 * 10**9
    for number, version in enumerate(("A", "B")):
        now = DAY - timedelta(days=number)
        rows = rows_of([annotated(30, version, hours=None)], run(), now=now)
        transactions.append(data, rows, f"k-{number}")
        monkeypatch.setattr("tasks.store.inbox.time.time_ns", lambda: long_ago)
    transactions.publish(data)
    (row,) = read.articles(data=data, article_id=annotated(30).article.article_id).to_dict(
        "records"
    )
    assert "Version B" in row["text"]
    store(data, [annotated(31, "A", hours=5)], "k-3")
    store(data, [annotated(31, "B", hours=2)], "k-4")
    (row,) = read.articles(data=data, article_id=annotated(31).article.article_id).to_dict(
        "records"
    )
    assert "Version A" in row["text"]
    assert verify(data) == []


def test_a_full_disk_while_publishing(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more(data)
    before = table_bytes(data)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("tasks.store.part.os.fsync", full)
        with pytest.raises(StoreError, match="the disk is full; free some space"):
            transactions.publish(data)
    assert table_bytes(data) == before
    assert not list((data / "state/txn").iterdir())
    assert transactions.publish(data).new == 4
    assert verify(data) == []


def test_a_full_disk_while_appending(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("tasks.store.inbox.write_synced", full)
        with pytest.raises(StoreError, match="the disk is full"):
            more(data)
    assert not list((data / "state/inbox").iterdir())
    more(data)
    assert transactions.publish(data).new == 4


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(data: Path) -> None:
    (data / "state/inbox").chmod(0o500)
    try:
        with pytest.raises(StoreError, match="permission denied"):
            more(data)
    finally:
        (data / "state/inbox").chmod(0o700)


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_refusals_are_named(data: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(code, os.strerror(code), str(data))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match=r"read-only|permission denied"):
        more(data)
    with pytest.raises(StoreError, match=r"read-only|permission denied"):
        transactions.publish(data)


def test_a_damaged_part_stops_a_publish_and_is_repaired(data: Path) -> None:
    path = data / "tables/quotes/part-00000.parquet"
    path.write_bytes(path.read_bytes()[:200])
    more(data)
    with pytest.raises(StoreError, match=r"part-00000\.parquet is damaged"):
        transactions.publish(data)
    with pytest.raises(StoreError, match="read part 0 of quotes"):
        read.quotes(data=data)
    done = repair(data)
    assert any("quotes could not be read at all" in line for line in done)
    assert verify(data) == []
    assert read.articles(data=data).quote_count.tolist() == [0] * 4
    assert transactions.publish(data).new == 4
    assert verify(data) == []
    assert len(list((data / "state/quarantine").iterdir())) == 2
    assert repair(data) == []


def test_readable_row_groups_of_a_damaged_part_are_kept(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.store.part._ROW_GROUP", {"articles": 1})
    more(data)
    transactions.publish(data)
    path = data / "tables/articles/part-00000.parquet"
    content = bytearray(path.read_bytes())
    content[20:60] = bytes(40)
    path.write_bytes(content)
    done = repair(data)
    assert any("articles was damaged: 1 of 8 rows are lost" in line for line in done)
    assert len(read.articles(data=data)) == 7
    assert len(read.quotes(data=data)) == 14
    assert verify(data) == []


def test_a_truncated_journal_is_repaired(data: Path) -> None:
    more(data)

    class Died(BaseException):
        pass

    moved = []

    def die(step: str) -> None:
        moved.append(step)
        if moved.count("move") == 2:
            raise Died

    with pytest.raises(Died):
        transactions.publish(data, at=die)
    (journal,) = (data / "state/txn").glob("*/COMMIT.json")
    journal.write_text(journal.read_text()[:40])
    for act in (transactions.open_store, transactions.publish):
        with pytest.raises(StoreError, match=r"COMMIT\.json is damaged"):
            act(data)
    assert any("was damaged" in line for line in repair(data))
    transactions.publish(data)
    assert verify(data) == []
    assert len(read.articles(data=data)) == 8


def test_a_journal_never_leads_out_of_the_store(data: Path) -> None:
    folder = data / "state/txn/abc"
    folder.mkdir()
    evil = {"sequence": 9, "schema_version": 1, "moves": [], "removes": ["../outside"]}
    (folder / "COMMIT.json").write_text(json.dumps(evil))
    (data.parent / "outside").touch()
    with pytest.raises(StoreError, match="is damaged"):
        transactions.open_store(data)
    assert (data.parent / "outside").exists()


def test_a_damaged_batch_is_set_aside(data: Path) -> None:
    more(data)
    (batch,) = (data / "state/inbox").glob("*/articles.arrow")
    content = bytearray(batch.read_bytes())
    content[len(content) // 2] ^= 1
    batch.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged: `onrecord verify --repair`"):
        transactions.publish(data)
    assert any("run again" in line for line in repair(data))
    more(data)
    assert transactions.publish(data).new == 4
    assert verify(data) == []


def test_a_damaged_head_is_made_anew(data: Path) -> None:
    (data / "state/head.json").write_text('{"sequ')
    with pytest.raises(StoreError, match=r"head\.json is damaged"):
        transactions.open_store(data)
    assert repair(data)
    assert verify(data) == []


def test_doubled_and_orphaned_rows_are_mended(data: Path) -> None:
    for name in ("articles", "quotes", "entities"):
        path = data / "tables" / name / "part-00000.parquet"
        frame = pd.read_parquet(path, dtype_backend="pyarrow")
        rows = {"articles": [0, 0, 1, 2, 3], "quotes": [0, 0, 1, 2, 3, 4, 5, 6, 7]}.get(
            name, [1, 2, 3]
        )
        edit(path, name, rows)
        assert len(frame) != len(rows)
    assert verify(data)
    assert repair(data)
    assert verify(data) == []
    assert len(read.articles(data=data)) == 4
    assert len(read.quotes(data=data)) == 8


def edit(path: Path, name: str, rows: list[int]) -> None:
    from tasks.store.part import read_part, write_part

    write_part(name, read_part(name, path).take(rows), path)


def test_an_abandoned_append_is_cleared_away(data: Path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    host = os.uname().nodename
    for process in (dead.pid, os.getpid()):
        for place in ("inbox", "sealed"):
            (data / "state" / place / f".run-1.k.{host}.{process}.abcd").mkdir(parents=True)
    (data / "state/.head.json.00ff").touch()
    transactions.open_store(data)
    assert not list((data / "state").glob(".*"))
    assert len(list((data / "state/sealed").iterdir())) == 1
    left = [path.name for path in (data / "state/inbox").iterdir()]
    assert left == [f".run-1.k.{host}.{os.getpid()}.abcd"]
