"""Parts: the Parquet files of a table.

Written with zstd level 1 (the level where the CPU of a rewrite is dominated by encoding, measured
against levels 3 and 9), page checksums, small row groups for articles (a text is big) and no
dictionary where nearly every value differs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.errors import StoreError
from tasks.store.disk import store_errors
from tasks.store.schema import SCHEMAS

_UNIQUE = {
    "article_id",
    "revision_id",
    "url",
    "canonical_url",
    "headline",
    "standfirst",
    "image_url",
    "text",
    "content_hash",
    "provenance",
    "quote_id",
    "quote",
    "quote_hash",
    "context_before",
    "context_after",
    "segment",
    "before",
    "after",
    "detail",
}
"""Columns whose values hardly ever repeat: a dictionary of them would only cost."""

_ROW_GROUP = {"articles": 5_000, "revisions": 5_000}
_ORDER = {"quotes": "speaker"}
"""What a full part is sorted by."""


def write_part(name: str, table: pa.Table, path: Path) -> None:
    """Write a part and wait until it is on the disk.

    Args:
        name: The table.
        table: Its rows, in the table's schema.
        path: The file, not yet seen by anyone.
    """
    with path.open("wb") as file:
        pq.write_table(
            table,
            file,
            compression="zstd",
            compression_level=1,
            row_group_size=_ROW_GROUP.get(name, 20_000),
            use_dictionary=[c for c in _leaves(table.schema) if c.split(".")[0] not in _UNIQUE],
            write_page_index=True,
            write_page_checksum=True,
        )
        file.flush()
        os.fsync(file.fileno())


def sort_part(name: str, table: pa.Table) -> pa.Table:
    """Sort the rows of a part that is full, so that a filter skips most row groups.

    The tail is not sorted, as it is written again and again: sorting costs a tenth of the rewrite.
    """
    column = _ORDER.get(name)
    if column is None or table.num_rows < 2:
        return table
    codes = table[column].combine_chunks().dictionary_encode()
    ranks = pc.rank(codes.dictionary, sort_keys="ascending").take(codes.indices)
    last = pc.fill_null(ranks, len(codes.dictionary) + 1)
    return table.take(pa.array(np.argsort(last.to_numpy(), kind="stable")))


def read_part(
    name: str, path: Path, columns: Sequence[str] | None = None, *, check: bool = False
) -> pa.Table:
    """Read a part.

    Args:
        name: The table.
        path: The file.
        columns: Only these, if given.
        check: Compare the page checksums, too.

    Raises:
        StoreError: The file is damaged, or is no part of this table.
    """
    try:
        with pa.OSFile(str(path)) as file:
            table = pq.ParquetFile(file, page_checksum_verification=check).read(columns)
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise StoreError(
            f"{path} is damaged or cannot be read ({error}); `onrecord verify` says what is in it,"
            " `onrecord verify --repair` sets it aside"
        ) from error
    expected = SCHEMAS[name]
    if columns is None and not table.schema.equals(expected):
        raise StoreError(f"{path} has other columns than the table {name}: `onrecord migrate`")
    return table


def count_rows(path: Path) -> int:
    """Count the rows of a part, by its footer.

    Raises:
        StoreError: The file is damaged.
    """
    with store_errors(f"read {path}"):
        return int(pq.read_metadata(path).num_rows)


def without(table: pa.Table, article_ids: pa.Array) -> pa.Table:
    """Leave out the rows of some articles."""
    if not len(article_ids):
        return table
    return table.filter(pc.invert(pc.is_in(table["article_id"], value_set=article_ids)))


def only(table: pa.Table, article_ids: pa.Array) -> pa.Table:
    """Keep the rows of some articles."""
    return table.filter(pc.is_in(table["article_id"], value_set=article_ids))


def _leaves(schema: pa.Schema) -> list[str]:
    """Name the Parquet columns below each column, as the writer wants them."""
    names = []
    for field in schema:
        inner = field.type
        path = field.name
        if pa.types.is_list(inner):
            inner, path = inner.value_type, f"{path}.list.element"
        if pa.types.is_struct(inner):
            names += [f"{path}.{child.name}" for child in inner]
        else:
            names.append(path)
    return names
