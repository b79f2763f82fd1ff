"""What stands in the tables of some articles, and what they hold of their past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

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

    Only the ids of a part are read unless one of them is there, and those once as long as the file
    stays the same.
    """
    ids = pa.array(article_ids, pa.string())
    found: dict[str, Standing] = {}
    for number, path in layout.parts("articles").items() if len(ids) else ():
        about = path.stat()
        known = _ids(path, (about.st_ino, about.st_mtime_ns, about.st_size))
        if not pc.any(pc.is_in(known, value_set=ids)).as_py():
            continue
        rows = only(read_part("articles", path, COMPARED), ids)
        found |= {c.article_id: Standing(c, number) for c in captures_of(rows)}
    return found


def find_texts(data: Path, article_ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """Look up which text of some articles the tables hold, and how it was cleaned.

    Args:
        data: The data folder.
        article_ids: The articles.

    Returns:
        Content hash and site snapshot of those that are there.
    """
    layout = Layout(data)
    columns = ["article_id", "content_hash", "site_snapshot"]
    found: dict[str, tuple[str, str | None]] = {}
    for number in {known.part for known in find_standing(layout, article_ids).values()}:
        rows = read_part("articles", layout.part("articles", number), columns)
        for row in only(rows, pa.array(article_ids, pa.string())).to_pylist():
            found[row["article_id"]] = (row["content_hash"], row["site_snapshot"])
    return found


@lru_cache(maxsize=128)
def _ids(path: Path, identity: tuple[int, int, int]) -> pa.Array:
    """Read the article ids of a part; 0.5 MB each, so that 2.5 million articles take 64 MB."""
    return read_part("articles", path, ["article_id"])["article_id"].combine_chunks()


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
