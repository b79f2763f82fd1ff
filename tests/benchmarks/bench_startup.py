"""How long until a command answers? CPU and wall-clock seconds, the median of three runs.

    python tests/benchmarks/bench_startup.py

Each command runs in a process of its own over the sample's tables, made first in a folder that goes
afterwards. What a command does on three pages is nearly all start: imports, the embedded Prefect
server, the language model.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
TEXT = '{"id": "1", "text": "“We are open,” said Mina Okello."}\n'


def took(arguments: list[str]) -> tuple[float, float]:
    """CPU seconds with all children, and wall-clock seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "flows.cli", *arguments], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return cpu, time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, text, out = str(folder / "data"), folder / "text.jsonl", str(folder / "out.jsonl")
        text.write_text(TEXT, encoding="utf-8")
        pages = [str(page) for page in sorted(SAMPLE.rglob("*.html"))[:3]]
        took(["ingest", str(SAMPLE), "--data", data])
        commands = {
            "--help": ["--help"],
            "annotate --only quotes": ["annotate", str(text), "-o", out, "--only", "quotes"],
            "annotate": ["annotate", str(text), "-o", out],
            "verify": ["verify", "--data", data],
            "changes": ["changes", "--data", data],
            "entities list": ["entities", "list", "--data", data],
            "ledger due": ["ledger", "due", "--data", data],
            "report": ["report", "--day", "2025-04-11", "--data", data],
            "doctor": ["doctor", "--data", data],
            "ingest, nothing new": ["ingest", str(SAMPLE), "--data", data],
            "ingest, three new pages": ["ingest", *pages, "--data"],
        }
        sys.stdout.write("| command | CPU seconds | wall-clock |\n|---|---:|---:|\n")
        for title, arguments in commands.items():
            runs = []
            for number in range(3):
                fresh = [str(folder / f"fresh{number}")] if arguments[-1] == "--data" else []
                runs.append(took([*arguments, *fresh]))
            cpu, wall = (median(column) for column in zip(*runs, strict=True))
            sys.stdout.write(f"| `{title}` | {cpu:.1f} | {wall:.1f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
