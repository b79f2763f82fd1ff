"""Does a worker's memory stay flat over many articles? MB resident as they pass through.

    python tests/benchmarks/bench_memory.py FOLDER [ARTICLES] [WORDS]

Articles (20,000) are made from the pages of FOLDER: the first WORDS (200) words of each page's
text, with letters of some capitalised words exchanged, differently each time, so that names, which
fill caches and string tables, are always new ones. They pass through extract, enrich and store in
batches of 200 in this one process. Growth is from the mean of the second tenth of them to the mean
of the last tenth; the first tenth fills the caches.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from tasks.batch import Batch
from tasks.clean.article import clean_page
from tasks.enrich.batch import enrich
from tasks.enrich.knowledge_base import load_knowledge_base
from tasks.extract.batch import annotate
from tasks.extract.tagger import load_tagger
from tasks.fetch.discover import discover
from tasks.fetch.pages import fetch_batch, load_page
from tasks.records import Article
from tasks.settings import settings
from tasks.store.rows import rows_of
from tasks.store.run import RunInfo
from tasks.store.transactions import append, open_store, publish

NAME = re.compile(r"\b[A-Z][a-z]{3,}\b")
VOWELS = "aeiou"
BATCH = 200


def resident_mb() -> float:
    """MB of memory this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def renamed(text: str, chance: random.Random) -> str:
    """The text with a third of its capitalised words given other vowels; its length stays."""

    def other(found: re.Match[str]) -> str:
        word = found.group()
        if chance.random() > 1 / 3:
            return word
        return word[0] + "".join(chance.choice(VOWELS) if c in VOWELS else c for c in word[1:])

    return NAME.sub(other, text)


def articles(folder: Path, data: Path, count: int, words: int) -> Iterator[Article]:
    found = discover([str(folder)], settings=settings(data))
    fetched = fetch_batch(Batch(found.items), raw=data / "raw", settings=settings(data))
    cleaned = fetched.through("clean", lambda snapshot: clean_page(load_page(snapshot))).items
    short = []
    for article in cleaned:
        end = [word.end() for word in re.finditer(r"\S+", article.text)][:words]
        short.append(replace(article, text=article.text[: end[-1]], segments=()))
    chance = random.Random(1)
    for number in range(count):
        article = short[number % len(short)]
        yield replace(
            article,
            article_id=f"{number:016x}",
            text=renamed(article.text, chance),
        )


def main() -> None:
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    words = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    if count < 10 * BATCH:
        raise SystemExit(f"Give at least {10 * BATCH} articles: growth is read from tenths.")
    tagger, knowledge_base = load_tagger(), load_knowledge_base()
    run = RunInfo("memory", "ingest", datetime.now(UTC), "bench")
    sizes: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        open_store(data)
        batch: list[Article] = []
        for number, article in enumerate(articles(folder, data, count, words), start=1):
            batch.append(article)
            if len(batch) == BATCH or number == count:
                named = [enrich(one, knowledge_base) for one in annotate(batch, tagger)]
                append(data, rows_of(named, run), f"b{number}")
                if number % (8 * BATCH) == 0:
                    publish(data)
                batch = []
                sizes.append(resident_mb())
                if number % 1000 == 0:
                    sys.stdout.write(f"{number:6d} articles  {sizes[-1]:7.0f} MB\n")
                    sys.stdout.flush()
    tenth = len(sizes) // 10
    early, late = mean(sizes[tenth : 2 * tenth]), mean(sizes[-tenth:])
    sys.stdout.write(f"from {early:.0f} to {late:.0f} MB: {late / early - 1:+.1%}\n")


if __name__ == "__main__":
    main()
