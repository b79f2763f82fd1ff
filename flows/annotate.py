"""Annotate plain texts: what `onrecord annotate` does, without Prefect and without a store.

A line in is {"id", "text"}; a line out has the quotes with their speakers, and the entities with
their name mentions, all spans being half-open code-point offsets into the text. Quotes alone need
neither language model nor knowledge base.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal, TypeAlias

from tasks.clean.text_lines import unwrapped
from tasks.enrich.confidence import without_unsure_speakers
from tasks.enrich.speakers import resolve_speakers
from tasks.errors import ArticleError
from tasks.extract.english import is_english
from tasks.extract.quotes import annotate_text
from tasks.records import AnnotatedArticle, Article, Entity, Mention, Quote
from tasks.settings import settings

Part: TypeAlias = Literal["quotes", "entities"]
Row: TypeAlias = Mapping[str, Any]

BATCH = 32  # texts read ahead and tagged together
# What a text that is no text can make the rules raise; anything else is a fault of ours.
TROUBLE = (ArticleError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError)


def annotate_rows(
    rows: Iterable[Row],
    only: Part | None = None,
    model: str | None = None,
    threshold: float = 0.0,
) -> Iterator[Row]:
    """Annotate texts, in order, a row for a row, whatever happens to one of them.

    Args:
        rows: {"id", "text"} each; a row without a text is answered with an error.
        only: "quotes" or "entities" for that part alone.
        model: Package of the language model; the best one installed when null.
        threshold: From 0 to 1; a speaker of a quote with less confidence is null.
    """
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        try:
            yield from _answers(batch, only, model, threshold)
        except TROUBLE:
            for row in batch:
                yield _one_answer(row, only, model, threshold)


def annotate_texts(
    articles: Sequence[Article], only: Part | None = None, model: str | None = None
) -> list[AnnotatedArticle]:
    """Take articles through extract and enrich."""
    if only == "quotes":
        return [resolve_speakers(_quoted(article)) for article in articles]
    from tasks.enrich.entities import resolve_entities
    from tasks.enrich.knowledge_base import load_knowledge_base
    from tasks.extract.batch import annotate
    from tasks.extract.names import annotate_names
    from tasks.extract.tagger import load_tagger

    knowledge_base = load_knowledge_base(settings().knowledge_base)
    extract = annotate_names if only == "entities" else annotate
    named = [
        resolve_entities(annotated, knowledge_base)
        for annotated in extract(articles, load_tagger(model))
    ]
    return named if only == "entities" else [resolve_speakers(annotated) for annotated in named]


def article_of(row: Row) -> Article | None:
    """Make an article of a row's text, unwrapped where it was wrapped; null when it has none."""
    text = row.get("text")
    if not isinstance(text, str):
        return None
    text = unwrapped(text)
    name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return Article(name, name, "", text, "text_file", name, "given")


def bare_article(text: str) -> AnnotatedArticle:
    """Annotate nothing but a text: marks, sentences and quotes, speakers not yet resolved."""
    article = article_of({"text": text})
    assert article is not None
    return _quoted(article)


def answer(row: Row, annotated: AnnotatedArticle, only: Part | None) -> Row:
    """Make the line that answers a row."""
    out: dict[str, Any] = {"id": row.get("id")}
    if only != "entities":
        out["quotes"] = [quote_row(q) for q in annotated.quotes if q.field == "body"]
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
        "confidence": round(quote.confidence, 4),
    }


def _quoted(article: Article) -> AnnotatedArticle:
    found = annotate_text(
        article.text, article_id=article.article_id, english=is_english(article.text)
    )
    return AnnotatedArticle(
        article=article, marks=found.marks, sentences=found.sentences, quotes=found.quotes
    )


def _answers(
    batch: Sequence[Row], only: Part | None, model: str | None, threshold: float
) -> list[Row]:
    articles = [article_of(row) for row in batch]
    texts = annotate_texts([a for a in articles if a is not None], only, model)
    annotated = (without_unsure_speakers(text, threshold) for text in texts)
    return [
        {"id": row.get("id"), "error": "the row has no text"}
        if article is None
        else answer(row, next(annotated), only)
        for row, article in zip(batch, articles, strict=True)
    ]


def _one_answer(row: Row, only: Part | None, model: str | None, threshold: float) -> Row:
    try:
        return _answers([row], only, model, threshold)[0]
    except TROUBLE as error:
        return {"id": row.get("id"), "error": f"{type(error).__name__}: {error}"}


def _span(start: int | None, end: int | None) -> list[int] | None:
    return None if start is None or end is None else [start, end]
