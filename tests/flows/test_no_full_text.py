"""Tables without texts: quotes, names and offsets stay."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.run import info, new_run
from flows.stored_batches import article_batches
from tasks.batch import Batch, read_batch, write_batch
from tasks.records import AnnotatedArticle, Article, Quote, Snapshot, Span
from tasks.settings import settings
from tasks.store import read
from tasks.store.batch import store_annotated
from tasks.store.transactions import open_store, publish
from tasks.store.verify import verify

TEXT = "The board met at nine. “We wait,” said Oblonsky, and the board went home again."
KNOWN = "0" * 20


@pytest.mark.parametrize("command", ["ingest", "revisit", "reprocess"])
def test_the_option_is_like_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("ONRECORD_FULL_TEXT", "yes")
    open_store(tmp_path)
    more = {"ingest": ["https://herald.example/"], "reprocess": ["--stage", "extract"]}.get(
        command, []
    )
    seen: list[bool] = []

    def run(flow: str, data: Path, **parameters: object) -> int:
        seen.append(settings(data).keep_text)
        return 0

    monkeypatch.setattr("flows.terminal.run_with_progress", run)
    arguments = [command, *more, "--data", str(tmp_path), "--no-full-text"]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, seen) == (0, [False]), result.output


def test_the_tables_hold_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_FULL_TEXT", "no")
    monkeypatch.setenv("ONRECORD_QUOTE_CONTEXT", "9")
    start = TEXT.index("We")
    end = start + len("We wait,")
    quote = Quote(
        quote_no=0, quote_id="q0", field="body", quote="We wait,", type="direct", start=start,
        end=end, spans=(Span(start, end),), paragraph_no=0, rule_id="r", confidence=1.0,
        word_count=2, quote_hash="h", context_before=TEXT[:start], context_after=TEXT[end:],
    )  # fmt: skip
    article = Article(KNOWN, f"{KNOWN}-00000000", "0" * 64, TEXT, "text_file", "x", "given")
    work = tmp_path / "work"
    named = write_batch(Batch((AnnotatedArticle(article, quotes=(quote,)),)), work, "b", "enrich")
    fetched: Batch[Snapshot] = Batch(())
    open_store(tmp_path)
    run = info(new_run("ingest", {}))
    store_annotated(named, write_batch(fetched, work, "b", "fetch"), tmp_path, run)
    publish(tmp_path)

    [row] = read.articles(data=tmp_path).to_dict("records")
    assert pd.isna(row["text"])
    assert row["text_length"] == len(TEXT)
    [found] = read.quotes(data=tmp_path).to_dict("records")
    assert (found["quote"], found["start"]) == ("We wait,", start)
    assert (found["context_before"], found["context_after"]) == (" at nine. “"[-9:], "” said Ob")
    assert verify(tmp_path) == []

    [batch] = [read_batch(ref, Article) for ref in article_batches(tmp_path, 10, None)]
    assert (batch.items, [skip.reason for skip in batch.skipped]) == ((), ["no_text"])
