"""Laws of the whole store, on sequences of publishes that nobody would think of."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.store import read, transactions
from tasks.store.rows import rows_of
from tasks.store.verify import verify
from tests.store.factory import annotated, run

captures = st.tuples(
    st.integers(0, 3),
    st.sampled_from("ABC"),
    st.one_of(st.none(), st.integers(0, 4)),
    st.sampled_from([None, "What it says.", "What it said."]),
)
publishes = st.lists(
    st.lists(st.lists(captures, max_size=4), min_size=1, max_size=2), min_size=1, max_size=4
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(publishes)
def test_no_text_is_lost_and_no_key_doubled(
    sequence: list[list[list[tuple[int, str, int | None, str | None]]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        transactions.open_store(data)
        sent = 0
        for number, batches in enumerate(sequence):
            for key, batch in enumerate(batches):
                articles = [
                    annotated(n, version, hours=hour, standfirst=words)
                    for n, version, hour, words in batch
                ]
                sent += len(articles)
                name = f"b-{number}-{key}"
                transactions.append(data, rows_of(articles, run()), name, run_id="run-1")
            transactions.publish(data, part_articles=2)
            assert verify(data) == []
        assert len(transactions.outcomes(data, "run-1")) == sent
        with read.snapshot(data) as tables:
            texts = {
                (row["article_id"], row["text"])
                for name in ("articles", "revisions")
                for row in tables.table(name, ["article_id", "text"]).to_pylist()
            }
            newest = {
                row["article_id"]: row["fetched_at"]
                for row in tables.table("articles", ["article_id", "fetched_at"]).to_pylist()
            }
            for row in tables.table("revisions").to_pylist():
                undated = row["fetched_at"] == row["processed_at"]
                assert undated or row["fetched_at"] <= newest[row["article_id"]]
        flat = [capture for batches in sequence for batch in batches for capture in batch]
        for n, version, hour, _ in flat:
            article = annotated(n, version, hours=hour).article
            assert (article.article_id, article.text) in texts
