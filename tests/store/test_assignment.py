"""Clusters and traces, written into rows that are there."""

from pathlib import Path

from tasks.store import read
from tasks.store.assignment import Syndication, assign
from tasks.store.verify import verify
from tests.store.factory import annotated, store, table_bytes


def test_clusters_and_traces(tmp_path: Path) -> None:
    store(tmp_path, [annotated(n) for n in range(4)], part_articles=2)
    a, b, c, _ = (annotated(n).article.article_id for n in range(4))
    syndication = {
        a: Syndication("c1", a),
        c: Syndication("c1", a),
        b: Syndication(None, None),
    }
    quote = annotated(2).quotes[0].quote_id
    assert assign(tmp_path, syndication=syndication, traces={quote: "t1"}) == 4
    articles = read.articles(data=tmp_path).set_index("article_id")
    assert articles.cluster_id[[a, c]].tolist() == ["c1", "c1"]
    assert articles.is_syndicated[[a, b, c]].tolist() == [True, False, True]
    assert articles.is_syndicated.isna().sum() == 1
    assert articles.original_article_id[c] == a
    quotes = read.quotes(data=tmp_path)
    assert quotes.is_syndicated.value_counts(dropna=False).to_dict()[True] == 4
    assert quotes.set_index("quote_id").trace_id[quote] == "t1"
    assert verify(tmp_path) == []
    before = table_bytes(tmp_path)
    assert assign(tmp_path, syndication=syndication, traces={quote: "t1"}) == 0
    assert table_bytes(tmp_path) == before
