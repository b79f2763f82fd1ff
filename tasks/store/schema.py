"""The tables: every one and every column of it, declared once.

The Parquet files, the data dictionary, `datapackage.json` and the checks at the door all follow
from `TABLES`. Only additions are allowed from one schema version to the next (`tasks.store.migrate`
rewrites every part, because pandas reads all parts with the first one's schema).
"""

from __future__ import annotations

import pyarrow as pa

from tasks.notices import Alert, Delivery, Hit, Watch
from tasks.records import Entity, Failure, Mention, Quote, Segment
from tasks.store.article_columns import (
    ARTICLE_COLUMNS,
    ARTICLE_ID,
    ENTITY_NO,
    HEADLINE,
    IS_SYNDICATED,
    OUTLET,
    PUBLISHED_AT,
    REVISION_ID,
    RUN_ID,
)
from tasks.store.change import Change
from tasks.store.columns import TIME, Column, taken
from tasks.store.run import Run
from tasks.store.table import Table

PART_ARTICLES = 20_000
"""Articles in a full part: ~100 MB of text, so that one rewrite of the tail takes seconds."""


_OF_ARTICLE = ((("article_id",), "articles"),)
_OF_ENTITY = (*_OF_ARTICLE, (("article_id", "entity_no"), "entities"))
_OF_SPEAKER = (*_OF_ARTICLE, (("article_id", "speaker_entity_no"), "entities"))

TABLES = {
    table.name: table
    for table in (
        Table(
            "articles",
            "One row per article: its newest revision.",
            ("article_id",),
            ARTICLE_COLUMNS,
        ),
        Table(
            "entities",
            "One row per person, organisation, place or other thing per article that names it.",
            ("article_id", "entity_no"),
            (
                ARTICLE_ID,
                REVISION_ID,
                *ENTITY_NO,
                *taken(
                    Entity,
                    "entity_id canonical_name type description aliases mention_count start end"
                    " salience confidence wikidata_id geonames_id country_code latitude longitude"
                    " link_method kb_version gender",
                    latitude=pa.float64(),
                    longitude=pa.float64(),
                ),
                OUTLET,
                PUBLISHED_AT,
            ),
            _OF_ARTICLE,
        ),
        Table(
            "mentions",
            "One row per stretch of a text that names or refers to something.",
            ("article_id", "mention_no"),
            (
                ARTICLE_ID,
                REVISION_ID,
                Column("mention_no", pa.int32(), "Order in the text, from 0."),
                *taken(Mention, "entity_no", entity_no=pa.int16()),
                *taken(Mention, "mention type kind start end sentence_no confidence"),
            ),
            _OF_ENTITY,
        ),
        Table(
            "quotes",
            "One row per quotation: who said what, in which words, and how we know.",
            ("article_id", "quote_no"),
            (
                ARTICLE_ID,
                REVISION_ID,
                *taken(
                    Quote,
                    "quote_no quote_id field quote type speaker speaker_entity_id"
                    " speaker_entity_no speaker_kind speaker_role speaker_gender source"
                    " source_start source_end via cue cue_class cue_start cue_end addressee start"
                    " end spans paragraph_no context_before context_after rule_id resolution"
                    " confidence speaker_candidates word_count quote_hash trace_id",
                    speaker_entity_no=pa.int16(),
                ),
                OUTLET,
                HEADLINE,
                PUBLISHED_AT,
                IS_SYNDICATED,
            ),
            _OF_SPEAKER,
        ),
        Table(
            "segments",
            "One row per piece of a page that cleaning removed from the body or lifted out of it.",
            ("article_id", "segment_no"),
            (
                ARTICLE_ID,
                REVISION_ID,
                Column("segment_no", pa.int32(), "Order in the page, from 0."),
                *taken(Segment, "segment position role rule_id"),
            ),
            _OF_ARTICLE,
        ),
        Table(
            "revisions",
            "One row per superseded text of an article, as its row in articles was.",
            ("article_id", "revision"),
            (
                *ARTICLE_COLUMNS,
                Column(
                    "superseded_at",
                    TIME,
                    "When the text that followed it was received (UTC).",
                ),
            ),
            _OF_ARTICLE,
        ),
        Table(
            "changes",
            "One row per difference between a revision of an article and the one before it.",
            ("article_id", "revision", "change_no"),
            taken(
                Change,
                "article_id revision change_no kind revision_id_before revision_id_after"
                " changed_at before after quote_id_before quote_id_after speaker_before"
                " speaker_after similarity hours_since_publication outlet headline published_at",
                revision=pa.int16(),
            ),
            _OF_ARTICLE,
        ),
        Table(
            "failures",
            "One row per address and stage that could not go on, until it has been got past.",
            ("url", "stage"),
            (
                *taken(Failure, "url canonical_url article_id stage reason detail"),
                *taken(Failure, "http_status", http_status=pa.int16()),
                *taken(Failure, "attempts retry_after"),
                RUN_ID,
                Column("failed_at", TIME, "When it was last tried (UTC)."),
            ),
            is_partitioned=False,
        ),
        Table(
            "runs",
            "One row per run of a flow.",
            ("run_id",),
            taken(
                Run,
                "run_id flow started_at finished_at state parameters pipeline_version host found"
                " fetched unchanged new revised skipped skipped_reasons failed quotes entities",
            ),
            is_partitioned=False,
        ),
        Table(
            "alerts",
            "One row per alert: an outlet that is unlike itself, for as long as it lasts.",
            ("alert_id",),
            taken(
                Alert,
                "alert_id outlet kind measure since expected observed severity detail raised_at"
                " run_id resolved_at resolved_run_id",
            ),
            is_partitioned=False,
        ),
        Table(
            "watches",
            "One row per person, organisation or phrase on a watchlist.",
            ("watch_id",),
            taken(
                Watch,
                "watch_id kind name names entity_ids outlets channels created_at removed_at",
            ),
            is_partitioned=False,
        ),
        Table(
            "hits",
            "One row per quote (or article without such a quote) that a watch was waiting for.",
            ("hit_id",),
            taken(
                Hit,
                "hit_id watch_id article_id revision_id quote_id reason field start end matched"
                " context_before context_after quote speaker outlet url headline published_at"
                " found_at run_id channels",
            ),
            is_partitioned=False,
        ),
        Table(
            "deliveries",
            "One row per hit or alert and channel on which it was told, or was to be.",
            ("item_id", "channel"),
            taken(Delivery, "item_id channel state attempts tried_at run_id error"),
            is_partitioned=False,
        ),
    )
}

SCHEMAS: dict[str, pa.Schema] = {name: table.schema for name, table in TABLES.items()}
"""The Arrow schema of every table."""

PARTITIONED = tuple(name for name, table in TABLES.items() if table.is_partitioned)
"""The tables whose part k belongs to the articles of part k."""

CHILDREN = ("entities", "mentions", "quotes", "segments")
"""The tables whose rows belong to one text of an article, and go when another text comes."""
