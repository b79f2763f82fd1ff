"""Mending: rows that contradict each other, made to agree again. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from tasks.store.schema import CHILDREN, TABLES

_COUNTS = (("quotes", "quote_count"), ("entities", "entity_count"))
_NAMED = (("mentions", "entity_no"), ("quotes", "speaker_entity_no"))


def mend(tables: Mapping[str, pa.Table]) -> tuple[dict[str, pa.Table], list[str]]:
    """Make the rows of one part agree.

    Of rows with the same key the first stays, of articles the highest revision. Rows of a text
    that is not in articles go, references to an entity that is not there become null, and the
    counts of articles are counted anew.

    Args:
        tables: The rows of the part in every partitioned table.

    Returns:
        The rows, and what was done to them, for a person to read.
    """
    mended = dict(tables)
    notes: list[str] = []
    mended["articles"] = tables["articles"].sort_by([("revision", "descending")])
    for name in tables:
        mended[name] = _first_of_key(mended[name], TABLES[name].key)
        _note(notes, name, "rows had the key of another", tables[name], mended[name])
    for name in (*CHILDREN, "revisions", "changes"):
        column = "revision_id" if name in CHILDREN else "article_id"
        known = mended["articles"][column].combine_chunks()
        kept = mended[name].filter(pc.is_in(mended[name][column], value_set=known))
        _note(notes, name, "rows were of no article", mended[name], kept)
        mended[name] = kept
    entities = _pairs(mended["entities"], "entity_no").combine_chunks()
    for name, column in _NAMED:
        there = pc.is_in(_pairs(mended[name], column), value_set=entities)
        values = pc.if_else(there, mended[name][column], None)
        lost = values.null_count - mended[name][column].null_count
        if lost:
            notes.append(f"{name}: {lost} rows named an entity that is not there")
            mended[name] = _replace(mended[name], column, values)
    for name, column in _COUNTS:
        mended["articles"] = _recount(mended["articles"], mended[name], column, notes)
    if mended["articles"].num_rows == tables["articles"].num_rows and not notes:
        mended["articles"] = tables["articles"]  # in their order
    return mended, notes


def first_of_key(name: str, rows: pa.Table) -> tuple[pa.Table, list[str]]:
    """Keep of rows with the same key the first.

    Args:
        name: The table.
        rows: Its rows.

    Returns:
        The rows, and what was done to them.
    """
    notes: list[str] = []
    kept = _first_of_key(rows, TABLES[name].key)
    _note(notes, name, "rows had the key of another", rows, kept)
    return kept, notes


def _first_of_key(table: pa.Table, key: tuple[str, ...]) -> pa.Table:
    numbered = table.select(list(key)).append_column("row", pa.array(range(table.num_rows)))
    first = numbered.group_by(list(key)).aggregate([("row", "min")])["row_min"]
    return (
        table if len(first) == table.num_rows else table.take(pa.array(sorted(first.to_pylist())))
    )


def _recount(articles: pa.Table, rows: pa.Table, column: str, notes: list[str]) -> pa.Table:
    counted = rows.group_by("article_id").aggregate([([], "count_all")])
    counts = dict(
        zip(counted["article_id"].to_pylist(), counted["count_all"].to_pylist(), strict=True)
    )
    values = pa.array([counts.get(i, 0) for i in articles["article_id"].to_pylist()], pa.int32())
    wrong = pc.sum(pc.not_equal(articles[column], values)).as_py() or 0
    if not wrong:
        return articles
    notes.append(f"articles: {column} was wrong in {wrong} rows")
    return _replace(articles, column, values)


def _pairs(table: pa.Table, column: str) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(table["article_id"], table[column].cast(pa.string()), " ")


def _replace(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    number = table.schema.get_field_index(name)
    return table.set_column(number, table.schema.field(number), values)


def _note(notes: list[str], name: str, what: str, before: pa.Table, after: pa.Table) -> None:
    if after.num_rows < before.num_rows:
        notes.append(f"{name}: {before.num_rows - after.num_rows} {what}")
