"""The columns of articles and revisions, and those that other tables have from them."""

from __future__ import annotations

import pyarrow as pa

from tasks.records import Article, Entity
from tasks.store.columns import TIME, Column, taken


def _named(name: str, columns: tuple[Column, ...]) -> Column:
    return next(column for column in columns if column.name == name)


ARTICLE_ID, REVISION_ID = taken(Article, "article_id revision_id")
REVISION = Column(
    "revision",
    pa.int16(),
    "Number of this text among those seen of the article, from 1, in the order they were stored.",
)
RUN_ID = Column("run_id", pa.string(), "The run that stored the row.")
ENTITY_NO = taken(Entity, "entity_no", entity_no=pa.int16())
OUTLET, HEADLINE, PUBLISHED_AT = taken(Article, "outlet headline published_at")
IS_SYNDICATED = Column(
    "is_syndicated",
    pa.bool_(),
    "Whether other outlets carry the same text; null until looked for.",
    is_nullable=True,
)

ARTICLE_COLUMNS = (
    ARTICLE_ID,
    REVISION_ID,
    REVISION,
    *taken(
        Article,
        "url canonical_url outlet outlet_name headline standfirst authors section keywords"
        " image_url language article_type published_at published_at_precision published_at_source"
        " modified_at",
    ),
    Column(
        "text",
        pa.string(),
        _named("text", taken(Article, "text")).description + " Null in no-full-text mode.",
        is_nullable=True,
    ),
    Column("text_length", pa.int32(), "Length of the text in code points."),
    Column("word_count", pa.int32(), "Words in the text, separated by white space."),
    Column("quote_count", pa.int32(), "Rows this article has in quotes."),
    Column("entity_count", pa.int32(), "Rows this article has in entities."),
    Column(
        "attributed_count",
        pa.int32(),
        "Its quotes whose speaker is known; null in rows that older versions made.",
        is_nullable=True,
    ),
    Column(
        "dropped_length",
        pa.int32(),
        "Code points that cleaning removed from the body as furniture, appeals or repetition; null"
        " in rows that older versions made.",
        is_nullable=True,
    ),
    *taken(Article, "dateline credit_line wire_agency"),
    Column(
        "cluster_id",
        pa.string(),
        "Articles with the same wire copy have the same one; null until looked for, or alone.",
        is_nullable=True,
    ),
    IS_SYNDICATED,
    Column(
        "original_article_id",
        pa.string(),
        "The article of its cluster that was published first; null until looked for, or alone.",
        is_nullable=True,
    ),
    *taken(Article, "is_paywalled rights content_hash source_kind source"),
    *taken(Article, "http_status", http_status=pa.int16()),
    Column(
        "provenance",
        pa.string(),
        "Where each piece of metadata came from: a JSON object from column to [source, confidence];"
        " null if nothing is known.",
        is_nullable=True,
    ),
    Column("first_seen_at", TIME, "When the first stored text of the article was received (UTC)."),
    Column(
        "fetched_at",
        TIME,
        "When the page was received (UTC). A file does not say; then it equals processed_at.",
    ),
    Column("processed_at", TIME, "When the row was made (UTC)."),
    RUN_ID,
    Column("pipeline_version", pa.string(), "The version of onrecord that made the row."),
    *taken(Article, "extractor site_snapshot"),
    Column(
        "nlp_model",
        pa.string(),
        "The model that found the mentions, with its version; null if none was used.",
        is_nullable=True,
    ),
)
