"""Offsets: whether `text[start:end]` of stored rows is exactly what the row says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

_QUOTE = (
    "article_id quote_no field quote spans source source_start source_end cue cue_start cue_end"
)
_FIELD_OF = {"body": "text", "headline": "headline", "standfirst": "standfirst"}


def wrong_offsets(tables: Mapping[str, pa.Table]) -> Iterator[str]:
    """Compare mentions, quotes, sources, cues and positions of one part with their texts.

    Texts that are not kept (no-full-text mode) are taken for right.

    Args:
        tables: The tables articles, entities, mentions, quotes and segments of the part.

    Yields:
        What is wrong, a message per row.
    """
    kept = ["article_id", "text", "headline", "standfirst", "text_length"]
    articles = {row["article_id"]: row for row in tables["articles"].select(kept).to_pylist()}
    columns = ("article_id", "mention_no", "mention", "start", "end")
    for article_id, number, mention, start, end in _columns(tables["mentions"], *columns):
        article = articles.get(article_id)
        if article and article["text"] is not None and article["text"][start:end] != mention:
            yield f"mention {number} of {article_id}"
    for name, number, last in (
        ("entities", "entity_no", "end"),
        ("segments", "segment_no", "position"),
    ):
        for article_id, own, end in _columns(tables[name], "article_id", number, last):
            article = articles.get(article_id)
            if article and end > article["text_length"]:
                yield f"{name} {own} of {article_id} lies outside the text"
    for row in tables["quotes"].select(_QUOTE.split()).to_pylist():
        article = articles.get(row["article_id"])
        text = article[_FIELD_OF[row["field"]]] if article else None
        if text is not None and not _is_right(row, text):
            yield f"quote {row['quote_no']} of {row['article_id']}"


def _is_right(row: Mapping[str, Any], text: str) -> bool:
    if row["quote"] != " ".join(text[span["start"] : span["end"]] for span in row["spans"]):
        return False
    return all(
        row[f"{kind}_start"] is None or text[row[f"{kind}_start"] : row[f"{kind}_end"]] == row[kind]
        for kind in ("source", "cue")
    )


def _columns(table: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    """Go through some columns row by row; far less memory than a dictionary for each."""
    return zip(*(table[name].to_pylist() for name in names), strict=True)
