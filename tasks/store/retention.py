"""Retention: what need not be kept for ever.

The tables are never touched. Archives (data/raw) are what `reprocess` reads; batches (data/work)
are made again when needed; what is left of dead runs in state/published tells nobody anything.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tasks.store.disk import store_errors
from tasks.store.layout import Layout

_DEAD_RUN = timedelta(days=30)
"""Age at which the outcomes of a run that never ended are of no use to anyone."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was dropped."""

    paths: tuple[Path, ...]
    """The files and folders."""

    bytes: int
    """Their size."""


def drop_raw(data: Path, older_than: timedelta, *, now: datetime | None = None) -> Dropped:
    """Remove archives that were last written to long ago.

    Args:
        data: The data folder.
        older_than: Their least age.
        now: The time, of now when null.

    Raises:
        StoreError: A file cannot be removed.
    """
    archives = [*(data / "raw").rglob("*.warc.gz"), *(data / "raw").rglob("*.warc")]
    return _drop(archives, older_than, now)


def drop_work(data: Path, older_than: timedelta, *, now: datetime | None = None) -> Dropped:
    """Remove batches of stages, and outcomes of runs that died, from long ago.

    Args:
        data: The data folder.
        older_than: Their least age.
        now: The time, of now when null.

    Raises:
        StoreError: A folder cannot be removed.
    """
    batches = _drop((data / "work").glob("*/"), older_than, now)
    dead = _drop(Layout(data).published.glob("*/"), max(older_than, _DEAD_RUN), now)
    return Dropped(batches.paths + dead.paths, batches.bytes + dead.bytes)


def _drop(paths: Iterable[Path], older_than: timedelta, now: datetime | None) -> Dropped:
    before = ((now or datetime.now(UTC)) - older_than).timestamp()
    dropped, size = [], 0
    for path in sorted(paths):
        files = [f for f in path.rglob("*") if f.is_file()] if path.is_dir() else [path]
        with store_errors(f"remove {path}"):
            if max(f.stat().st_mtime for f in [path, *files]) >= before:
                continue
            size += sum(f.stat().st_size for f in files)
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        dropped.append(path)
    return Dropped(tuple(dropped), size)
