"""Tables of the sample, made without Prefect: stages are plain functions; and a browser."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.store.transactions import open_store, publish
from tests.docs.conftest import store_pages

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def sample_store(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample in its tables. Not to be changed: see `store`."""
    data = tmp_path_factory.mktemp("sample-store")
    open_store(data)
    later = sorted(path for path in (sample / "later").rglob("*") if path.is_file())
    first = sorted(path for path in sample.rglob("*") if path.is_file() and path not in later)
    for key, paths, hour in (("first", first, 8), ("later", later, 20)):
        store_pages(data, key, paths, datetime(2025, 7, 1, hour, tzinfo=UTC))
    publish(data)
    return data


@pytest.fixture
def store(sample_store: Path, tmp_path: Path) -> Path:
    """A copy of the sample's data folder, to be changed."""
    shutil.copytree(sample_store, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A browser for the tests of a module: while it is open no other event loop can run here."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with playwright.sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-background-networking"]
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield launched
        launched.close()
