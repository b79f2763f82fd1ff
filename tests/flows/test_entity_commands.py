"""Corrections of entities by command, and looking into the ledger."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from tasks.enrich.corrections import read_corrections
from tasks.fetch import ledger_schema
from tasks.fetch.ledger import enter, note
from tasks.fetch.ledger_schema import close_ledger, open_ledger
from tasks.records import Address
from tasks.settings import settings
from tasks.store import read
from tasks.store.transactions import open_store

NAME = "Anna Verrall"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def two(store: Path) -> tuple[str, str]:
    """The ids of a person, and of somebody else."""
    frame = read.entities(type="PERSON", data=store)
    ids = list(dict.fromkeys([*frame[frame["canonical_name"] == NAME]["entity_id"]]))
    other = frame[frame["canonical_name"] != NAME]["entity_id"].iloc[0]
    return ids[0], str(other)


def test_entities_are_looked_up_by_a_part_of_their_name(sample_store: Path) -> None:
    result = run("entities", "list", "verrall", "--data", str(sample_store))
    assert result.exit_code == 0, result.output
    assert NAME in result.output
    assert "PERSON" in result.output


def test_a_merge_is_kept_as_data(store: Path, two: tuple[str, str]) -> None:
    left, right = two
    result = run("entities", "merge", right, left, "--note", "pen name", "--data", str(store))
    assert result.exit_code == 0, result.output
    assert "reprocess --stage enrich" in result.output
    corrections = read_corrections(store / "corrections")
    found = corrections.of(right, "any")
    assert found is not None
    assert (found.into_id, found.name, found.note) == (left, NAME, "pen name")


def test_a_second_correction_keeps_the_first(store: Path, two: tuple[str, str]) -> None:
    left, right = two
    article = str(read.entities(entity_id=left, data=store)["article_id"].iloc[0])
    assert run("entities", "merge", right, left, "--data", str(store)).exit_code == 0
    command = ("entities", "split", left, "Anna Verrall Jr", "--article", article)
    assert run(*command, "--data", str(store)).exit_code == 0
    corrections = read_corrections(store / "corrections")
    assert right in corrections.everywhere
    assert (left, article) in corrections.by_article
    listed = run("entities", "corrections", "--data", str(store))
    assert listed.output.count("\n") == 3


def test_merges_in_a_circle_are_refused_and_not_kept(store: Path, two: tuple[str, str]) -> None:
    left, right = two
    assert run("entities", "merge", right, left, "--data", str(store)).exit_code == 0
    result = run("entities", "merge", left, right, "--data", str(store))
    assert result.exit_code == 2
    assert "circle" in result.output
    assert left not in read_corrections(store / "corrections").everywhere


def test_an_unknown_id_is_named(store: Path, two: tuple[str, str]) -> None:
    result = run("entities", "merge", "local:nobody", two[0], "--data", str(store))
    assert result.exit_code == 2
    assert "local:nobody" in result.output
    assert not (store / "corrections").exists()


def test_the_ledger_is_made_anew_from_the_tables(store: Path) -> None:
    result = run("ledger", "rebuild", "--data", str(store))
    assert result.exit_code == 0, result.output
    articles = read.articles(data=store)
    urls = set(articles["url"].dropna()) | set(read.failures(data=store)["url"])
    web = {url for url in urls if url.startswith("http")}
    assert f"knows {len(web)} pages" in result.output


@pytest.mark.parametrize("damage", [b"no database", None], ids=["garbage", "a torn page"])
def test_a_damaged_ledger_is_named_and_made_anew(damage: bytes | None, store: Path) -> None:
    assert run("ledger", "rebuild", "--data", str(store)).exit_code == 0
    close_ledger(settings(store))
    ledger_schema._open.cache_clear()  # as in a process of its own
    path = store / "state" / "ledger.sqlite"
    path.write_bytes(damage or path.read_bytes()[:8192] + b"\xff" * 8192)
    if damage:
        due = run("ledger", "due", "--data", str(store))
        assert due.exit_code == 1
        assert "`onrecord ledger rebuild` makes it anew" in due.output
        assert due.output.count("\n") == 1
    ledger_schema._open.cache_clear()
    rebuilt = run("ledger", "rebuild", "--data", str(store))
    assert rebuilt.exit_code == 0, rebuilt.output
    assert "it was damaged" in rebuilt.output
    assert run("ledger", "due", "--data", str(store)).exit_code == 0


def test_what_is_due_is_listed(tmp_path: Path) -> None:
    ledger = open_ledger(settings(tmp_path))
    url = "https://paper.example/1"
    enter(ledger, [Address(url, "url", url)])
    note(ledger, url, outcome="ok", next_visit_at=1.0)
    result = run("ledger", "due", "--data", str(tmp_path))
    assert result.output == f"{url}\n"


@pytest.mark.parametrize("command", ["rebuild", "due"])
def test_no_ledger_is_made_in_a_folder_that_is_none(command: str, tmp_path: Path) -> None:
    result = run("ledger", command, "--data", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "command", [["changes"], ["changes", "--quotes"], ["entities", "list", "x"]]
)
def test_an_empty_store_has_nothing_to_list(command: list[str], tmp_path: Path) -> None:
    open_store(tmp_path)
    result = run(*command, "--data", str(tmp_path))
    assert result.exit_code == 0, result.output
