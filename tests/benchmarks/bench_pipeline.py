"""What the whole pipeline costs, what of it is orchestration, and what the usual stack costs.

    python tests/benchmarks/bench_pipeline.py FOLDER [--peers PYTHON] [--student FILE] [--write …]

First every stage is run as plain functions in this process, without Prefect, guard or manifests;
with `--peers`, each batch of pages is also given to trafilatura, spaCy and textacy glued together
(glued_stack.py, under that Python), in turn, so that a busy machine slows both alike; with
`--student`, extract and enrich of each batch are also done with a student tagger, likewise. Then
`onrecord ingest` is run on the same folder, with all its processes, the embedded server included:
once inside this process, to tell orchestration from work, then as a command with one worker and
with two, on smaller batches (bench_orchestration.py does these alone, and says how).

All seconds are CPU seconds where nothing else is said. `--write` puts the result between the page's
two `pipeline` marks.
"""

from __future__ import annotations

import argparse
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench_orchestration import (
    Orchestration,
    Run,
    compare_workers,
    efficiency,
    enough_batches,
    measure_orchestration,
)

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
SMALL = 100  # pages a batch where one worker is compared with two, at most
AROUND = "What the run costs beside them, after its start, in batches of the same size:"
STACK = Path(__file__).parent / "glued_stack.py"
MARKS = ("<!-- pipeline: written by make bench -->", "<!-- pipeline: end -->")


@contextmanager
def counted(seconds: dict[str, float], stage: str) -> Iterator[None]:
    began = time.process_time()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.process_time() - began


class GluedStack:
    """The peers' process: one answer for each list of pages."""

    def __init__(self, python: str) -> None:
        self._process = subprocess.Popen(
            [python, str(STACK)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.seconds = 0.0
        self.articles = self.quotations = self.raised = 0
        self.versions = self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{STACK.name} ended; its docstring says what its Python needs")
        return line.strip()

    def work(self, paths: list[str]) -> None:
        assert self._process.stdin is not None
        print("\t".join(paths), file=self._process.stdin, flush=True)
        seconds, *counts = self._answer().split()
        self.seconds += float(seconds)
        articles, quotations, raised = (int(count) for count in counts)
        self.articles += articles
        self.quotations += quotations
        self.raised += raised

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


@dataclass
class Stages:
    """What the plain stages took: CPU seconds by stage, and what came out."""

    seconds: dict[str, float] = field(default_factory=dict)
    articles: int = 0
    quotes: int = 0
    student: dict[str, float] = field(default_factory=dict)
    """The same with a student tagger, where it makes a difference: extract and enrich."""


def plain(
    folder: Path, size: int, data: Path, peers: GluedStack | None, student: Path | None
) -> Stages:
    """Run the stages as functions, peers and student on the same pages batch by batch."""
    done = Stages()
    taught = load_tagger(str(student.resolve())) if student else None
    tagger, knowledge_base = load_tagger(), load_knowledge_base()
    run = RunInfo("plain", "ingest", datetime.now(UTC), "bench")
    open_store(data)
    found = discover([str(folder)], settings=settings(data))
    for number, addresses in enumerate(make_batches(found.items, size), start=1):
        with counted(done.seconds, "fetch"):
            fetched = fetch_batch(Batch(addresses), raw=data / "raw", settings=settings(data))
        with counted(done.seconds, "clean"):
            cleaned = fetched.through("clean", lambda snapshot: clean_page(load_page(snapshot)))
        with counted(done.seconds, "extract"):
            annotated = annotate(cleaned.items, tagger)
        with counted(done.seconds, "enrich"):
            named = [enrich(one, knowledge_base) for one in annotated]
        with counted(done.seconds, "store"):
            append(data, rows_of(named, run, failures=cleaned.failures), f"b{number}")
            if number % PUBLISH_EVERY == 0:
                publish(data)
        done.articles += len(named)
        done.quotes += sum(len(one.quotes) for one in named)
        if taught:
            with counted(done.student, "extract"):
                annotated = annotate(cleaned.items, taught)
            with counted(done.student, "enrich"):
                for one in annotated:
                    enrich(one, knowledge_base)
        if peers:
            peers.work([address.location for address in addresses])
    with counted(done.seconds, "store"):
        publish(data)
    return done


@dataclass(frozen=True, slots=True)
class Runs:
    """The same with all processes."""

    here: Orchestration
    pairs: list[tuple[Run, Run]]
    small: int
    """Pages a batch of the pairs."""


def versus(done: Stages, peers: GluedStack) -> str:
    """Say how the stages compare with the peers."""
    ours = sum(done.seconds.values()) / done.articles
    theirs = peers.seconds / peers.articles
    return (
        f"**{theirs / ours:.1f} times as fast as the usual stack** ({peers.versions}) on the same "
        f"pages in the same run: that takes {1000 * theirs:.0f} ms an article and finds "
        f"{peers.quotations} quotations, none of them resolved to a whole name or stored; textacy "
        f"raised on {peers.raised} of {peers.articles} articles."
    )


def with_student(done: Stages, peers: GluedStack | None) -> str:
    """Say what the stages take with the student, and how they compare then."""
    teacher = sum(done.seconds.values())
    student = sum((done.seconds | done.student).values())
    said = (
        f"With a student tagger extract takes {1000 * done.student['extract'] / done.articles:.1f} "
        f"and enrich {1000 * done.student['enrich'] / done.articles:.1f} ms an article, all stages "
        f"{1000 * student / done.articles:.1f}: **{teacher / student:.1f} times as fast as with "
        "its teacher**"
    )
    if not peers:
        return f"{said}."
    theirs = peers.seconds / peers.articles * done.articles
    return f"{said}, **{theirs / student:.1f} times as fast as the usual stack**."


def page_of(done: Stages, runs: Runs, size: int, peers: GluedStack | None) -> str:
    """The result as Markdown."""
    stages = sum(done.seconds.values())
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    title = f"{done.articles} articles with {done.quotes} quotes, batches of {size}, Python "
    title += f"{platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}:"
    rows = [
        f"| {stage} | {took:.1f} | {took / stages:.1%} | {1000 * took / done.articles:.1f} |"
        for stage, took in done.seconds.items()
    ]
    whole = f"| all stages | {stages:.1f} | | {1000 * stages / done.articles:.1f} |"
    points = [f"**{done.articles / stages:.1f} articles a second and core.**"]
    if peers:
        points.append(versus(done, peers))
    if done.student:
        points.append(with_student(done, peers))
    points.append(efficiency(runs.pairs, runs.small))
    points.append(f"The largest process held {largest:.0f} MB.")
    head = ["| stage | CPU seconds | share | ms an article |", "|---|---:|---:|---:|"]
    table = [*head, *rows, whole]
    told = [f"- {point}" for point in points]
    return "\n".join([title, "", *table, "", *told, "", AROUND, "", runs.here.table()])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--batch-size", type=int, default=200)
    options.add_argument("--peers", metavar="PYTHON", help="a Python that has the usual stack")
    options.add_argument("--student", metavar="FILE", type=Path, help="a student's weight file")
    options.add_argument("--write", metavar="PAGE", type=Path)
    given = options.parse_args()
    size: int = given.batch_size
    peers = GluedStack(given.peers) if given.peers else None
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        done = plain(given.folder, size, data / "plain", peers, given.student)
        if peers:
            peers.end()
            sys.stderr.write(f"{versus(done, peers)}\n")  # the rest takes a while
        if done.student:
            sys.stderr.write(f"{with_student(done, peers)}\n")
        small = enough_batches(given.folder, SMALL)
        pairs = list(compare_workers(given.folder, small, data, pairs=2))
        here = measure_orchestration(given.folder, size, data / "here")
    page = page_of(done, Runs(here, pairs, small), size, peers)
    sys.stdout.write(page + "\n")
    if given.write:
        text = given.write.read_text(encoding="utf-8")
        before, _, rest = text.partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        new = f"{before}{MARKS[0]}\n{page}\n{MARKS[1]}{after}"
        given.write.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
