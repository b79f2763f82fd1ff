"""What the whole pipeline costs, and what of it is orchestration: CPU seconds over the same pages.

    python tests/benchmarks/bench_pipeline.py FOLDER [BATCH_SIZE]

First every stage is run as plain functions in this process, without Prefect, guard or manifests;
then `onrecord ingest` is run on the same folder, with all its processes, the embedded server
included, with one worker and with two, and on one page alone, which is what starting costs. What
the run with one worker needs beyond the stages and the start is orchestration: task runs,
manifests, batch files, guarded processes. Each worker process costs its own start besides.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tasks.batch import Batch
from tasks.clean.article import clean_page
from tasks.enrich.batch import enrich
from tasks.enrich.knowledge_base import load_knowledge_base
from tasks.extract.batch import annotate
from tasks.extract.tagger import load_tagger
from tasks.fetch.batches import make_batches
from tasks.fetch.discover import discover
from tasks.fetch.pages import fetch_batch, load_page
from tasks.settings import settings
from tasks.store.rows import rows_of
from tasks.store.run import RunInfo
from tasks.store.transactions import append, open_store, publish

PUBLISH_EVERY = 8


@contextmanager
def counted(seconds: dict[str, float], stage: str) -> Iterator[None]:
    began = time.process_time()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.process_time() - began


def plain(folder: Path, size: int, data: Path) -> tuple[dict[str, float], int]:
    """Run the stages as functions; return CPU seconds by stage, and how many articles came out."""
    seconds: dict[str, float] = {}
    tagger, knowledge_base = load_tagger(), load_knowledge_base()
    run = RunInfo("plain", "ingest", datetime.now(UTC), "bench")
    open_store(data)
    found = discover([str(folder)], settings=settings(data))
    articles = 0
    for number, addresses in enumerate(make_batches(found.items, size), start=1):
        with counted(seconds, "fetch"):
            fetched = fetch_batch(Batch(addresses), raw=data / "raw", settings=settings(data))
        with counted(seconds, "clean"):
            cleaned = fetched.through("clean", lambda snapshot: clean_page(load_page(snapshot)))
        with counted(seconds, "extract"):
            annotated = annotate(cleaned.items, tagger)
        with counted(seconds, "enrich"):
            named = [enrich(one, knowledge_base) for one in annotated]
        with counted(seconds, "store"):
            append(data, rows_of(named, run, failures=cleaned.failures), f"b{number}")
            if number % PUBLISH_EVERY == 0:
                publish(data)
        articles += len(named)
    with counted(seconds, "store"):
        publish(data)
    return seconds, articles


def ingest(source: Path, size: int, data: Path, workers: int = 1) -> tuple[float, float]:
    """Run the command; return CPU seconds of all its processes, and wall-clock seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "flows.cli", "ingest", str(source), "--data", str(data)]
    subprocess.run(
        [*command, "--batch-size", str(size), "--workers", str(workers), "--quotes", "0"],
        check=True,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return cpu, time.perf_counter() - began


def main() -> None:
    folder, size = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        seconds, articles = plain(folder, size, data / "plain")
        whole, wall = ingest(folder, size, data / "whole")
        two, two_wall = ingest(folder, size, data / "two", workers=2)
        one = data / "one"
        one.mkdir()
        page = next(path for path in sorted(folder.rglob("*.html")) if path.stat().st_size > 20_000)
        shutil.copy(page, one)
        start, _ = ingest(one, size, data / "start")
    stages = sum(seconds.values())
    print(f"{articles} articles, batches of {size}")
    for stage, took in seconds.items():
        print(f"  {stage:8s} {took:7.1f} s  {took / stages:6.1%}  {1000 * took / articles:7.2f} ms")
    print(f"  stages   {stages:7.1f} s          {1000 * stages / articles:7.2f} ms an article")
    print(f"  articles a second and core: {articles / stages:.1f}")
    print(f"  ingest   {whole:7.1f} s CPU, {wall:.1f} s wall; starting alone {start:.1f} s CPU")
    rest = whole - start - stages
    print(f"  orchestration {rest:.1f} s, {rest / (whole - start):.1%} of what follows the start")
    print(f"  two workers {two:.1f} s CPU, {two_wall:.1f} s wall, {wall / two_wall:.2f}x as fast")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  largest process {peak:.0f} MB")


if __name__ == "__main__":
    main()
