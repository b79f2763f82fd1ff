"""A run killed while it fetches, and run again: nothing is lost, and nothing is asked for twice
but what was under way.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from tasks.store import read
from tasks.store.verify import verify
from tests.fetch.conftest import load_internet
from tests.fetch.internet import Internet

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
SITES, PAGES = 4, 15
UNDER_WAY = SITES + 8
"""A page a host in flight, and the notes that the ledger has not got yet."""
TOWNS = ("Port Ellery", "Saltmarsh", "Larkfield", "Harrow Bay")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{town} council votes on bridge {number}</title></head><body><article>
<h1>{town} council votes on bridge {number}</h1>
<p>The council of {town} voted on Tuesday to repair bridge {number}, which has been closed to
lorries since the flood of {year} carried away part of its eastern pier.</p>
<p>“Bridge {number} cannot wait for another winter,” said Maren Holt, who chairs the council of
{town}. “We have put aside {number}0,000 crowns for it.”</p>
<p>Work is to begin in the spring and to take {number} weeks, during which the buses of the
company will go round by the old mill.</p></article></body></html>"""


def start(data: Path, listed: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flows.cli", "ingest", str(listed), "--data", str(data)]
    with (data / "ingest.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--gap", "0.1", "--quotes", "0", "--batch-size", "30"],
            cwd=ROOT,
            env={**os.environ, "ONRECORD_ALLOW_ADDRESSES": "127.0.0.0/8"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@pytest.mark.parametrize("after", [8, 25, 44])
def test_killed_in_mid_fetch_and_run_again(
    prefect_server: None, tmp_path: Path, after: int
) -> None:
    with ExitStack() as stack:
        sites: list[Internet] = [
            stack.enter_context(load_internet().serving()) for _ in range(SITES)
        ]
        urls = [
            site.put(HOST, f"/2024/05/bridge-{number}.html",
                     PAGE.format(town=town, number=number, year=1990 + number))
            for number in range(1, PAGES + 1)
            for site, town in zip(sites, TOWNS, strict=True)
        ]  # fmt: skip
        listed = tmp_path / "urls.txt"
        listed.write_text("\n".join(urls))

        def asked() -> Counter[str]:
            return Counter(site.url(HOST, path) for site in sites for path in site.pages_asked())

        killed = start(tmp_path, listed)
        end = time.monotonic() + 300
        while asked().total() < after and killed.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        assert killed.poll() is None
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
        assert after <= asked().total() < len(urls)
        assert start(tmp_path, listed).wait(timeout=600) == 0
        again = asked()
    assert set(again) == set(urls)
    assert again.total() - len(urls) <= UNDER_WAY
    assert verify(tmp_path) == []
    assert sorted(read.articles(data=tmp_path)["url"]) == sorted(urls)
    assert read.failures(data=tmp_path).empty
