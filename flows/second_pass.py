"""The second pass over names: persons get one id across articles, now that all are known.

Within an article a person has the id of the fullest name used there; `tasks.enrich.corpus` says who
is certainly one person across articles. Here its decisions reach the stored rows: the article's
rows come back with other ids (`link_method` corpus), as a reading of the same capture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.enrich.corpus import METHOD, Bearer, Reassignment, unify_persons
from tasks.store.inbox import append
from tasks.store.run import RunInfo
from tasks.store.schema import CHILDREN, SCHEMAS
from tasks.store.snapshot import Snapshot, open_snapshot
from tasks.store.transactions import publish

ARTICLES_AT_ONCE = 500
"""Articles whose rows are held and stored together."""

Row = dict[str, Any]


def unify_stored_persons(data: Path, run: RunInfo) -> list[Reassignment]:
    """Give persons in the tables the ids they have elsewhere. Again, it changes nothing more.

    Args:
        data: The data folder.
        run: The run that does it.

    Returns:
        Who got another id.

    Raises:
        StoreError: The tables are damaged, or the disk refuses.
    """
    with open_snapshot(data, ["articles", *CHILDREN]) as tables:
        rows = _entities(tables)
        changes = _possible(unify_persons(list(_bearers(rows))), rows)
        by_article: dict[str, list[Reassignment]] = defaultdict(list)
        for change in changes:
            by_article[change.article_id].append(change)
        for number, ids in enumerate(_chunks(sorted(by_article))):
            rewritten = _rewritten(tables, ids, by_article, run)
            append(data, rewritten, f"persons-{number}", run_id=run.run_id, mode="reading")
    publish(data)
    return changes


def _entities(tables: Snapshot) -> list[Row]:
    columns = [
        *("article_id", "entity_no", "entity_id", "canonical_name", "type"),
        *("aliases", "description", "gender", "link_method"),
    ]
    return list(tables.table("entities", columns).to_pylist())


def _bearers(rows: Sequence[Row]) -> Iterator[Bearer]:
    """Take the persons out of the entities, each with the company it is met in."""
    company: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        company[row["article_id"]].add(row["entity_id"])
    for row in rows:
        # what a person has decided is not for us to change
        if row["type"] == "PERSON" and row["link_method"] != "correction":
            yield Bearer(
                article_id=row["article_id"],
                entity_no=row["entity_no"],
                entity_id=row["entity_id"],
                canonical_name=row["canonical_name"],
                aliases=tuple(row["aliases"]),
                description=row["description"],
                gender=row["gender"],
                company=frozenset(company[row["article_id"]] - {row["entity_id"]}),
            )


def _possible(changes: Sequence[Reassignment], rows: Sequence[Row]) -> list[Reassignment]:
    """Leave out what would give two things of one article the same id."""
    taken = {(row["article_id"], row["entity_id"]) for row in rows}
    possible = []
    for change in changes:
        key = change.article_id, change.entity_id
        if key not in taken:
            taken.add(key)
            possible.append(change)
    return possible


def _rewritten(
    tables: Snapshot,
    ids: Sequence[str],
    by_article: Mapping[str, Sequence[Reassignment]],
    run: RunInfo,
) -> dict[str, pa.Table]:
    """Read all rows of some articles, and write the new ids into them."""
    wanted = pc.field("article_id").isin(list(ids))
    found = {name: tables.table(name, condition=wanted) for name in ("articles", *CHILDREN)}
    of = {(c.article_id, c.entity_no): c for i in ids for c in by_article[i]}
    entities = found["entities"].to_pylist()
    for row in entities:
        change = of.get((row["article_id"], row["entity_no"]))
        if change is not None:
            names = dict.fromkeys((row["canonical_name"], *row["aliases"]))
            row.update(_identity(change))
            row["canonical_name"] = change.canonical_name
            row["aliases"] = [name for name in names if name != change.canonical_name]
    quotes = found["quotes"].to_pylist()
    for row in quotes:
        change = of.get((row["article_id"], row["speaker_entity_no"]))
        if change is not None:
            row.update(speaker=change.canonical_name, speaker_entity_id=change.entity_id)
    articles = found["articles"].to_pylist()
    for row in articles:
        row["run_id"] = run.run_id
    return found | {
        "articles": pa.Table.from_pylist(articles, SCHEMAS["articles"]),
        "entities": pa.Table.from_pylist(entities, SCHEMAS["entities"]),
        "quotes": pa.Table.from_pylist(quotes, SCHEMAS["quotes"]),
    }


def _identity(change: Reassignment) -> Row:
    prefix, _, value = change.entity_id.partition(":")
    return {
        "entity_id": change.entity_id,
        "wikidata_id": value if prefix == "wd" else None,
        "link_method": METHOD,
        "confidence": change.confidence,
    }


def _chunks(ids: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, ARTICLES_AT_ONCE)):
        yield chunk
