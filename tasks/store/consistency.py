"""Whether an article's parts say what its text says: `text[start:end]` is the row's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.records import AnnotatedArticle, Article, Entity, Quote

_MOST_ENTITIES = 2**15 - 1
"""entity_no is an int16: no article names so many things, but a list taken for one may."""


def inconsistency(annotated: AnnotatedArticle) -> str | None:
    """Find the first contradiction between an article and what was found in it.

    Returns:
        What is wrong, for a person to read; None if all is well.
    """
    return next(_contradictions(annotated), None)


def _contradictions(annotated: AnnotatedArticle) -> Iterator[str]:
    article, text = annotated.article, annotated.article.text
    if not article.revision_id.startswith(f"{article.article_id}-"):
        yield f"revision_id {article.revision_id} does not belong to {article.article_id}"
    if len(annotated.entities) > _MOST_ENTITIES:
        yield f"{len(annotated.entities)} entities are more than entity_no can count"
    yield from _repeated("entity_no", [e.entity_no for e in annotated.entities])
    yield from _repeated("quote_no", [q.quote_no for q in annotated.quotes])
    yield from _repeated("quote_id", [q.quote_id for q in annotated.quotes])
    for entity in annotated.entities:
        if not _within(text, entity.start, entity.end):
            yield f"entity {entity.entity_no} lies at {entity.start}:{entity.end}, outside the text"
    known = {entity.entity_no for entity in annotated.entities}
    for number, mention in enumerate(annotated.mentions):
        if text[max(mention.start, 0) : mention.end] != mention.mention:
            yield f"mention {number} is not what {mention.start}:{mention.end} of the text says"
        if mention.entity_no is not None and mention.entity_no not in known:
            yield f"mention {number} names entity {mention.entity_no}, which is not there"
    for segment in article.segments:
        if not 0 <= segment.position <= len(text):
            yield f"a segment stood at {segment.position}, outside the text"
    for quote in annotated.quotes:
        yield from _quote_contradictions(article, quote, annotated.entities)


def _quote_contradictions(
    article: Article, quote: Quote, entities: Sequence[Entity]
) -> Iterator[str]:
    field = {
        "body": article.text,
        "headline": article.headline or "",
        "standfirst": article.standfirst or "",
    }[quote.field]
    name = f"quote {quote.quote_no} ({quote.field})"
    if not all(_within(field, span.start, span.end) for span in quote.spans):
        yield f"{name} has a span outside the {quote.field}"
    elif quote.quote != " ".join(field[span.start : span.end] for span in quote.spans):
        yield f"{name} is not what its spans say"
    if not quote.spans or (quote.start, quote.end) != (quote.spans[0].start, quote.spans[-1].end):
        yield f"{name} does not run from its first span to its last"
    for kind, words, start, end in (
        ("source", quote.source, quote.source_start, quote.source_end),
        ("cue", quote.cue, quote.cue_start, quote.cue_end),
    ):
        if start is None or end is None:
            continue
        if not _within(field, start, end) or field[start:end] != words:
            yield f"{name}: the {kind} is not what {start}:{end} says"
    if quote.speaker_entity_no is not None and not any(
        entity.entity_no == quote.speaker_entity_no for entity in entities
    ):
        yield f"{name}: speaker entity {quote.speaker_entity_no} is not there"


def _within(text: str, start: int, end: int) -> bool:
    return 0 <= start < end <= len(text)


def _repeated(name: str, values: Sequence[object]) -> Iterator[str]:
    if len(set(values)) < len(values):
        yield f"{name} is not unique within the article"
