"""The documentation's Python runs on the sample, and prints what the page says it prints.

After a change that is meant, ONRECORD_WRITE_DOCS=1 writes the pages anew.
"""

import os
from pathlib import Path

import pytest

from tests.docs.pages import run_page

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "tutorial.md", *sorted((DOCS / "recipes").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_runs(
    page: Path, sample_tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "matplotlib" in page.read_text(encoding="utf-8"):
        pytest.importorskip("matplotlib", reason="the pictures need the extra `plots`")
        monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(sample_tables / "data")
    monkeypatch.delenv("ONRECORD_DATA", raising=False)
    now = run_page(page)
    if os.environ.get("ONRECORD_WRITE_DOCS"):
        page.write_text(now, encoding="utf-8")
    assert now.count("```python") >= 2
    if "savefig" in now:
        assert list(tmp_path.glob("*.png"))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_prints_what_it_says(
    page: Path, sample_tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(sample_tables / "data")
    assert run_page(page) == page.read_text(encoding="utf-8"), "run with ONRECORD_WRITE_DOCS=1"
