"""What each rule of the clean stage does: the scores without it, on pages with gold text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from tasks.clean.article import take_apart
from tasks.clean.rules import RULES as FURNITURE
from tasks.clean.selection import RULES as SELECTION
from tasks.errors import CleanError
from tasks.records import Address, Page, Snapshot

NAMES: tuple[str, ...] = (
    "vouched",
    "evident",
    "verify",
    "second_look",
    *(name for name, _ in SELECTION),
    "standfirst",
    "liveblog",
    "second_article",
    "repeated_passage",
    "pull_quote",
    "dateline_line",
    "headline_repeated",
    "credit_line",
    *(rule.rule_id for rule in FURNITURE),
    "appeal",
    "appeal_run",
    "linked_block",
)
"""Every rule that can be left out."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule does on one set of pages; gains are in points of 100."""

    rule: str
    """Its name."""

    pages_set: str
    """The set of pages."""

    precision_gain: float
    """Change of the mean precision over shingles of four words, by having the rule."""

    recall_gain: float
    """The same for recall."""

    better: int
    """Pages it makes better."""

    worse: int
    """Pages it makes worse."""


def ablate(
    golds: Iterable[Mapping[str, Any]], folder: Path, names: Sequence[str] = NAMES
) -> Iterator[Effect]:
    """Measure what each rule gains and loses, by cleaning the pages without it.

    Args:
        golds: {"html": path, "body": text, "url"?, "set"?}.
        folder: What paths are relative to.
        names: The rules to measure.

    Yields:
        An effect a rule and set.
    """
    pages = [(row.get("set") or "all", str(row["body"]), _page(row, folder)) for row in golds]
    base = [_scores(gold, page, frozenset()) for _, gold, page in pages]
    for name in names:
        changed: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for (pages_set, gold, page), (precision, recall) in zip(pages, base, strict=True):
            without = _scores(gold, page, frozenset({name}))
            changed[pages_set].append((precision - without[0], recall - without[1]))
        for pages_set, gains in changed.items():
            totals = [round(first + second, 6) for first, second in gains]
            yield Effect(
                name,
                pages_set,
                round(100 * fmean(first for first, _ in gains), 3),
                round(100 * fmean(second for _, second in gains), 3),
                sum(total > 0 for total in totals),
                sum(total < 0 for total in totals),
            )


def shingle_scores(gold: str, text: str) -> tuple[float, float]:
    """Precision and recall of a text over its shingles of four words."""
    wanted, found = _shingles(gold), _shingles(text)
    common = sum((wanted & found).values())
    return (
        common / sum(found.values()) if found else float(not wanted),
        common / sum(wanted.values()) if wanted else float(not found),
    )


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[start : start + 4]) for start in range(max(1, len(words) - 3)))


def _scores(gold: str, page: Page, without: frozenset[str]) -> tuple[float, float]:
    try:
        cleaned = take_apart(page, without=without)
    except CleanError:
        return shingle_scores(gold, "")
    credit = cleaned.article.credit_line
    lines = [*cleaned.printed_standfirst, cleaned.article.text]
    if credit and credit in gold:
        lines.append(credit)
    return shingle_scores(gold, "\n".join(lines))


def _page(row: Mapping[str, Any], folder: Path) -> Page:
    url = row.get("url")
    name = str(row["html"])
    address = Address(url or name, "html_file", name)
    return Page(Snapshot(address, name, None, "", url=url), (folder / name).read_bytes())
