"""Annotated articles of an invented outlet, as many as a test wants."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tasks.records import (
    AnnotatedArticle,
    Article,
    Entity,
    FieldSource,
    Mention,
    Quote,
    Segment,
    Span,
    SpeakerCandidate,
)
from tasks.store import transactions
from tasks.store.outcome import PublishReport
from tasks.store.rows import rows_of
from tasks.store.run import RunInfo

DAY = datetime(2024, 3, 1, 9, tzinfo=UTC)
WORDS = (
    "the harbour will reopen before the summer",
    "nobody on the island was asked",
    "this budget is a promise we can keep",
    "our nurses deserve a proper answer",
)


def run(run_id: str = "run-1") -> RunInfo:
    return RunInfo(run_id, "ingest", DAY, "0.1.0", "test")


def hex_of(value: str, digits: int) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:digits]


def annotated(
    number: int,
    version: int | str = 0,
    *,
    hours: float | None = 1.0,
    speaker: str = "Ada Morrow",
    words: Sequence[str] = WORDS[:2],
    headline: str | None = None,
    **fields: Any,
) -> AnnotatedArticle:
    """Make an article with `version` in its text, captured `hours` after DAY (None: a file)."""
    url = f"https://news{number % 7}.example/{number}"
    article_id = hex_of(url, 20)
    headline = headline or f"Harbour plan number {number}"
    text = f"Version {version} of the story.\n"
    quotes, mentions = [], []
    for quote_no, said in enumerate(words):
        text += "“"
        start = len(text)
        text += said
        end = len(text)
        text += "”, "
        cue = len(text)
        text += "said "
        source = len(text)
        text += f"{speaker}.\n"
        quotes.append(
            Quote(
                quote_no=quote_no,
                quote_id=hex_of(f"{article_id}{said}{words[:quote_no].count(said)}", 20),
                field="body",
                quote=said,
                type="direct",
                start=start,
                end=end,
                spans=(Span(start, end),),
                paragraph_no=quote_no + 1,
                rule_id="cue_after",
                confidence=0.9,
                word_count=len(said.split()),
                quote_hash=hex_of(said, 16),
                speaker=speaker,
                speaker_entity_no=0,
                speaker_kind="person",
                source=speaker,
                source_start=source,
                source_end=source + len(speaker),
                cue="said",
                cue_class="neutral",
                cue_start=cue,
                cue_end=cue + 4,
                context_before="before " * 8,
                context_after="after " * 8,
                speaker_candidates=(SpeakerCandidate(speaker, 0.9),),
            )
        )
        mentions.append(
            Mention(speaker, "PERSON", "name", source, source + len(speaker), quote_no, None, 0)
        )
    text = text.rstrip("\n")
    content_hash = hashlib.sha256(f"{headline}\n{text}".encode()).hexdigest()
    entities = (
        [
            Entity(
                entity_no=0,
                entity_id="local:" + hex_of(speaker, 16),
                canonical_name=speaker,
                type="PERSON",
                mention_count=len(words),
                start=mentions[0].start,
                end=mentions[0].end,
                salience=0.8,
                aliases=(speaker.split()[-1],),
            )
        ]
        if mentions
        else []
    )
    article = Article(
        article_id=article_id,
        revision_id=f"{article_id}-{content_hash[:8]}",
        content_hash=content_hash,
        text=text,
        source_kind="url" if hours is not None else "html_file",
        source=url,
        extractor="plaintext 1",
        headline=headline,
        captured_at=None if hours is None else DAY + timedelta(hours=hours),
        **{
            "url": url,
            "canonical_url": url,
            "outlet": f"news{number % 7}.example",
            "authors": ("Ines Vale", "Tom Birch"),
            "published_at": DAY,
            "segments": (Segment("Please support us.", 0, "appeal", "appeal_1"),),
            "field_sources": (FieldSource("headline", "json-ld+h1", 0.95),),
            **fields,
        },
    )
    return AnnotatedArticle(
        article, mentions=tuple(mentions), entities=tuple(entities), quotes=tuple(quotes)
    )


def store(
    data: Path,
    articles: Sequence[AnnotatedArticle],
    key: str = "batch-1",
    run_id: str = "run-1",
    **options: Any,
) -> PublishReport:
    """Append a batch and publish."""
    row_options = {k: options.pop(k) for k in ("failures", "keep_text", "now") if k in options}
    modes = {k: options.pop(k) for k in ("mode", "settled") if k in options}
    transactions.append(data, rows_of(articles, run(run_id), **row_options), key, **modes)
    return transactions.publish(data, **options)


def table_bytes(data: Path) -> dict[str, bytes]:
    """Read every file of the tables."""
    return {
        path.relative_to(data).as_posix(): path.read_bytes()
        for path in sorted((data / "tables").rglob("*.parquet"))
    }
