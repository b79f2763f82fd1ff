"""Forgetting: what a person may ask for, and everything it means.

`forget` leaves a tombstone, so that what is forgotten stays out of the tables when it comes again.
A later run may fetch the page anew, though; `tasks.store.scrubbing.scrub` after a run takes it out
of data/raw and data/work as well, and `is_forgotten` lets a flow skip forgotten addresses at once.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import UsageError
from tasks.store.layout import Layout
from tasks.store.lock import locked
from tasks.store.scrubbing import scrub
from tasks.store.snapshot import open_snapshot
from tasks.store.tombstones import add_tombstones, fold, read_tombstones
from tasks.store.transactions import open_store


def forget(
    data: Path,
    *,
    name: str | None = None,
    entity_id: str | None = None,
    url: str | None = None,
    outlet: str | None = None,
) -> list[str]:
    """Forget a person, an article or an outlet: in tables, history, work, archives and state.

    A person's name is masked wherever it stands, together with the other forms of it in articles
    that have the person as an entity; an article or outlet is removed. Files outside the data
    folder (a user's own archives) are not touched.

    Args:
        data: The data folder.
        name: A person's full name, at least two words.
        entity_id: A person's entity_id; every name it has in the tables is forgotten.
        url: An article's URL.
        outlet: An outlet's registered domain.

    Returns:
        What was done, for a person to read.

    Raises:
        UsageError: Not exactly one of them is given, or it names nothing that could be forgotten.
        StoreError: The tables are damaged, or the disk refuses.
    """
    if sum(value is not None for value in (name, entity_id, url, outlet)) != 1:
        raise UsageError("give one of a name, an entity id, a URL and an outlet")
    open_store(data)
    names = [name] if name is not None else []
    addresses = [address for address in (url, outlet) if address is not None]
    if entity_id is not None:
        names = _names_of(data, entity_id)
    if url is not None:
        addresses += _addresses_of(data, url)
    if any(len(fold(n).split()) < 2 for n in names):
        raise UsageError("a name of one word would black out too much; give the full name")
    layout = Layout(data)
    with locked(layout):
        add_tombstones(data, names=tuple(names), addresses=tuple(addresses))
    done = scrub(data)
    return [f"a tombstone for {len(names) + len(addresses)} names and addresses", *done]


def is_forgotten(data: Path) -> Callable[[str], bool]:
    """Make the test of whether a URL is forgotten, for a flow to skip it.

    Args:
        data: The data folder.
    """
    stones = read_tombstones(data)
    return lambda url: stones is not None and stones.is_url(url)


def _names_of(data: Path, entity_id: str) -> list[str]:
    with open_snapshot(data, ["entities"]) as tables:
        condition = pc.field("entity_id") == entity_id
        rows = tables.table("entities", ["canonical_name"], condition)
    names = sorted(set(rows["canonical_name"].to_pylist()))
    if not names:
        raise UsageError(f"no entity has the id {entity_id}")
    return names


def _addresses_of(data: Path, url: str) -> list[str]:
    """Find the other addresses of an article, and its id."""
    columns = ["article_id", "url", "canonical_url"]
    found: set[str] = set()
    with open_snapshot(data, ["articles", "revisions"]) as tables:
        condition = (pc.field("url") == url) | (pc.field("canonical_url") == url)
        rows = pa.concat_tables(
            [
                tables.table(name, columns, condition).replace_schema_metadata()
                for name in ("articles", "revisions")
            ]
        )
    for column in columns:
        found |= {value for value in rows[column].to_pylist() if value is not None}
    return sorted(found - {url})
