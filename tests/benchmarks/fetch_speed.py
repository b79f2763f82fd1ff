"""How fast pages are fetched without any delay, beside a bare httpx loop over the same pages.

    python tests/benchmarks/fetch_speed.py PACK/html [PAGES]

The pages are served by shared/tools/serve_site.py on another core. The loop asks for the
same addresses of the same hosts and keeps nothing; fetching checks addresses, robots and rights,
hashes, archives to WARC and writes the ledger. Only CPU time counts: other work disturbs it least.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

import httpcore
import httpx

from tasks.batch import Batch
from tasks.fetch import ledger
from tasks.fetch.ledger_schema import open_ledger
from tasks.fetch.network import CheckedBackend
from tasks.fetch.pages import fetch_batch
from tasks.fetch.policy import Policy
from tasks.records import Address
from tasks.settings import settings

TOOL = Path(__file__).parents[2].parent / "shared" / "tools" / "serve_site.py"
AT_ONCE = 16
TURNS = 3
TARGET = 0.8


async def resolve(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


class Transport(httpx.AsyncHTTPTransport):
    """httpx's own, but that every name leads to loopback."""

    def __init__(self) -> None:
        super().__init__()
        backend = CheckedBackend(("127.0.0.0/8",), resolve)
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=100, max_keepalive_connections=20, network_backend=backend
        )


async def bare_loop(urls: list[str]) -> None:
    places = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(timeout=30, transport=Transport()) as client:

        async def one(url: str) -> None:
            async with places:
                await client.get(url)

        await asyncio.gather(*(one(url) for url in urls))


def measured(name: str, pages: int, began: tuple[float, float]) -> float:
    wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    print(f"{name:26} {pages / wall:7.0f} pages/s {1000 * cpu / pages:6.2f} ms CPU a page")
    return cpu


def main() -> None:
    cores = sorted(os.sched_getaffinity(0))
    command = [sys.executable, str(TOOL), sys.argv[1], "--max-seconds", "300"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(server.pid, {cores[-1]})
    os.sched_setaffinity(0, {cores[0]})
    try:
        assert server.stdout is not None
        base = json.loads(server.stdout.readline())["base"]
        with urllib.request.urlopen(f"{base}/__sites.json") as answer:
            sites = json.load(answer)
        pairs = [(s["outlet"], a["path"]) for s in sites for a in s["articles"]]
        pairs = pairs[: int(sys.argv[2]) if len(sys.argv) > 2 else None]
        port = base.rpartition(":")[2]
        urls = [f"http://{outlet}:{port}{path}" for outlet, path in pairs]
        addresses = tuple(Address(url, "url", "bench") for url in urls)
        policy = Policy(gap=0, rights="research", hosts_at_once=AT_ONCE)
        asyncio.run(bare_loop(urls[:100]))
        bare, ours = [], []
        with tempfile.TemporaryDirectory() as folder:
            box = replace(settings(folder), allow_addresses=("127.0.0.0/8",))
            for turn in range(1 + TURNS):
                ledger.replace(open_ledger(box), [])  # forgets the pages, not robots.txt
                now = time.perf_counter(), time.process_time()
                fetch_batch(
                    Batch(addresses), raw=box.data / "raw", settings=box, policy=policy,
                    resolver=resolve,
                )  # fmt: skip
                name = "one request a page" if turn else "first (robots, tdmrep)"
                spent = measured(name, len(pairs), now)
                now = time.perf_counter(), time.process_time()
                asyncio.run(bare_loop(urls))
                loop = measured("bare httpx loop", len(pairs), now)
                if turn:
                    ours.append(spent)
                    bare.append(loop)
        ratio = statistics.median(b / o for b, o in zip(bare, ours, strict=True))
        print(f"CPU of the bare loop / ours, the median of {TURNS}: {ratio:.2f}")
        if ratio < TARGET:
            sys.exit(f"fetching is slower than {TARGET} of a bare loop")
    finally:
        server.terminate()
        server.wait(timeout=10)


if __name__ == "__main__":
    main()
