"""The nightly round: persons across articles, retention, verify."""

import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.run import info, new_run
from flows.second_pass import unify_stored_persons
from tasks.enrich.entities import local_id
from tasks.records import AnnotatedArticle, Article, Entity, Mention, Quote, Span
from tasks.store import read
from tasks.store.inbox import append
from tasks.store.rows import rows_of
from tasks.store.transactions import open_store, publish
from tasks.store.verify import verify


def article(number: int, name: str) -> AnnotatedArticle:
    """An article in which one person says one thing."""
    text = f"“We wait,” {name} said."
    start = text.index(name)
    known = f"{number:020x}"
    return AnnotatedArticle(
        article=Article(known, f"{known}-{number:08x}", f"{number:064x}", text, "text_file", "x",
                        "given"),
        mentions=(Mention(name, "PERSON", "name", start, start + len(name), 0, entity_no=0),),
        entities=(Entity(0, local_id("PERSON", name), name, "PERSON", 1, start,
                         start + len(name), 1.0),),
        quotes=(Quote(quote_no=0, quote_id=f"q{number}", field="body", quote="We wait,",
                      type="direct", start=1, end=9, spans=(Span(1, 9),), paragraph_no=0,
                      rule_id="r", confidence=1.0, word_count=2, quote_hash="h", speaker=name,
                      speaker_entity_no=0, speaker_entity_id=local_id("PERSON", name)),),
    )  # fmt: skip


@pytest.fixture
def wires(tmp_path: Path) -> Path:
    """Two articles: one with a person's full name, one with the surname alone."""
    open_store(tmp_path)
    run = info(new_run("ingest", {}))
    named = [article(1, "Sergei Oblonsky"), article(2, "Oblonsky")]
    append(tmp_path, rows_of(named, run), "a")
    publish(tmp_path)
    return tmp_path


def test_a_surname_with_one_bearer_gets_the_full_names_id(wires: Path) -> None:
    before = set(read.quotes(data=wires)["quote_id"])
    [change] = unify_stored_persons(wires, info(new_run("maintain", {})))
    assert change.canonical_name == "Sergei Oblonsky"
    entities = read.entities(data=wires)
    assert entities["entity_id"].nunique() == 1
    assert sorted(entities["link_method"].fillna("-")) == ["-", "corpus"]
    quotes = read.quotes(data=wires)
    assert set(quotes["speaker"]) == {"Sergei Oblonsky"}
    assert set(quotes["speaker_entity_id"]) == set(entities["entity_id"])
    assert set(quotes["quote_id"]) == before
    assert verify(wires) == []


def test_a_second_time_changes_nothing(wires: Path) -> None:
    unify_stored_persons(wires, info(new_run("maintain", {})))
    assert unify_stored_persons(wires, info(new_run("maintain", {}))) == []


def test_what_is_younger_than_a_day_is_kept(store: Path) -> None:
    command = ["maintain", "--drop-work-older-than", "3h", "--data", str(store)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert "younger than a day" in result.output


@pytest.mark.prefect
def test_the_nightly_round(store: Path, prefect_server: None) -> None:
    from flows.maintain import maintain
    from tasks.errors import OnrecordError

    old, young = store / "work" / "old", store / "work" / "young"
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "clean.batch").write_bytes(b"x" * 1000)
    then = time.time() - 20 * 86_400
    for path in (old / "clean.batch", old):
        os.utime(path, (then, then))
    done = maintain(store)
    assert (done.dropped, done.freed, done.problems) == (1, 1000, ())
    assert not old.exists()
    assert young.exists()
    assert read.runs(data=store)["flow"].iloc[-1] == "maintain"
    assert verify(store) == []

    (store / "tables" / "quotes" / "part-00000.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(OnrecordError):
        maintain(store, unify=False)
