"""Cleaning the pages of many sites in order, each with what was learned from those before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.clean.article import Cleaned, take_apart
from tasks.clean.identity import outlet_of
from tasks.clean.lesson import Lesson, lesson_of
from tasks.clean.site_template import Evidence, SiteTemplate
from tasks.clean.words import fold
from tasks.records import Page

SAMPLED = 8
"""Of a site that is well known, one page in so many teaches, and every page that does not fit."""

SCHEMA = pa.schema(
    [
        ("outlet", pa.string()),
        ("version", pa.int32()),
        ("pages", pa.int32()),
        ("seen", pa.int32()),
        ("misses", pa.int32()),
        ("lengths", pa.int64()),
        ("learned_at", pa.timestamp("us", "UTC")),
        ("languages", pa.list_(pa.string())),
        ("kinds", pa.list_(pa.string())),
        ("body", pa.list_(pa.int64())),
        ("other", pa.list_(pa.int64())),
        ("barren", pa.list_(pa.string())),
        ("barren_pages", pa.list_(pa.int32())),
        ("live", pa.list_(pa.string())),
        ("lines", pa.list_(pa.string())),
        ("counts", pa.list_(pa.int32())),
        ("dropped", pa.int64()),
    ]
)
"""One row a site."""


class Sites:
    """What is known of each site, and the templates made of it.

    A template is made anew when a site's pages have doubled since the last one, so that long runs
    keep their templates for long.
    """

    def __init__(self, evidence: Iterable[Evidence] = ()) -> None:
        self.evidence: dict[str, Evidence] = {item.outlet: item for item in evidence}
        self.templates: dict[str, SiteTemplate] = {}
        for item in self.evidence.values():
            self._freeze(item)

    def clean(self, page: Page, now: datetime | None = None) -> Cleaned:
        """Clean a page with what is known of its site, and learn from it.

        Args:
            page: As for `clean_page`.
            now: As for `clean_page`.

        Raises:
            CleanError: As `clean_page`.
        """
        outlet = outlet_of(page.snapshot.url)
        template = self.templates.get(outlet) if outlet else None
        cleaned = take_apart(page, template=template, now=now)
        known = self.evidence.get(cleaned.article.outlet or "")
        if known:
            known.seen += 1
        if not (known and known.is_mature and not cleaned.is_fallback and known.seen % SAMPLED):
            lesson = lesson_from(cleaned)
            if lesson:
                self.learn(lesson)
        return cleaned

    def learn(self, lesson: Lesson) -> None:
        """Add what a page teaches."""
        evidence = self.evidence.setdefault(lesson.outlet, Evidence(lesson.outlet))
        evidence.add(lesson)
        template = self.templates.get(lesson.outlet)
        if evidence.pages >= 2 * template.pages if template else True:
            self._freeze(evidence)
        elif template and evidence.pages < template.pages:
            del self.templates[lesson.outlet]  # the site has changed: learned anew from here

    def _freeze(self, evidence: Evidence) -> None:
        template = evidence.freeze()
        if template:
            self.templates[evidence.outlet] = template


def lesson_from(cleaned: Cleaned) -> Lesson | None:
    """Read what a cleaned page teaches of its site; null where it names none or has no blocks."""
    outlet = cleaned.article.outlet
    if not outlet or not cleaned.choice:
        return None
    titles = {fold(text) for text in cleaned.meta.headlines}
    printed = set(cleaned.printed_standfirst)
    # Without its headline the head of an article, and with it byline and date, is not found again.
    top = [
        block
        for block in cleaned.blocks
        if block.tag == "h1" or block.key in titles or block.text in printed
    ]
    claimed = (cleaned.meta.language or "").replace("_", "-").partition("-")[0].lower()
    return lesson_of(
        outlet,
        cleaned.blocks,
        cleaned.choice,
        len(cleaned.article.text),
        cleaned.is_fallback,
        claimed if claimed == cleaned.article.language else None,
        (*cleaned.meta.head, *top),
        cleaned.dropped,
    )


def save_sites(evidence: Mapping[str, Evidence], path: Path, now: datetime | None = None) -> None:
    """Write what is known of the sites as one Parquet file, all or nothing.

    Args:
        evidence: By outlet.
        path: The file, such as data/state/sites/00007.parquet.
        now: When it was learned, where a site does not say.
    """
    rows = []
    for outlet in sorted(evidence):
        item = evidence[outlet]
        kinds = sorted(set(item.body) | set(item.other))
        rows.append(
            {
                "outlet": outlet,
                "version": item.version,
                "pages": item.pages,
                "seen": item.seen,
                "misses": item.misses,
                "lengths": item.lengths,
                "learned_at": item.learned_at or now,
                "languages": list(item.languages),
                "kinds": kinds,
                "body": [item.body[kind] for kind in kinds],
                "other": [item.other[kind] for kind in kinds],
                "barren": list(item.barren),
                "barren_pages": list(item.barren.values()),
                "live": sorted(item.live),
                "lines": list(item.lines),
                "counts": list(item.lines.values()),
                "dropped": item.dropped,
            }
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), temporary, compression="zstd")
    temporary.replace(path)


def load_sites(path: Path) -> Sites:
    """Read what is known of the sites; nothing is known where there is no file.

    The templates are those that the evidence gives, with the version it was saved with.
    """
    if not path.exists():
        return Sites()
    evidence = []
    for row in pq.read_table(path).to_pylist():
        item = Evidence(row["outlet"], max(0, row["version"] - 1), row["pages"])
        item.misses = row["misses"]
        item.seen = row["seen"]
        item.lengths = row["lengths"]
        item.dropped = row.get("dropped") or 0
        item.learned_at = row["learned_at"]
        item.languages.update(row["languages"])
        item.body.update(dict(zip(row["kinds"], row["body"], strict=True)))
        item.other.update(dict(zip(row["kinds"], row["other"], strict=True)))
        item.barren.update(dict(zip(row["barren"], row["barren_pages"], strict=True)))
        item.live.update(row["live"])
        item.lines = dict(zip(row["lines"], row["counts"], strict=True))
        evidence.append(item)
    return Sites(evidence)
