"""Cleaning beside its peers, on the same pages: how fast, and how right.

    python tests/benchmarks/bench_clean.py GOLD.jsonl [--pages N] [--peers FOLDER]

GOLD has {"id", "set", "html": path, "url", "body", "title"?, "authors"?, "date"?} a line. The
contestants take turns page by page in one process, so that a busy machine slows all of them alike;
CPU time is counted, and ratios to trafilatura with metadata are what counts. newspaper4k and
readability-lxml are no part of onrecord's environment: `make bench-clean` installs them into a
folder (clean_peers.txt), whose packages come after our own; what is not there is left out.

Prints Markdown: a table of speed, and one of quality for each set (points of 100).
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import trafilatura

from tasks.clean.article import Cleaned, take_apart
from tasks.clean.body import paragraphs_of
from tasks.clean.furniture import remove_furniture
from tasks.clean.learning import Sites
from tasks.errors import CleanError
from tasks.evaluate.gold import GoldPage, read_page_gold
from tasks.evaluate.pages import page_scores
from tasks.evaluate.rates import Score
from tasks.records import Address, Page, Snapshot

Row = dict[str, Any]
Contestant = Callable[[bytes, str], Row]

WARMING = 12
"""Rounds over the pages after which their sites count as well known."""

MEASURES = {
    "body 4-grams: F1": "4-grams",
    "body common subsequence: F1": "subsequence",
    "headline right": "headline",
    "day right": "day",
    "authors: F1": "authors",
    "authors given where none": "invented",
}


def page_of(body: bytes, url: str) -> Page:
    return Page(Snapshot(Address(url, "html_file", url), url, None, "", url=url), body)


def row_of(cleaned: Cleaned) -> Row:
    article, published = cleaned.article, cleaned.meta.published
    return {
        "text": "\n".join([*cleaned.printed_standfirst, article.text]),
        "headline": article.headline,
        "authors": article.authors,
        "published_at": published.local.isoformat() if published else None,
        "credit_line": article.credit_line,
    }


def cold(body: bytes, url: str) -> Row:
    return row_of(take_apart(page_of(body, url)))


def with_trafilatura(body: bytes, url: str) -> Row:
    found = trafilatura.bare_extraction(body, url=url, with_metadata=True, include_comments=False)
    if found is None:
        return {}
    return {
        "text": found.text,
        "headline": found.title,
        "authors": found.author,
        "published_at": found.date,
    }


def with_newspaper(body: bytes, url: str) -> Row:
    import newspaper

    article = newspaper.Article(url, fetch_images=False)  # nothing from the network
    article.download(input_html=body.decode("utf-8", "replace"))
    article.parse()
    day = article.publish_date
    return {
        "text": article.text,
        "headline": article.title,
        "authors": article.authors,
        "published_at": day.isoformat() if hasattr(day, "isoformat") else None,
    }


def with_readability(body: bytes, url: str) -> Row:
    import lxml.html
    import readability

    document = readability.Document(body)
    summary = lxml.html.fromstring(document.summary() or "<p></p>")
    return {"text": summary.text_content(), "headline": document.short_title()}


def contestants(warmed: Sites) -> dict[str, Contestant]:
    def warm(body: bytes, url: str) -> Row:
        return row_of(warmed.clean(page_of(body, url)))

    found: dict[str, Contestant] = {
        f"trafilatura {trafilatura.__version__}, with metadata": with_trafilatura,
        "onrecord, cold": cold,
        "onrecord, warmed": warm,
    }
    for module, package, contestant in (
        ("newspaper", "newspaper4k", with_newspaper),
        ("readability", "readability-lxml", with_readability),
    ):
        if importlib.util.find_spec(module):
            found[f"{package} {version(package)}"] = contestant
        else:
            print(f"{package} is not installed: left out (make bench-clean)", file=sys.stderr)
    return found


def main() -> None:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    arguments = argparse.ArgumentParser()
    arguments.add_argument("gold", type=Path)
    arguments.add_argument("--pages", type=int, default=0, help="Spread evenly; 0 is all.")
    arguments.add_argument("--peers", type=Path, default=None)
    given = arguments.parse_args()
    if given.peers:
        sys.path.append(str(given.peers.resolve()))
    golds = read_page_gold(given.gold)
    if given.pages:
        golds = golds[:: max(1, len(golds) // given.pages)][: given.pages]
    warmed = Sites()
    for _ in range(WARMING):
        for gold in golds:
            attempt(lambda body, url: row_of(warmed.clean(page_of(body, url))), gold)
    rows: dict[str, dict[str, Row]] = {}
    spent: dict[str, float] = {}
    running = contestants(warmed)
    for gold in golds:
        for name, contestant in running.items():
            rows.setdefault(name, {})[gold.id], seconds = attempt(contestant, gold)
            spent[name] = spent.get(name, 0.0) + seconds
    print(speed_table(spent, len(golds)))
    print(f"of which the furniture stage: {furniture_ms(golds):.2f} ms a page\n")
    print(quality_table(golds, rows))


def attempt(contestant: Contestant, gold: GoldPage) -> tuple[Row, float]:
    """Clean a page; what raises has found nothing, and its time counts."""
    body = gold.page.read_bytes()
    began = time.process_time()
    try:
        row = contestant(body, gold.url or "")
    except CleanError:
        row = {}
    except Exception as error:  # noqa: BLE001 -- a peer's failure is not ours to handle
        print(f"{gold.id}: {error!r}", file=sys.stderr)
        row = {}
    return row, time.process_time() - began


def furniture_ms(golds: list[GoldPage]) -> float:
    """Time the second stage alone, on the paragraphs that the first one chooses."""
    spent = 0.0
    for gold in golds:
        try:
            cleaned = take_apart(page_of(gold.page.read_bytes(), gold.url or ""))
        except CleanError:
            continue
        if cleaned.choice:
            paragraphs = paragraphs_of(cleaned.blocks, cleaned.choice)
            began = time.process_time()
            remove_furniture(paragraphs, cleaned.meta.headlines)
            spent += time.process_time() - began
    return 1000 * spent / len(golds)


def speed_table(spent: Mapping[str, float], pages: int) -> str:
    base = next(iter(spent.values()))
    lines = ["| | ms of CPU a page | times as fast as trafilatura |", "|---|---:|---:|"]
    lines += [
        f"| {name} | {1000 * seconds / pages:.1f} | {base / seconds:.2f} |"
        for name, seconds in spent.items()
    ]
    return "\n".join(lines) + "\n"


def quality_table(golds: list[GoldPage], rows: Mapping[str, Mapping[str, Row]]) -> str:
    lines = [
        "| set | | " + " | ".join(MEASURES.values()) + " |",
        "|---|---|" + "---:|" * len(MEASURES),
    ]
    for name in dict.fromkeys(gold.set for gold in golds):
        ours = [gold for gold in golds if gold.set == name]
        for contestant, found in rows.items():
            scores = {score.measure: score for score in page_scores(name, ours, found)}
            cells = " | ".join(cell(scores[measure]) for measure in MEASURES)
            lines.append(f"| {name} | {contestant} | {cells} |")
    return "\n".join(lines) + "\n"


def cell(score: Score) -> str:
    return "" if score.value is None or not score.count else f"{score.value:.1f}"


if __name__ == "__main__":
    main()
