"""Arrivals: the rows of several batches side by side, and the captures among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from tasks.store.columns import TIME
from tasks.store.inbox import Pending
from tasks.store.schema import SCHEMAS
from tasks.store.settling import STORED, Capture
from tasks.store.tombstones import MASK

COMPARED = (
    "article_id",
    "revision_id",
    "content_hash",
    "fetched_at",
    "processed_at",
    "run_id",
    "revision",
    "first_seen_at",
    "standfirst",
)
"""The columns of articles that a capture is made of."""


@dataclass(frozen=True)
class Arrivals:
    """Batches that are being published together."""

    batches: Sequence[Pending]
    """The batches, in order of arrival."""

    @cached_property
    def articles(self) -> pa.Table:
        """Their articles; the row number is a capture's place."""
        return self.all("articles")

    @cached_property
    def _batch_numbers(self) -> list[int]:
        """Number of the batch that each article came with."""
        return [
            number
            for number, batch in enumerate(self.batches)
            for _ in range(batch.tables["articles"].num_rows if "articles" in batch.tables else 0)
        ]

    def all(self, name: str) -> pa.Table:
        """Put the batches' rows of a table under each other."""
        schema = SCHEMAS[name]
        return pa.concat_tables(
            [schema.empty_table(), *(b.tables[name] for b in self.batches if name in b.tables)]
        )

    def captures(self) -> list[Capture]:
        """Make the captures, by place."""
        found = captures_of(self.articles)
        modes = [self.batches[self.batch_of(place)].mode for place in range(len(found))]
        return [
            Capture(
                capture.article_id,
                capture.revision_id,
                capture.content_hash,
                capture.fetched_at,
                capture.is_dated,
                capture.run_id,
                place,
                1,
                capture.fetched_at,
                mode == "reading",
                capture.standfirst,
            )
            for place, (capture, mode) in enumerate(zip(found, modes, strict=True))
        ]

    def batch_of(self, place: int) -> int:
        """Tell which batch an article came with."""
        return self._batch_numbers[place]

    def rows(self, captures: Sequence[Capture]) -> pa.Table:
        """Take the article rows of captures, numbered as they were settled."""
        places = [c.place for c in captures]
        is_all = places == list(range(self.articles.num_rows))
        rows = self.articles if is_all else self.articles.take(pa.array(places, pa.int64()))
        if all(c.revision == 1 and c.first_seen_at == c.fetched_at for c in captures):
            return rows  # as they came in
        revisions = pa.array([c.revision for c in captures], pa.int16())
        first = pa.array([c.first_seen_at for c in captures], pa.int64()).cast(TIME)
        return _replace(_replace(rows, "revision", revisions), "first_seen_at", first)

    def children(self, name: str, captures: Sequence[Capture]) -> pa.Table:
        """Take the rows that belong to the texts of captures, at most one text per article."""
        wanted: dict[int, list[str]] = {}
        for capture in captures:
            wanted.setdefault(self.batch_of(capture.place), []).append(capture.revision_id)
        found = [SCHEMAS[name].empty_table()]
        for batch, revision_ids in sorted(wanted.items()):
            tables = self.batches[batch].tables
            rows = tables.get(name)
            if rows is not None and len(revision_ids) < tables["articles"].num_rows:
                texts = pa.array(revision_ids)
                rows = rows.filter(pc.is_in(rows["revision_id"], value_set=texts))
            found += [] if rows is None else [rows]
        return pa.concat_tables(found)


def captures_of(articles: pa.Table) -> list[Capture]:
    """Read captures off article rows that hold at least the columns compared."""
    columns = [
        (articles[name].cast(pa.int64()) if name.endswith("_at") else articles[name]).to_pylist()
        for name in COMPARED
    ]
    return [
        Capture(
            article_id,
            revision_id,
            content_hash,
            fetched_at,
            fetched_at != processed_at,
            run_id,
            STORED,
            revision,
            first_seen_at,
            standfirst=None if MASK in (standfirst or "") else standfirst,
        )
        for (
            article_id,
            revision_id,
            content_hash,
            fetched_at,
            processed_at,
            run_id,
            revision,
            first_seen_at,
            standfirst,
        ) in zip(*columns, strict=True)
    ]


def _replace(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    number = table.schema.get_field_index(name)
    return table.set_column(number, table.schema.field(number), values)
