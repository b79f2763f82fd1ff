"""A batch of saved pages becomes a batch of articles, each page under guard.

A batch is cleaned with one snapshot of what is known of sites, whose id is part of its key. What
its pages teach is left in `clean.lessons` beside the batch; the run learns from the pages that
turned out to be new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from tasks.batch import Batch, BatchRef
from tasks.clean.article import take_apart
from tasks.clean.batch_sites import sites_id, tied_sites
from tasks.clean.identity import outlet_of
from tasks.clean.learning import lesson_from
from tasks.clean.lesson import Lesson
from tasks.clean.site_files import named_template, snapshot_name, template_of
from tasks.clean.site_template import SiteTemplate
from tasks.guard import Guard
from tasks.manifest import stage_key, work_through
from tasks.records import Article, Page, Snapshot

PageLoader = Callable[[Snapshot], Page]
"""Reads the bytes of a saved page; raises `ArticleError` where they cannot be read."""

Texts = Callable[[Sequence[str]], Mapping[str, tuple[str, str | None]]]
"""Looks articles up by id: content hash and site snapshot of the text that the tables hold."""


@dataclass(frozen=True, slots=True)
class Order:
    """A page to be cleaned, and with what."""

    snapshot: Snapshot
    """The page."""

    template: SiteTemplate | None
    """What is known of its site."""

    name: str | None
    """How article rows name that knowledge."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What a page taught of its site."""

    article_id: str
    """The article on it."""

    lesson: Lesson
    """What it taught."""


@dataclass(frozen=True, slots=True)
class _CleanOrder:
    """The step of the guarded process; a class because it must be picklable."""

    load_page: PageLoader

    def __call__(self, order: Order) -> tuple[Order, Article, Lesson | None]:
        page = self.load_page(order.snapshot)
        cleaned = take_apart(page, template=order.template, now=datetime.now(UTC))
        article = cleaned.article
        if article.site_snapshot is not None:
            article = replace(article, site_snapshot=order.name)
        return order, article, lesson_from(cleaned)


@lru_cache(maxsize=1)
def _guard(load_page: PageLoader) -> Guard[Order, tuple[Order, Article, Lesson | None]]:
    """One guarded process a worker: it has imported everything and warmed its word lists."""
    return Guard(_CleanOrder(load_page))


def clean_snapshots(
    ref: BatchRef,
    data: Path,
    load_page: PageLoader,
    sites: int | None,
    texts: Texts,
    is_reading: bool = False,
) -> tuple[BatchRef, bool]:
    """Take the articles out of a batch of pages, unless that has been done.

    The same pages are not cleaned again because more is known of their site: they stay tied to the
    snapshot they were first cleaned with (`batch_sites`), or else every run would find the articles
    of the last one changed. Only a reading anew takes the newest.

    Args:
        ref: A batch of `Snapshot`.
        data: The data folder.
        load_page: Reads a page's bytes (of the fetch stage).
        sites: The newest snapshot of what is known of sites; None before the first.
        texts: Looks up what the tables hold (of the store stage).
        is_reading: Whether pages that were stored before are read anew, with the newest knowledge.

    Returns:
        A batch of `Article`, and whether it was there already.
    """
    work, folder = data / "work", data / "state" / "sites"
    number = sites if is_reading else tied_sites(work, ref, folder, sites)

    def step(batch: Batch[Snapshot]) -> Batch[Article]:
        made, taught = clean_batch(batch, folder, load_page, number, texts)
        path = lessons_path(work, ref.batch_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.msgpack.encode(taught))
        return made

    key = stage_key("clean", ref.digest, sites_id(number))
    return work_through(ref, Snapshot, "clean", work, key, step)


def clean_batch(
    batch: Batch[Snapshot], folder: Path, load_page: PageLoader, sites: int | None, texts: Texts
) -> tuple[Batch[Article], list[Taught]]:
    """Take the articles out of a batch of pages.

    Before an article counts as changed, the new page is cleaned with what the old one was cleaned
    with: a better template must not look like an outlet that rewrites its news.

    Args:
        batch: The pages.
        folder: data/state/sites.
        load_page: See `clean_snapshots`, like the others.
        sites: The snapshot.
        texts: What the tables hold.

    Returns:
        The articles, and what their pages taught.
    """
    guard = _guard(load_page)
    orders = tuple(_order(snapshot, folder, sites) for snapshot in batch.items)
    done = guard.through("clean", Batch(orders, batch.failures, batch.skipped))
    known = texts([article.article_id for _, article, _ in done.items])
    articles: list[Article] = []
    taught: list[Taught] = []
    for order, article, lesson in done.items:
        before, name = known.get(article.article_id, (article.content_hash, article.site_snapshot))
        if before != article.content_hash and name != article.site_snapshot:
            old = Order(order.snapshot, named_template(folder, name), name)
            again = guard.through("clean", Batch((old,))).items
            articles.append(again[0][1] if again else article)
        else:
            articles.append(article)
        if lesson:
            taught.append(Taught(article.article_id, lesson))
    return Batch(tuple(articles), done.failures, done.skipped), taught


def read_lessons(work: Path, batch_id: str) -> list[Taught]:
    """Read what a batch's pages taught; nothing if it was never cleaned."""
    path = lessons_path(work, batch_id)
    return msgspec.msgpack.decode(path.read_bytes(), type=list[Taught]) if path.exists() else []


def lessons_path(work: Path, batch_id: str) -> Path:
    """Say where a batch's lessons lie."""
    return work / batch_id / "clean.lessons"


def _order(snapshot: Snapshot, folder: Path, sites: int | None) -> Order:
    outlet = outlet_of(snapshot.url)
    template = template_of(folder, sites, outlet)
    if template is None or sites is None or outlet is None:
        return Order(snapshot, None, None)
    return Order(snapshot, template, snapshot_name(sites, outlet))
