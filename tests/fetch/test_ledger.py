from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import update

from tasks.errors import FetchError
from tasks.fetch import claims, hosts, ledger
from tasks.fetch.ledger_rebuild import rebuild_ledger
from tasks.fetch.ledger_schema import is_dead, open_ledger, pages, worker
from tasks.fetch.visit_notes import MOST_VISITS, next_try
from tasks.records import Address

DAY = 86_400.0
A, B = "https://herald.example/a", "https://herald.example/b"


@pytest.fixture
def engine(box: Any) -> Any:
    return open_ledger(box)


def address(url: str) -> Address:
    return Address(url, "feed", "https://herald.example/rss", headline_hint="A story")


def test_an_address_is_new_pending_known_and_due(engine: Any) -> None:
    ledger.enter(engine, [address(A)])
    now = time.time()

    def standing() -> str:
        return ledger.standing(ledger.visits(engine, [A]).get(A), now)

    assert ledger.standing(ledger.visits(engine, [B]).get(B), now) == "new"
    assert standing() == "new"
    ledger.note(engine, A, outcome="ok", is_settled=0, next_visit_at=now + DAY)
    assert standing() == "pending"
    ledger.settle(engine, [A])
    assert standing() == "known"
    ledger.note(engine, A, outcome="ok", next_visit_at=now - 1)
    assert standing() == "due"
    assert [a.location for a in ledger.due(engine)] == [A]
    assert ledger.due(engine)[0].headline_hint == "A story"


def test_entering_twice_changes_nothing(engine: Any) -> None:
    ledger.enter(engine, [address(A)])
    ledger.note(engine, A, outcome="ok", is_settled=1)
    ledger.enter(engine, [address(A), address(B)])
    assert ledger.visits(engine, [A])[A].outcome == "ok"
    assert ledger.count(engine) == 2


@pytest.mark.parametrize(
    ("age", "expected"), [(0.0, DAY), (DAY / 2, DAY / 2), (2 * DAY, 5 * DAY), (8 * DAY, None)]
)
def test_revisits_come_a_day_and_a_week_after_publication(
    age: float, expected: float | None
) -> None:
    now = 1_000_000.0
    due = ledger.next_visit(now - age, now, (DAY, 7 * DAY))
    assert (None if due is None else due - now) == expected


@pytest.mark.parametrize(
    ("reason", "attempts", "asked", "expected"),
    [
        ("http_404", 0, None, 7 * DAY), ("http_410", 2, None, 7 * DAY), ("http_404", 3, None, None),
        ("http_503", 0, None, 3_600.0), ("http_503", 1, None, 7_200.0), ("timeout", 12, None, DAY),
        ("no_such_host", 13, None, None), ("host_paused", 99, 60.0, 60.0),
    ],
)  # fmt: skip
def test_what_fails_is_tried_again_but_not_for_ever(
    reason: str, attempts: int, asked: float | None, expected: float | None
) -> None:
    now = 1_700_000_000.0
    later = None if asked is None else datetime.fromtimestamp(now + asked, UTC)
    again = next_try(FetchError(reason, "", retry_after=later), attempts, now)
    assert (None if again is None else again - now) == expected


def test_a_page_that_is_gone_is_given_up(internet: Any, fetch: Any, box: Any) -> None:
    url = internet.url("herald.example", "/2024/05/gone.html")
    engine = open_ledger(box)
    for _ in range(MOST_VISITS):
        assert [row.reason for row in fetch(url).failures] == ["http_404"]
        ledger.settle(engine, [url])
        visit = ledger.visits(engine, [url])[url]
        if visit.next_visit_at is not None:
            assert visit.next_visit_at > time.time()
            with engine.begin() as connection:
                connection.execute(update(pages).values(next_visit_at=time.time() - 1))
    assert ledger.due(engine) == []
    assert [skip.reason for skip in fetch(url).skipped] == ["not_due"]
    assert len(internet.pages_asked()) == MOST_VISITS


def test_what_another_living_worker_has_is_not_taken(engine: Any) -> None:
    ledger.enter(engine, [address(A), address(B)])
    host = worker().split(":", maxsplit=1)[0]
    living = f"{host}:{os.getppid()}:cafe"
    later = time.time() + 60
    with engine.begin() as connection:
        connection.execute(
            update(pages).where(pages.c.url == A).values(claimed_by=living, claimed_until=later)
        )
    assert claims.claim(engine, [A, B]) == {B}
    assert claims.claim(engine, [A, B]) == {B}, "what is ours stays ours"
    claims.release(engine, [A, B])
    with engine.begin() as connection:
        connection.execute(update(pages).where(pages.c.url == A).values(claimed_until=1.0))
    assert claims.claim(engine, [A]) == {A}, "a lease that ran out"


def test_what_a_killed_worker_had_is_taken(engine: Any) -> None:
    ledger.enter(engine, [address(A)])
    child = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    dead = f"{worker().split(':', maxsplit=1)[0]}:{int(child.stdout)}:beef"
    assert is_dead(dead)
    assert not is_dead(worker())
    assert not is_dead("elsewhere.example:1:beef"), "of another machine nobody knows"
    with engine.begin() as connection:
        connection.execute(update(pages).values(claimed_by=dead, claimed_until=time.time() + 600))
    assert claims.claim(engine, [A]) == {A}


CLAIMER = """
import sys
from tasks.fetch import claims
from tasks.fetch.ledger_schema import open_ledger
from tasks.settings import settings
engine = open_ledger(settings(sys.argv[1]))
urls = [f"https://herald.example/{n}" for n in range(300)]
taken = set()
for start in range(0, 300, 10):
    taken |= claims.claim(engine, urls[start:start + 10])
print(*sorted(taken))
sys.stdout.flush()
sys.stdin.read()
"""


def test_several_processes_never_take_the_same(box: Any, engine: Any) -> None:
    ledger.enter(engine, [address(f"https://herald.example/{n}") for n in range(300)])
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, str(box.data)],
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(3)
    ]
    try:
        taken = [process.stdout.readline().split() for process in workers if process.stdout]
    finally:
        for process in workers:
            process.communicate(timeout=20)
    assert sum(map(len, taken)) == 300
    assert len(set().union(*taken)) == 300


def test_the_breaker_closes_a_host_and_one_more_failure_closes_it_again(engine: Any) -> None:
    for _ in range(3):
        assert hosts.closed_until(engine, "herald.example") == 0.0
        hosts.count_failure(engine, "herald.example", 3, 60)
    assert hosts.closed_until(engine, "herald.example") > time.time()
    hosts.count_success(engine, "herald.example")
    assert hosts.closed_until(engine, "herald.example") == 0.0


def comparable(engine: Any, urls: list[str]) -> dict[str, Any]:
    kept = "url role outcome http_status final_url etag last_modified digest rights warc_offset"
    return {
        url: {name: getattr(visit, name) for name in kept.split()}
        for url, visit in ledger.visits(engine, urls).items()
    }


def test_a_lost_ledger_is_rebuilt_from_archives_and_tables(
    internet: Any, find: Any, fetch: Any, reply: Any, box: Any, engine: Any
) -> None:
    def tagged(seen: Any) -> Any:
        return reply(b"<html><h1>One</h1></html>", headers=[("ETag", '"one"')])

    one = internet.put("herald.example", "/2024/one.html", tagged)
    two = internet.article("herald.example", "/2024/two.html")
    gone = internet.url("herald.example", "/2024/gone.html")
    fetch(*find(one, two, gone).items)
    urls = [one, two, gone]
    before = comparable(engine, urls)
    for table, rows in (
        (
            "articles",
            [{"url": one, "published_at": None, "first_seen_at": datetime(2024, 5, 6, tzinfo=UTC)}],
        ),
        ("failures", [{"url": gone}]),
    ):
        folder = box.data / "tables" / table
        folder.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows), folder / "part-00000.parquet")
    with engine.begin() as connection:
        connection.execute(pages.delete())
    assert rebuild_ledger(box) == 3
    assert comparable(engine, urls) == before
    now = time.time()
    visits = ledger.visits(engine, urls)
    assert ledger.standing(visits[one], now) == "known"
    assert ledger.standing(visits[two], now) == "pending", "archived, but in no table yet"
    assert len(find(one, two, gone).items) == 1
