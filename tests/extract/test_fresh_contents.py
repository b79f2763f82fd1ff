"""Whole short articles: every quote word for word with its speaker, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.annotate import bare_article
from tasks.enrich.speakers import resolve_speakers
from tasks.extract.quotes import fold_words
from tasks.records import Quote

ARTICLES = Path(__file__).parent / "articles"


class Case(NamedTuple):
    """An article, its quotes with their speakers, and words that may be found as well."""

    text: str
    quotes: list[tuple[str, str]]
    allowed: list[str]


def articles() -> Iterator[tuple[str, Case]]:
    for path in sorted(ARTICLES.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n[")[1:]:
            name, _, rest = block.partition("]\n")
            lines = [line for line in rest.splitlines() if line]
            sure = [line[3:].rpartition(" => ") for line in lines if line.startswith(">> ")]
            loose = [line[3:].rpartition(" => ") for line in lines if line[:2] in (">~", ">?")]
            text = "\n".join(line for line in lines if not line.startswith(">"))
            pairs = [(words, speaker) for words, _, speaker in sure]
            yield name, Case(text, pairs, [words for words, _, _ in loose])


def overlap(one: str, other: str) -> bool:
    """Whether half of the shorter quote's words are in the other."""
    first, second = set(fold_words(one).split()), set(fold_words(other).split())
    return len(first & second) >= 0.5 * min(len(first), len(second))


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in articles()])
def test_quotes_of_an_article(case: Case) -> None:
    found = resolve_speakers(bare_article(case.text)).quotes
    told = [(quote.quote, quote.speaker or "null") for quote in found]
    assert len(case.quotes) + len(case.allowed) >= 5
    assert [pair for pair in case.quotes if pair not in told] == []
    wrong: list[Quote] = [
        quote
        for quote, pair in zip(found, told, strict=True)
        if pair not in case.quotes
        and not any(overlap(quote.quote, words) for words in case.allowed)
    ]
    assert wrong == []
