"""How well printed bylines are read, on pages whose metadata name the authors.

    python tests/benchmarks/printed_bylines.py PAGES.jsonl

A line of the file is {"html": path relative to it, "url"?}: no gold is needed. Who wrote a page is
taken from its metadata; then the metadata are hidden, and what is printed must give the same names.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from tasks.clean.author_claims import AUTHOR_META
from tasks.clean.blocks import walk
from tasks.clean.byline import byline
from tasks.clean.charset import decode_page
from tasks.clean.document import parse_html
from tasks.clean.headline import sorted_headings
from tasks.clean.identity import outlet_of
from tasks.clean.metadata import outlet_names
from tasks.clean.page_head import head_lines
from tasks.clean.structured import PageFacts, page_facts, text_of
from tasks.clean.words import fold
from tasks.errors import CleanError

Names = set[str]


def names(page: bytes, url: str | None) -> tuple[Names, Names] | None:
    """Give the authors by metadata and by print, folded; None where metadata name none."""
    decoded = decode_page(page)
    tree = parse_html(decoded.text, decoded.utf8)
    root = tree.find("body")
    blocks, _ = walk(tree if root is None else root)
    shown, site = sorted_headings(tree)
    facts = page_facts(tree, shown[0] if shown else None)
    own = [*outlet_names(facts, outlet_of(url or facts.canonical)), *site]
    titles = [text_of(facts.article.get("headline")), facts.first("og:title"), facts.title]
    head = head_lines(blocks, [*shown, *filter(None, titles)])
    named = byline(facts, tree, blocks, head, own)
    if not named.source.startswith(("json-ld", "meta")):
        return None
    printed = byline(without_authors(facts), tree, blocks, head, own)
    return {fold(name) for name in named.people}, {fold(name) for name in printed.people}


def without_authors(facts: PageFacts) -> PageFacts:
    """Hide what metadata say of authors."""
    article = {name: value for name, value in facts.article.items() if name != "author"}
    meta = {
        name: value
        for name, value in facts.meta.items()
        if name not in AUTHOR_META and not name.startswith("twitter:")
    }
    return replace(facts, article=article, meta=meta, nodes=())


def main(path: Path) -> None:
    """Print how many pages agree, and precision and recall of the names."""
    pages = equal = right = claimed = found = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        try:
            pair = names((path.parent / row["html"]).read_bytes(), row.get("url"))
        except CleanError:
            continue
        if pair:
            gold, printed = pair
            pages += 1
            equal += gold == printed
            right += len(gold & printed)
            claimed += len(gold)
            found += len(printed)
    if not pages:
        sys.exit("no page names its authors in metadata")
    print(f"{pages} pages, the same names on {equal} ({equal / pages:.3f})")
    print(f"precision {right / max(1, found):.3f}, recall {right / max(1, claimed):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
