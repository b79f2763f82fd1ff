"""Read from the tables what a day came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from flows.digest import (
    CHART_DAYS,
    DayCount,
    Digest,
    NewName,
    OutletDay,
    Said,
    Speaker,
)
from flows.source_health import outlet_health
from tasks.clean.identity import outlet_of
from tasks.observe.health import OutletHealth
from tasks.store.snapshot import Snapshot, open_snapshot

_counts_at = pc.coalesce(pc.field("published_at"), pc.field("first_seen_at"))
"""When an article counts."""

_QUOTE_WORDS = (8, 60)
"""Shorter quotes say little alone, longer ones fill the page."""


def read_digest(data: Path, day: date, *, most: int = 15) -> Digest:
    """Sum a day up.

    Args:
        data: The data folder.
        day: The day (UTC).
        most: Quotes, speakers and new names at most.

    Raises:
        StoreError: The tables are damaged or missing.
    """
    with open_snapshot(data, ["articles", "quotes", "entities", "failures"]) as tables:
        articles = _articles(tables, day)
        of_day = articles[articles["day"] == day]
        ids = of_day["article_id"].tolist()
        quotes = _of(tables, "quotes", _QUOTE_COLUMNS, ids)
        quotes = quotes.merge(articles[["article_id", "url"]], on="article_id", how="left")
        new = new_names(tables, ids, _counts_at < _moment(day))
        failures = tables.frame("failures", ["url", "reason", "failed_at"])
    failures = failures[failures["failed_at"].dt.date == day]
    health = outlet_health(data, min(_moment(day + timedelta(days=1)), datetime.now(UTC)))
    named = quotes.dropna(subset=["speaker"])
    speakers = _speakers(named[named["speaker_kind"].isin(["person", "organisation"])])
    reasons = failures["reason"].value_counts()
    return Digest(
        day=day,
        articles=len(ids),
        quotes=len(quotes),
        attributed=len(named),
        said=tuple(_chosen(named, speakers)[:most]),
        speakers=tuple(speakers[:most]),
        new_names=tuple(new[:most]),
        outlets=tuple(_outlets(of_day, quotes, failures, health)),
        reasons=tuple((str(reason), _int(count)) for reason, count in reasons.items()),
        days=tuple(_days(articles, day)),
    )


_QUOTE_COLUMNS = [
    *("article_id", "quote", "speaker", "speaker_kind", "speaker_role", "type", "confidence"),
    *("word_count", "quote_hash", "outlet", "headline"),
]


def _articles(tables: Snapshot, day: date) -> pd.DataFrame:
    """Read when, where and how much, of the articles of the day and of the days before."""
    begin, end = _moment(day - timedelta(days=CHART_DAYS - 1)), _moment(day + timedelta(days=1))
    columns = ["article_id", "published_at", "first_seen_at", "outlet", "quote_count", "url"]
    found = tables.frame("articles", columns, (_counts_at >= begin) & (_counts_at < end))
    found["day"] = found["published_at"].fillna(found["first_seen_at"]).dt.date
    return found


def _of(tables: Snapshot, name: str, columns: Sequence[str], ids: Sequence[str]) -> pd.DataFrame:
    return tables.frame(name, columns, pc.field("article_id").isin(pa.array(ids, pa.string())))


def new_names(
    tables: Snapshot, ids: Sequence[str], earlier: pc.Expression | None = None
) -> list[NewName]:
    """Find persons and organisations of some articles that no earlier article named.

    Args:
        tables: Articles and entities.
        ids: The articles.
        earlier: Which articles are earlier; all others when null.
    """
    columns = ["article_id", "entity_id", "canonical_name", "type", "description"]
    found = _of(tables, "entities", columns, ids)
    found = found[found["type"].isin(["PERSON", "ORG"])]
    others = ~pc.field("article_id").isin(pa.array(ids, pa.string()))
    condition = others if earlier is None else others & earlier
    before = tables.table("articles", ["article_id"], condition)["article_id"]
    met = pc.field("entity_id").isin(pa.array(found["entity_id"].unique(), pa.string()))
    known = tables.table("entities", ["article_id", "entity_id"], met)
    known = known.filter(pc.is_in(known["article_id"], value_set=before.combine_chunks()))
    new = found[~found["entity_id"].isin(known["entity_id"].to_pylist())]
    summed = new.groupby("entity_id").agg(
        name=("canonical_name", "first"),
        type=("type", "first"),
        articles=("article_id", "nunique"),
        description=("description", "first"),  # that is not null
    )
    return sorted(
        (
            NewName(str(row.name), str(row.type), _int(row.articles), _text(row.description))
            for row in summed.itertuples(index=False)
        ),
        key=lambda one: (-one.articles, one.type != "PERSON", -len(one.name.split()), one.name),
    )


def _speakers(named: pd.DataFrame) -> list[Speaker]:
    ranked = named.groupby("speaker").agg(
        quotes=("quote", "size"), words=("word_count", "sum"), outlets=("outlet", "nunique")
    )
    ranked = ranked.sort_values(["quotes", "words"], ascending=False)
    return [
        Speaker(str(row.Index), _int(row.quotes), _int(row.words), _int(row.outlets))
        for row in ranked.itertuples()
    ]


def _chosen(named: pd.DataFrame, speakers: Sequence[Speaker]) -> list[Said]:
    """Choose quotes to read: a person's own words, one quote a speaker."""
    rank = {speaker.name: number for number, speaker in enumerate(speakers)}
    shortest, longest = _QUOTE_WORDS
    good = named[
        (named["speaker_kind"] == "person")
        & (named["type"] == "direct")
        & named["word_count"].between(shortest, longest)
    ]
    good = good.assign(
        rank=good["speaker"].map(rank),
        outlets=good.groupby("quote_hash")["outlet"].transform("nunique").clip(lower=1),
    )
    good = good.sort_values(["outlets", "rank", "confidence"], ascending=[False, True, False])
    good = good.drop_duplicates("speaker").drop_duplicates("quote_hash")
    return [
        Said(
            quote=str(row.quote).rstrip(", "),
            speaker=str(row.speaker),
            role=_text(row.speaker_role),
            outlet=_text(row.outlet),
            headline=_text(row.headline),
            url=_address(row.url),
            outlets=_int(row.outlets),
        )
        for row in good.itertuples()
    ]


def _outlets(
    articles: pd.DataFrame,
    quotes: pd.DataFrame,
    failures: pd.DataFrame,
    health: Sequence[OutletHealth],
) -> list[OutletDay]:
    """Sum outlets up: those that had something that day, or have something wrong."""
    states = {one.outlet: one for one in health}
    came = articles["outlet"].value_counts()
    failed = failures["url"].map(outlet_of_address).value_counts()
    summed = quotes.groupby("outlet").agg(quotes=("quote", "size"), named=("speaker", "count"))
    told = {row.Index: (_int(row.quotes), _int(row.named)) for row in summed.itertuples()}
    wrong = [one.outlet for one in health if one.verdicts]
    rows = []
    for outlet in {*came.index, *failed.index, *wrong}:
        count, named = told.get(outlet, (0, 0))
        known = states.get(outlet)
        rows.append(
            OutletDay(
                outlet=outlet,
                articles=_int(came.get(outlet, 0)),
                usual=known.expected if known else None,
                quotes=count,
                attributed=named / count if count else None,
                failures=_int(failed.get(outlet, 0)),
                state=known.state if known else "learning",
                wrong=tuple(verdict.detail for verdict in known.verdicts) if known else (),
            )
        )
    return sorted(rows, key=lambda row: (not row.wrong, -row.articles, row.outlet))


def _days(articles: pd.DataFrame, day: date) -> list[DayCount]:
    summed = articles.groupby("day").agg(size=("article_id", "size"), quotes=("quote_count", "sum"))
    days = [day - timedelta(days=number) for number in reversed(range(CHART_DAYS))]
    known = {row.Index: (_int(row.size), _int(row.quotes)) for row in summed.itertuples()}
    return [DayCount(one, *known.get(one, (0, 0))) for one in days]


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _int(value: Any) -> int:
    return int(value)


def outlet_of_address(url: str) -> str | None:
    """Name the outlet of a web address; none of a file."""
    return outlet_of(url) if url.startswith(("http://", "https://")) else None


def _address(value: object) -> str | None:
    """Give an address that a page may link to: of the web, no script."""
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else None
