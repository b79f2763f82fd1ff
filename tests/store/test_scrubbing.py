"""What is forgotten goes from databases, archives and files, however it is written there."""

import json
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.batch import Batch, write_batch
from tasks.store.database_scrubbing import scrub_file
from tasks.store.forgetting import forget
from tasks.store.scrubbing import scrub
from tasks.store.tombstones import Tombstones, with_name
from tasks.store.transactions import open_store
from tests.store.factory import annotated, store
from tests.store.searching import everything

NAME = "Zoë Núñez"
FORMS = (
    NAME,
    json.dumps(NAME)[1:-1],
    "Zo%C3%AB%20N%c3%ba%C3%B1ez",
    "zo%C3%AB-n%C3%BA%C3%B1ez",
    "Zo&euml; N&uacute;&#241;ez",
    "ZOE NUNEZ",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    store(data, [annotated(1, speaker=NAME), annotated(2)])
    return data


@pytest.mark.parametrize("form", FORMS)
def test_a_name_is_found_in_every_spelling(form: str) -> None:
    stones = with_name(Tombstones("00" * 16), NAME)
    masked = stones.mask(f"see {form}, 100% & more")
    assert masked == f"see {'█' * len(form)}, 100% & more"


def test_databases(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE notes (note, n INTEGER)")
        kept = [(f, 1) for f in FORMS] + [(NAME.encode(), 2), (b"\xff\x00" + NAME.encode(), 3)]
        database.executemany("INSERT INTO notes VALUES (?, ?)", kept)
        database.execute("INSERT INTO notes VALUES (?, 4)", (b"\xff\x00 nothing",))
    database.close()
    stones = with_name(Tombstones("00" * 16), NAME)
    assert scrub_file(path, stones) == len(FORMS) + 2
    content = path.read_bytes()
    assert not any(form.encode() in content for form in FORMS)
    assert b"\xff\x00 nothing" in content
    assert scrub_file(path, stones) == 0


def test_what_was_deleted_from_a_database_goes_too(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE notes (note)")
        database.executemany("INSERT INTO notes VALUES (?)", [(NAME,), ("rain",)])
        database.commit()
        database.execute("DELETE FROM notes WHERE note = ?", (NAME,))
    database.close()
    assert NAME.encode() in path.read_bytes()
    assert scrub_file(path, with_name(Tombstones("00" * 16), NAME)) == 0
    assert NAME.encode() not in path.read_bytes()


def test_a_ledger_elsewhere(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE pages (url TEXT PRIMARY KEY, headline_hint TEXT, n INTEGER)")
        rows = [
            ("https://x.example/zoe-nunez", f"{NAME} wins"),
            ("https://x.example/zoe_nunez", "b"),
            ("https://x.example/rain", "Rain"),
        ]
        database.executemany("INSERT INTO pages VALUES (?, ?, 1)", rows)
    database.close()
    monkeypatch.setenv("ONRECORD_LEDGER_URL", f"sqlite:///{path}")
    assert "ledger: 3 rows masked" in forget(data, name=NAME)
    with sqlite3.connect(path) as database:
        left = database.execute("SELECT url, headline_hint FROM pages ORDER BY n, url").fetchall()
    database.close()
    assert ("https://x.example/rain", "Rain") in left
    assert not any("nunez" in cell.casefold() or NAME in cell for row in left for cell in row)
    monkeypatch.setenv("ONRECORD_LEDGER_URL", "sqlite:////nowhere/at/all.sqlite")
    assert any("COULD NOT clean the ledger" in line for line in scrub(data))


def test_other_files_among_the_archives(data: Path) -> None:
    piped = data / "raw/stdin"
    piped.mkdir(parents=True)
    (piped / "a.html").write_text("<p>Zo&euml; <b>N&uacute;&ntilde;ez</b></p>")
    (piped / "b.html").write_text("<p>Rain</p>")
    (data / "raw/.a.warc.gz.00ff.scrubbing").write_text(NAME)  # of a process that died
    (data / "work").mkdir()
    (data / "work/loose.json").write_text(json.dumps(NAME))
    assert "raw: a.html removed" in forget(data, name=NAME)
    assert [path.name for path in (data / "raw").rglob("*") if path.is_file()] == ["b.html"]
    assert not list((data / "work").iterdir())


def test_only_what_came_since(data: Path) -> None:
    forget(data, name=NAME)
    began = datetime.now(UTC)
    write_batch(Batch((annotated(1, speaker=NAME),)), data / "work", "new", "enrich")
    write_batch(Batch((annotated(1, speaker=NAME),)), data / "work", "old", "enrich")
    long_ago = (began - timedelta(days=1)).timestamp()
    for path in (data / "work/old").iterdir():
        os.utime(path, (long_ago, long_ago))
    assert scrub(data, since=began) == ["work: 1 batches removed; they are made again when needed"]
    assert [path.name for path in (data / "work").iterdir()] == ["old"]
    scrub(data)
    assert not any(form in everything(data) for form in FORMS)


def test_nothing_to_forget(tmp_path: Path) -> None:
    open_store(tmp_path)
    assert scrub(tmp_path) == []
