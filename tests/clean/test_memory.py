"""Cleaning keeps nothing of the pages that went by."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST = 30.0
"""MB by which the peak may grow over 8,000 pages: what is learned of 20 sites, and no page."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the resource module is of Unix")
def test_memory_is_flat_over_ten_thousand_pages() -> None:
    done = subprocess.run(
        [sys.executable, "tests/benchmarks/clean_memory.py", "data/sample", "--count", "10000"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
        check=True,
    )
    assert float(done.stdout.splitlines()[-1]) < MOST, done.stdout
