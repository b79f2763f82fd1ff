"""Against shared/tools/serve_site.py: many outlets, every fault, and what its audit says of us."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.batch import Batch
from tasks.fetch.discover import discover
from tasks.fetch.ledger import settle
from tasks.fetch.ledger_schema import open_ledger
from tasks.fetch.pages import fetch_batch, load_page
from tasks.fetch.policy import Policy
from tasks.records import Address
from tasks.settings import Settings

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
TOOL = SHARED / "tools" / "serve_site.py"
PACKED = SHARED / "corpus" / "dev_pack.tar.xz"

pytestmark = pytest.mark.skipif(
    not TOOL.exists() or not PACKED.exists(), reason="needs the shared folder"
)
slow = pytest.mark.slow

FAULTS = {
    "429": "http_429", "429date": "http_429", "403": "http_403", "404": "http_404",
    "410": "http_410", "451": "http_451", "500": "http_500", "503": "http_503",
    "503long": "http_503", "slow": "ok", "slow_headers": "ok", "drip": "ok|timeout|truncated",
    "truncate": "truncated", "reset": "unreachable|truncated", "empty": "empty",
    "redirect_loop": "redirect_loop", "redirect_chain": "ok", "redirect_home": "soft_404",
    "redirect_offhost": "no_such_host", "meta_refresh": "ok", "wrong_charset": "ok",
    "utf16": "ok", "gzip_bomb": "bomb", "bad_gzip": "bad_encoding", "huge": "too_large",
    "endless": "too_large", "bad_chunk": "bad_http", "soft404": "soft_404", "paywall": "ok",
    "consent": "consent", "captcha": "captcha", "edited": "ok", "wrong_type": "wrong_type",
    "header_flood": "header_flood", "no_length": "ok", "dup_params": "ok",
}  # fmt: skip


async def resolve(host: str, port: int) -> list[str]:
    if host.endswith(".invalid"):
        raise OSError("no such host")
    return ["127.0.0.1"]


class Site:
    def __init__(self, base: str, log: Path) -> None:
        self.port = base.rpartition(":")[2]
        self.log = log
        with urllib.request.urlopen(f"{base}/__sites.json") as answer:
            self.sites: list[dict[str, Any]] = json.load(answer)

    def urls(self) -> list[str]:
        return [
            f"http://{site['outlet']}:{self.port}{article['path']}"
            for site in self.sites
            for article in site["articles"]
        ]

    def feeds(self) -> list[str]:
        return [f"http://{site['outlet']}:{self.port}/rss.xml" for site in self.sites]

    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the dev pack: ONRECORD_DEV_PACK where they lie unpacked, or unpacked here."""
    if given := os.environ.get("ONRECORD_DEV_PACK"):
        return Path(given)
    folder = tmp_path_factory.mktemp("pack")
    with tarfile.open(PACKED) as archive:
        pages = [m for m in archive.getmembers() if m.name.startswith("dev_pack/html/")]
        archive.extractall(folder, pages, filter="data")
    return folder / "dev_pack" / "html"


@contextmanager
def serving(pack: Path, folder: Path, *options: str) -> Iterator[Site]:
    log = folder / "access.jsonl"
    command = [sys.executable, str(TOOL), str(pack), "--log", str(log), "--max-seconds", "300"]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Site(json.loads(process.stdout.readline())["base"], log)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def audit(site: Site) -> dict[str, Any]:
    command = [sys.executable, str(TOOL), "--audit", str(site.log)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_a_short_visit_is_polite_and_ends_as_it_should(
    box: Settings, pack: Path, tmp_path: Path
) -> None:
    """The short form of all that follows."""
    policy = Policy(gap=0.1, deadline=20, attempts=2, backoff=0.05, longest_wait=2)
    quick = ("404", "500", "truncate", "redirect_loop", "gzip_bomb", "soft404", "captcha")
    with serving(pack, tmp_path, "--sites", "15", "--per-site", "2") as site:
        for number in range(2):
            found = discover(site.feeds(), settings=box, policy=policy, resolver=resolve)
            batch = fetch_batch(
                Batch(found.items), raw=box.data / "raw", settings=box, policy=policy,
                resolver=resolve,
            )  # fmt: skip
            assert len(batch.items) + len(batch.failures) == (0 if number else len(found.items))
            assert number or len(batch.items) > 15
            settle(open_ledger(box), [address.location for address in found.items])
        report = audit(site)
        wanted = {
            f"http://{one['outlet']}:{site.port}{one['articles'][0]['path']}": fault
            for one, fault in zip(site.sites, quick, strict=False)
        }
        wanted = {f"{u}{'&' if '?' in u else '?'}__fault={f}": FAULTS[f] for u, f in wanted.items()}
        research = replace(policy, rights="research")
        failed = fetch_batch(
            Batch(tuple(Address(url, "url", url) for url in wanted)),
            raw=box.data / "raw", settings=box, policy=research, resolver=resolve,
        ).failures  # fmt: skip
    assert {row.url: row.reason for row in failed} == wanted
    assert report["disallowed_pages_fetched"] == 0
    assert report["max_in_flight_one_site"] == 1
    assert report["min_gap_s"] >= 0.1
    assert report["sites_where_robots_came_first"] == 15
    assert report["same_page_fetched_again_with_200"] == 0
    assert report["not_modified"] == 15


@slow
def test_each_fault_ends_as_an_article_or_the_right_failure(
    box: Settings, pack: Path, tmp_path: Path
) -> None:
    with serving(pack, tmp_path, "--sites", "60") as site:
        wanted = {
            url + ("&" if "?" in url else "?") + f"__fault={fault}": FAULTS[fault]
            for url, fault in zip(site.urls(), FAULTS, strict=False)
        }
        ends: dict[str, float] = {}
        began = time.monotonic()
        policy = Policy(
            gap=0, deadline=6, backoff=0.05, longest_wait=3, breaker=99, rights="research"
        )
        batch = fetch_batch(
            Batch(tuple(Address(url, "url", url) for url in wanted)),
            raw=box.data / "raw", settings=box, policy=policy, resolver=resolve,
            progress=lambda site, _: ends.__setitem__(site, time.monotonic() - began),
        )  # fmt: skip
    # three tries, the pauses between them, robots.txt and tdmrep.json
    assert max(ends.values()) < 3 * policy.deadline + 2 * policy.longest_wait + 6
    ended = {snapshot.address.location: "ok" for snapshot in batch.items}
    ended |= {row.url: row.reason for row in batch.failures}
    wrong = {
        u: (ended[u], codes) for u, codes in wanted.items() if ended[u] not in codes.split("|")
    }
    assert not wrong
    assert len(ended) == len(FAULTS) == 36
    assert all(load_page(snapshot).body for snapshot in batch.items)


@slow
def test_two_passes_over_sixty_outlets_are_polite(
    box: Settings, pack: Path, tmp_path: Path
) -> None:
    policy = Policy(gap=0.3, deadline=10)
    with serving(pack, tmp_path, "--sites", "60") as site:
        for number in range(2):
            found = discover(site.feeds(), settings=box, policy=policy, resolver=resolve)
            batch = fetch_batch(
                Batch(found.items), raw=box.data / "raw", settings=box, policy=policy,
                resolver=resolve,
            )  # fmt: skip
            assert len(batch.items) + len(batch.failures) == (0 if number else len(found.items))
            settle(open_ledger(box), [address.location for address in found.items])
        report = audit(site)
    assert report["sites"] == 60
    assert report["disallowed_pages_fetched"] == 0
    assert report["max_in_flight_one_site"] == 1
    assert report["min_gap_s"] >= 0.3
    assert report["sites_where_robots_came_first"] == 60
    assert report["same_page_fetched_again_with_200"] == 0
    assert report["not_modified"] == 60


@slow
def test_pages_that_are_due_are_asked_for_conditionally(
    box: Settings, pack: Path, tmp_path: Path
) -> None:
    with serving(pack, tmp_path, "--sites", "60", "--per-site", "3") as site:
        urls = site.urls()
        for refetch in (False, True):
            policy = Policy(gap=0.1, deadline=10, rights="research", refetch=refetch)
            batch = fetch_batch(
                Batch(tuple(Address(url, "url", url) for url in urls)), raw=box.data / "raw",
                settings=box, policy=policy, resolver=resolve,
            )  # fmt: skip
            assert len(batch.items) + len(batch.failures) + len(batch.skipped) == len(urls)
            settle(open_ledger(box), urls)
        report = audit(site)
    assert report["disallowed_pages_fetched"] == 0
    assert report["min_gap_s"] >= 0.1
    assert report["not_modified"] >= 0.99 * len(urls)


CRAWL = """
import json, sys, time
from pathlib import Path
from tasks.batch import Batch
from tasks.fetch.discover import discover
from tasks.fetch.pages import fetch_batch
from tasks.fetch.policy import Policy
from tasks.settings import settings
async def resolve(host, port):
    if host.endswith(".invalid"):
        raise OSError("no such host")
    return ["127.0.0.1"]
box = settings(sys.argv[1])
policy = Policy(gap=0.02, deadline=6, backoff=0.1, longest_wait=3)
began = time.monotonic()
found = discover(json.load(sys.stdin), settings=box, policy=policy, resolver=resolve)
batch = fetch_batch(Batch(found.items), raw=box.data / "raw", settings=box, policy=policy,
                    resolver=resolve)
peak = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM")]
print(json.dumps({"found": len(found.items), "stored": len(batch.items),
                  "failed": len(batch.failures), "skipped": len(batch.skipped),
                  "seconds": time.monotonic() - began, "peak_mb": int(peak[0]) / 1024}))
"""


@slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("profile", ["rough", "hostile"])
def test_a_bad_internet_costs_only_its_own_pages(
    box: Settings, pack: Path, tmp_path: Path, profile: str
) -> None:
    """In a process of its own, whose memory is all its own."""
    with serving(pack, tmp_path, "--sites", "60", "--profile", profile) as site:
        done = subprocess.run(
            [sys.executable, "-c", CRAWL, str(box.data)],
            env=os.environ | {"ONRECORD_ALLOW_ADDRESSES": "127.0.0.0/8"},
            cwd=ROOT, input=json.dumps(site.feeds()), capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        report = audit(site)
    counts = json.loads(done.stdout)
    print(profile, counts)
    assert counts["stored"] + counts["failed"] + counts["skipped"] == counts["found"]
    assert counts["stored"] > counts["found"] * 0.4
    assert counts["seconds"] < 180
    assert counts["peak_mb"] < 600
    assert report["retried_before_retry_after"] == 0
    assert report["disallowed_pages_fetched"] == 0


RUN = """
import json, sys
from pathlib import Path
from tasks.batch import Batch
from tasks.fetch.pages import fetch_batch
from tasks.fetch.policy import Policy
from tasks.records import Address
from tasks.settings import settings
async def resolve(host, port):
    return ["127.0.0.1"]
box = settings(sys.argv[1])
urls = json.loads(Path(sys.argv[2]).read_text())
batch = fetch_batch(Batch(tuple(Address(u, "url", u) for u in urls)), raw=box.data / "raw",
                    settings=box, policy=Policy(gap=0.02, rights="research"), resolver=resolve)
print(len(batch.items), len(batch.failures), len(batch.skipped))
"""


@slow
@pytest.mark.parametrize("after", [40, 90, 150])
def test_killed_in_mid_fetch_nothing_is_lost_or_fetched_twice(
    box: Settings, pack: Path, tmp_path: Path, after: int
) -> None:
    environment = os.environ | {"ONRECORD_ALLOW_ADDRESSES": "127.0.0.0/8"}
    with serving(pack, tmp_path, "--sites", "20", "--per-site", "10") as site:
        listing = tmp_path / "urls.json"
        listing.write_text(json.dumps(site.urls()))
        command = [sys.executable, "-c", RUN, str(box.data), str(listing)]
        process = subprocess.Popen(command, env=environment, cwd=ROOT)
        while len(site.log.read_text().splitlines()) < after and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True,
            timeout=120,
        )  # fmt: skip
        counts: dict[str, int] = {}
        for request in site.requests():
            if request["outlet"] and request["status"] == 200:
                if request["path"] == "/robots.txt":
                    continue
                key = request["host"] + request["path"]
                counts[key] = counts.get(key, 0) + 1
    assert done.stdout.split() == [str(len(site.urls())), "0", "0"]
    assert len(counts) == len(site.urls())
    # at most the one page a host that was in flight
    assert sum(count - 1 for count in counts.values()) <= 20
