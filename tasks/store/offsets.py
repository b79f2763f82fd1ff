"""Offsets: whether `text[start:end]` of stored rows is exactly what the row says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

_FIELD_OF = {"body": "text", "headline": "headline", "standfirst": "standfirst"}


def wrong_offsets(tables: Mapping[str, pa.Table]) -> Iterator[str]:
    """Compare mentions, quotes, sources, cues and positions of one part with their texts.

    Texts that are not kept (no-full-text mode) are taken for right.

    Args:
        tables: The tables articles, entities, mentions, quotes and segments of the part.

    Yields:
        What is wrong, a message per row.
    """
    columns = ("text", "headline", "standfirst", "text_length")
    articles = {
        row["article_id"]: row
        for row in tables["articles"].select(["article_id", *columns]).to_pylist()
    }
    for row in _rows(tables["mentions"], "article_id mention_no mention start end"):
        text = _text(articles, row, "body")
        if text is not None and text[row["start"] : row["end"]] != row["mention"]:
            yield f"mention {row['mention_no']} of {row['article_id']}"
    for name, number, last in (
        ("entities", "entity_no", "end"),
        ("segments", "segment_no", "position"),
    ):
        for row in _rows(tables[name], f"article_id {number} {last}"):
            article = articles.get(row["article_id"])
            if article and row[last] > article["text_length"]:
                yield f"{name} {row[number]} of {row['article_id']} lies outside the text"
    wanted = (
        "article_id quote_no field quote spans source source_start source_end cue cue_start cue_end"
    )
    for row in _rows(tables["quotes"], wanted):
        text = _text(articles, row, row["field"])
        if text is not None and not _is_right(row, text):
            yield f"quote {row['quote_no']} of {row['article_id']}"


def _is_right(row: Mapping[str, Any], text: str) -> bool:
    if row["quote"] != " ".join(text[span["start"] : span["end"]] for span in row["spans"]):
        return False
    return all(
        row[f"{kind}_start"] is None or text[row[f"{kind}_start"] : row[f"{kind}_end"]] == row[kind]
        for kind in ("source", "cue")
    )


def _text(
    articles: Mapping[str, Mapping[str, Any]], row: Mapping[str, Any], field: str
) -> str | None:
    article = articles.get(row["article_id"])
    text: str | None = article[_FIELD_OF[field]] if article else None
    return text


def _rows(table: pa.Table, columns: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.select(columns.split()).to_pylist()
    return rows
