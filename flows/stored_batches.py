"""Batches made of what is stored: what `reprocess` works through, without asking the web again.

* Pages: the archives in data/raw, and the files, folders and archives that articles came from, are
  read in place, as an ingest of them would.
* Articles: as the tables hold them. Nothing but the text is needed to find quotes and names anew.
* Annotated articles: what the extract stage left in data/work, where it is still there.

The same tables make the same batches under the same names, so that a run that was killed finds what
it has done in data/work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.compute as pc

from tasks.batch import Batch, BatchRef, read_batch, write_batch
from tasks.fetch.batches import make_batches
from tasks.fetch.found import Found
from tasks.fetch.local_sources import local_parts
from tasks.fetch.locations import normalised
from tasks.fetch.policy import Limits
from tasks.manifest import Manifest
from tasks.records import Address, AnnotatedArticle, Article, Failure, Skip
from tasks.store.restoring import stored_articles
from tasks.store.snapshot import open_snapshot

Row = dict[str, Any]
Parts = tuple[list[Found], list[Failure], list[Skip]]

FILES = ("html_file", "text_file")
SAME_MOMENT = timedelta(seconds=1)
"""Some tools that copy archives keep whole seconds only."""


def page_batches(data: Path, size: int, since: datetime | None, salt: str) -> list[BatchRef]:
    """Make batches of the addresses of all stored pages whose bytes are still there.

    An article whose page is not there any more becomes a failure that says so.

    Args:
        data: The data folder.
        size: Addresses a batch.
        since: Only what was captured then or later; files do not say when.
        salt: What else the result depends on: what is known of sites.
    """
    rows = _origins(data, since)
    pages, failures, skips = _pages(data, rows, since)
    failures += _gone(rows, pages)
    refs: list[BatchRef] = []
    for group in make_batches([page.address for page in pages], size) or [()]:
        batch = Batch(tuple(group)) if refs else Batch(tuple(group), tuple(failures), tuple(skips))
        name = _name("pages", salt, *(f"{a.location} {a.offset}" for a in group))
        refs.append(write_batch(batch, data / "work", name, "discover"))
    return refs


def article_batches(data: Path, size: int, since: datetime | None) -> Iterator[BatchRef]:
    """Make batches of the articles in the tables, as the clean stage left them.

    Args:
        data: The data folder.
        size: Articles a batch.
        since: Only those received then or later.
    """
    skips = _without_text(data, since)
    for articles in _chunks(stored_articles(data, since=since), size):
        yield _of_articles(data, articles, skips)
        skips = ()
    if skips:
        yield _of_articles(data, (), skips)


def annotated_batches(data: Path, size: int, since: datetime | None) -> Iterator[BatchRef]:
    """Make batches of the articles in the tables, as the extract stage left them.

    Those it must see again (data/work is thrown away now and then) come as `article_batches`.

    Args:
        data: The data folder.
        size: Articles a batch.
        since: Only those received then or later.
    """
    known = _annotated_before(data / "work")
    skips = _without_text(data, since)
    for articles in _chunks(stored_articles(data, since=since), size):
        annotated, rest = _split(articles, known)
        if rest or skips:
            yield _of_articles(data, rest, skips)
            skips = ()
        if annotated:
            name = _name("annotated", *(a.article.revision_id for a in annotated))
            yield write_batch(Batch(tuple(annotated)), data / "work", name, "extract")
    if skips:
        yield _of_articles(data, (), skips)


def _origins(data: Path, since: datetime | None) -> list[Row]:
    """Read where the articles in the tables came from."""
    columns = ["article_id", "url", "source", "source_kind", "fetched_at"]
    condition = None if since is None else pc.field("fetched_at") >= since
    with open_snapshot(data, ["articles"]) as tables:
        return list(tables.table("articles", columns, condition).to_pylist())


def _pages(data: Path, rows: Sequence[Row], since: datetime | None) -> Parts:
    """Look through the archives and files that the articles came from."""
    raw = data / "raw"
    archives = [str(path) for path in sorted(raw.glob("*.warc.gz"))]
    pages: dict[tuple[str, str, int | None], Found] = {}
    failures: list[Failure] = []
    skips: list[Skip] = []
    for source in [*_local_sources(rows, raw / "stdin"), *archives]:
        for part in local_parts(source, raw / "stdin", Limits(since=since)):
            if isinstance(part, Failure):
                failures.append(part)
            elif isinstance(part, Skip):
                skips.append(part)
            elif isinstance(part, Found) and _is_here(part.address):
                address = part.address
                archive = "" if address.offset is None else address.source
                pages.setdefault((archive, address.location, address.offset), part)
    return list(pages.values()), failures, skips


def _local_sources(rows: Sequence[Row], spool: Path) -> list[str]:
    """List the files and folders that articles came from, the latest last.

    Files do not say when they were captured: of two texts of one article the later in order stands.
    """
    latest: dict[str, datetime] = {}
    for row in rows:
        if row["source_kind"] in (*FILES, "warc"):
            before = latest.get(row["source"], row["fetched_at"])
            latest[row["source"]] = max(before, row["fetched_at"])
    ordered = sorted(latest, key=lambda source: (latest[source], source))
    spooled = sorted(str(path) for path in spool.glob("*")) if "-" in latest else []
    return [*spooled, *(source for source in ordered if source != "-")]


def _is_here(address: Address) -> bool:
    return address.offset is not None or not address.location.startswith(("http://", "https://"))


def _gone(rows: Iterable[Row], pages: Iterable[Found]) -> Iterator[Failure]:
    """Say of which articles the page is nowhere any more."""
    kept: dict[str, list[datetime]] = {}
    for page in pages:
        if page.moment is not None:
            kept.setdefault(page.address.location, []).append(page.moment)
    for row in rows:
        url, source = row["url"], row["source"]
        if row["source_kind"] in FILES or url is None:
            is_kept = source == "-" or Path(source).exists()
        else:
            moments = kept.get(normalised(url) or url, ())
            is_kept = any(abs(moment - row["fetched_at"]) < SAME_MOMENT for moment in moments)
        if not is_kept:
            yield Failure(
                url=url or source,
                stage="discover",
                reason="page_gone",
                detail="its page is in no archive or file any more; its rows stay as they are",
                article_id=row["article_id"],
            )


def _without_text(data: Path, since: datetime | None) -> tuple[Skip, ...]:
    """List the articles that are kept without their text: nothing can be found in them."""
    condition = pc.field("text").is_null()
    if since is not None:
        condition &= pc.field("fetched_at") >= since
    with open_snapshot(data, ["articles"]) as tables:
        rows = tables.table("articles", ["url", "source"], condition).to_pylist()
    return tuple(Skip(row["url"] or row["source"], "no_text") for row in rows)


def _of_articles(data: Path, articles: Sequence[Article], skips: Sequence[Skip]) -> BatchRef:
    name = _name("articles", *(article.revision_id for article in articles))
    batch = Batch(tuple(articles), (), tuple(skips))
    return write_batch(batch, data / "work", name, "clean")


def _annotated_before(work: Path) -> dict[str, BatchRef]:
    """Find the newest batch of the extract stage that holds each text, by revision."""
    manifests = sorted(work.glob("*/extract.manifest"), key=lambda path: path.stat().st_mtime_ns)
    known: dict[str, BatchRef] = {}
    for path in manifests:
        try:
            ref = msgspec.json.decode(path.read_bytes(), type=Manifest).ref
            known |= dict.fromkeys(_annotated(ref), ref)
        except (OSError, ValueError):
            continue  # thrown away or damaged: its articles are annotated again
    return known


@lru_cache(maxsize=4)
def _annotated(ref: BatchRef) -> dict[str, AnnotatedArticle]:
    items = read_batch(ref, AnnotatedArticle).items
    return {annotated.article.revision_id: annotated for annotated in items}


def _split(
    articles: Iterable[Article], known: dict[str, BatchRef]
) -> tuple[list[AnnotatedArticle], list[Article]]:
    """Tell articles that were annotated before from those that were not."""
    annotated: list[AnnotatedArticle] = []
    rest: list[Article] = []
    for article in articles:
        ref = known.get(article.revision_id)
        before = _annotated(ref)[article.revision_id] if ref else None
        if before is not None and before.article.text == article.text:
            annotated.append(replace(before, article=article))
        else:
            rest.append(article)
    return annotated, rest


def _name(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _chunks(articles: Iterator[Article], size: int) -> Iterator[list[Article]]:
    while chunk := list(islice(articles, size)):
        yield chunk
