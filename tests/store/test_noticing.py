"""Hits come with their text, once; a new reading moves them, and does not make them news."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tasks.notices import Delivery, Hit, Watch
from tasks.records import AnnotatedArticle
from tasks.store import transactions
from tasks.store.inbox import Mode
from tasks.store.notice_rows import count_hits, notice_rows, read_notices, untold_hits
from tasks.store.rows import rows_of
from tests.store.factory import DAY, annotated, run


def hit(article: AnnotatedArticle, run_id: str, *channels: str) -> Hit:
    quote = article.quotes[0]
    return Hit(
        hit_id=quote.quote_id,
        watch_id="0000beef",
        article_id=article.article.article_id,
        revision_id=article.article.revision_id,
        quote_id=quote.quote_id,
        reason="quote",
        field="body",
        start=quote.start,
        end=quote.end,
        matched=quote.quote,
        found_at=DAY,
        run_id=run_id,
        channels=channels,
    )


def store(data: Path, article: AnnotatedArticle, found: Hit, mode: Mode = "capture") -> list[Hit]:
    tables = rows_of([article], run(found.run_id)) | notice_rows([found])
    transactions.append(data, tables, "batch", mode=mode)
    transactions.publish(data)
    return read_notices(Hit, data)


def test_known_hits_stay_and_stale_texts_have_none(tmp_path: Path) -> None:
    new = annotated(1, 2, hours=5)
    first = hit(new, "run-1", "event")
    assert store(tmp_path, new, first) == [first]
    assert store(tmp_path, new, hit(new, "run-2", "event")) == [first]
    old = annotated(1, 1, hours=2)  # a capture that is older than what stands
    assert store(tmp_path, old, replace(hit(old, "run-3", "event"), hit_id="other")) == [first]


def test_a_new_reading_moves_a_hit(tmp_path: Path) -> None:
    article = annotated(1)
    first = hit(article, "run-1", "event", "mailto:desk@herald.example")
    store(tmp_path, article, first)
    again = replace(hit(article, "run-2"), matched="other words", end=first.end - 3)
    (moved,) = store(tmp_path, article, again, "reading")
    assert (moved.matched, moved.end) == ("other words", first.end - 3)
    assert (moved.run_id, moved.channels) == (first.run_id, first.channels)


def test_what_is_untold(tmp_path: Path) -> None:
    article = annotated(1)
    first = hit(article, "run-1", "event", "mailto:desk@herald.example")
    store(tmp_path, article, first)
    assert untold_hits(tmp_path, DAY) == [first]
    assert untold_hits(tmp_path, DAY + timedelta(1)) == []
    assert count_hits(tmp_path) == {"0000beef": 1}
    for number, (channel, state) in enumerate(
        [("event", "delivered"), (first.channels[1], "failed"), (first.channels[1], "given_up")]
    ):
        assert untold_hits(tmp_path, DAY) == [first]
        done = Delivery(first.hit_id, channel, state, 1, DAY, "run-1")  # type: ignore[arg-type]
        transactions.append(tmp_path, notice_rows([done]), f"told-{number}", run_id="run-1")
        transactions.publish(tmp_path)
    assert untold_hits(tmp_path, DAY) == []


def test_an_empty_store_has_nothing(tmp_path: Path) -> None:
    assert untold_hits(tmp_path, DAY) == []
    assert count_hits(tmp_path) == {}
    assert read_notices(Watch, tmp_path) == []
    transactions.open_store(tmp_path)
    assert untold_hits(tmp_path, DAY) == []
