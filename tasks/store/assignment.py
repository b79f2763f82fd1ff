"""Assignment: what only a look at many articles can tell, written into rows that are there.

Wire copies and traces are found across articles, after these were stored. The columns concerned
are null until then, and become null again when an article's text changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tasks.store.disk import store_errors
from tasks.store.journal import begin, commit
from tasks.store.layout import Layout
from tasks.store.lock import locked
from tasks.store.part import read_part, write_part
from tasks.store.transactions import open_locked


@dataclass(frozen=True, slots=True)
class Syndication:
    """What is known of an article's copies."""

    cluster_id: str | None
    """Articles with the same wire copy have the same one; null if it is alone."""

    original_article_id: str | None
    """The article of its cluster that was published first; null if it is alone."""

    @property
    def is_syndicated(self) -> bool:
        """Whether there are copies."""
        return self.cluster_id is not None


def assign(
    data: Path,
    *,
    syndication: Mapping[str, Syndication] | None = None,
    traces: Mapping[str, str | None] | None = None,
) -> int:
    """Write clusters and traces into articles and quotes, in one transaction.

    Args:
        data: The data folder.
        syndication: By article_id; articles that it does not name stay as they are.
        traces: trace_id by quote_id; quotes that it does not name stay as they are.

    Returns:
        How many parts changed; 0 when the tables say so already.

    Raises:
        StoreError: The store is damaged or of another version, or the disk refuses.
    """
    layout = Layout(data)
    of_article: dict[str, Mapping[str, str | bool | None]] = {
        "cluster_id": {i: s.cluster_id for i, s in (syndication or {}).items()},
        "original_article_id": {i: s.original_article_id for i, s in (syndication or {}).items()},
        "is_syndicated": {i: s.is_syndicated for i, s in (syndication or {}).items()},
    }
    with locked(layout), store_errors(f"write clusters and traces to {data}"):
        open_locked(layout)
        transaction = begin(layout)
        for number in layout.parts("articles"):
            for name in ("articles", "quotes"):
                path = layout.part(name, number)
                if not path.exists():
                    continue
                before = after = read_part(name, path)
                for column, values in of_article.items():
                    if column in before.column_names:
                        after = _assign(after, column, "article_id", values)
                if name == "quotes":
                    after = _assign(after, "trace_id", "quote_id", traces or {})
                if after is not before and not after.equals(before):
                    write_part(name, after, transaction.stage(path))
        count = len(transaction.moves)
        if count:
            commit(transaction)
        else:
            transaction.abandon()
        return count


def _assign(
    table: pa.Table, column: str, key: str, values: Mapping[str, str | bool | None]
) -> pa.Table:
    names = table[key].to_pylist()
    if not values or not any(name in values for name in names):
        return table
    old = table[column].to_pylist()
    new = [values.get(name, before) for name, before in zip(names, old, strict=True)]
    number = table.schema.get_field_index(column)
    field = table.schema.field(number)
    return table.set_column(number, field, pa.array(new, field.type))
