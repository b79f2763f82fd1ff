"""Does cleaning keep what it read? Peak memory while thousands of pages go by.

    python tests/benchmarks/clean_memory.py PAGES... [--count 10000]

PAGES are folders with .html files. They are cleaned in turn, as `onrecord clean` does it, each time
with other words in the text and another address, so that nothing is the same twice; what is
learned of their sites is kept, as in a run. Prints the peak (MB) after each tenth, and last its
growth since the first fifth, when all has been imported and every page has been seen.
"""

from __future__ import annotations

import argparse
import logging
import re
import resource
import sys
from pathlib import Path

from tasks.clean.learning import Sites
from tasks.errors import CleanError
from tasks.records import Address, Page, Snapshot

_WORD = re.compile(rb"(?<=\s)(the|a|and|of|der|die|und|le|la|de)(?=\s)")


def varied(body: bytes, number: int) -> bytes:
    """Write other words into a page, a few in each paragraph."""
    return _WORD.sub(rb"\1 n%d" % number, body, count=200)


def peak() -> float:
    """Give the peak of this process so far, in MB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    logging.disable(logging.CRITICAL)
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folders", type=Path, nargs="+")
    arguments.add_argument("--count", type=int, default=10_000)
    given = arguments.parse_args()
    paths = sorted(path for folder in given.folders for path in folder.rglob("*.html"))
    sites = Sites()
    at_first = 0.0
    failed = 0
    for number in range(given.count):
        path = paths[number % len(paths)]
        url = f"https://site{number % len(paths) % 20}.example/2024/05/06/story-{number}"
        snapshot = Snapshot(Address(url, "html_file", url), url, None, "", url=url)
        try:
            sites.clean(Page(snapshot, varied(path.read_bytes(), number)))
        except CleanError:
            failed += 1
        if (number + 1) % (given.count // 10) == 0:
            print(f"{number + 1:6d} pages, {failed} no article: {peak():.0f} MB", flush=True)
        if number + 1 == given.count // 5:
            at_first = peak()
    print(f"{peak() - at_first:.1f}")


if __name__ == "__main__":
    main()
