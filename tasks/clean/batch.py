"""A batch of saved pages becomes a batch of articles, each page under guard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from tasks.batch import BatchRef
from tasks.clean.article import clean_page
from tasks.guard import Guard
from tasks.manifest import stage_key, work_through
from tasks.records import Article, Page, Snapshot

PageLoader = Callable[[Snapshot], Page]
"""Reads the bytes of a saved page; raises `ArticleError` where they cannot be read."""


@dataclass(frozen=True, slots=True)
class _CleanSnapshot:
    """The step of the guarded process; a class because it must be picklable."""

    load_page: PageLoader

    def __call__(self, snapshot: Snapshot) -> Article:
        return clean_page(self.load_page(snapshot), now=datetime.now(UTC))


@lru_cache(maxsize=1)
def _guard(load_page: PageLoader) -> Guard[Snapshot, Article]:
    """One guarded process a worker: it has imported everything and warmed its word lists."""
    return Guard(_CleanSnapshot(load_page))


def clean_snapshots(ref: BatchRef, work: Path, load_page: PageLoader) -> tuple[BatchRef, bool]:
    """Take the articles out of a batch of pages, unless that has been done.

    Args:
        ref: A batch of `Snapshot`.
        work: The data/work folder.
        load_page: Reads a page's bytes (of the fetch stage).

    Returns:
        A batch of `Article`, and whether it was there already.
    """
    return work_through(
        ref,
        Snapshot,
        "clean",
        work,
        stage_key("clean", ref.digest),
        lambda batch: _guard(load_page).through("clean", batch),
    )
