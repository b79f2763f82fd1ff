"""CPU time and memory of cleaning against its peers: one interleaved run over the same pages.

    python tests/benchmarks/bench_clean.py PAGES.jsonl [COUNT]

PAGES.jsonl holds lines of {"html": path relative to the file, "url"}. Each page goes through every
contestant in turn, so that a busy machine slows them all; the ratios are what counts. newspaper4k
and readability-lxml run beside it where they are installed.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura

from tasks.clean.article import take_apart
from tasks.clean.learning import Sites
from tasks.errors import CleanError
from tasks.records import Address, Page, Snapshot

Contestant = Callable[[bytes, str], object]


def page_of(body: bytes, url: str) -> Page:
    return Page(Snapshot(Address(url, "html_file", url), url, None, "", url=url), body)


def cold(body: bytes, url: str) -> object:
    try:
        return take_apart(page_of(body, url))
    except CleanError as error:
        return error


def with_trafilatura(body: bytes, url: str) -> object:
    return trafilatura.bare_extraction(body, url=url, with_metadata=True, include_comments=False)


def with_newspaper(body: bytes, url: str) -> object:
    import newspaper

    article = newspaper.Article(url)
    article.download(input_html=body.decode("utf-8", "replace"))
    article.parse()
    return article


def with_readability(body: bytes, url: str) -> object:
    import readability

    return readability.Document(body).summary()


def contestants(warmed: Sites) -> dict[str, Contestant]:
    def warm(body: bytes, url: str) -> object:
        try:
            return warmed.clean(page_of(body, url))
        except CleanError as error:
            return error

    found: dict[str, Contestant] = {
        "trafilatura": with_trafilatura,
        "onrecord, cold": cold,
        "onrecord, warmed": warm,
    }
    if importlib.util.find_spec("newspaper"):
        found["newspaper4k"] = with_newspaper
    if importlib.util.find_spec("readability"):
        found["readability-lxml"] = with_readability
    return found


def main() -> None:
    logging.disable(logging.CRITICAL)
    path = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = rows[:: max(1, len(rows) // count)][:count]
    pages = [((path.parent / row["html"]).read_bytes(), row["url"]) for row in rows]
    warmed = Sites()
    for _ in range(12):  # what a site's pages teach is well known when its pages come again
        for body, url in pages:
            cold_or_known(warmed, body, url)
    spent: dict[str, float] = {}
    for body, url in pages:
        for name, contestant in contestants(warmed).items():
            start = time.process_time()
            try:
                contestant(body, url)
            except Exception as error:  # noqa: BLE001 -- a peer's failure is not ours to handle
                print(f"{name}: {error!r}", file=sys.stderr)
            spent[name] = spent.get(name, 0.0) + time.process_time() - start
    base = spent["trafilatura"]
    for name, seconds in spent.items():
        print(f"{name:20s} {1000 * seconds / len(pages):8.2f} ms a page {base / seconds:6.2f} x")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def cold_or_known(sites: Sites, body: bytes, url: str) -> None:
    try:
        sites.clean(page_of(body, url))
    except CleanError:
        return


if __name__ == "__main__":
    main()
