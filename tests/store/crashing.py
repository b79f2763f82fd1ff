"""Writers that are killed, and what their store must not have lost: as processes of their own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa

from tasks.notices import Alert, Delivery, Hit, Watch
from tasks.records import AnnotatedArticle, Failure
from tasks.store import transactions
from tasks.store.disk import Step
from tasks.store.notice_rows import notice_rows
from tasks.store.rows import rows_of, run_rows
from tasks.store.run import Run
from tasks.store.sealing import seal_together
from tests.store.factory import DAY, annotated, hex_of, run

NEW, SHARED = 4, 3
PART = 40
"""Articles in a full part, so that there are several."""

STEPS = (
    "inbox file",
    "inbox manifest",
    "inbox",
    "stage",
    "staged",
    "committed",
    "move",
    "remove",
    "moved",
    "head",
    "cleaned",
)
BULK_STEPS = ("seal", "seal manifest", "sealed", *STEPS)
"""Steps of sealing, and of publishing a sealed part, of which what is known goes into the inbox."""


def batch(number: int) -> list[AnnotatedArticle]:
    """Articles of a batch: some of its own, and some that every batch has another text of."""
    own = [annotated(1000 + number * NEW + n, hours=number) for n in range(NEW)]
    return own + [annotated(n, f"of batch {number}", hours=number) for n in range(SHARED)]


def hits(number: int) -> list[Hit]:
    """Find a hit in every article of a batch."""
    return [
        Hit(
            hex_of(item.article.revision_id, 20),
            f"{number:08d}",
            item.article.article_id,
            item.article.revision_id,
            item.quotes[0].quote_id,
            "speaker",
            "body",
            item.quotes[0].start,
            item.quotes[0].end,
            item.quotes[0].quote,
            DAY,
            "run-1",
            ("event",),
        )
        for item in batch(number)
    ]


def gone(number: int) -> Failure:
    """Make the failure of a batch."""
    return Failure(f"https://news.example/gone/{number}", "fetch", "http_404", "gone")


def alerts(number: int) -> list[Alert]:
    """Raise an alert about an outlet of the batch's own, and one that every batch raises."""
    return [
        Alert(
            hex_of(f"{outlet} {number}", 20),
            outlet,
            *("silent", "articles", DAY, 9.0, 0.0, "critical", "nothing came", DAY, "run-1"),
        )
        for outlet in (f"news{number}.example", "everybodys.example")
    ]


def tables_of(number: int) -> dict[str, pa.Table]:
    """Lay a batch out: articles, a failure, a watch with its hits, alerts, and a run of its own."""
    ended = Run(f"run-of-{number}", "watch", DAY, "completed", "0.1.0", finished_at=DAY)
    return {
        **rows_of(batch(number), run("run-1"), failures=[gone(number)]),
        **notice_rows([Watch(f"{number:08d}", "person", "Ada Morrow", DAY)]),
        **notice_rows(hits(number)),
        **notice_rows(alerts(number)),
        **run_rows(ended),
    }


def told(number: int) -> dict[str, pa.Table]:
    """Tell the hits of a batch's own articles."""
    return notice_rows(
        [Delivery(hit.hit_id, "event", "delivered", 1, DAY, "run-1") for hit in hits(number)[:NEW]]
    )


def write(
    data: Path, numbers: Iterable[int], acks: Path, kill_at: tuple[str, int] | None = None
) -> None:
    """Append batches and publish now and then; note each batch once its appends have returned."""
    at = killer(kill_at)
    for number in numbers:
        transactions.append(data, tables_of(number), f"batch-{number}", run_id="run-1", at=at)
        transactions.append(data, told(number), f"told-{number}", run_id="run-1", at=at)
        acknowledge(acks, [number])
        if number % 2:
            transactions.publish(data, at=at, part_articles=PART)
    transactions.publish(data, at=at, part_articles=PART)


def write_in_bulk(
    data: Path, numbers: Iterable[int], acks: Path, kill_at: tuple[str, int] | None = None
) -> None:
    """Seal parts of three batches each and publish now and then; note what is sealed."""
    at = killer(kill_at)
    left = list(numbers)
    while left:
        part, left = left[:3], left[3:]
        rows = [rows_of(batch(n), run("run-1"), failures=[gone(n)]) for n in part]
        seal_together(data, rows, f"part-{part[0]}", "run-1", at=at)
        acknowledge(acks, part)
        if len(left) % 2:
            transactions.publish(data, at=at, part_articles=PART)
    transactions.publish(data, at=at, part_articles=PART)


def killer(kill_at: tuple[str, int] | None) -> Step:
    """Kill this process at the so manieth time that a step is come to."""
    left = [kill_at[1] if kill_at else 0]

    def at(step: str) -> None:
        if kill_at and step == kill_at[0]:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return at


def acknowledge(acks: Path, numbers: Iterable[int]) -> None:
    """Note batches, so that a kill right afterwards does not unsay it."""
    with acks.open("a") as file:
        file.write("".join(f"{number}\n" for number in numbers))
        file.flush()
        os.fsync(file.fileno())


def faults(data: Path, acknowledged: Iterable[int], started: Iterable[int]) -> list[str]:
    """Say what a store has lost, halved or left lying about, once everything is published.

    Args:
        data: The data folder.
        acknowledged: Batches whose writer was told that they are safe.
        started: All that may be there.
    """
    return [*_lost(data, set(acknowledged), started), *_history(data), *_left(data)]


def _lost(data: Path, acknowledged: set[int], started: Iterable[int]) -> Iterator[str]:
    frames = {
        name: pd.read_parquet(data / "tables" / name)
        for name in (
            *("articles", "revisions", "failures", "runs"),
            *("watches", "hits", "alerts", "deliveries"),
        )
    }
    texts = {*frames["articles"].revision_id, *frames["revisions"].revision_id}
    there = {
        "failures": set(frames["failures"].url),
        "runs": set(frames["runs"].run_id),
        "watches": set(frames["watches"].watch_id),
        "alerts": set(frames["alerts"].outlet),
        "hits": set(frames["hits"].hit_id),
        "deliveries": set(frames["deliveries"].item_id),
    }
    for number in started:
        found = [item.article.revision_id in texts for item in batch(number)]
        found.append(gone(number).url in there["failures"])
        own = {hit.hit_id for hit in hits(number)[:NEW]}
        with_notices = [
            f"run-of-{number}" in there["runs"],
            f"{number:08d}" in there["watches"],
            f"news{number}.example" in there["alerts"],
            *(hit_id in there["hits"] for hit_id in own),
        ]
        if any(with_notices):  # those that are sealed in bulk have none
            found += with_notices
        if any(found) and not all(found):
            yield f"half of batch {number} is there"
        if number in acknowledged and not any(found):
            yield f"batch {number} is lost"
        if number in acknowledged and any(with_notices) and not own <= there["deliveries"]:
            yield f"deliveries of batch {number} are lost"
    if not set(frames["deliveries"].item_id) <= there["hits"]:
        yield "something was told that was never found"


def _history(data: Path) -> Iterator[str]:
    articles = pd.read_parquet(data / "tables/articles")
    revisions = pd.read_parquet(data / "tables/revisions")
    changes = pd.read_parquet(data / "tables/changes")
    for shared in range(SHARED):
        article_id = annotated(shared).article.article_id
        kept = revisions[revisions.article_id == article_id]
        now = articles[articles.article_id == article_id]
        numbers = sorted([*kept.revision, *now.revision])
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"revisions of a shared article are numbered {numbers}"
        if len(kept) and kept.fetched_at.max() > now.fetched_at.max():
            yield "an older capture stands"
        changed = changes[changes.article_id == article_id]
        if len(kept) and (len(now) != 1 or not set(changed.revision) <= set(numbers[1:])):
            yield f"changes are of revisions {sorted(set(changed.revision))}"


def _left(data: Path) -> Iterator[str]:
    state = data / "state"
    places = ("txn/*", "inbox/*", "inbox/.*", "sealed/*", "sealed/.*", ".*")
    left = [path for place in places for path in state.glob(place)]
    left += [path for path in (data / "tables").rglob("*") if path.name.startswith(".")]
    yield from (f"left behind: {path.name}" for path in left)
