"""Measure the store on made-up rows: append, publish against raw pyarrow, and a big store.

    python tests/benchmarks/store_scale.py FOLDER [ARTICLES]

FOLDER is made anew. ARTICLES (default 40,000) are sealed in parts of 20,000 first; then batches of
200 new articles are appended and published into the growing tail.
"""

from __future__ import annotations

import hashlib
import json
import random
import resource
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.store import read, transactions
from tasks.store.part import read_part, write_part
from tasks.store.rows import rows_of
from tasks.store.schema import PART_ARTICLES, SCHEMAS
from tasks.store.sealing import seal
from tasks.store.transactions import append, open_store, publish
from tests.store.factory import annotated, run

BATCH = 200
QUOTES = 8
WORDS = [f"word{n}" for n in range(3000)]


def batch(first: int, count: int = BATCH) -> dict[str, pa.Table]:
    """Make the rows of articles with 8 quotes and about 3,500 characters each."""
    chance = random.Random(first)
    articles = []
    for number in range(first, first + count):
        words = [" ".join(chance.choices(WORDS, k=30)) for _ in range(QUOTES)]
        version = " ".join(chance.choices(WORDS, k=250))
        speaker = f"Speaker {number % 997} Of{number % 89}"
        articles.append(annotated(number, version, hours=number / 60, speaker=speaker, words=words))
    return rows_of(articles, run())


def renamed(tables: dict[str, pa.Table], salt: int) -> dict[str, pa.Table]:
    """Make other articles of the same rows by other ids: quicker than writing new ones."""
    ids = tables["articles"]["article_id"].to_pylist()
    new = {i: hashlib.sha256(f"{salt}{i}".encode()).hexdigest()[:20] for i in ids}
    found = {}
    for name, table in tables.items():
        if "article_id" in table.column_names and table.num_rows:
            old_ids = table["article_id"].to_pylist()
            columns = {"article_id": [new[i] for i in old_ids]}
            if "revision_id" in table.column_names:
                tails = pc.utf8_slice_codeunits(table["revision_id"], 20)
                columns["revision_id"] = [
                    a + t for a, t in zip(columns["article_id"], tails.to_pylist(), strict=True)
                ]
            for column, values in columns.items():
                place = table.schema.get_field_index(column)
                table = table.set_column(place, table.schema.field(place), pa.array(values))
        found[name] = table
    return found


def cpu(work: Callable[[], object]) -> tuple[float, float]:
    """Run and return seconds of CPU (with threads) and of the clock."""
    began, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - began, time.perf_counter() - clock


def raw_cost(paths: list[Path], target: Path) -> tuple[float, float]:
    """Read and write the parts that a publish has written, with pyarrow alone.

    Measured twice right after each publish, as other work on the machine moves both by a fifth.
    """

    def work() -> None:
        for path in paths:
            name = path.parent.name
            write_part(name, read_part(name, path), target)

    cost = cpu(work)
    target.unlink()
    return cost


def inodes(data: Path) -> dict[Path, int]:
    """Tell files that were replaced from those that were not."""
    return {path: path.stat().st_ino for path in (data / "tables").rglob("*.parquet")}


def main(folder: Path, articles: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "data"
    open_store(data)
    base = batch(0, 2_000)
    sealed = []
    for part in range(articles // PART_ARTICLES):
        copies = [renamed(base, part * 100 + n) for n in range(PART_ARTICLES // 2_000)]
        tables = {name: pa.concat_tables([c[name] for c in copies]) for name in base}
        sealed.append(cpu(lambda t=tables, p=part: seal(data, t, f"part-{p}", "run-1"))[0])
    if sealed:
        numbered = cpu(lambda: publish(data))
        print(f"sealing a part of {PART_ARTICLES}: {np.mean(sealed):.1f} s CPU")
        print(f"numbering {len(sealed)} parts: {numbered[0]:.1f} s CPU")
    one = batch(10_000_000)
    appends = []
    for round_ in range(10):
        tables = renamed(one, 10_000 + round_)
        appends.append(cpu(lambda t=tables, r=round_: append(data, t, f"b-{r}"))[0])
    print(f"append of {BATCH} articles: {1000 * np.median(appends):.1f} ms CPU (median of 10)")
    publish(data)
    spent: list[tuple[float, float]] = []
    raw: list[tuple[float, float]] = []
    for fill in (10, 20, 10, 20, 10, 10):
        for _ in range(fill):
            append(data, renamed(one, random.randrange(10**9)), f"b-{random.randrange(10**9)}")
        publish(data)
        for _ in range(8):
            append(data, renamed(one, random.randrange(10**9)), f"b-{random.randrange(10**9)}")
        before = inodes(data)
        spent.append(cpu(lambda: publish(data)))
        touched = [path for path, inode in inodes(data).items() if before.get(path) != inode]
        twice = [raw_cost(touched, folder / "raw.parquet") for _ in range(2)]
        raw.append(tuple(np.mean(twice, axis=0)))
        rows = sum(pq.read_metadata(p).num_rows for p in touched if p.parent.name == "articles")
        print(
            f"publish of 8 batches, {len(touched)} files of {rows} articles:"
            f" {spent[-1][0]:.2f} s CPU, {spent[-1][1]:.2f} s; raw pyarrow {raw[-1][0]:.2f} s CPU,"
            f" {raw[-1][1]:.2f} s; ratio {spent[-1][0] / raw[-1][0]:.2f}"
        )
    print(f"ratio of CPU over all: {sum(s for s, _ in spent) / sum(r for r, _ in raw):.2f}")
    speaker = read.quotes(columns=["speaker"], data=data).speaker.iloc[0]
    one_id = read.articles(columns=["article_id"], data=data).article_id.iloc[0]
    for name, work in {
        "quotes of one speaker": lambda: read.quotes(speaker=speaker, data=data),
        "one article": lambda: read.article(one_id, data=data),
        "quotes per speaker": lambda: read.quotes(columns=["speaker"], data=data).value_counts(),
    }.items():
        print(f"{name}: {cpu(work)[1]:.2f} s")
    files = [p for p in data.rglob("*") if p.is_file()]
    size = sum(p.stat().st_size for p in files)
    counts = {
        name: sum(pq.read_metadata(p).num_rows for p in (data / "tables" / name).iterdir())
        for name in SCHEMAS
    }
    print(f"{len(files)} files, {size / 1e6:.0f} MB; rows {json.dumps(counts)}")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")
    print(transactions.open_store(data))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 40_000)
