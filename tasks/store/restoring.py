"""Restoring: stored rows as records again, for work that starts from stored text.

`reprocess --stage extract` needs no page: it takes each article as it is stored and finds quotes
and mentions anew. The rows come back with `append(…, mode="reading")`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import pyarrow.compute as pc

from tasks.records import Article, FieldSource, Segment
from tasks.store.read import When, time_scalar
from tasks.store.snapshot import open_snapshot

_ELSEWHERE = {"captured_at", "segments", "field_sources"}
_COLUMNS = tuple(f.name for f in fields(Article) if f.name not in _ELSEWHERE)
_SEQUENCES = {
    name for name, hint in get_type_hints(Article).items() if "tuple" in str(hint)
} - _ELSEWHERE


def stored_articles(
    data: Path, *, since: When | None = None, article_ids: Sequence[str] | None = None
) -> Iterator[Article]:
    """Read articles back as the clean stage made them, part by part.

    Those without text (no-full-text mode) are left out: nothing can be found in them.

    Args:
        data: The data folder.
        since: Received then or later.
        article_ids: Only these.

    Raises:
        StoreError: The tables are damaged or of another version.
    """
    condition = pc.field("text").is_valid()
    if since is not None:
        condition &= pc.field("fetched_at") >= time_scalar(since)
    if article_ids is not None:
        condition &= pc.field("article_id").isin(list(article_ids))
    columns = [*_COLUMNS, "provenance", "fetched_at", "processed_at"]
    with open_snapshot(data, ["articles", "segments"]) as tables:
        for number in tables.files["articles"]:
            rows = tables.part("articles", number, columns, condition)
            segments = _segments(
                tables.part("segments", number).sort_by("segment_no").to_pylist()
                if number in tables.files["segments"]
                else []
            )
            for row in rows.to_pylist():
                yield _article(row, segments.get(row["article_id"], []))


def _segments(rows: Sequence[dict[str, Any]]) -> dict[str, list[Segment]]:
    found: dict[str, list[Segment]] = {}
    for row in rows:
        segment = Segment(row["segment"], row["position"], row["role"], row["rule_id"])
        found.setdefault(row["article_id"], []).append(segment)
    return found


def _article(row: dict[str, Any], segments: Sequence[Segment]) -> Article:
    values = {name: row[name] for name in _COLUMNS}
    for name in _SEQUENCES:
        values[name] = None if values[name] is None else tuple(values[name])
    sources = json.loads(row["provenance"] or "{}")
    is_dated = row["fetched_at"] != row["processed_at"]
    return Article(
        **values,
        captured_at=row["fetched_at"] if is_dated else None,
        segments=tuple(segments),
        field_sources=tuple(
            FieldSource(field, source, confidence)
            for field, (source, confidence) in sources.items()
        ),
    )
