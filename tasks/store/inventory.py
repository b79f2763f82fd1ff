"""The inventory: which files there should be, against those that are there.

`tables/datapackage.json` names every part, and takes its place after them in every transaction. So
a part that it names and that is not there was taken away by somebody else.
"""

from __future__ import annotations

from pathlib import Path

from tasks.errors import StoreError
from tasks.store.disk import read_json, store_errors
from tasks.store.layout import Layout
from tasks.store.schema import SCHEMAS


def missing_parts(layout: Layout) -> list[Path]:
    """List the parts that are named but not there; none if nothing names any.

    Raises:
        StoreError: datapackage.json is damaged.
    """
    path = layout.description
    with store_errors(f"read {path}"):
        try:
            resources = read_json(path)["resources"]
            named = [layout.tables / part for r in resources for part in r["path"]]
        except FileNotFoundError:
            return []
        except (KeyError, TypeError) as error:
            raise StoreError(f"{path} is damaged ({error}); `onrecord verify --repair`") from error
    there = {part for name in SCHEMAS for part in layout.parts(name).values()}
    return sorted(set(named) - there)


def check_parts(layout: Layout) -> None:
    """Refuse to go on where a part is missing: its rows would be taken for none.

    Raises:
        StoreError: One is missing.
    """
    if not layout.description.exists():
        return
    try:
        missing = missing_parts(layout)
    except StoreError:
        return  # it is only a description; `verify` tells, the next new part brings another
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise StoreError(
            f"{missing[0]}{more} is missing: restore it from a copy, or let `onrecord verify"
            " --repair` go on without its rows"
        )


def strays(layout: Layout) -> list[Path]:
    """List what lies among the tables, the batches and the journals and is none of them.

    Plain readers of a table's folder would read a stray Parquet file, too.
    """
    parts = {path for name in SCHEMAS for path in layout.parts(name).values()}
    among = [path for path in layout.tables.rglob("*") if not path.is_dir()]
    found = [path for path in among if path not in parts and path != layout.description]
    for folder in (layout.inbox, layout.sealed, layout.journal):
        found += [p for p in (folder.iterdir() if folder.is_dir() else ()) if not p.is_dir()]
    return sorted(found)


def describes_nothing(layout: Layout) -> bool:
    """Tell whether datapackage.json is missing or damaged, so that it must be written anew."""
    try:
        missing_parts(layout)
        return not layout.description.exists()
    except StoreError:
        return True
