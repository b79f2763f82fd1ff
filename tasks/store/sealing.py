"""Sealing: bulk import, many workers writing whole parts at once.

A worker that has a part's worth of articles (a WARC archive of a month) writes the part itself,
sorted and compressed, without a lock. Publishing only gives it a number. Articles that the tables
know already are taken out of it and go through the inbox like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from tasks.errors import StoreError
from tasks.store.arrivals import Arrivals
from tasks.store.disk import Step, checksum, nothing, remove_folder, store_errors, write_json
from tasks.store.door import check_tables
from tasks.store.head import check_version
from tasks.store.inbox import Pending, hidden_name, published_file, reveal
from tasks.store.judging import outcomes_of, settle_all
from tasks.store.layout import Layout
from tasks.store.merging import merge_rows
from tasks.store.outcome import to_json
from tasks.store.part import sort_part, write_part
from tasks.store.schema import PART_ARTICLES, SCHEMAS
from tasks.store.table import SCHEMA_VERSION


def seal(
    data: Path, tables: Mapping[str, pa.Table], key: str, run_id: str, *, at: Step = nothing
) -> str:
    """Write a whole part, durably and without a lock; the next publish gives it its number.

    Args:
        data: The data folder.
        tables: From `rows_of`, of at most 20,000 articles.
        key: Names it within the run; the same key again is a no-op.
        run_id: The run.
        at: Called at each step, for tests.

    Returns:
        The key.

    Raises:
        StoreError: The rows break a rule, are too many, or the disk refuses.
    """
    return seal_together(data, [tables], key, run_id, at=at)


def seal_together(
    data: Path,
    batches: Sequence[Mapping[str, pa.Table]],
    key: str,
    run_id: str,
    *,
    settled: Sequence[str] = (),
    at: Step = nothing,
) -> str:
    """Write one whole part of several batches; see `seal`.

    Args:
        data: The data folder.
        batches: Each from `rows_of`; together at most 20,000 articles. A text may come in several.
        key: Names it within the run; the same key again is a no-op.
        run_id: The run.
        settled: Addresses (files, say) that came through: their old failures are removed.
        at: Called at each step, for tests.
    """
    layout = Layout(data)
    check_version(layout)
    for tables in batches:
        check_tables(tables)
    if sum(tables["articles"].num_rows for tables in batches) > PART_ARTICLES:
        raise StoreError(f"a part has at most {PART_ARTICLES} articles")
    name = f"{run_id}.{key}"
    if (layout.sealed / name).exists() or published_file(layout, run_id, key).exists():
        return key
    arrivals = Arrivals([Pending(name, run_id, key, "capture", (), 0, dict(t)) for t in batches])
    captures, failures = arrivals.captures(), arrivals.all("failures")
    verdicts = settle_all(captures, {}, layout)
    merged = merge_rows(lambda n: SCHEMAS[n].empty_table(), list(verdicts.values()), arrivals)
    hidden = layout.sealed / hidden_name(name)
    with store_errors(f"write a part to {data}"):
        try:
            hidden.mkdir(parents=True)
            checksums = {}
            for table, rows in (*merged, ("failures", failures)):
                if table != "failures" or rows.num_rows:
                    path = hidden / f"{table}.parquet"
                    write_part(table, sort_part(table, rows), path)
                    checksums[table] = checksum(path)
                    at("seal")
            manifest = {
                "run_id": run_id,
                "key": key,
                "outcomes": to_json(outcomes_of(verdicts, captures, arrivals)),
                "settled": list(settled),
                "checksums": checksums,
                "version": SCHEMA_VERSION,
            }
            write_json(hidden / "manifest.json", manifest)
            at("seal manifest")
            reveal(hidden, layout.sealed / name)
        finally:
            remove_folder(hidden)
    at("sealed")
    return key
