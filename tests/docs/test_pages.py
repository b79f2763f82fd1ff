"""The documentation's Python runs on the sample, and prints what the page says it prints.

After a change that is meant, ONRECORD_WRITE_DOCS=1 writes the pages anew.
"""

import os
from pathlib import Path

import pytest

from tests.docs.pages import run_page

DOCS = Path(__file__).parents[2] / "docs"
RECIPES = sorted(set((DOCS / "recipes").glob("*.md")) - {DOCS / "recipes" / "README.md"})
PAGES = [DOCS / "tutorial.md", DOCS / "reading.md", *RECIPES]


@pytest.fixture
def here(sample_tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with what `make demo` leaves; what recipes read is named by the variable."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "demo").symlink_to(sample_tables / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONRECORD_DATA", "data/demo")
    monkeypatch.setenv("MPLBACKEND", "agg")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_runs(page: Path, here: Path) -> None:
    if "matplotlib" in page.read_text(encoding="utf-8"):
        pytest.importorskip("matplotlib", reason="the pictures need the extra `plots`")
    now = run_page(page)
    if os.environ.get("ONRECORD_WRITE_DOCS"):
        page.write_text(now, encoding="utf-8")
    assert now.count("```python") >= 2
    assert ("savefig" in now) is bool(list(here.glob("*.png")))


@pytest.mark.slow
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_prints_what_it_says(page: Path) -> None:
    pytest.importorskip("matplotlib", reason="the pictures need the extra `plots`")
    assert run_page(page) == page.read_text(encoding="utf-8"), "run with ONRECORD_WRITE_DOCS=1"
