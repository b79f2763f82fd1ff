"""A copy of what the operating guide says to copy is a whole store again."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner, Result

from flows.cli import main
from flows.stored_batches import article_batches
from tasks.batch import read_batch
from tasks.records import Article
from tasks.store import read
from tasks.store.transactions import publish
from tests.docs.conftest import store_pages

NAME = "Anna Verrall"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def back_up(data: Path, backup: Path) -> None:
    """Do what docs/operating.md says."""
    backup.mkdir()
    shutil.copytree(data / "tables", backup / "tables")
    if (data / "corrections").exists():
        shutil.copytree(data / "corrections", backup / "corrections")
    if (data / "state" / "forgotten.json").exists():
        (backup / "state").mkdir()
        shutil.copy(data / "state" / "forgotten.json", backup / "state")


def sample_pages(sample: Path) -> list[Path]:
    return sorted(path for path in (sample / "tidewatch").rglob("*") if path.is_file())


def test_a_restored_store_is_sound_and_knows_its_articles(
    sample_store: Path, sample: Path, tmp_path: Path
) -> None:
    restored = tmp_path / "restored"
    back_up(sample_store, restored)
    assert run("verify", "--data", str(restored)).exit_code == 0
    assert run("ledger", "rebuild", "--data", str(restored)).exit_code == 0
    before = read.articles(data=restored)
    store_pages(restored, "again", sample_pages(sample), datetime(2025, 8, 1, tzinfo=UTC))
    publish(restored)
    assert len(read.articles(data=restored)) == len(before)
    assert len(read.quotes(data=restored)) == len(read.quotes(data=sample_store))


def test_what_was_forgotten_stays_out_of_a_restored_store(
    store: Path, sample: Path, tmp_path: Path
) -> None:
    assert run("forget", NAME, "--yes", "--data", str(store)).exit_code == 0
    restored = tmp_path / "restored"
    back_up(store, restored)
    pages = sorted(path for path in sample.rglob("*") if path.is_file())
    store_pages(restored, "again", pages, datetime(2025, 8, 1, tzinfo=UTC))
    publish(restored)
    assert NAME not in read.articles(data=restored).to_string()
    assert NAME not in read.quotes(data=restored).to_string()


def test_what_was_forgotten_is_not_read_anew(store: Path) -> None:
    assert run("forget", NAME, "--yes", "--data", str(store)).exit_code == 0
    articles = [a for r in article_batches(store, 200, None) for a in read_batch(r, Article).items]
    assert len(articles) > 10
    assert not any(NAME in article.text for article in articles)
