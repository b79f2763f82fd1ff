"""How long until a command answers? CPU and wall-clock seconds, the median of three runs.

    python tests/benchmarks/bench_startup.py [--runs 3] [--only NAME] [--write PAGE]

Each command runs in a process of its own over the sample's tables, made first in a folder that goes
afterwards. What a command does on three pages is nearly all start: imports, the embedded Prefect
server, the language model. `serve` and `worker` count until they are ready. A command that fails is
a row that says so, and exit code 1 at the end. `--write` puts the table between the page's two
`startup` marks.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from statistics import median

import click

from flows.cli import main as cli

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
PAGES = [str(page) for page in sorted(SAMPLE.rglob("*.html"))[:3]]
TEXT = '{"id": "1", "text": "“We are open,” said Mina Okello."}\n'
PAGE = '{"id": "1", "page": "<html><body><h1>Open</h1><p>We are open again.</p></body></html>"}\n'
LIMIT_SECONDS = 600
READY_SECONDS = 300

Took = tuple[float, float]
"""CPU seconds with all children, and wall-clock seconds."""

Job = tuple[str, Callable[[], Took], int]
"""What is measured, how, and how often."""

CASES: Mapping[str, list[str]] = {
    "--help": ["--help"],
    "annotate --only quotes": ["annotate", "{text}", "-o", "{out}", "--only", "quotes"],
    "annotate": ["annotate", "{text}", "-o", "{out}"],
    "changes": ["changes", "{data}"],
    "clean": ["clean", "{page}", "-o", "{out}"],
    "dictionary": ["dictionary", "--check"],
    "doctor": ["doctor", "{data}"],
    "entities corrections": ["entities", "corrections", "{data}"],
    "entities list": ["entities", "list", "{data}"],
    "entities merge": ["entities", "merge", "{other}", "{entity}", "{data}"],
    "entities split": ["entities", "split", "{entity}", "Ada", "--article", "{article}", "{data}"],
    "evaluate sample": ["evaluate", "sample"],
    "export": ["export", "{fresh}", "{data}"],
    "forget": ["forget", "Nobody Of That Name", "--yes", "{data}"],
    "health": ["health", "{data}"],
    "ingest, nothing new": ["ingest", str(SAMPLE), "{data}"],
    "ingest, three new pages": ["ingest", *PAGES, "--data", "{fresh}"],
    "ledger due": ["ledger", "due", "{data}"],
    "ledger rebuild": ["ledger", "rebuild", "{data}"],
    "maintain": ["maintain", "{data}"],
    "migrate": ["migrate", "{data}"],
    "models": ["models", "{data}"],
    "models use": ["models", "{data}", "use", "teacher"],
    "report": ["report", "--day", "2025-04-11", "{data}"],
    "reprocess --stage enrich": ["reprocess", "--stage", "enrich", "{data}"],
    "revisit, nothing due": ["revisit", "{data}"],
    "settings": ["settings", "{data}"],
    "show": ["show", "{article}", "{data}"],
    "sites": ["sites", "{data}"],
    "verify": ["verify", "{data}"],
    "watch add": ["watch", "add", "Ada Morrow {n}", "{data}"],
    "watch hits": ["watch", "hits", "{data}"],
    "watch list": ["watch", "list", "{data}"],
    "watch test": ["watch", "test", "Ada Morrow {n}", "{data}"],
    "watch remove": ["watch", "remove", "Ada Morrow {n}", "{data}"],
}
"""What is measured; words in braces are filled in."""

SERVICES = ("serve, until it is ready", "worker, until it is ready", "deploy, to that server")
"""Measured once, together."""

LEFT_OUT = {"models distil": "trains a model for hours"}


def commands(group: click.Group = cli, before: tuple[str, ...] = ()) -> Iterator[str]:
    """List all commands, those of groups too."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield " ".join((*before, name))


def took(arguments: list[str], environment: Mapping[str, str] | None = None) -> Took:
    """Run a command; health says by its exit code how outlets are.

    Raises:
        RuntimeError: It failed.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        cwd=ROOT, env=environment or surroundings(), capture_output=True, text=True,
        check=False, timeout=LIMIT_SECONDS, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
    if done.returncode not in (0, 3 if arguments[0] == "health" else 0):
        said = (done.stdout + done.stderr).strip()[-400:]
        raise RuntimeError(f"exit code {done.returncode}: {said}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return cpu, wall


def surroundings() -> dict[str, str]:
    """Give the environment without settings of this machine."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PREFECT_", "ONRECORD_"))}
    return kept | {"PYTHONPATH": str(ROOT), "ONRECORD_CONTACT": "desk@example.org"}


def until_ready(arguments: list[str], sign: str, log: Path) -> tuple[Took, subprocess.Popen[bytes]]:
    """Start a service and wait for what it says when it is ready; its CPU so far, by /proc."""
    began = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", *arguments],
            cwd=ROOT, env=surroundings() | {"PYTHONUNBUFFERED": "1"}, stdout=out, stderr=out,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    while sign not in log.read_text(errors="replace"):
        if process.poll() is not None or time.perf_counter() - began > READY_SECONDS:
            stop(process)
            raise RuntimeError(f"not ready: {log.read_text(errors='replace')[-400:]}")
        time.sleep(0.1)
    return (cpu_of_session(process.pid), time.perf_counter() - began), process


def cpu_of_session(session: int) -> float:
    """Sum the CPU seconds of all processes of a session, those that ended included (Linux)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile; its parent has counted it
            continue
        if int(fields[3]) == session:
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a service and what it started."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def services(data: str, folder: Path) -> Iterator[tuple[str, Callable[[], Took]]]:
    """Start the service, then a second worker and a deployment for it; end all of them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    api, started = f"http://127.0.0.1:{port}/api", list[subprocess.Popen[bytes]]()

    def ready(name: str, arguments: list[str], sign: str) -> Took:
        found, process = until_ready(arguments, sign, folder / f"{name}.log")
        started.append(process)
        return found

    serve = ["serve", "--port", port, "--data", data]
    worker = ["worker", "--api", api, "--data", data]
    deploy = ["deploy", "--every", "2h", str(SAMPLE), "--api", api, "--data", data]
    try:
        yield SERVICES[0], lambda: ready("serve", serve, "The dashboard is at")
        yield SERVICES[1], lambda: ready("worker", worker, "started!")
        yield SERVICES[2], lambda: took(deploy)
    finally:
        for process in reversed(started):
            stop(process)


def filled(arguments: list[str], words: Mapping[str, str]) -> list[str]:
    """Put the words in."""
    given: list[str] = []
    for argument in arguments:
        given += ["--data", words["data"]] if argument == "{data}" else [argument.format_map(words)]
    return given


def jobs(
    folder: Path, runs: int, only: str | None
) -> Iterator[tuple[str, Callable[[], Took], int]]:
    """Give what to measure, and how often; the services at the end, if they are wanted."""
    from tasks.store import read

    data = folder / "data"
    took(["ingest", str(SAMPLE), "--data", str(data)])
    persons = read.entities(data=data).query("type == 'PERSON'")["entity_id"].unique()
    entity, other = str(persons[0]), str(persons[1])
    words = {
        "data": str(data), "text": str(folder / "text.jsonl"), "page": str(folder / "page.jsonl"),
        "out": str(folder / "out"), "article": str(read.articles(data=data)["article_id"].iloc[0]),
        "entity": entity, "other": other,
    }  # fmt: skip
    count = iter(range(10**6))

    def once(arguments: list[str]) -> Took:
        number = next(count)
        here = words | {"fresh": str(folder / f"fresh{number}"), "n": str(number % runs)}
        return took(filled(arguments, here))

    for title, arguments in CASES.items():
        if only is None or only in title:
            yield title, partial(once, arguments), runs
    if only is None or any(only in title for title in SERVICES):
        for title, start in services(str(data), folder):
            yield title, start, 1


def measure(runs: int, only: str | None) -> tuple[str, int]:
    """Measure the commands; give the table and how many failed."""
    table, failed = "| command | CPU seconds | wall-clock |\n|---|---:|---:|\n", 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "text.jsonl").write_text(TEXT, encoding="utf-8")
        (folder / "page.jsonl").write_text(PAGE, encoding="utf-8")
        for title, job, times in jobs(folder, runs, only):
            try:
                cpu, wall = (
                    median(column) for column in zip(*(job() for _ in range(times)), strict=True)
                )
                line = f"| `{title}` | {cpu:.1f} | {wall:.1f} |\n"
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                failed, line = failed + 1, f"| `{title}` | failed | |\n"
                sys.stderr.write(f"{title}: {error}\n")
            table += line
            sys.stdout.write(line)
            sys.stdout.flush()
    return table, failed


def main() -> None:
    """Measure, print and, with --write, put the table into a page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help="Only commands with this in their name.")
    parser.add_argument("--write", type=Path, help="Page with the marks `startup`.")
    given = parser.parse_args()
    table, failed = measure(given.runs, given.only)
    if given.write and not failed:
        page = given.write.read_text(encoding="utf-8")
        start, rest = page.split("<!-- startup: begin -->\n")
        _, end = rest.split("<!-- startup: end -->")
        marked = f"<!-- startup: begin -->\n{table}<!-- startup: end -->"
        given.write.write_text(start + marked + end, encoding="utf-8")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
