"""The ledger on PostgreSQL: a throwaway cluster, and two processes that ask for the same feed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.fetch import claims, hosts, ledger
from tasks.fetch.ledger_schema import open_ledger
from tasks.records import Address
from tasks.settings import Settings

# Debian keeps the server's programs off the PATH
PLACES = os.pathsep.join(
    [os.environ["PATH"], *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)]
)
INITDB, PG_CTL = (shutil.which(name, path=PLACES) for name in ("initdb", "pg_ctl"))
NOBODY = 65_534

pytestmark = [
    pytest.mark.skipif(
        INITDB is None or PG_CTL is None or importlib.util.find_spec("pg8000") is None,
        reason="needs PostgreSQL's initdb and pg_ctl, and pg8000",
    ),
]


@pytest.fixture
def database() -> Iterator[str]:
    """A cluster of its own; it refuses to run as root, and so runs as nobody there."""
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="onrecord-pg-"))
    if user:
        os.chown(folder, NOBODY, NOBODY)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"

    def call(*command: str | None) -> None:
        subprocess.run(
            command, check=True, timeout=60, cwd=folder, stdout=subprocess.DEVNULL, **user
        )

    call(INITDB, "-D", f"{folder}/db", "-U", "onrecord", "-A", "trust", "--no-sync", "-E", "UTF8")
    call(PG_CTL, "-D", f"{folder}/db", "-w", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield f"postgresql+pg8000://onrecord@127.0.0.1:{port}/postgres"
    finally:
        call(PG_CTL, "-D", f"{folder}/db", "-m", "immediate", "stop")
        shutil.rmtree(folder)


RUN = """
import json, os, sys
from tasks.batch import Batch
from tasks.fetch.discover import discover
from tasks.fetch.pages import fetch_batch
from tasks.fetch.policy import Policy
from tasks.settings import settings
async def resolve(host, port):
    return ["127.0.0.1"]
box, feed = settings(sys.argv[1]), sys.argv[2]
policy = Policy(gap=0.02)
found = discover([feed], settings=box, policy=policy, resolver=resolve)
sys.stdin.readline()
batch = fetch_batch(Batch(found.items), raw=box.data / "raw", settings=box, policy=policy,
                    resolver=resolve)
print(len(batch.items), len(batch.failures), len(batch.skipped))
"""


def test_two_processes_fetch_no_address_twice(internet: Any, database: str, tmp_path: Path) -> None:
    host, count = "herald.example", 30
    items = "".join(
        f"<item><link>{internet.article(host, f'/2024/{n}.html', f'Story {n}')}</link></item>"
        for n in range(count)
    )
    feed = internet.put(host, "/rss.xml", f'<rss version="2.0"><channel>{items}</channel></rss>')
    environment = os.environ | {
        "ONRECORD_ALLOW_ADDRESSES": "127.0.0.0/8", "ONRECORD_LEDGER_URL": database
    }  # fmt: skip
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", RUN, str(tmp_path / "data"), feed], env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2],
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in workers:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=90)[0] for process in workers]
    stories = [path for path in internet.asked(host) if path.startswith("/2024/")]
    assert len(stories) == len(set(stories)) == count
    assert internet.most_in_flight == 1, "the host's turn holds between processes"
    totals = [sum(map(int, output.split())) for output in outputs]
    assert totals == [count, count]


def test_the_ledger_answers_as_on_sqlite(database: str, box: Settings) -> None:
    engine = open_ledger(replace(box, ledger_url=database))
    url = "https://herald.example/a"
    for _ in range(2):
        ledger.enter(engine, [Address(url, "url", url)])
    assert claims.claim(engine, [url]) == {url}
    ledger.note(engine, url, outcome="ok", next_visit_at=1.0)
    ledger.settle(engine, [url])
    assert ledger.standing(ledger.visits(engine, [url])[url], 2.0) == "due"
    assert [address.location for address in ledger.due(engine)] == [url]
    hosts.count_failure(engine, "herald.example", 1, 60)
    assert hosts.closed_until(engine, "herald.example") > 0
    engine.dispose()
