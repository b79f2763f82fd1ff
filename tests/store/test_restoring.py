"""Stored rows come back as the records they were made of."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.store import read
from tasks.store.restoring import stored_articles
from tasks.store.verify import verify
from tests.store.factory import DAY, annotated, store


@pytest.mark.parametrize("hours", [None, 2.5])
def test_articles_come_back_as_they_were(tmp_path: Path, hours: float | None) -> None:
    batch = [annotated(n, hours=hours) for n in range(5)]
    batch[0] = replace(
        batch[0],
        article=replace(batch[0].article, authors=None, segments=(), field_sources=()),
    )
    store(tmp_path, batch, part_articles=2)
    back = {article.article_id: article for article in stored_articles(tmp_path)}
    assert back == {a.article.article_id: a.article for a in batch}


def test_only_some_come_back(tmp_path: Path) -> None:
    batch = [annotated(n, hours=n) for n in range(5)]
    store(tmp_path, batch)
    late = list(stored_articles(tmp_path, since=DAY + timedelta(hours=3)))
    assert len(late) == 2
    wanted = batch[0].article.article_id
    assert [a.article_id for a in stored_articles(tmp_path, article_ids=[wanted])] == [wanted]


def test_without_text_there_is_nothing_to_read_again(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1)], keep_text=False)
    assert list(stored_articles(tmp_path)) == []


@pytest.mark.parametrize("hours", [None, 2.5])
def test_a_round_of_reprocessing_changes_rows_in_place(tmp_path: Path, hours: float | None) -> None:
    store(tmp_path, [annotated(n, hours=hours) for n in range(3)])
    before = read.quotes(data=tmp_path)
    again = [
        replace(annotated(n, hours=hours, speaker="Ada Morrow"), article=article)
        for n in range(3)
        for article in stored_articles(tmp_path, article_ids=[annotated(n).article.article_id])
    ]
    report = store(tmp_path, again, run_id="run-2", mode="reading")
    assert report.reread == 3
    after = read.quotes(data=tmp_path)
    assert after.quote_id.tolist() == before.quote_id.tolist()
    assert set(read.articles(data=tmp_path).run_id) == {"run-2"}
    assert len(read.changes(data=tmp_path)) == 0
    assert verify(tmp_path) == []
