"""What is forgotten leaves watches and hits, too.

A watch that has a forgotten name goes, with its hits. Hits of other watches stay, their words taken
again from the masked texts: "Ms Doe" is masked in a hit wherever it is masked in the article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.store.journal import begin, commit
from tasks.store.layout import Layout
from tasks.store.part import read_part, write_part
from tasks.store.schema import SCHEMAS
from tasks.store.tombstones import MASK, Tombstones

_FIELD_OF = {"body": "text", "headline": "headline", "standfirst": "standfirst"}

Row = dict[str, Any]


def scrub_notices(layout: Layout, stones: Tombstones) -> Iterator[str]:
    """Take what is forgotten out of watches and hits; the articles are masked already.

    Args:
        layout: The store; its lock must be held.
        stones: What must not come back.

    Yields:
        What was done, for a person to read.

    Raises:
        StoreError: The tables are damaged, or the disk refuses.
    """
    before = {
        name: read_part(name, layout.part(name, 0)).to_pylist() for name in ("watches", "hits")
    }
    watches = [
        _without_outlets(row, stones)
        for row in before["watches"]
        if not any(stones.is_name(name) or MASK in name for name in (row["name"], *row["names"]))
    ]
    gone = {row["watch_id"] for row in before["watches"]} - {row["watch_id"] for row in watches}
    hits = [row for row in before["hits"] if row["watch_id"] not in gone]
    hits = [again for row in _with_texts(layout, hits) if (again := _taken_again(*row)) is not None]
    after = {"watches": watches, "hits": hits}
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return
    transaction = begin(layout)
    for name in changed:
        rows = pa.Table.from_pylist(after[name], schema=SCHEMAS[name])
        write_part(name, rows, transaction.stage(layout.part(name, 0)))
    commit(transaction)
    lost = len(before["hits"]) - len(hits)
    yield f"watchlists: {len(gone)} watches and {lost} hits removed"


def _without_outlets(row: Row, stones: Tombstones) -> Row:
    """Black out forgotten outlets: the watch must not come to mean all outlets."""
    names = [MASK * len(name) if stones.is_address(name) else name for name in row["outlets"]]
    return row | {"outlets": names}


def _with_texts(layout: Layout, hits: list[Row]) -> Iterator[tuple[Row, Row | None, Row | None]]:
    """Give each hit with the text and the quote it was found in."""
    texts = _rows_by(layout, ("articles", "revisions"), "revision_id", hits, [*_FIELD_OF.values()])
    quotes = _rows_by(layout, ("quotes",), "quote_id", hits, ["quote", "speaker"])
    for hit in hits:
        yield hit, texts.get(hit["revision_id"]), quotes.get(hit["quote_id"])


def _rows_by(
    layout: Layout, tables: tuple[str, ...], key: str, hits: list[Row], columns: list[str]
) -> Mapping[str, Row]:
    wanted = pa.array({hit[key] for hit in hits if hit[key] is not None}, pa.string())
    found: dict[str, Row] = {}
    for name in tables if len(wanted) else ():
        for path in layout.parts(name).values():
            rows = read_part(name, path, [key, *columns])
            chosen = rows.filter(pc.is_in(rows[key], value_set=wanted))
            found |= {row[key]: row for row in chosen.to_pylist()}
    return found


def _taken_again(hit: Row, text: Row | None, quote: Row | None) -> Row | None:
    """Take a hit's words from its text again; None when the text is gone."""
    if text is None:
        return None
    words = text[_FIELD_OF[hit["field"]]]
    said = {name: quote[name] if quote else None for name in ("quote", "speaker")}
    if words is None:  # no text is kept: nothing tells what else in the context must go
        return hit | said | {"context_before": None, "context_after": None}
    if not any(MASK in (value or "") for value in text.values()):
        return hit
    start, end = hit["start"], hit["end"]
    before, after = len(hit["context_before"] or ""), len(hit["context_after"] or "")
    return (
        hit
        | said
        | {
            "matched": words[start:end],
            "context_before": words[start - before : start] or None,
            "context_after": words[end : end + after] or None,
            "headline": text["headline"],
        }
    )
