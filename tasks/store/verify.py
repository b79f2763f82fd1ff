"""Verify: whether the store is what it promises to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import StoreError
from tasks.store.door import broken_rules, repeated_keys
from tasks.store.head import check_version
from tasks.store.inbox import pending_names, read_pending
from tasks.store.inventory import describes_nothing, missing_parts, strays
from tasks.store.layout import Layout
from tasks.store.numbering import read_manifest, sealed_names
from tasks.store.offsets import wrong_offsets
from tasks.store.outcome import outcomes
from tasks.store.part import read_part
from tasks.store.schema import CHILDREN, PARTITIONED, SCHEMAS, TABLES


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it should be."""

    kind: str
    """version, journal, inbox, sealed, leftover, missing, damaged, rule, key, reference, offset,
    count or funnel."""

    place: str
    """The table, part or file."""

    detail: str
    """What is wrong, for a person to read."""


def verify(data: Path) -> list[Problem]:
    """Check a store: files whole, rules, keys, offsets, foreign keys, counts and funnel sums.

    Nothing is changed. While another process publishes, its transaction may be reported.

    Args:
        data: The data folder.

    Returns:
        What is wrong; empty when all is well.
    """
    layout = Layout(data)
    try:
        check_version(layout)
    except StoreError as error:
        return [Problem("version", str(layout.head), str(error))]
    if not layout.parts("articles"):
        return [Problem("damaged", str(layout.tables), "there are no tables")]
    return [*_state_problems(layout), *_table_problems(layout)]


def _state_problems(layout: Layout) -> Iterator[Problem]:
    for folder in sorted(layout.journal.glob("*/")):
        committed = (folder / "COMMIT.json").exists()
        what = "is not all in place yet" if committed else "was never committed"
        yield Problem("journal", str(folder), f"a transaction {what}; opening the store mends it")
    for name in pending_names(layout):
        try:
            read_pending(layout, [name])
        except StoreError as error:
            yield Problem("inbox", str(layout.inbox / name), str(error))
    for name in sealed_names(layout):
        try:
            read_manifest(layout.sealed / name)
        except StoreError as error:
            yield Problem("sealed", str(layout.sealed / name), str(error))
    for folder in sorted(layout.published.glob("*/")):
        try:
            outcomes(layout.data, folder.name)
        except StoreError as error:
            yield Problem("damaged", str(folder), str(error))
    for path in strays(layout):
        yield Problem("leftover", str(path), "nothing that belongs to the tables or their state")
    if describes_nothing(layout):
        yield Problem("damaged", str(layout.description), "it does not say which parts there are")
    else:
        for path in missing_parts(layout):
            yield Problem("missing", str(path), "a part that was there has gone, with its rows")


def _table_problems(layout: Layout) -> Iterator[Problem]:
    keys: dict[str, list[pa.Table]] = {name: [] for name in TABLES}
    numbers = sorted({number for name in SCHEMAS for number in layout.parts(name)})
    for number in numbers:
        tables: dict[str, pa.Table] = {}
        for name in SCHEMAS:
            path = layout.part(name, number)
            if not path.exists():
                tables[name] = SCHEMAS[name].empty_table()
                continue
            try:
                tables[name] = read_part(name, path, check=True)
            except StoreError as error:
                yield Problem("damaged", str(path), str(error))
                continue
            for message in broken_rules(name, tables[name], key=()):
                yield Problem("rule", str(path), message)
            keys[name].append(tables[name].select(list(TABLES[name].key)))
        yield from _part_problems(tables, f"part {number}")
        if number == 0 and "runs" in tables:
            yield from _funnel_problems(tables["runs"])
    for name, found in keys.items():
        repeats = repeated_keys(pa.concat_tables(found), TABLES[name].key) if found else 0
        if repeats:
            yield Problem("key", name, f"{repeats} rows have the key of another")


def _part_problems(tables: dict[str, pa.Table], place: str) -> Iterator[Problem]:
    if not set(PARTITIONED) <= set(tables):
        return  # a damaged file was reported; its references cannot be followed
    articles = tables["articles"]
    for name in CHILDREN:
        rows = tables[name]
        orphans = _missing(rows["revision_id"], articles["revision_id"])
        if orphans:
            yield Problem(
                "reference", f"{name}, {place}", f"{orphans} rows are of no text in articles"
            )
    for name in ("revisions", "changes"):
        orphans = _missing(tables[name]["article_id"], articles["article_id"])
        if orphans:
            yield Problem("reference", f"{name}, {place}", f"{orphans} rows are of no article")
    entity_keys = _pairs(tables["entities"], "entity_no")
    for name, column in (("mentions", "entity_no"), ("quotes", "speaker_entity_no")):
        orphans = _missing(_pairs(tables[name], column), entity_keys)
        if orphans:
            yield Problem(
                "reference", f"{name}, {place}", f"{orphans} rows name an entity that is not there"
            )
    both = pa.concat_arrays(
        [
            _pairs(articles, "revision").combine_chunks(),
            _pairs(tables["revisions"], "revision").combine_chunks(),
        ]
    )
    if pc.count_distinct(both).as_py() < len(both):
        yield Problem("key", f"revisions, {place}", "a revision is in articles and in revisions")
    for name, column in (("quotes", "quote_count"), ("entities", "entity_count")):
        wrong = _wrong_counts(articles, tables[name], column)
        if wrong:
            yield Problem("count", f"articles.{column}, {place}", f"wrong in {wrong} rows")
    for message in wrong_offsets(tables):
        yield Problem("offset", place, message)


def _funnel_problems(runs: pa.Table) -> Iterator[Problem]:
    for run in runs.to_pylist():
        parts = sum(run[name] for name in ("new", "revised", "unchanged", "skipped", "failed"))
        if run["finished_at"] is not None and run["state"] == "completed" and run["found"] != parts:
            yield Problem(
                "funnel", f"run {run['run_id']}", f"found {run['found']}, but {parts} accounted for"
            )


def _missing(values: pa.ChunkedArray, known: pa.ChunkedArray) -> int:
    """Count the values that are not among the known; nulls refer to nothing."""
    wanted = values.drop_null()
    found = pc.sum(pc.is_in(wanted, value_set=known.combine_chunks())).as_py() or 0
    return len(wanted) - int(found)


def _pairs(table: pa.Table, column: str) -> pa.ChunkedArray:
    """Join article_id and a number into one value; null where the number is."""
    return pc.binary_join_element_wise(table["article_id"], table[column].cast(pa.string()), " ")


def _wrong_counts(articles: pa.Table, rows: pa.Table, column: str) -> int:
    counted = rows.group_by("article_id").aggregate([([], "count_all")])
    counts = dict(
        zip(counted["article_id"].to_pylist(), counted["count_all"].to_pylist(), strict=True)
    )
    said = zip(articles["article_id"].to_pylist(), articles[column].to_pylist(), strict=True)
    return sum(counts.get(article_id, 0) != count for article_id, count in said)
