"""The door: what every table must satisfy before it comes into the store.

Rules run over whole columns (pyarrow.compute), so that a million rows cost less than a second. A
broken rule is a mistake in the program, never a bad article (`tasks.store.consistency` sets those
aside first), so it stops the batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import StoreError
from tasks.store.schema import SCHEMAS, TABLES

BATCH_KEYS = {
    "articles": (),  # a batch may hold several captures of an article
    "entities": ("revision_id", "entity_no"),
    "mentions": ("revision_id", "mention_no"),
    "quotes": ("revision_id", "quote_no"),
    "segments": ("revision_id", "segment_no"),
    "failures": (),  # an address may fail twice in a run
    "runs": ("run_id",),
    "alerts": ("alert_id",),
    "watches": ("watch_id",),
    "hits": ("revision_id", "hit_id"),
    "deliveries": ("item_id", "channel"),
}
"""What names a row within a batch, before publishing has chosen one text per article."""

_RANGES = (("start", "end"), ("source_start", "source_end"), ("cue_start", "cue_end"))
_SHARES = ("confidence", "salience")


def check_tables(tables: Mapping[str, pa.Table]) -> None:
    """Check tables that want to come in.

    Raises:
        StoreError: A rule is broken; the message names all that are.
    """
    broken = [message for name, table in tables.items() for message in broken_rules(name, table)]
    if broken:
        raise StoreError("rows break the rules of the tables: " + "; ".join(broken))


def broken_rules(name: str, table: pa.Table, key: tuple[str, ...] | None = None) -> Iterator[str]:
    """Say which rules of a table its rows break.

    Args:
        name: The table.
        table: Its rows.
        key: What names a row; that of a batch when null.
    """
    if name not in SCHEMAS:
        yield f"there is no table {name}"
        return
    if not table.schema.equals(SCHEMAS[name]):
        yield f"{name}: the columns are not those of the schema"
        return
    for field in table.schema:
        nulls = table[field.name].null_count
        if nulls and not field.nullable:
            yield f"{name}.{field.name}: {nulls} nulls where none may be"
    yield from _wrong_values(name, table)
    repeats = repeated_keys(table, BATCH_KEYS.get(name, ()) if key is None else key)
    if repeats:
        yield f"{name}: {repeats} rows have the key of another"


def repeated_keys(table: pa.Table, key: tuple[str, ...]) -> int:
    """Count the rows whose key another row has already."""
    if not key or not table.num_rows:
        return 0
    return int(table.num_rows - table.select(key).group_by(list(key)).aggregate([]).num_rows)


def _wrong_values(name: str, table: pa.Table) -> Iterator[str]:
    for start, end in _RANGES:
        if start in table.column_names and _any(
            pc.or_(pc.less(table[start], 0), pc.less_equal(table[end], table[start]))
        ):
            yield f"{name}: an end that is not behind its start"
    for share in set(_SHARES) & set(table.column_names):
        if _any(pc.or_(pc.less(table[share], 0), pc.greater(table[share], 1))):
            yield f"{name}.{share}: not between 0 and 1"
    for column in TABLES[name].columns:
        if not column.values:
            continue
        allowed = pa.array(column.values)
        values = table[column.name]
        if _any(pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=allowed)))):
            yield f"{name}.{column.name}: a value that is none of {', '.join(column.values)}"


def _any(mask: pa.ChunkedArray) -> bool:
    return bool(pc.any(mask).as_py())
