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
from tasks.errors import CleanError, UsageError
from tasks.records import Address, Page, Snapshot

CHOOSING: tuple[str, ...] = (
    "vouched",
    "evident",
    "verify",
    "second_look",
    *(name for name, _ in SELECTION),
    "standfirst",
    "liveblog",
)
"""Rules that choose blocks: what each does on a page is known only by cleaning without it."""

DROPPING: tuple[str, ...] = (
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
"""Rules that drop paragraphs and leave their id in `segments`: without it they did nothing."""

NAMES = CHOOSING + DROPPING
"""Every rule that can be left out. (site_line has no part here: it needs a site's other pages.)"""

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

    Raises:
        UsageError: A rule has no such name, or a row names no page or gold.
    """
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        raise UsageError(f"no rule is called {unknown[0]}; there are: {', '.join(NAMES)}")
    gains: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for number, row in enumerate(golds, start=1):
        page, gold = _page(row, folder, number), str(row["body"])
        pages_set = str(row.get("set") or "all")
        (precision, recall), fired = _scores(gold, page, frozenset())
        for name in names:
            if name in DROPPING and name not in fired:
                gains[name, pages_set].append((0.0, 0.0))
                continue
            without, _ = _scores(gold, page, frozenset({name}))
            gains[name, pages_set].append((precision - without[0], recall - without[1]))
    for (name, pages_set), changes in gains.items():
        totals = [round(first + second, 6) for first, second in changes]
        yield Effect(
            name,
            pages_set,
            round(100 * fmean(first for first, _ in changes), 3),
            round(100 * fmean(second for _, second in changes), 3),
            sum(total > 0 for total in totals),
            sum(total < 0 for total in totals),
        )


def effect_table(effects: Iterable[Effect]) -> str:
    """Set effects in a Markdown table: a row a rule, a column a set, the largest gain first."""
    listed = list(effects)
    sets = list(dict.fromkeys(effect.pages_set for effect in listed))
    cells = {(effect.rule, effect.pages_set): effect for effect in listed}
    total = Counter[str]()
    for effect in listed:
        total[effect.rule] += round(1000 * (effect.precision_gain + effect.recall_gain))
    lines = [["rule", *sets], ["---", *("---:" for _ in sets)]]
    lines += [
        [rule, *(_cell(cells.get((rule, name))) for name in sets)]
        for rule, _ in total.most_common()
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _cell(effect: Effect | None) -> str:
    if effect is None or not (effect.better or effect.worse):
        return "."
    gains = f"{effect.precision_gain:+.2f} {effect.recall_gain:+.2f}"
    return f"{gains} ({effect.better}:{effect.worse})"


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


def _scores(
    gold: str, page: Page, without: frozenset[str]
) -> tuple[tuple[float, float], frozenset[str]]:
    """Score a page, and name the rules that dropped something from it."""
    try:
        cleaned = take_apart(page, without=without)
    except CleanError:
        return shingle_scores(gold, ""), frozenset(DROPPING)
    article = cleaned.article
    lines = [*cleaned.printed_standfirst, article.text]
    if article.credit_line and article.credit_line in gold:
        lines.append(article.credit_line)
    fired = frozenset(segment.rule_id for segment in article.segments)
    return shingle_scores(gold, "\n".join(lines)), fired


def _page(row: Mapping[str, Any], folder: Path, number: int) -> Page:
    name, url = row.get("html"), row.get("url")
    if not isinstance(name, str) or not isinstance(row.get("body"), str):
        raise UsageError(f'line {number} needs "html" (a path) and "body" (the gold text)')
    try:
        body = (folder / name).read_bytes()
    except OSError as error:
        raise UsageError(f"line {number}: {name} cannot be read: {error.strerror}") from error
    address = Address(url or name, "html_file", name)
    return Page(Snapshot(address, name, None, "", url=url), body)
