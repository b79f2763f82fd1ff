"""The tables in other formats."""

import csv
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest

from tasks.errors import StoreError, UsageError
from tasks.store import read
from tasks.store.export import export
from tasks.store.retention import drop_raw, drop_work
from tasks.store.schema import SCHEMAS
from tasks.store.verify import verify
from tests.store.factory import annotated, store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    store(data, [annotated(n, words=("a, “b”\tc", "d\ne")) for n in range(5)], part_articles=2)
    store(data, [annotated(1, "B", hours=4)], "2")
    return data


def test_csv(data: Path, tmp_path: Path) -> None:
    files = export(data, tmp_path / "out", "csv")
    assert {path.stem for path in files} == set(SCHEMAS)
    with (tmp_path / "out/quotes.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    quotes = read.quotes(data=data).set_index("quote_id")
    assert len(rows) == len(quotes)
    for row in rows:
        assert row["quote"] == quotes.quote[row["quote_id"]]
        assert row["context_before"]
        spans = json.loads(row["spans"])
        assert spans == list(quotes.spans[row["quote_id"]])


def test_json_lines(data: Path, tmp_path: Path) -> None:
    (path,) = export(data, tmp_path / "out", "jsonl", tables=["articles"])
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    articles = read.articles(data=data).set_index("article_id")
    assert {row["article_id"] for row in rows} == set(articles.index)
    assert rows[0]["authors"] == ["Ines Vale", "Tom Birch"]
    assert datetime.fromisoformat(rows[0]["published_at"]).tzinfo


def test_sqlite(data: Path, tmp_path: Path) -> None:
    (path,) = export(data, tmp_path / "out.sqlite", "sqlite")
    connection = sqlite3.connect(path)
    joined = connection.execute(
        "SELECT count(*) FROM quotes JOIN articles USING (article_id)"
        " WHERE json_extract(spans, '$[0].end') > 0"
    ).fetchone()
    connection.close()
    assert joined == (10,)


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl", "sqlite"])
def test_a_shareable_copy_has_no_texts(data: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / "share"
    export(data, target, form, is_shareable=True)  # type: ignore[arg-type]
    if form == "parquet":
        articles = pd.read_parquet(target / "articles")
        assert articles.text.isna().all()
        assert (articles.text_length > 0).all()
        assert pd.read_parquet(target / "changes").before.isna().all()
        assert len(pd.read_parquet(target / "quotes")) == 10
        assert not (target / "segments").exists()
    else:
        paths = [target] if target.is_file() else list(target.iterdir())
        content = b"".join(path.read_bytes() for path in paths)
        assert b"of the story" not in content
        assert b"Please support us" not in content
        assert b"Ada Morrow" in content


def test_what_cannot_be_exported(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot export nothing"):
        export(data, tmp_path / "x", "csv", tables=["nothing"])
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    with pytest.raises(UsageError, match="not empty"):
        export(data, tmp_path / "full", "parquet")
    with pytest.raises(StoreError, match="cannot export"):
        export(data, tmp_path / "full/file", "csv")
    assert not list(tmp_path.glob(".*"))


def test_old_archives_and_batches_go(data: Path) -> None:
    now = datetime.now(UTC)
    old = (now - timedelta(days=40)).timestamp()
    for name in ("raw/old.warc.gz", "raw/new.warc.gz", "work/old/x.batch", "work/new/x.batch"):
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 10)
        if "old" in name:
            os.utime(path, (old, old))
            os.utime(path.parent, (old, old))
    dropped = drop_raw(data, timedelta(days=30), now=now)
    assert [path.name for path in dropped.paths] == ["old.warc.gz"]
    assert dropped.bytes == 10
    dropped = drop_work(data, timedelta(days=30), now=now)
    assert [path.name for path in dropped.paths] == ["old"]
    assert (data / "work/new/x.batch").exists()
    assert len(read.articles(data=data)) == 5


ODD = (
    'a "quoted" word, and; more',
    "two\u2028lines\u2029or\x85three",
    "tab\there, comma",
    "back\\slash \x01\x1f",
    "=SUM(A1:A9)",
    "\ufeffmark 👩🏽‍🚀 \u202eback",
)


@pytest.mark.parametrize("form", ["csv", "jsonl", "sqlite", "parquet"])
def test_odd_characters_come_through(
    tmp_path: Path, form: Literal["csv", "jsonl", "sqlite", "parquet"]
) -> None:
    data, target = tmp_path / "data", tmp_path / "out"
    store(data, [annotated(n, headline=words, words=[words]) for n, words in enumerate(ODD)])
    export(data, target, form)
    if form == "sqlite":
        with closing(sqlite3.connect(target)) as database:
            found = [row[0] for row in database.execute("SELECT headline FROM articles")]
    elif form == "jsonl":
        lines = (target / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        found = [json.loads(line)["headline"] for line in lines]
    elif form == "csv":
        with (target / "articles.csv").open(newline="", encoding="utf-8") as file:
            found = [row["headline"] for row in csv.DictReader(file)]
    else:
        found = pd.read_parquet(target / "articles").headline.tolist()
    assert sorted(found) == sorted(ODD)


@pytest.mark.parametrize("place", ["tables", "tables/quotes", "state/out"])
def test_nothing_is_exported_among_the_tables(tmp_path: Path, place: str) -> None:
    store(tmp_path, [annotated(1)])
    with pytest.raises(UsageError, match="name another place"):
        export(tmp_path, tmp_path / place, "csv")
    assert verify(tmp_path) == []
