"""Quotes and speakers beside their peers, on the same gold.

    python tests/benchmarks/bench_quotes.py [--peers PYTHON] [--ggt FOLDER] [--texts N]

Peers run in an environment of their own (`make bench-quotes` makes it, peers.txt names them) with
spaCy's md model; they are no part of onrecord's. textacy comes from the package index; the Gender
Gap Tracker is not there: name a checkout of its repository with --ggt to have it in the table.
Takes the sets `gold` and `gum` and the first N texts of `polnear` (see docs/evaluation.md).
Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flows.annotate import annotate_rows
from flows.evaluate import gold_sets
from tasks.evaluate.gold import GoldText, read_quote_gold
from tasks.evaluate.score import quote_scores

RUNNER = Path(__file__).parent / "quote_peers.py"
MEASURES = {
    "marks F1": "marks F1",
    "marks end-to-end F1": "end-to-end F1",
    "marks source right, of found": "source right",
    "marks speaker right, of found": "speaker right",
    "soft direct: F1": "soft direct",
    "soft mixed: F1": "soft mixed",
    "soft indirect: F1": "soft indirect",
}
Answers = Mapping[str, Mapping[str, Any]]


def ours(texts: Sequence[GoldText]) -> tuple[Answers, float]:
    started = time.process_time()
    rows = list(annotate_rows(({"id": t.id, "text": t.text} for t in texts), "quotes"))
    return {row["id"]: row for row in rows}, time.process_time() - started


def theirs(
    peer: str, texts: Sequence[GoldText], python: Path, ggt: Path | None
) -> tuple[Answers, float]:
    with TemporaryDirectory() as folder:
        given, made = Path(folder) / "texts.jsonl", Path(folder) / "out.jsonl"
        lines = (json.dumps({"id": text.id, "text": text.text}) for text in texts)
        given.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [str(python), str(RUNNER), peer, str(given), str(made)]
        subprocess.run([*command, *(["--ggt", str(ggt)] if ggt else [])], check=True)
        rows = [json.loads(line) for line in made.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: row for row in rows}, sum(row["seconds"] for row in rows)


def line(name: str, set_name: str, texts: Sequence[GoldText], found: tuple[Answers, float]) -> str:
    answers, seconds = found
    scores = {score.measure: score.value for score in quote_scores(set_name, texts, answers)}
    failed = sum("error" in row for row in answers.values())
    words = sum(len(text.text.split()) for text in texts)
    values = " | ".join(f"{scores[measure] or 0:.1f}" for measure in MEASURES)
    return f"| {set_name} | {name} | {failed} of {len(texts)} | {values} | {words / seconds:,.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path, help="Python of the peers' environment")
    parser.add_argument("--ggt", type=Path, help="a checkout of the Gender Gap Tracker")
    parser.add_argument("--texts", type=int, default=150, help="texts of polnear")
    options = parser.parse_args()
    print(f"| set | tool | refused | {' | '.join(MEASURES.values())} | words a CPU second |")
    print("|---|---|---:|" + "---:|" * (len(MEASURES) + 1))
    for gold in gold_sets():
        if gold.kind != "quotes" or gold.name not in ("gold", "gum", "polnear"):
            continue
        texts = read_quote_gold(gold.path)
        texts = texts if gold.name != "polnear" else texts[: options.texts]
        print(line("onrecord", gold.name, texts, ours(texts)), flush=True)
        if options.peers is None:
            continue
        for peer in ("textacy", "textacy-repaired", *(["ggt"] if options.ggt else [])):
            found = theirs(peer, texts, options.peers, options.ggt)
            print(line(peer, gold.name, texts, found), flush=True)


if __name__ == "__main__":
    main()
