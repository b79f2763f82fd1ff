"""Read the tables: the public interface for notebooks.

>>> from tasks.store import read
>>> said = read.quotes(speaker="Sergei Lavrov", since="2018-05-01")  # doctest: +SKIP

Every function returns a pandas DataFrame with the columns of the data dictionary; filters are
pushed down to the Parquet files. `snapshot` reads several tables as of one moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import UsageError
from tasks.settings import settings
from tasks.store.columns import TIME
from tasks.store.schema import CHILDREN, SCHEMAS
from tasks.store.snapshot import Snapshot, open_snapshot

When = datetime | date | str
"""A time: `2018-05-31`, a date, or a datetime; UTC unless it says otherwise."""

OneOrMore = str | Sequence[str]
"""A value, or several of which any will do."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with everything found in it."""

    row: dict[str, Any]
    """Its row in articles."""

    quotes: pd.DataFrame
    """Its quotes, in order."""

    entities: pd.DataFrame
    """Its entities, in order of first mention."""

    mentions: pd.DataFrame
    """Its mentions, in order."""

    segments: pd.DataFrame
    """What cleaning removed or lifted."""

    revisions: pd.DataFrame
    """Its earlier texts, in order."""


@contextmanager
def snapshot(data: Path | str | None = None) -> Iterator[Snapshot]:
    """Open all tables as one transaction left them.

    >>> with snapshot() as tables:  # doctest: +SKIP
    ...     quotes, articles = tables.frame("quotes"), tables.frame("articles")
    """
    with open_snapshot(settings(data).data) as opened:
        yield opened


def quotes(
    *,
    speaker: OneOrMore | None = None,
    outlet: OneOrMore | None = None,
    type: OneOrMore | None = None,  # noqa: A002
    since: When | None = None,
    until: When | None = None,
    article_id: OneOrMore | None = None,
    columns: Sequence[str] | None = None,
    data: Path | str | None = None,
) -> pd.DataFrame:
    """Read quotes, in order of articles and within them.

    Args:
        speaker: Canonical name.
        outlet: Registered domain.
        type: direct, mixed or indirect.
        since: Published then or later.
        until: Published before.
        article_id: Of these articles.
        columns: Only these.
        data: The data folder; ONRECORD_DATA or ./data when null.
    """
    equal = {"speaker": speaker, "outlet": outlet, "type": type, "article_id": article_id}
    return _read("quotes", equal, since, until, columns, data)


def articles(
    *,
    outlet: OneOrMore | None = None,
    language: OneOrMore | None = None,
    since: When | None = None,
    until: When | None = None,
    article_id: OneOrMore | None = None,
    columns: Sequence[str] | None = None,
    data: Path | str | None = None,
) -> pd.DataFrame:
    """Read articles; the arguments are those of `quotes`."""
    equal = {"outlet": outlet, "language": language, "article_id": article_id}
    return _read("articles", equal, since, until, columns, data)


def entities(
    *,
    canonical_name: OneOrMore | None = None,
    entity_id: OneOrMore | None = None,
    type: OneOrMore | None = None,  # noqa: A002
    outlet: OneOrMore | None = None,
    since: When | None = None,
    until: When | None = None,
    article_id: OneOrMore | None = None,
    columns: Sequence[str] | None = None,
    data: Path | str | None = None,
) -> pd.DataFrame:
    """Read entities; the arguments are those of `quotes`."""
    equal = {
        "canonical_name": canonical_name,
        "entity_id": entity_id,
        "type": type,
        "outlet": outlet,
        "article_id": article_id,
    }
    return _read("entities", equal, since, until, columns, data)


def changes(
    *,
    kind: OneOrMore | None = None,
    outlet: OneOrMore | None = None,
    since: When | None = None,
    article_id: OneOrMore | None = None,
    data: Path | str | None = None,
) -> pd.DataFrame:
    """Read what changed between revisions; `since` is the time at which it had changed."""
    equal = {"kind": kind, "outlet": outlet, "article_id": article_id}
    return _read("changes", equal, since, None, None, data)


def failures(*, data: Path | str | None = None) -> pd.DataFrame:
    """Read the addresses that could not go on."""
    return _read("failures", {}, None, None, None, data)


def runs(*, data: Path | str | None = None) -> pd.DataFrame:
    """Read the runs, in the order they were stored."""
    return _read("runs", {}, None, None, None, data)


def article(article_id: str, *, data: Path | str | None = None) -> StoredArticle | None:
    """Read one article with everything found in it.

    Args:
        article_id: Its id, or the beginning of it, or its URL.
        data: The data folder; ONRECORD_DATA or ./data when null.

    Returns:
        The article; None if it is not there.

    Raises:
        UsageError: Several articles begin so.
    """
    named = (pc.field("url") == article_id) | (pc.field("canonical_url") == article_id)
    begins = pc.starts_with(pc.field("article_id"), article_id)
    is_id = set(article_id) <= set("0123456789abcdef")
    columns = ["article_id"] if is_id else ["article_id", "url", "canonical_url"]
    with snapshot(data) as opened:
        condition = begins if is_id else named
        parts = opened.parts_where(condition, columns) if article_id else []
        found = opened.table("articles", columns, condition, parts)["article_id"].to_pylist()
        if len(found) > 1:
            shown = ", ".join(found[:5])
            raise UsageError(f"{len(found)} articles begin with {article_id}: {shown} …")
        if not found:
            return None
        of_it = pc.field("article_id") == found[0]
        (row,) = opened.table("articles", None, of_it, parts).to_pylist()
        rest = {name: opened.table(name, None, of_it, parts) for name in (*CHILDREN, "revisions")}
    ordered = {
        name: table.sort_by([(SCHEMAS[name].names[2], "ascending")]) for name, table in rest.items()
    }
    frames = {name: table.to_pandas() for name, table in ordered.items()}
    return StoredArticle(row, **frames)


def _read(
    name: str,
    equal: dict[str, OneOrMore | None],
    since: When | None,
    until: When | None,
    columns: Sequence[str] | None,
    data: Path | str | None,
) -> pd.DataFrame:
    conditions = [_any_of(column, value) for column, value in equal.items() if value is not None]
    time = pc.field("changed_at" if name == "changes" else "published_at")
    if since is not None:
        conditions.append(time >= time_scalar(since))
    if until is not None:
        conditions.append(time < time_scalar(until))
    condition = reduce(and_, conditions) if conditions else None
    one_or_more = equal.get("article_id")
    names = [name] if one_or_more is None else [name, "articles"]
    with open_snapshot(settings(data).data, names) as opened:
        parts = None
        if one_or_more is not None:
            parts = opened.parts_where(_any_of("article_id", one_or_more), ["article_id"])
        frame = opened.frame(name, columns, condition, parts)
    order = [column for column in ("article_id", "quote_no") if column in frame.columns]
    return (
        frame.sort_values(order, ignore_index=True)
        if name == "quotes" and len(order) == 2
        else frame
    )


def _any_of(column: str, value: OneOrMore) -> pc.Expression:
    values: Iterable[str] = [value] if isinstance(value, str) else value
    return pc.field(column).isin(pa.array(values, pa.string()))


def time_scalar(when: When) -> pa.Scalar:
    """Make a time comparable with the tables."""
    stamp = pd.Timestamp(when)
    stamp = stamp.tz_localize(UTC) if stamp.tzinfo is None else stamp.tz_convert(UTC)
    return pa.scalar(stamp.to_pydatetime(), TIME)
