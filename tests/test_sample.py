"""The sample's gold holds what its pages say, and the cleaning finds it again."""

import html
import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tasks.clean.article import clean_page
from tasks.errors import CleanError
from tasks.records import Address, Article, Page, Snapshot

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "sample"
OPENING, CLOSING = "‘“\"'", "’”\"'"

ROWS = [
    json.loads(line)
    for line in (ROOT / "tests/gold/sample.jsonl").read_text(encoding="utf-8").splitlines()
]
ARTICLES = {row["id"]: row for row in ROWS if "failure" not in row}
FAILURES = {row["id"]: row["failure"] for row in ROWS if "failure" in row}

each_article = pytest.mark.parametrize("name", ARTICLES)


def source_of(name: str) -> str:
    """What a reader of the page's source sees, tags taken out and entities resolved."""
    data = (SAMPLE / name).read_bytes()
    text = data.decode("windows-1252" if b'charset="windows-1252"' in data else "utf-8")
    return html.unescape(re.sub(r"<(?!script)[^>]+>", "", text))


def field_of(row: dict[str, Any], field: str) -> str:
    return str(row["text"] if field == "body" else row[field])


def page_of(name: str) -> Page:
    path = SAMPLE / name
    kind = "text_file" if path.suffix == ".txt" else "html_file"
    address = Address(str(path), kind, str(SAMPLE))  # type: ignore[arg-type]
    return Page(Snapshot(address, str(path), None, "sha256:"), path.read_bytes())


@lru_cache
def cleaned(name: str) -> Article:
    return clean_page(page_of(name), now=datetime(2026, 1, 1, tzinfo=UTC))


# ---- The gold says what is there.


def test_every_file_has_its_gold() -> None:
    files = {str(path.relative_to(SAMPLE)) for path in SAMPLE.rglob("*") if path.is_file()}
    assert files == {row["id"] for row in ROWS}
    assert len(ARTICLES) >= 14
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 400_000


@each_article
def test_gold_strings_are_in_the_page(name: str) -> None:
    row, source = ARTICLES[name], source_of(name)
    for paragraph in row["text"].split("\n"):
        assert paragraph in source
    for words in [row["headline"], row["standfirst"], *row["lacks"], *(row["authors"] or [])]:
        assert words in source
    for words in row["contains"]:
        assert words in row["text"]
    for words in row["lacks"]:
        assert words not in row["text"]
    paragraphs = row["text"].split("\n")
    assert len(paragraphs) == row["paragraphs"]
    assert row["text"].removeprefix((row["dateline"] or "") + " ").startswith(row["first_words"])
    assert row["text"].endswith(row["last_words"])
    assert all(entity["name"] in row["text"] for entity in row["entities"])


@each_article
def test_gold_spans_say_their_words(name: str) -> None:
    row = ARTICLES[name]
    for quote in row["quotes"]:
        field = field_of(row, quote["field"])
        parts = [field[start:end] for start, end in quote["spans"]]
        assert " ".join(parts) == quote["quote"]
        assert not any("\n" in part for part in parts)
        for key in ("source", "cue"):
            span = quote[f"{key}_span"]
            assert (span is None) is (quote[key] is None)
            assert span is None or field[slice(*span)] == quote[key]
        for start, end in quote["marked"]:
            assert field[start - 1] in OPENING
            # The mark of a quotation that goes on in the next paragraph is not closed.
            assert field[end : end + 1] in {*CLOSING, "\n"}
        is_answer = row["article_type"] == "interview" and quote["cue"] is None
        assert bool(quote["marked"]) is (quote["type"] != "indirect" and not is_answer) or (
            quote["field"] == "headline"
        )
    for other in ("not_quotes", "unattributed_marks", "nested_marks"):
        assert all(mark["words"] in field_of(row, mark["field"]) for mark in row[other])


@each_article
def test_gold_knows_every_mark(name: str) -> None:
    row = ARTICLES[name]
    edges = {edge for start, end in row["marks"] for edge in (start - 1, end)}
    for mark in row["nested_marks"]:
        edges |= {mark["span"][0] - 1, mark["span"][1]}
    for match in re.finditer('[‘“”"]', row["text"]):
        assert match.start() in edges, row["text"][match.start() - 20 : match.start() + 20]


def test_the_later_version_is_another_text_of_the_same_article() -> None:
    (later,) = (row for row in ARTICLES.values() if row["supersedes"])
    earlier = ARTICLES[later["supersedes"]]
    assert later["canonical_url"] == earlier["canonical_url"]
    before = {quote["quote"] for quote in earlier["quotes"]}
    after = {quote["quote"] for quote in later["quotes"]}
    assert len(after - before) == 3
    assert len(before - after) == 1


# ---- The cleaning finds it again.


@pytest.mark.parametrize("name", FAILURES)
def test_a_page_without_an_article_is_a_failure(name: str) -> None:
    with pytest.raises(CleanError) as caught:
        cleaned(name)
    assert caught.value.reason in FAILURES[name]["reasons"]


@each_article
def test_headline_and_addresses(name: str) -> None:
    article, gold = cleaned(name), ARTICLES[name]
    assert article.headline == gold["headline"]
    assert article.canonical_url == gold["canonical_url"]
    assert article.outlet == gold["outlet"]
    assert article.language == gold["language"]
    assert article.credit_line == gold["credit_line"]


@each_article
def test_dates_are_in_utc_and_never_guessed(name: str) -> None:
    article, gold = cleaned(name), ARTICLES[name]
    is_day = gold["published_at_precision"] == "day"
    pattern = "%Y-%m-%d" if is_day else "%Y-%m-%dT%H:%M:%SZ"
    published = article.published_at.strftime(pattern) if article.published_at else None
    expected = gold["published_at"] and gold["published_at"][: 10 if is_day else None]
    assert published == expected
    modified = article.modified_at.strftime(pattern) if article.modified_at else None
    assert modified == gold["modified_at"]


@each_article
def test_authors_are_people_or_null(name: str) -> None:
    assert list(cleaned(name).authors or []) == (ARTICLES[name]["authors"] or [])


@each_article
def test_standfirst(name: str) -> None:
    assert cleaned(name).standfirst == ARTICLES[name]["standfirst"]


@each_article
def test_the_body_is_all_there(name: str) -> None:
    text, gold = cleaned(name).text, ARTICLES[name]
    ours = set(text.split("\n"))
    assert [p for p in gold["text"].removeprefix(gold["dateline"] or "").strip().split("\n")[1:]
            if p not in ours] == []  # fmt: skip
    assert gold["first_words"] in text
    assert all(words in text for words in gold["contains"])


@each_article
def test_the_furniture_is_gone(name: str) -> None:
    text, gold = cleaned(name).text, ARTICLES[name]
    assert [words for words in gold["lacks"] if words in text] == []
    assert gold["first_words"] in text[: len(gold["first_words"]) + len(gold["dateline"] or "") + 2]
    assert text.endswith(gold["last_words"])
