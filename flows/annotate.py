"""`onrecord annotate`: texts in, quotes and entities out, as JSON Lines, without Prefect."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from tasks.enrich.speakers import resolve_speakers
from tasks.errors import ArticleError
from tasks.extract.quotes import annotate_text
from tasks.records import AnnotatedArticle, Article, Quote

Row = dict[str, Any]


def annotate_rows(
    rows: Iterable[Row], only: Literal["quotes", "entities"] | None = None
) -> Iterator[Row]:
    """Annotate texts: a row for each row, in order, whatever happens to one of them.

    Args:
        rows: Each has "id" and "text".
        only: Leave out the other half.

    Yields:
        "id", "quotes" and "entities", or "id" and "error".
    """
    for row in rows:
        yield annotate_row(row, only)


def annotate_row(row: Row, only: Literal["quotes", "entities"] | None = None) -> Row:
    """Annotate one text; see `annotate_rows`."""
    identifier = row.get("id")
    text = row.get("text")
    if not isinstance(text, str):
        return {"id": identifier, "error": "no text"}
    result: Row = {"id": identifier}
    try:
        annotated = bare_article(text)
        if only != "entities":
            result["quotes"] = quote_rows(resolve_speakers(annotated).quotes)
    except (ArticleError, ValueError, RecursionError) as error:
        return {"id": identifier, "error": f"{type(error).__name__}: {error}"}
    return result


def bare_article(text: str) -> AnnotatedArticle:
    """Make an article of nothing but its text, with marks, sentences and quotes."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    article = Article(
        article_id=digest[:20],
        revision_id=f"{digest[:20]}-{digest[:8]}",
        content_hash=digest,
        text=text,
        source_kind="text_file",
        source="-",
        extractor="none",
    )
    found = annotate_text(text, article_id=article.article_id)
    return AnnotatedArticle(
        article=article, marks=found.marks, sentences=found.sentences, quotes=found.quotes
    )


def quote_rows(quotes: Iterable[Quote]) -> list[Row]:
    """Turn quotes of a body into plain dictionaries."""
    return [
        {
            "spans": [[span.start, span.end] for span in quote.spans],
            "type": quote.type,
            "speaker": _pair(quote.source_start, quote.source_end),
            "speaker_text": quote.source,
            "canonical": quote.speaker,
            "speaker_kind": quote.speaker_kind,
            "cue": _pair(quote.cue_start, quote.cue_end),
            "rule_id": quote.rule_id,
            "confidence": round(quote.confidence, 4),
        }
        for quote in quotes
        if quote.field == "body"
    ]


def _pair(start: int | None, end: int | None) -> list[int] | None:
    return None if start is None or end is None else [start, end]
