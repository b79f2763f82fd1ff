"""A table of the store: its name, its columns, its key, and what it refers to."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from tasks.store.columns import Column

SCHEMA_VERSION = 2
"""Goes up when a table changes; kept in every part and in head.json."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the store."""

    name: str
    """Its name, and that of its folder."""

    description: str
    """What a row is."""

    key: tuple[str, ...]
    """The columns that name a row."""

    columns: tuple[Column, ...]
    """Its columns, in order."""

    references: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Foreign keys: columns, and the table that has them as (part of) its key."""

    is_partitioned: bool = True
    """Whether its part k belongs to the articles of part k; else it has one part."""

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, with descriptions, key and version in the metadata."""
        return pa.schema(
            [column.field for column in self.columns],
            metadata={
                "onrecord.table": self.name,
                "onrecord.description": self.description,
                "onrecord.key": " ".join(self.key),
                "onrecord.schema_version": str(SCHEMA_VERSION),
            },
        )
