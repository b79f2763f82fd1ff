"""What was learned of sites, on disk: numbered snapshots that never change, and the evidence.

`data/state/sites/00007.parquet` is a snapshot: a batch is cleaned with one, and every article says
with which (`00007/example.com`). `evidence.parquet` is what the next snapshot will be made of; it
grows with every run. A snapshot is made when a site is known well enough for the first time, has
doubled its pages since the last one, or has changed its layout: so there are few of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from filelock import FileLock

from tasks.clean.learning import Sites, load_sites, save_sites
from tasks.clean.lesson import Lesson
from tasks.clean.site_template import SiteTemplate

_NAME = re.compile(r"(\d{5})\.parquet")


@dataclass(frozen=True, slots=True)
class SiteHealth:
    """What is known of a site, for people."""

    outlet: str
    """Registered domain."""

    pages: int
    """Pages it was learned from."""

    misses: int
    """Pages in a row that its template did not fit: many mean a new layout."""

    length: int
    """Usual characters of a text."""

    is_ready: bool
    """Whether enough is known for a template."""

    dropped: float
    """Usual share of a text that is dropped as furniture."""

    learned_at: datetime | None
    """When its last page was learned from (UTC)."""


def latest_number(folder: Path) -> int | None:
    """Find the newest snapshot; None before the first."""
    numbers = [int(m[1]) for path in folder.glob("*.parquet") if (m := _NAME.fullmatch(path.name))]
    return max(numbers, default=None)


def template_of(folder: Path, number: int | None, outlet: str | None) -> SiteTemplate | None:
    """Take a site's template out of a snapshot; None where there is none."""
    if number is None or outlet is None:
        return None
    return _templates(folder / f"{number:05d}.parquet").get(outlet)


def snapshot_name(number: int, outlet: str) -> str:
    """Name the template of a site in a snapshot, as article rows do."""
    return f"{number:05d}/{outlet}"


def named_template(folder: Path, name: str | None) -> SiteTemplate | None:
    """Find the template that an article row names; None if it names none, or it is gone."""
    number, _, outlet = (name or "").partition("/")
    return template_of(folder, int(number), outlet) if number.isdecimal() else None


def learn(folder: Path, lessons: Iterable[Lesson], now: datetime) -> int | None:
    """Add what pages taught to the evidence, and make a snapshot of it if that tells much more.

    Args:
        folder: data/state/sites.
        lessons: In the order of the pages.
        now: When it was learned.

    Returns:
        The number of the new snapshot; None if the last one still serves.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        number = latest_number(folder)
        used = _templates(folder / f"{number:05d}.parquet") if number is not None else {}
        sites = load_sites(folder / "evidence.parquet")
        taught = {lesson.outlet for lesson in _taken_in(sites, lessons)}
        if not taught:
            return None
        for outlet in taught:
            sites.evidence[outlet].learned_at = now
        save_sites(sites.evidence, folder / "evidence.parquet", now)
        if not any(_tells_more(sites, used.get(outlet), outlet) for outlet in taught):
            return None
        following = 0 if number is None else number + 1
        save_sites(sites.evidence, folder / f"{following:05d}.parquet", now)
        return following


def health(folder: Path) -> list[SiteHealth]:
    """Tell what is known of each site, those known best first."""
    sites = load_sites(folder / "evidence.parquet")
    found = [
        SiteHealth(
            outlet=outlet,
            pages=evidence.pages,
            misses=evidence.misses,
            length=evidence.lengths // max(evidence.pages, 1),
            is_ready=outlet in sites.templates,
            dropped=evidence.dropped_share,
            learned_at=evidence.learned_at,
        )
        for outlet, evidence in sites.evidence.items()
    ]
    return sorted(found, key=lambda site: (-site.pages, site.outlet))


def _taken_in(sites: Sites, lessons: Iterable[Lesson]) -> list[Lesson]:
    taken = list(lessons)
    for lesson in taken:
        sites.learn(lesson)
    return taken


def _tells_more(sites: Sites, used: SiteTemplate | None, outlet: str) -> bool:
    """Whether the evidence gives a template where there was none, a better one, or another one."""
    pages = sites.evidence[outlet].pages
    if used is None:
        return outlet in sites.templates
    return pages >= 2 * used.pages or pages < used.pages


@lru_cache(maxsize=4)
def _templates(path: Path) -> dict[str, SiteTemplate]:
    return load_sites(path).templates
