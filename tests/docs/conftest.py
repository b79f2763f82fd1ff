"""Tables made of the sample, for the documentation to run on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.batch import failure
from tasks.clean.article import clean_page
from tasks.enrich.entities import resolve_entities
from tasks.enrich.knowledge_base import load_knowledge_base
from tasks.enrich.speakers import resolve_speakers
from tasks.errors import ArticleError
from tasks.extract.batch import annotate
from tasks.extract.tagger import load_tagger
from tasks.records import Address, Article, Failure, Page, Snapshot
from tasks.settings import VERSION
from tasks.store.rows import rows_of
from tasks.store.run import RunInfo
from tasks.store.transactions import append, open_store, publish

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="session")
def sample_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folder that `make demo` leaves, and give the folder it lies in."""
    folder = tmp_path_factory.mktemp("sample")
    data = folder / "data"
    open_store(data)
    later = sorted(path for path in (SAMPLE / "later").rglob("*") if path.is_file())
    first = sorted(path for path in SAMPLE.rglob("*") if path.is_file() and path not in later)
    for key, paths, hour in (("first", first, 8), ("later", later, 20)):
        store_pages(data, key, paths, datetime(2025, 7, 1, hour, tzinfo=UTC))
    publish(data)
    return folder


def store_pages(data: Path, key: str, paths: list[Path], captured_at: datetime) -> None:
    run = RunInfo(f"docs-{key}", "ingest", captured_at, VERSION)
    articles: list[Article] = []
    failures: list[Failure] = []
    for path in paths:
        kind = "text_file" if path.suffix == ".txt" else "html_file"
        name = str(path.relative_to(SAMPLE.parents[1]))
        address = Address(name, kind, "data/sample")  # type: ignore[arg-type]
        snapshot = Snapshot(address, str(path), None, "sha256:", captured_at=captured_at)
        try:
            articles.append(clean_page(Page(snapshot, path.read_bytes())))
        except ArticleError as error:
            failures.append(failure(snapshot, "clean", error))
    knowledge_base = load_knowledge_base(None)
    named = [
        resolve_speakers(resolve_entities(found, knowledge_base))
        for found in annotate(articles, load_tagger(None))
    ]
    append(data, rows_of(named, run, failures=failures), key)
