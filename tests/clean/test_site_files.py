"""What is learned of a site is used by later runs, and never makes an old article look changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.batch import Batch
from tasks.clean.batch import _guard, clean_batch
from tasks.clean.lesson import Lesson
from tasks.clean.site_files import (
    health,
    latest_number,
    learn,
    named_template,
    snapshot_name,
    template_of,
)
from tasks.clean.site_template import READY
from tasks.records import Address, Page, Snapshot

NOW = datetime(2031, 5, 14, tzinfo=UTC)
OUTLET = "thelarkfieldgazette.example"
TOPICS = ("harbour", "library", "ferry", "market", "school", "chapel", "bridge", "orchard", "mill")


def html(topic: str) -> str:
    body = "".join(
        f'<p class="story-text">The {topic} committee met for hour {hour} on Tuesday, and the '
        f"clerk of the {topic} read out letter {hour} from a family that lives beside it.</p>"
        for hour in range(1, 8)
    )
    return (
        f'<html lang="en"><head><link rel="canonical" href="https://{OUTLET}/{topic}"></head><body>'
        f'<div class="bar">Weather tides and crossings for the week</div><article><h1>The {topic} '
        f'question</h1>{body}</article><div class="more">All our {topic} stories</div></body>'
        "</html>"
    )


def snapshot(topic: str) -> Snapshot:
    url = f"https://{OUTLET}/{topic}"
    return Snapshot(Address(url, "url", url), f"{topic}.html", None, "", url=url)


def load(saved: Snapshot) -> Page:
    return Page(saved, html(Path(saved.path).stem).encode())


@pytest.fixture(autouse=True)
def guarded() -> Iterator[None]:
    yield
    _guard(load).close()
    _guard.cache_clear()


def nothing_stored(article_ids: list[str]) -> dict[str, tuple[str, str | None]]:
    return {}


def lesson(length: int = 900) -> Lesson:
    return Lesson(OUTLET, (("p.story-text", length, 0),), ("a line",), length, language="en")


def test_a_snapshot_is_made_when_a_site_is_known_well_enough(tmp_path: Path) -> None:
    assert latest_number(tmp_path) is None
    assert learn(tmp_path, [lesson() for _ in range(READY - 1)], NOW) is None
    assert learn(tmp_path, [lesson()], NOW) == 0
    assert template_of(tmp_path, 0, OUTLET) is not None
    assert template_of(tmp_path, 0, "portellerycourier.example") is None
    assert template_of(tmp_path, None, OUTLET) is None


def test_the_next_one_comes_when_its_pages_have_doubled(tmp_path: Path) -> None:
    learn(tmp_path, [lesson() for _ in range(READY)], NOW)
    first = template_of(tmp_path, 0, OUTLET)
    assert learn(tmp_path, [lesson() for _ in range(READY - 1)], NOW) is None
    assert learn(tmp_path, [lesson()], NOW) == 1
    assert template_of(tmp_path, 0, OUTLET) == first
    second = template_of(tmp_path, 1, OUTLET)
    assert first
    assert second
    assert second.pages == 2 * first.pages
    [site] = health(tmp_path)
    assert (site.outlet, site.pages, site.is_ready) == (OUTLET, 2 * READY, True)


def test_what_was_learned_says_when_and_how_much_was_dropped(tmp_path: Path) -> None:
    learn(tmp_path, [replace(lesson(), dropped=100), lesson(700)], NOW)
    other = Lesson("portellerycourier.example", (("p", 90, 0),), ("a line",), 90)
    learn(tmp_path, [other], NOW + timedelta(days=2))
    known = {site.outlet: site for site in health(tmp_path)}
    assert known[OUTLET].learned_at == NOW
    assert known[other.outlet].learned_at == NOW + timedelta(days=2)
    assert known[OUTLET].dropped == pytest.approx(100 / 1700)


def test_a_row_names_the_template_it_was_cleaned_with(tmp_path: Path) -> None:
    learn(tmp_path, [lesson() for _ in range(READY)], NOW)
    assert named_template(tmp_path, snapshot_name(0, OUTLET)) == template_of(tmp_path, 0, OUTLET)
    for gone in (None, "", "00009/x.example", "no number"):
        assert named_template(tmp_path, gone) is None


def test_pages_teach_and_are_cleaned_by_what_was_taught(tmp_path: Path) -> None:
    batch = Batch(tuple(snapshot(topic) for topic in TOPICS))
    cold, taught = clean_batch(batch, tmp_path, load, None, nothing_stored)
    assert [t.article_id for t in taught] == [a.article_id for a in cold.items]
    assert {a.site_snapshot for a in cold.items} == {None}
    number = learn(tmp_path, [t.lesson for t in taught], NOW)
    assert number == 0
    warm, _ = clean_batch(batch, tmp_path, load, number, nothing_stored)
    assert [a.text for a in warm.items] == [a.text for a in cold.items]
    assert snapshot_name(0, OUTLET) in {a.site_snapshot for a in warm.items}


def test_a_better_template_makes_no_revision(tmp_path: Path) -> None:
    batch = Batch((snapshot("harbour"),))
    cold, taught = clean_batch(batch, tmp_path, load, None, nothing_stored)
    learn(tmp_path, [t.lesson for t in taught] * READY, NOW)
    [before] = cold.items
    stored = {before.article_id: (before.content_hash, None)}
    warm, _ = clean_batch(batch, tmp_path, load, 0, lambda ids: stored)
    assert warm.items[0].content_hash == before.content_hash
    other = {before.article_id: ("another text", None)}
    [again] = clean_batch(batch, tmp_path, load, 0, lambda ids: other)[0].items
    assert again.site_snapshot is None  # cleaned as the stored text was, so that they compare
    assert replace(again, site_snapshot=None) == before


def test_a_page_that_fails_is_named(tmp_path: Path) -> None:
    missing = replace(snapshot("harbour"), path="empty.html")
    done, _ = clean_batch(Batch((missing,)), tmp_path, load_nothing, None, nothing_stored)
    [lost] = done.failures
    assert lost.url == f"https://{OUTLET}/harbour"
    _guard(load_nothing).close()


def load_nothing(saved: Snapshot) -> Page:
    return Page(saved, b"")
