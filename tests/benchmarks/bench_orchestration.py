"""What orchestration costs, by part, and how much faster two workers are than one.

    python tests/benchmarks/bench_orchestration.py FOLDER [--pairs 2] [--copies 4] [--write PAGE]

First the flow `ingest` runs in this process, with its own embedded server and one worker, and the
CPU of each thread is counted inside the stages' functions. What this process and the server take
beyond that, from the moment the server is ready until the run has ended, is orchestration: task
runs, batch files and manifests, progress, books, report, artifacts, the idle server. (Models are
loaded before, so that loading them counts nowhere; so does starting, see bench_startup.py.)

Then the command runs with one worker and with two, in turn, on batches of `--small` pages. Seconds
are those between start and end in the runs table: without the start of Prefect, with everything
that follows, loading models and starting workers too. Efficiency is T1 / (2 * T2); the bound is the
same of CPU seconds of all processes: what two processors that never wait would reach.

A run has costs of its own (the first answers of the server, books, report), which weigh more the
shorter it is. `--copies` counts a longer run too: over the folder and copies of it. Copies go
through all stages as other pages do; only the store finds that it has them.

On 975 pages all of it takes about seven minutes, with four copies fourteen. `--write` puts the
result between the page's two `orchestration` marks.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

MARKS = ("<!-- orchestration: begin -->", "<!-- orchestration: end -->")

STAGES = (
    ("tasks.fetch.task", "discover_batches", "discover"),
    ("tasks.fetch.task", "fetch_addresses", "fetch"),
    ("tasks.clean.task", "clean_snapshots", "clean"),
    ("tasks.extract.task", "annotate_articles", "extract"),
    ("tasks.enrich.task", "name_everything", "enrich"),
    ("tasks.store.task", "store_annotated", "store"),
    ("tasks.store.task", "publish_pending", "store"),
    ("flows.batches", "settle_batches", "store"),
    ("flows.books", "learn_sites", "learn of sites"),
)
"""The functions that do a stage's work, where task runs call them."""

FILES = (
    ("tasks.manifest", "read_batch"),
    ("tasks.manifest", "write_batch"),
    ("tasks.manifest", "write_manifest"),
    ("tasks.manifest", "find_manifest"),
    ("tasks.store.batch", "read_batch"),
)
"""What they do only because stages are task runs."""

BOOKS = (("flows.ingest", "close_books"), ("flows.ingest", "watch_and_tell"))


@dataclass(frozen=True, slots=True)
class Orchestration:
    """CPU seconds of a run with one worker."""

    stages: float
    """The work itself."""

    rest: dict[str, float]
    """Orchestration, by part."""

    def share(self) -> float:
        """Orchestration's share of all."""
        rest = sum(self.rest.values())
        return rest / (rest + self.stages)

    def table(self) -> str:
        """The parts as Markdown."""
        total = sum(self.rest.values())
        whole = total + self.stages
        lines = [f"| {what} | {x:.2f} | {x / whole:.1%} |" for what, x in self.rest.items()]
        lines.append(f"| **all orchestration** | **{total:.2f}** | **{self.share():.1%}** |")
        lines.append(f"| the stages' own work | {self.stages:.1f} | |")
        return "\n".join(["| what | CPU seconds | share |", "|---|---:|---:|", *lines])


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the command."""

    seconds: float
    """Wall-clock, from start to end in the runs table."""

    wall: float
    """Wall-clock of the command."""

    cpu: float
    """CPU seconds of all its processes since then."""


def cpu_of(pid: int) -> float:
    """CPU seconds of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def counted(taken: dict[str, float], module: str, name: str, part: str) -> Iterator[None]:
    """Add up under `part` what threads take inside a function."""
    home: Any = importlib.import_module(module)
    real: Callable[..., Any] = getattr(home, name)

    def counting(*args: Any, **kwargs: Any) -> Any:
        began = time.thread_time()
        try:
            return real(*args, **kwargs)
        finally:
            taken[part] += time.thread_time() - began

    setattr(home, name, counting)
    try:
        yield
    finally:
        setattr(home, name, real)


def measure_orchestration(source: Path, size: int, data: Path) -> Orchestration:
    """Run the flow in this process, and tell its work from its orchestration."""
    from contextlib import ExitStack

    from flows.embedded import EmbeddedServer
    from flows.orchestration import server

    servers: list[int] = []
    start = EmbeddedServer._start

    def noting(embedded: EmbeddedServer) -> None:
        start(embedded)
        servers.append(embedded._process.pid)

    EmbeddedServer._start = noting  # type: ignore[method-assign]
    taken: dict[str, float] = defaultdict(float)
    files: dict[str, float] = defaultdict(float)
    books: dict[str, float] = defaultdict(float)
    with server(data, quiet=True), ExitStack() as patched:
        from flows.ingest import ingest
        from tasks.enrich.knowledge_base import load_knowledge_base
        from tasks.extract.tagger import load_tagger
        from tasks.extract.tagger_choice import choose_tagger

        load_tagger(choose_tagger(None, data / "models"))
        load_knowledge_base()
        for module, name, part in STAGES:
            patched.enter_context(counted(taken, module, name, part))
        for module, name in FILES:
            patched.enter_context(counted(files, module, name, "files"))
        for module, name in BOOKS:
            patched.enter_context(counted(books, module, name, "books"))
        children = children_cpu(servers[-1])
        own, theirs = time.process_time(), cpu_of(servers[-1])
        ingest([str(source)], data, batch_size=size, workers=1)
        own, theirs = time.process_time() - own, cpu_of(servers[-1]) - theirs
        guard = children_cpu(servers[-1]) - children
    work = sum(taken.values()) - files["files"]
    told = books["books"] - taken["learn of sites"]
    rest = {
        "Prefect's server": theirs,
        "batch files and manifests": files["files"],
        "books, report, artifacts": told,
        "task runs and logs, here": own - work - files["files"] - told,
    }
    return Orchestration(work + guard, rest)


def children_cpu(apart_from: int) -> float:
    """CPU seconds of our children that live, but for one (Linux)."""
    found = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and int(folder.name) != apart_from:
                found += cpu_of(int(folder.name))
        except OSError:
            continue  # it has ended meanwhile
    return found


def run_command(source: Path, size: int, data: Path, workers: int) -> Run:
    """Run `onrecord ingest`; the CPU is that of all processes of its session, after the start."""
    from tasks.store import read

    command = [sys.executable, "-m", "flows.cli", "ingest", str(source), "--data", str(data)]
    command += ["--batch-size", str(size), "--workers", str(workers), "--quotes", "0"]
    began, seen, starting = time.perf_counter(), dict[str, float](), 0.0
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while process.poll() is None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == process.pid:
                    seen[folder.name] = cpu_of(int(folder.name))
            except OSError:
                continue
        if not starting and any((data / "state" / "runs").glob("*.json")):
            starting = sum(seen.values())
        time.sleep(0.2)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    run = read.runs(data=data).iloc[-1]
    seconds = (run["finished_at"] - run["started_at"]).total_seconds()
    return Run(seconds, time.perf_counter() - began, sum(seen.values()) - starting)


def enough_batches(source: Path, size: int) -> int:
    """Give a batch size that makes eight batches or more of a folder.

    With fewer than four, a run starts no worker processes, whatever it may.
    """
    pages = sum(path.is_file() for path in source.rglob("*"))
    return max(min(size, pages // 8), 1)


def compare_workers(source: Path, size: int, folder: Path, pairs: int) -> Iterator[tuple[Run, Run]]:
    """Run with one worker and with two, in turn."""
    for number in range(pairs):
        one = run_command(source, size, folder / f"one{number}", 1)
        yield one, run_command(source, size, folder / f"two{number}", 2)


def copied(source: Path, times: int, folder: Path) -> Path:
    """Lay so many copies of a folder of pages beside each other."""
    for number in range(times):
        shutil.copytree(source, folder / str(number))
    return folder


def efficiency(pairs: list[tuple[Run, Run]], size: int) -> str:
    """Say how much faster two workers were."""
    faster = median(one.seconds / two.seconds for one, two in pairs)
    bound = median(one.cpu / two.cpu for one, two in pairs)
    times = ", ".join(f"{one.seconds:.1f} and {two.seconds:.1f}" for one, two in pairs)
    return (
        f"Two workers are {faster:.2f} times as fast as one after the start, efficiency "
        f"{faster / 2:.2f} (batches of {size}; {times} s of wall-clock); by CPU seconds it could "
        f"be {bound:.2f}."
    )


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--batch-size", type=int, default=200)
    options.add_argument("--small", type=int, default=100)
    options.add_argument("--pairs", type=int, default=2)
    options.add_argument("--copies", type=int, default=0)
    options.add_argument("--write", metavar="PAGE", type=Path)
    given = options.parse_args()
    small = enough_batches(given.folder, given.small)
    said: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder, pairs = Path(name), list[tuple[Run, Run]]()
        for pair in compare_workers(given.folder, small, folder, given.pairs):
            pairs.append(pair)
            print(*pair, sep="\n", flush=True)
        if pairs:
            said.append(efficiency(pairs, small))
        here = measure_orchestration(given.folder, given.batch_size, folder / "here")
        said.append(here.table())
        if given.copies:
            many = copied(given.folder, given.copies, folder / "many")
            longer = measure_orchestration(many, given.batch_size, folder / "longer")
            said.append(f"The same of {given.copies} copies of these pages in one run:")
            said.append(longer.table())
    text = "\n\n".join(said)
    print(text)
    if given.write:
        page = given.write.read_text(encoding="utf-8")
        before, _, rest = page.partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        given.write.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
