from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.blocks import Block
from tasks.clean.dates import parse_moment, published
from tasks.clean.document import parse_html
from tasks.clean.structured import PageFacts


@pytest.mark.parametrize(
    ("value", "at", "precision"),
    [
        ("2024-05-06T07:08:09+02:00", datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC), "second"),
        ("2024-05-06T07:08Z", datetime(2024, 5, 6, 7, 8, tzinfo=UTC), "minute"),
        ("2024-05-06", datetime(2024, 5, 6, tzinfo=UTC), "day"),
        ("20240506", datetime(2024, 5, 6, tzinfo=UTC), "day"),
        ("6 May 2024", datetime(2024, 5, 6, tzinfo=UTC), "day"),
        ("May 6th, 2024 at 3:15 pm", datetime(2024, 5, 6, 15, 15, tzinfo=UTC), "minute"),
        ("Montag, 6. Mai 2024", datetime(2024, 5, 6, tzinfo=UTC), "day"),
        ("6 de mayo de 2024", datetime(2024, 5, 6, tzinfo=UTC), "day"),
        ("Stand: 06.05.2024, 17:30 Uhr", datetime(2024, 5, 6, 17, 30, tzinfo=UTC), "minute"),
    ],
)
def test_stated_times(value: str, at: datetime, precision: str) -> None:
    moment = parse_moment(value, "meta")
    assert moment is not None
    assert (moment.at, moment.precision) == (at, precision)


@pytest.mark.parametrize("value", [None, "", "yesterday", "2024-13-45", "99999-01-01", "May 2024"])
def test_what_states_no_day_is_no_date(value: str | None) -> None:
    assert parse_moment(value, "meta") is None


def test_the_printed_day_is_kept() -> None:
    moment = parse_moment("2024-05-06T00:30:00+02:00", "json-ld")
    assert moment is not None
    assert moment.at.day == 5
    assert moment.local.day == 6


@given(st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_iso_times_come_back(at: datetime) -> None:
    at = at.replace(microsecond=0, tzinfo=UTC)
    moment = parse_moment(at.isoformat(), "meta")
    assert moment is not None
    assert moment.at == at


def local_day(line: str, stated: str = "2023-12-23T03:22:07Z") -> str:
    head = [Block(line, "p", ("p.",), (1,), 0.0, 0.0)]
    facts = PageFacts(article={"datePublished": stated})
    moment = published(facts, parse_html("<p>x</p>"), head, None, None)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(stated)
    return moment.local.isoformat()


@pytest.mark.parametrize(
    ("line", "local"),
    [
        ("Dec 22, 2023, 10:22 PM EST", "2023-12-22T22:22:07-05:00"),
        ("Published 23 December 2023 at 08:52", "2023-12-23T08:52:07+05:30"),
        ("Updated Dec 22, 2023, 10:22 PM", "2023-12-23T03:22:07+00:00"),
        ("Dec 22, 2023, 10:25 PM", "2023-12-23T03:22:07+00:00"),
        ("Dec 22, 2023", "2023-12-23T03:22:07+00:00"),
    ],
)
def test_the_zone_is_the_one_printed(line: str, local: str) -> None:
    assert local_day(line) == local


def test_the_zone_is_the_one_another_claim_states() -> None:
    facts = PageFacts(
        article={"datePublished": "2023-12-23T03:22:07Z"},
        meta={"article:published_time": ("2023-12-22T22:22:07-05:00",)},
    )
    moment = published(facts, parse_html("<p>x</p>"), [], None, None)
    assert moment is not None
    assert (moment.source, moment.local.day) == ("json-ld", 22)
