"""Cleaned pages judged against gold bodies, headlines, authors and dates.

The body is judged by 4-grams of words (precision and recall per page, averaged over pages, F1 of
the two averages) and by the longest common subsequence of words (F1, averaged; close to ROUGE-L,
Lin 2004, by the bit-parallel algorithm of Hyyrö 2004). Headlines must be equal after folding,
dates must be the same UTC day, authors are judged by the F1 of the two sets of names. A credit
line that gold keeps in the body counts with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from tasks.evaluate.gold import GoldPage, Row
from tasks.evaluate.overlap import WORD
from tasks.evaluate.rates import Score, f1

SHINGLE = 4
DAY = re.compile(r"\d{4}-\d\d-\d\d")
BETWEEN_NAMES = re.compile(r"\s*(?:;|,| and | & |\|)\s*")
BY = re.compile(r"^by\s+", re.IGNORECASE)


def page_scores(set_name: str, golds: Sequence[GoldPage], rows: Mapping[str, Row]) -> list[Score]:
    """Judge the cleaning of a set of pages (values in percent; time in milliseconds).

    Args:
        set_name: Its name.
        golds: What is right.
        rows: Lines of `onrecord clean`, by id; a missing one is an empty article.
    """
    pairs = [(gold, rows.get(gold.id, {})) for gold in golds]
    bodies = [(gold.body, body_of(gold.body, row)) for gold, row in pairs]
    shingled = [shingle_rates(right, ours) for right, ours in bodies]
    precision = fmean(p for p, _ in shingled) if shingled else 0.0
    recall = fmean(r for _, r in shingled) if shingled else 0.0
    headlines = [
        fold(row.get("headline")) == fold(gold.headline) for gold, row in pairs if gold.headline
    ]
    days = [
        day(row.get("published_at")) == day(gold.published_on)
        for gold, row in pairs
        if day(gold.published_on)
    ]
    authors = [
        author_f1(right, names(row.get("authors")))
        for gold, row in pairs
        if (right := names(gold.authors))
    ]
    invented = [
        bool(names(row.get("authors")))
        for gold, row in pairs
        if gold.authors is not None and not names(gold.authors)
    ]
    seconds = [row["seconds"] for _, row in pairs if row.get("seconds") is not None]
    return [
        Score(set_name, "body 4-grams: precision", 100 * precision, len(pairs)),
        Score(set_name, "body 4-grams: recall", 100 * recall, len(pairs)),
        Score(set_name, "body 4-grams: F1", 100 * f1(precision, recall), len(pairs)),
        _mean(set_name, "body common subsequence: F1", [lcs_f1(a, b) for a, b in bodies]),
        _mean(set_name, "headline right", headlines),
        _mean(set_name, "day right", days),
        _mean(set_name, "authors: F1", authors),
        _mean(set_name, "authors given where none", invented),
        Score(
            set_name,
            "milliseconds of CPU per page",
            1000 * fmean(seconds) if seconds else None,
            len(seconds),
        ),
    ]


def body_of(gold: str, row: Row) -> str:
    """Give the cleaned text, with the credit line where gold has it in the body."""
    text, credit = row.get("text") or "", (row.get("credit_line") or "").strip()
    return f"{text}\n{credit}" if credit and credit in gold else text


def shingle_rates(gold: str, text: str) -> tuple[float, float]:
    """Give precision and recall (0 to 1) over the 4-grams of words of two texts."""
    right, ours = _shingles(gold), _shingles(text)
    both = sum((right & ours).values())
    precision = both / ours.total() if ours else float(not right)
    recall = both / right.total() if right else float(not ours)
    return precision, recall


def lcs_f1(gold: str, text: str) -> float:
    """Give the F1 (0 to 1) of the longest common subsequence of words of two texts.

    >>> lcs_f1("one two three four", "one three four five")
    0.75
    """
    right, ours = WORD.findall(gold.lower()), WORD.findall(text.lower())
    if not right or not ours:
        return float(not right and not ours)
    where: dict[str, int] = defaultdict(int)
    for i, word in enumerate(right):
        where[word] |= 1 << i
    row = full = (1 << len(right)) - 1
    for word in ours:
        hit = row & where.get(word, 0)
        row = ((row + hit) | (row - hit)) & full
    common = len(right) - row.bit_count()
    return 2 * common / (len(right) + len(ours))


def fold(words: str | None) -> str:
    """Fold case, composition and punctuation away."""
    return re.sub(r"[^\w]+", " ", unicodedata.normalize("NFKC", words or "").lower()).strip()


def names(value: Iterable[str] | str | None) -> set[str]:
    """Give folded names of authors, without "by"; a string may hold several."""
    listed = BETWEEN_NAMES.split(value) if isinstance(value, str) else value or ()
    return {fold(BY.sub("", name.strip())) for name in listed if name and fold(name)}


def author_f1(gold: set[str], found: set[str]) -> float:
    """Give the F1 (0 to 1) of two sets of names; a longer form of a name is the same name."""
    left, hits = set(found), 0
    for name in gold:
        same = next((other for other in sorted(left) if _is_same_name(name, other)), None)
        if same is not None:
            hits += 1
            left.discard(same)
    return 2 * hits / (len(gold) + len(found)) if hits else 0.0


def day(value: str | None) -> str | None:
    """Give the day that a timestamp begins with."""
    match = DAY.match(str(value or ""))
    return match.group() if match else None


def _is_same_name(one: str, other: str) -> bool:
    a, b = set(one.split()), set(other.split())
    return one == other or (min(len(a), len(b)) >= 2 and (a <= b or b <= a))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    if not words:
        return Counter()
    starts = range(max(1, len(words) - SHINGLE + 1))
    return Counter(tuple(words[i : i + SHINGLE]) for i in starts)


def _mean(set_name: str, measure: str, values: Sequence[float]) -> Score:
    return Score(set_name, measure, 100 * fmean(values) if values else None, len(values))
