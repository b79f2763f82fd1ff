"""The reading interface, and other readers of the same folders."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from tasks.errors import StoreError, UsageError
from tasks.store import read
from tests.store.factory import DAY, annotated, store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    articles = [
        annotated(1, words=("one thing", "another thing"), language="en"),
        annotated(2, speaker="Tom Birch", published_at=DAY.replace(month=5)),
        annotated(8, speaker="Tom Birch", published_at=None),
    ]
    store(tmp_path, articles)
    store(tmp_path, [annotated(1, "B", hours=3, language="en")], "2")
    return tmp_path


def test_filters(data: Path) -> None:
    assert len(read.quotes(data=data)) == 6
    assert set(read.quotes(speaker="Tom Birch", data=data).outlet) == {
        "news1.example",
        "news2.example",
    }
    assert len(read.quotes(speaker=["Tom Birch", "Ada Morrow"], data=data)) == 6
    assert len(read.quotes(since="2024-04-01", data=data)) == 2
    assert len(read.quotes(until="2024-04-01", outlet="news1.example", data=data)) == 2
    assert len(read.articles(language="en", data=data)) == 1
    assert len(read.entities(canonical_name="Tom Birch", type="PERSON", data=data)) == 2
    assert read.quotes(columns=["quote", "speaker"], data=data).columns.tolist() == [
        "quote",
        "speaker",
    ]
    assert set(read.changes(data=data).kind) >= {"body_changed"}


def test_changes_since_they_were_made(tmp_path: Path) -> None:
    """The article is of 9:00; it had changed at 14:00."""
    store(tmp_path, [annotated(1, "A", hours=1)])
    store(tmp_path, [annotated(1, "B", hours=5)], "2")
    assert len(read.changes(since=DAY + timedelta(hours=5), data=tmp_path)) == 1
    assert len(read.changes(since=DAY + timedelta(hours=6), data=tmp_path)) == 0


def test_quotes_come_in_reading_order(data: Path) -> None:
    quotes = read.quotes(data=data)
    assert quotes.equals(quotes.sort_values(["article_id", "quote_no"], ignore_index=True))


def test_one_article(data: Path) -> None:
    article_id = annotated(1).article.article_id
    by_id = read.article(article_id[:8], data=data)
    by_url = read.article("https://news1.example/1", data=data)
    assert by_id is not None
    assert by_url is not None
    assert by_id.row == by_url.row
    assert "Version B" in by_id.row["text"]
    assert by_id.quotes.quote_no.tolist() == [0, 1]
    assert len(by_id.revisions) == 1
    assert read.article("ffffffff", data=data) is None


def test_an_ambiguous_id_is_refused(tmp_path: Path) -> None:
    store(tmp_path, [annotated(n) for n in range(40)])
    digit = read.articles(data=tmp_path).article_id.str[0].value_counts().index[0]
    with pytest.raises(UsageError, match="articles begin with"):
        read.article(digit, data=tmp_path)


def test_a_folder_without_tables_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing was stored yet"):
        read.quotes(data=tmp_path)


def test_a_snapshot_stays_as_it_was(data: Path) -> None:
    with read.snapshot(data) as tables:
        before = tables.frame("articles")
        store(data, [annotated(30)], "3")
        assert tables.frame("articles").equals(before)
        assert len(tables.frame("quotes")) == 6
    with read.snapshot(data) as tables:
        assert len(tables.frame("articles")) == 4


def test_duckdb_reads_the_folders(data: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    folder = data / "tables"
    rows = duckdb.sql(
        f"SELECT speaker, count(*) AS n FROM '{folder}/quotes/*.parquet' q"
        f" JOIN '{folder}/articles/*.parquet' a USING (article_id) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert rows == [("Ada Morrow", 2), ("Tom Birch", 4)]


def test_polars_reads_the_folders(data: Path) -> None:
    polars = pytest.importorskip("polars")
    quotes = polars.read_parquet(data / "tables/quotes")
    assert quotes.group_by("speaker").len().sort("speaker").rows() == [
        ("Ada Morrow", 2),
        ("Tom Birch", 4),
    ]


def test_pandas_filters_reach_the_files(data: Path) -> None:
    path = data / "tables" / "quotes"
    assert len(pd.read_parquet(path, filters=[("speaker", "==", "Tom Birch")])) == 4
