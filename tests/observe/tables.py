"""A store with the articles of a simulated world, without their texts: written part by part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tasks.observe.intake import Intake
from tasks.store.layout import Layout
from tasks.store.part import write_part
from tasks.store.schema import PART_ARTICLES, SCHEMAS
from tasks.store.transactions import open_store


def write_store(data: Path, intake: Intake, flows: Sequence[str] = ("ingest",)) -> None:
    """Write a store in which an intake has come in, by runs of these flows in turn."""
    open_store(data)
    layout = Layout(data)
    runs = [
        {
            "run_id": f"run-{number}",
            "flow": flows[number % len(flows)],
            "started_at": _time(at),
            "finished_at": _time(at + 900),
        }
        for number, at in enumerate(intake.runs)
    ]
    write_part("runs", rows("runs", runs), layout.part("runs", 0))
    order = np.argsort(intake.seen_at, kind="stable")
    names = pa.array(intake.outlets)
    for number in range(0, max(len(order), 1), PART_ARTICLES):
        chosen = order[number : number + PART_ARTICLES]
        micros = (intake.seen_at[chosen] * 1e6).astype(np.int64)
        seen = pa.array(micros, pa.timestamp("us", tz="UTC"))
        columns = {
            "article_id": pa.array([f"{n:020x}" for n in range(number, number + len(chosen))]),
            "outlet": names.take(pa.array(intake.outlet[chosen])),
            "first_seen_at": seen,
            "published_at": pa.array(
                micros, pa.timestamp("us", tz="UTC"), mask=intake.is_undated[chosen] > 0
            ),
            "text_length": pa.array(intake.text_length[chosen].astype(np.int32)),
            "quote_count": pa.array(intake.quote_count[chosen].astype(np.int32)),
            "attributed_count": pa.array(intake.attributed[chosen].astype(np.int32)),
            "dropped_length": pa.array(intake.dropped_length[chosen].astype(np.int32)),
            "source_kind": pa.array(["feed"] * len(chosen)),
        }
        table = _filled("articles", columns, len(chosen))
        write_part("articles", table, layout.part("articles", number // PART_ARTICLES))


def rows(name: str, given: Sequence[dict[str, Any]]) -> pa.Table:
    """Lay rows out as a table; what they leave out is empty."""
    columns = {
        column: pa.array([row[column] for row in given], SCHEMAS[name].field(column).type)
        for column in (given[0] if given else ())
    }
    return _filled(name, columns, len(given))


def _filled(name: str, columns: dict[str, pa.Array], size: int) -> pa.Table:
    arrays = []
    for field in SCHEMAS[name]:
        if field.name in columns:
            arrays.append(columns[field.name])
        elif field.nullable:
            arrays.append(pa.nulls(size, field.type))
        else:
            arrays.append(pa.repeat(pa.scalar(_empty(field.type), field.type), size))
    return pa.Table.from_arrays(arrays, schema=SCHEMAS[name])


def _empty(kind: pa.DataType) -> Any:
    if pa.types.is_string(kind):
        return "x"
    if pa.types.is_timestamp(kind):
        return datetime(2024, 1, 1, tzinfo=UTC)
    return [] if pa.types.is_list(kind) else 0


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
