"""How the outlets are, as the tables tell: what came in, read and judged. Without Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tasks.clean.identity import outlet_of
from tasks.notices import Alert
from tasks.observe.health import Judgement, OutletHealth, incidents_of, judge
from tasks.observe.intake import DAY, HISTORY_DAYS, Floats, Intake, is_news
from tasks.store.layout import Layout
from tasks.store.notice_rows import read_notices
from tasks.store.run import Run
from tasks.store.snapshot import Snapshot, open_snapshot

_ASKING = "ingest"
_LOOKING = ("ingest", "revisit")
"""Flows whose runs bring articles; the first brings news."""

_COLUMNS = (
    *("outlet", "first_seen_at", "published_at", "text_length", "quote_count"),
    *("attributed_count", "dropped_length", "source_kind"),
)

_FILES = ("html_file", "text_file")

_UNREAD = ("not_article", "too_short", "empty", "unreadable")
"""Reasons of the clean stage that say: the page was had, but no article was found in it."""

_NO_REFUSAL = (
    *("http_404", "http_410", "soft_404", "robots", "tdm_reserved", "noindex", "too_large", "bomb"),
    *("wrong_type", "unsafe_address", "bad_url", "missing", "redirect_loop", "bad_encoding"),
)
"""Reasons that speak of one page, or of a choice of ours, not of an outlet that cannot be had."""


def outlet_health(data: Path, now: datetime | None = None) -> list[OutletHealth]:
    """Say how every outlet is, by name; none of a store that has nothing in it.

    Args:
        data: The data folder.
        now: As of the last run before then (UTC); of today when null.

    Raises:
        StoreError: The tables are damaged or of another version.
    """
    return list(judge_sources(data, now).outlets)


def judge_sources(
    data: Path, now: datetime | None = None, under_way: Run | None = None
) -> Judgement:
    """Judge every outlet by what the tables hold.

    Args:
        data: The data folder.
        now: As of the last run before then (UTC); of today when null.
        under_way: A run that is not in the table runs yet.
    """
    now = now or datetime.now(UTC)
    if not Layout(data).parts("articles"):
        return Judgement(None, (), (), {})
    # alerts may be read a publish later than the rest: what ended meanwhile ends in the next run
    alerts = read_notices(Alert, data, pc.field("raised_at") >= now - _two(HISTORY_DAYS))
    with open_snapshot(data, ["articles", "failures", "runs"]) as tables:
        intake = read_intake(tables, now, under_way)
    return judge(intake, incidents_of([a for a in alerts if a.raised_at <= now]))


def read_intake(tables: Snapshot, now: datetime, under_way: Run | None = None) -> Intake:
    """Read what came in; only some columns, and of articles only recent row groups.

    Args:
        tables: A snapshot of articles, failures and runs.
        now: Nothing later counts.
        under_way: See `judge_sources`.
    """
    start = now - timedelta(days=HISTORY_DAYS + 1)
    starts, ends, back_fills, end = _runs(tables, start, now, under_way)
    recent = (pc.field("first_seen_at") >= start) & (pc.field("first_seen_at") <= now)
    rows = tables.table("articles", _COLUMNS, recent & pc.field("outlet").is_valid())
    is_warc = np.asarray(pc.equal(rows["source_kind"], "warc").to_numpy(), bool)
    is_file = np.asarray(pc.is_in(rows["source_kind"], pa.array(_FILES)).to_numpy(), bool)
    seen_at = _seconds(rows["first_seen_at"])
    is_back_fill = is_warc | is_file | _within(seen_at, back_fills)
    news = is_news(seen_at, _seconds(rows["published_at"]), starts, ends, is_back_fill, is_warc)
    rows = rows.filter(pa.array(news))
    names = rows["outlet"].combine_chunks().dictionary_encode()
    outlets = list(names.dictionary.to_pylist())
    lost = _lost(tables, start, now, outlets)
    return Intake(
        outlets=tuple(outlets),
        end=end,
        runs=starts,
        outlet=names.indices.to_numpy(zero_copy_only=False).astype(np.int64),
        seen_at=_seconds(rows["first_seen_at"]),
        text_length=_numbers(rows["text_length"]),
        quote_count=_numbers(rows["quote_count"]),
        attributed=_numbers(rows["attributed_count"]),
        dropped_length=_numbers(rows["dropped_length"]),
        is_undated=np.asarray(pc.is_null(rows["published_at"]).to_numpy(), np.float64),
        lost_outlet=np.array([place for place, _, _ in lost], np.int64),
        lost_at=np.array([at for _, at, _ in lost], np.float64),
        is_unread=np.array([is_unread for _, _, is_unread in lost], bool),
    )


def _runs(
    tables: Snapshot, start: datetime, now: datetime, under_way: Run | None
) -> tuple[Floats, Floats, list[tuple[float, float]], float]:
    """Give when runs that ask for news began and ended, back-fills, and the last of any began."""
    columns = ["flow", "started_at", "finished_at", "parameters"]
    within = (pc.field("started_at") >= start) & (pc.field("started_at") <= now)
    rows = tables.table("runs", columns, within & pc.field("flow").isin(list(_LOOKING))).to_pylist()
    if under_way is not None:
        rows.append({name: getattr(under_way, name) for name in columns} | {"finished_at": now})
    asking = [
        (row["started_at"], row["finished_at"] or row["started_at"])
        for row in rows
        if row["flow"] == _ASKING
    ]
    asking.sort()
    back_fills = [
        (row["started_at"].timestamp(), (row["finished_at"] or now).timestamp())
        for row in rows
        if '"archive": true' in row["parameters"]
    ]
    last = max((row["started_at"] for row in rows), default=now)
    return (
        np.array([begin.timestamp() for begin, _ in asking], np.float64),
        np.array([finish.timestamp() for _, finish in asking], np.float64),
        back_fills,
        last.timestamp(),
    )


def _within(times: Floats, spans: Sequence[tuple[float, float]]) -> NDArray[np.bool_]:
    """Tell which times lie within one of some spans."""
    found = np.zeros(len(times), bool)
    for begin, finish in spans:
        found |= (times >= begin) & (times <= finish)
    return found


def _lost(
    tables: Snapshot, start: datetime, now: datetime, outlets: list[str]
) -> list[tuple[int, float, bool]]:
    """Give the lost addresses of known outlets: outlet, when, whether the page was had."""
    place = {outlet: number for number, outlet in enumerate(outlets)}
    within = (pc.field("failed_at") >= start) & (pc.field("failed_at") <= now)
    refused = pc.field("stage").isin(["discover", "fetch"]) & ~pc.field("reason").isin(
        list(_NO_REFUSAL)
    )
    unread = (pc.field("stage") == "clean") & pc.field("reason").isin(list(_UNREAD))
    rows = tables.table("failures", ["url", "stage", "failed_at"], within & (refused | unread))
    return [
        (place[outlet], row["failed_at"].timestamp(), row["stage"] == "clean")
        for row in rows.to_pylist()
        if (outlet := outlet_of(row["url"])) in place
    ]


def _seconds(column: pa.ChunkedArray) -> Floats:
    whole = pc.cast(pc.cast(column, pa.int64()), pa.float64(), safe=False)
    return _numbers(whole) / 1e6


def _numbers(column: pa.ChunkedArray) -> Floats:
    plain = pc.fill_null(pc.cast(column, pa.float64()), float("nan"))
    return np.asarray(plain.to_numpy(), np.float64)


def _two(days: int) -> timedelta:
    return timedelta(seconds=2 * days * DAY)
