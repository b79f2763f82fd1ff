"""What the dashboard shows of a run: a moving bar, a report, speakers, failures, where to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.funnel import Funnel
from flows.markup import CELL, address, link_text, number, plain, table
from tasks.fetch.host_tally import HostTally
from tasks.notices import EVERYWHERE
from tasks.observe.health import Judgement
from tasks.redaction import redact
from tasks.store.run import Run

ROWS = 200
"""Rows a table artifact may have: the dashboard draws them all at once."""

EXAMPLES = 3
"""Addresses shown for a reason why some failed."""


def show_progress_bar(found: int) -> UUID:
    """Put an empty progress bar on the run's page."""
    made = create_progress_artifact(
        progress=0.0,
        key="ingest-progress",
        description=f"{number(found, 'address', 'addresses')} found",
    )
    assert isinstance(made, UUID)
    return made


def move_progress_bar(bar: UUID, done: int, found: int) -> None:
    """Move the bar to the share of addresses that have come through."""
    update_progress_artifact(artifact_id=bar, progress=100.0 * done / max(found, 1))


def show_report(
    run: Run, funnel: Funnel, seconds: Mapping[str, float], data: Path, failures: pd.DataFrame
) -> None:
    """Publish the run report: the funnel, where the time went, why addresses failed."""
    create_markdown_artifact(
        key="run-report",
        markdown=report_markdown(run, funnel, seconds, data, failures),
        description=f"What became of {number(funnel.found, 'address', 'addresses')}",
    )
    tables = (data / "tables").resolve()
    create_link_artifact(
        key="tables",
        link=tables.as_uri(),
        link_text=link_text(tables),
        description="Where the rows are",
    )


def show_speakers(quotes: pd.DataFrame) -> None:
    """Publish who was quoted most in the articles of a run."""
    if rows := top_speakers(quotes):
        create_table_artifact(
            key="top-speakers",
            table=[row | {"speaker": plain(row["speaker"], CELL)} for row in rows],
            description="# Most quoted in this run",
        )


def show_failures(failures: pd.DataFrame) -> None:
    """Publish what failed and why, the newest first."""
    if failures.empty:
        return
    columns = ["reason", "stage", "attempts", "detail", "url"]
    rows = failures.sort_values("failed_at", ascending=False)[columns].head(ROWS)
    rows = rows.assign(
        url=[address(redact(url)) for url in rows["url"]],
        detail=[plain(redact(detail), CELL) for detail in rows["detail"]],
    )
    create_table_artifact(
        key="failures",
        table=records(rows),
        description=f"# Failures\n{len(failures)} in all, {len(rows)} shown",
    )


def show_hosts(tallies: Sequence[HostTally]) -> None:
    """Publish what was asked of each host; nothing if the run asked none."""
    if not tallies:
        return
    rows = [
        {
            "host": plain(tally.site, CELL),
            "requests": tally.requests,
            "not modified": tally.not_modified,
            "failures": tally.failures,
            "kB": round(tally.bytes / 1000),
            "shortest gap, s": None if tally.shortest_gap is None else round(tally.shortest_gap, 2),
        }
        for tally in tallies[:ROWS]
    ]
    create_table_artifact(
        key="hosts", table=rows, description=f"# Hosts\n{len(tallies)} asked, {len(rows)} shown"
    )


def show_outlets(judgement: Judgement) -> None:
    """Publish how the outlets are, those first at which something is wrong; nothing of none."""
    if not judgement.outlets:
        return
    ranked = sorted(judgement.outlets, key=lambda o: (not o.verdicts, o.state == "ok", o.outlet))
    rows = [
        {
            "outlet": plain(outlet.outlet, CELL),
            "state": outlet.state,
            "24 hours": outlet.observed,
            "usual": outlet.expected,
            "last came": f"{outlet.last_seen_at:%Y-%m-%d %H:%M}" if outlet.last_seen_at else None,
            "what": plain("; ".join(verdict.detail for verdict in outlet.verdicts)),
        }
        for outlet in ranked[:ROWS]
    ]
    together = [
        f"**{v.kind}**: {plain(v.detail)}" for v in judgement.verdicts if v.outlet == EVERYWHERE
    ]
    told = [f"# Outlets\n{len(ranked)} in all, {len(rows)} shown", *together]
    create_table_artifact(key="outlets", table=rows, description="\n\n".join(told))


def top_speakers(quotes: pd.DataFrame, count: int = 20) -> list[dict[str, Any]]:
    """Count quotes, words and articles of the most quoted speakers."""
    named = quotes.dropna(subset=["speaker"])
    ranked = named.groupby("speaker").agg(
        quotes=("quote_id", "size"), words=("word_count", "sum"), articles=("article_id", "nunique")
    )
    ranked = ranked.sort_values(["quotes", "words"], ascending=False).head(count).reset_index()
    return records(ranked)


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a frame into rows."""
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def report_markdown(
    run: Run, funnel: Funnel, seconds: Mapping[str, float], data: Path, failures: pd.DataFrame
) -> str:
    """Write the run report."""
    total, tables = sum(seconds.values()) or 1.0, data / "tables"
    parts = [
        f"# Run {run.run_id}",
        f"Host {run.host}, onrecord {run.pipeline_version}, tables in {plain(str(tables))}.",
        "## Funnel",
        table(("", "addresses", "reasons"), funnel.lines()),
        "## Time by stage",
        table(
            ("stage", "seconds", "share"),
            [(name, f"{took:.1f}", f"{took / total:.0%}") for name, took in seconds.items()],
        ),
        "## Failures by reason",
        table(("reason", "addresses", "for example"), by_reason(funnel.failed, failures)),
    ]
    return "\n\n".join(parts) + "\n"


def by_reason(failed: Mapping[str, int], failures: pd.DataFrame) -> list[tuple[str, int, str]]:
    """Count failures by reason, the most frequent first, with up to three addresses each."""
    rows = []
    for reason, count in sorted(failed.items(), key=lambda item: (-item[1], item[0])):
        examples = failures.loc[failures["reason"] == reason, "url"].head(EXAMPLES)
        rows.append((reason, count, ", ".join(address(redact(str(url))) for url in examples)))
    return rows
