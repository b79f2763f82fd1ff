"""Annotate plain texts: what `onrecord annotate` does, without Prefect and without a store.

A line in is {"id", "text"}; a line out has the quotes with their speakers, and the entities with
their name mentions, all spans being half-open code-point offsets into the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal, TypeAlias

from tasks.enrich.entities import resolve_entities
from tasks.enrich.knowledge_base import load_knowledge_base
from tasks.extract.marks import find_marks
from tasks.extract.mentions import find_mentions
from tasks.extract.quotes import find_article_quotes
from tasks.extract.sentences import find_sentences
from tasks.extract.tagger import load_tagger
from tasks.records import AnnotatedArticle, Article, Entity, Mention, Quote
from tasks.settings import settings

Part: TypeAlias = Literal["quotes", "entities"]
Row: TypeAlias = Mapping[str, Any]

BATCH = 32  # texts read ahead and tagged together


def annotate_rows(
    rows: Iterable[Row], only: str | None = None, model: str | None = None
) -> Iterator[Row]:
    """Annotate texts, in order, a row for a row.

    Args:
        rows: {"id", "text"} each; a row without a text is answered with an error.
        only: "quotes" or "entities" for that part alone.
        model: Package of the language model; the best one installed when null.
    """
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        articles = [article_of(row) for row in batch]
        annotated = iter(annotate_texts([a for a in articles if a is not None], only, model))
        for row, article in zip(batch, articles, strict=True):
            if article is None:
                yield {"id": row.get("id"), "error": "the row has no text"}
            else:
                yield answer(row, next(annotated), only)


def annotate_texts(
    articles: Sequence[Article], only: str | None = None, model: str | None = None
) -> list[AnnotatedArticle]:
    """Take articles through extract and enrich."""
    marks = [find_marks(article.text) for article in articles]
    sentences = [
        find_sentences(article.text, found) for article, found in zip(articles, marks, strict=True)
    ]
    mentions = find_mentions([a.text for a in articles], sentences, load_tagger(model))
    knowledge_base = load_knowledge_base(settings().knowledge_base)
    return [
        resolve_entities(
            AnnotatedArticle(
                article=article,
                marks=marks[number],
                sentences=sentences[number],
                mentions=mentions[number],
                quotes=() if only == "entities" else find_article_quotes(article),
            ),
            knowledge_base,
        )
        for number, article in enumerate(articles)
    ]


def article_of(row: Row) -> Article | None:
    """Make an article of a row's text; null when it has none."""
    text = row.get("text")
    if not isinstance(text, str):
        return None
    name = str(row.get("id"))
    return Article(name, name, "", text, "text_file", name, "given")


def answer(row: Row, annotated: AnnotatedArticle, only: str | None) -> Row:
    """Make the line that answers a row."""
    out: dict[str, Any] = {"id": row.get("id")}
    if only != "entities":
        out["quotes"] = [quote_row(quote) for quote in annotated.quotes]
    if only != "quotes":
        out["entities"] = entity_rows(annotated.entities, annotated.mentions)
    return out


def entity_rows(entities: Sequence[Entity], mentions: Sequence[Mention]) -> list[Row]:
    """Give the entities with the spans of the mentions that name them."""
    spans: dict[int | None, list[list[int]]] = {}
    for mention in mentions:
        if mention.kind == "name":
            spans.setdefault(mention.entity_no, []).append([mention.start, mention.end])
    return [
        {
            "name": entity.canonical_name,
            "type": entity.type,
            "entity_id": entity.entity_id,
            "wikidata_id": entity.wikidata_id,
            "mentions": spans.get(entity.entity_no, []),
        }
        for entity in entities
    ]


def quote_row(quote: Quote) -> Row:
    """Give a quote with its spans, source, speaker and cue."""
    return {
        "spans": [[span.start, span.end] for span in quote.spans],
        "type": quote.type,
        "speaker": _span(quote.source_start, quote.source_end),
        "speaker_text": quote.source,
        "canonical": quote.speaker,
        "speaker_kind": quote.speaker_kind,
        "cue": _span(quote.cue_start, quote.cue_end),
        "rule_id": quote.rule_id,
        "confidence": quote.confidence,
    }


def _span(start: int | None, end: int | None) -> list[int] | None:
    return None if start is None or end is None else [start, end]
