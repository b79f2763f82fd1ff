"""Commands over the tables: what they print, what they leave, how they refuse."""

import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from flows.run import run_under_way
from tasks.store import read
from tasks.store.verify import verify

NAME = "Anna Verrall"


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin)


def words_under(folder: Path) -> str:
    """Everything the tables say, in one string."""
    return " ".join(
        pd.read_parquet(path).to_string() for path in sorted((folder / "tables").rglob("*.parquet"))
    )


def test_export_to_csv(sample_store: Path, tmp_path: Path) -> None:
    result = run("export", str(tmp_path / "out"), "--data", str(sample_store))
    assert result.exit_code == 0, result.output
    quotes = pd.read_csv(tmp_path / "out" / "quotes.csv")
    assert len(quotes) == len(read.quotes(data=sample_store))
    assert {"context_before", "context_after"} <= set(quotes.columns)


def test_a_shareable_export_has_no_texts(sample_store: Path, tmp_path: Path) -> None:
    target = tmp_path / "share.sqlite"
    options = ("--format", "sqlite", "--shareable", "--data", str(sample_store))
    assert run("export", str(target), *options).exit_code == 0
    database = sqlite3.connect(target)
    try:
        texts = database.execute("SELECT count(text) FROM articles").fetchone()
        quotes = database.execute("SELECT count(quote) FROM quotes").fetchone()
    finally:
        database.close()
    assert texts == (0,)
    assert quotes == (len(read.quotes(data=sample_store)),)


def test_export_names_a_table_that_is_not_there(sample_store: Path, tmp_path: Path) -> None:
    result = run("export", str(tmp_path / "out"), "--table", "verbs", "--data", str(sample_store))
    assert result.exit_code == 2
    assert "verbs" in result.output


def test_changes_are_printed_with_words_before_and_after(sample_store: Path) -> None:
    frame = read.changes(data=sample_store)
    result = run("changes", "--data", str(sample_store))
    assert result.exit_code == 0, result.output
    assert result.output.count("    - ") == frame["before"].notna().sum()
    assert result.output.count("    + ") == frame["after"].notna().sum()
    assert result.output.endswith(f"{len(frame)} changes in 1 articles\n")


def test_changes_of_quotes_only(sample_store: Path) -> None:
    frame = read.changes(data=sample_store)
    ours = frame["kind"].str.startswith("quote_")
    assert 0 < ours.sum() < len(frame)
    result = run("changes", "--quotes", "--data", str(sample_store))
    assert f"{ours.sum()} changes" in result.output
    assert "headline changed" not in result.output


def test_verify_mends(store: Path) -> None:
    stray = store / "tables" / "quotes" / "notes.txt"
    stray.write_text("a stray file")
    broken = run("verify", "--data", str(store))
    assert broken.exit_code == 1
    assert "--repair" in broken.output
    result = run("verify", "--repair", "--data", str(store))
    assert result.exit_code == 0, result.output
    assert "mended: notes.txt" in result.output
    assert not stray.exists()


def test_migrate_has_nothing_to_do(store: Path) -> None:
    result = run("migrate", "--data", str(store))
    assert result.exit_code == 0, result.output
    assert "up to date" in result.output


@pytest.mark.parametrize("command", ["verify", "migrate"])
def test_a_folder_that_is_none_stays_so(command: str, tmp_path: Path) -> None:
    result = run(command, "--data", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert "nothing was stored yet" in result.output
    assert not (tmp_path / "none").exists()


def test_forget_asks_first(store: Path) -> None:
    result = run("forget", NAME, "--data", str(store), stdin="n\n")
    assert result.exit_code == 1
    assert "cannot be undone" in result.output
    assert NAME in words_under(store)


def test_a_forgotten_name_is_gone(store: Path) -> None:
    assert NAME in words_under(store)
    result = run("forget", NAME, "--yes", "--data", str(store))
    assert result.exit_code == 0, result.output
    assert "tombstone" in result.output
    assert NAME not in words_under(store)
    assert verify(store) == []
    assert run("forget", "--again", "--data", str(store)).exit_code == 0


def test_a_forgotten_outlet_is_gone(store: Path) -> None:
    outlet = str(read.articles(data=store)["outlet"].dropna().iloc[0])
    result = run("forget", "--outlet", outlet, "--yes", "--data", str(store))
    assert result.exit_code == 0, result.output
    assert read.articles(outlet=outlet, data=store).empty


@pytest.mark.parametrize(
    "arguments", [[], [NAME, "--url", "https://a.example/b"], [NAME, "--again"], ["Anna", "--yes"]]
)
def test_forget_wants_one_thing_that_it_can_forget(store: Path, arguments: list[str]) -> None:
    result = run("forget", *arguments, "--data", str(store))
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_nothing_is_forgotten_under_a_run(store: Path) -> None:
    with run_under_way("ingest", store, {}, None) as under_way:
        result = run("forget", NAME, "--yes", "--data", str(store))
    assert result.exit_code == 2
    assert under_way.run_id in result.output
