"""Annotated articles as rows: one Arrow table per table of the store.

What a batch hands to `transactions.append`. Children (entities, mentions, quotes, segments) follow
the order of their articles. A text that comes twice in a batch (two captures of an unchanged page)
has its children once; both captures keep their row in `articles`, and publishing decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from tasks.records import AnnotatedArticle, Article, Failure, Quote
from tasks.redaction import redact
from tasks.store.consistency import inconsistency
from tasks.store.door import check_tables
from tasks.store.run import Run, RunInfo
from tasks.store.schema import SCHEMAS

CONTEXT = 80
"""Characters of context on either side of a quote, as the W3C's TextQuoteSelector suggests few."""

_DROPPED = frozenset({"furniture", "appeal", "duplicate", "caption"})
"""Roles of segments that go nowhere."""


@dataclass(frozen=True, slots=True)
class _Row:
    """An article with what the run adds to it."""

    annotated: AnnotatedArticle
    fetched_at: datetime
    processed_at: datetime
    is_repeat: bool


def rows_of(
    articles: Sequence[AnnotatedArticle],
    run: RunInfo | Run,
    *,
    failures: Sequence[Failure] = (),
    keep_text: bool = True,
    context: int = CONTEXT,
    now: datetime | None = None,
) -> dict[str, pa.Table]:
    """Lay a batch out as tables, checked.

    An article whose rows contradict each other (a quote that is not what its offsets say) is set
    aside: it becomes a row of `failures` with stage `store` and reason `inconsistent`.

    Args:
        articles: The batch. Of several captures without a time, the later in order is the newer.
        run: The run that stores it.
        failures: What earlier stages set aside.
        keep_text: False leaves text and segments out; quotes, mentions and offsets stay.
        context: Characters of context kept on either side of a quote, at most 80.
        now: The time to give as `processed_at`, of now when null.

    Returns:
        Tables articles, entities, mentions, quotes, segments and failures, in their schemas.

    Raises:
        StoreError: The rows break a rule of the schema; a mistake in the program.
    """
    now = now or datetime.now(UTC)
    contradictions = [(annotated, inconsistency(annotated)) for annotated in articles]
    sound = _rows([a for a, contradiction in contradictions if contradiction is None], now)
    aside = [_set_aside(a.article, why) for a, why in contradictions if why is not None]
    first = [row for row in sound if not row.is_repeat]
    tables = {
        "articles": _articles(sound, run, keep_text),
        "entities": _entities(first),
        "mentions": _mentions(first),
        "quotes": _quotes(first, context),
        "segments": _segments(first if keep_text else []),
        "failures": _failures([*failures, *aside], run, now),
    }
    check_tables(tables)
    return tables


def run_rows(run: Run) -> dict[str, pa.Table]:
    """Lay a run out as its table of one row."""
    schema = SCHEMAS["runs"]
    columns = {name: [getattr(run, name)] for name in schema.names}
    return {"runs": _table("runs", columns)}


def _rows(articles: Iterable[AnnotatedArticle], now: datetime) -> list[_Row]:
    """Give each article its times, and a text that comes again the rows of its first coming."""
    seen: dict[str, AnnotatedArticle] = {}
    rows = []
    for annotated in articles:
        article = annotated.article
        known = seen.setdefault(article.revision_id, annotated)
        fetched = article.captured_at or now
        rows.append(_Row(known, fetched, now, known is not annotated))
    return rows


def _set_aside(article: Article, why: str) -> Failure:
    return Failure(
        url=article.url or article.source,
        stage="store",
        reason="inconsistent",
        detail=why,
        canonical_url=article.canonical_url,
        article_id=article.article_id,
    )


def _articles(rows: Sequence[_Row], run: RunInfo | Run, keep_text: bool) -> pa.Table:
    articles = [row.annotated.article for row in rows]
    columns = _fields("articles", articles) | {
        "source": [redact(a.source) if "://" in a.source else a.source for a in articles],
        "revision": [1] * len(rows),
        "text": [a.text if keep_text else None for a in articles],
        "text_length": [len(a.text) for a in articles],
        "word_count": [len(a.text.split()) for a in articles],
        "quote_count": [len(row.annotated.quotes) for row in rows],
        "entity_count": [len(row.annotated.entities) for row in rows],
        "attributed_count": [
            sum(quote.speaker is not None for quote in row.annotated.quotes) for row in rows
        ],
        "dropped_length": [_dropped_length(a) for a in articles],
        "provenance": [_provenance(a) for a in articles],
        "first_seen_at": [row.fetched_at for row in rows],
        "fetched_at": [row.fetched_at for row in rows],
        "processed_at": [row.processed_at for row in rows],
        "run_id": [run.run_id] * len(rows),
        "pipeline_version": [run.pipeline_version] * len(rows),
        "nlp_model": [row.annotated.nlp_model for row in rows],
    }
    return _table("articles", columns)


def _dropped_length(article: Article) -> int:
    """Count the code points that cleaning threw away; what it lifted into columns is kept."""
    return sum(len(s.segment) for s in article.segments if s.role in _DROPPED)


def _provenance(article: Article) -> str | None:
    sources = {f.field: [f.source, round(f.confidence, 3)] for f in article.field_sources}
    return json.dumps(sources, ensure_ascii=False, sort_keys=True) if sources else None


def _entities(rows: Sequence[_Row]) -> pa.Table:
    pairs = [(row.annotated.article, e) for row in rows for e in row.annotated.entities]
    return _children("entities", pairs)


def _mentions(rows: Sequence[_Row]) -> pa.Table:
    pairs = [(row.annotated.article, m) for row in rows for m in row.annotated.mentions]
    numbers = [n for row in rows for n in range(len(row.annotated.mentions))]
    return _children("mentions", pairs, mention_no=numbers)


def _quotes(rows: Sequence[_Row], context: int) -> pa.Table:
    pairs = [
        (row.annotated.article, q if context >= CONTEXT else _less_context(q, context))
        for row in rows
        for q in row.annotated.quotes
    ]
    quotes = [quote for _, quote in pairs]
    candidates = [
        None
        if q.speaker_candidates is None
        else [{"speaker": c.speaker, "probability": c.probability} for c in q.speaker_candidates]
        for q in quotes
    ]
    spans = [[{"start": s.start, "end": s.end} for s in q.spans] for q in quotes]
    return _children("quotes", pairs, spans=spans, speaker_candidates=candidates)


def _less_context(quote: Quote, context: int) -> Quote:
    before, after = quote.context_before, quote.context_after
    return replace(
        quote,
        context_before=(before[len(before) - min(context, len(before)) :] or None)
        if before
        else None,
        context_after=(after[:context] or None) if after else None,
    )


def _segments(rows: Sequence[_Row]) -> pa.Table:
    pairs = [(row.annotated.article, s) for row in rows for s in row.annotated.article.segments]
    numbers = [n for row in rows for n in range(len(row.annotated.article.segments))]
    return _children("segments", pairs, segment_no=numbers)


def _failures(failures: Sequence[Failure], run: RunInfo | Run, now: datetime) -> pa.Table:
    # a feed may be asked with a password or a token: its address is told without
    columns = _fields("failures", failures) | {
        "url": [redact(f.url) if f.stage == "discover" else f.url for f in failures],
        "run_id": [run.run_id] * len(failures),
        "failed_at": [now] * len(failures),
    }
    return _table("failures", columns)


def _children(
    name: str, pairs: Sequence[tuple[Article, Any]], **columns: Sequence[object]
) -> pa.Table:
    """Lay records out beside what they take from their article."""
    articles, children = [a for a, _ in pairs], [child for _, child in pairs]
    own = _fields(name, children, leave=set(columns))
    from_article = {
        column: [getattr(a, column) for a in articles]
        for column in SCHEMAS[name].names
        if column not in own and column not in columns and hasattr(Article, column)
    }
    return _table(name, own | from_article | columns)


def _fields(
    name: str, records: Sequence[object], leave: set[str] | None = None
) -> dict[str, list[object]]:
    """Read the columns that the records hold themselves; the first record's type decides which."""
    if not records:
        return {}
    names = [
        c for c in SCHEMAS[name].names if hasattr(type(records[0]), c) and c not in (leave or ())
    ]
    return {column: [getattr(record, column) for record in records] for column in names}


def _table(name: str, columns: dict[str, Any]) -> pa.Table:
    """Build a table; a column that nothing gave is null."""
    schema = SCHEMAS[name]
    size = max((len(values) for values in columns.values()), default=0)
    arrays = [
        pa.array(columns[field.name], field.type)
        if columns.get(field.name) is not None
        else pa.nulls(size, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
