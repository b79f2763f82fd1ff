"""What stands in the tables of some articles, and what they hold of their past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tasks.store.arrivals import COMPARED, captures_of
from tasks.store.layout import Layout
from tasks.store.part import only, read_part
from tasks.store.settling import Capture


@dataclass(frozen=True, slots=True)
class Standing:
    """An article as the tables have it."""

    capture: Capture
    """The text that stands."""

    part: int
    """The part its rows are in."""


def find_standing(layout: Layout, article_ids: Iterable[str]) -> dict[str, Standing]:
    """Look articles up in the tables.

    Only the ids of a part are read (some milliseconds for 20,000) unless one of them is there.
    """
    ids = pa.array(article_ids, pa.string())
    found: dict[str, Standing] = {}
    for number, path in layout.parts("articles").items() if len(ids) else ():
        known = read_part("articles", path, ["article_id"])["article_id"]
        if not pc.any(pc.is_in(known, value_set=ids)).as_py():
            continue
        rows = only(read_part("articles", path, COMPARED), ids)
        found |= {c.article_id: Standing(c, number) for c in captures_of(rows)}
    return found


def find_history(layout: Layout, standing: Iterable[Standing]) -> dict[str, list[Capture]]:
    """Read the past texts of articles."""
    by_part: dict[int, list[str]] = {}
    for article in standing:
        by_part.setdefault(article.part, []).append(article.capture.article_id)
    found: dict[str, list[Capture]] = {}
    for number, ids in sorted(by_part.items()):
        path = layout.part("revisions", number)
        if path.exists():
            rows = only(read_part("revisions", path, COMPARED), pa.array(ids))
            for capture in captures_of(rows):
                found.setdefault(capture.article_id, []).append(capture)
    return found
