"""What a run brought, for the dashboard: speakers, new names, what came of each outlet, a chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.assets import Asset, AssetProperties, materialize
from prefect.cache_policies import NO_CACHE

from flows.artifacts import ROWS, records, show_speakers
from flows.charts import as_address, name_bars
from flows.digest import NewName
from flows.digest_tables import new_names, outlet_of_address
from flows.markup import CELL, plain
from tasks.store import read

NO_OUTLET = "(none)"
"""Stands for the outlet of what has none: text files, and files that no page could be made of."""


def show_stored(data: Path, article_ids: Iterable[str], failures: pd.DataFrame) -> None:
    """Show what a run brought: speakers, names that are new, what came of each outlet."""
    ids = sorted(set(article_ids))
    quotes = read.quotes(article_id=ids, data=data)
    articles = read.articles(article_id=ids, columns=["outlet", "word_count"], data=data)
    if ids:
        note_assets(data, {"articles": len(ids), "quotes": len(quotes)})
    show_speakers(quotes)
    show_run_outlets(articles, quotes, failures)
    with read.snapshot(data) as tables:
        show_new_names(new_names(tables, ids))


def note_assets(data: Path, rows: Mapping[str, int]) -> None:
    """Tell Prefect that tables have new rows, as assets: automations can wait for that.

    Args:
        data: The data folder.
        rows: New rows by table.
    """
    assets = [_asset(name, (data / "tables" / name).resolve().as_uri()) for name in rows]

    @materialize(
        *assets, name="tables", task_run_name="tables", cache_policy=NO_CACHE, persist_result=False
    )
    def tables() -> None:
        for asset, count in zip(assets, rows.values(), strict=True):
            asset.add_metadata({"rows": count})

    tables()


def _asset(name: str, address: str) -> Asset:
    return Asset(
        key=f"onrecord://tables/{name}", properties=AssetProperties(name=name, url=address)
    )


def show_run_outlets(articles: pd.DataFrame, quotes: pd.DataFrame, failures: pd.DataFrame) -> None:
    """Publish what came of each outlet in a run: articles, quotes, failures; and a chart of it."""
    rows = outlet_rows(articles, quotes, failures)
    if not rows:
        return
    create_table_artifact(
        key="outlets-of-run",
        table=[row | {"outlet": plain(row["outlet"], CELL)} for row in rows[:ROWS]],
        description=f"# Outlets of this run\n{len(rows)} in all, {min(len(rows), ROWS)} shown",
    )
    counts = [(str(row["outlet"]), int(row["quotes"])) for row in rows if row["quotes"]]
    if not counts:
        return
    chart = name_bars("Quotes by outlet", sorted(counts, key=lambda c: -c[1])[:15])
    # The dashboard's image artifact prints the whole address under the image; markdown does not.
    create_markdown_artifact(
        key="quotes-by-outlet",
        markdown=f"# Quotes by outlet\n\n![Quotes by outlet]({as_address(chart)})\n",
        description="Quotes by outlet in this run",
    )


def show_new_names(names: Sequence[NewName]) -> None:
    """Publish which persons and organisations no earlier article named."""
    if not names:
        return
    rows = [
        {
            "name": plain(new.name, CELL),
            "type": new.type,
            "articles": new.articles,
            "description": plain(new.description or "", CELL),
        }
        for new in names[:ROWS]
    ]
    create_table_artifact(
        key="new-names",
        table=rows,
        description=f"# New names\n{len(names)} that no earlier article has, {len(rows)} shown",
    )


def outlet_rows(
    articles: pd.DataFrame, quotes: pd.DataFrame, failures: pd.DataFrame
) -> list[dict[str, Any]]:
    """Sum a run up by outlet, the most articles first."""
    failed = failures["url"].map(outlet_of_address).fillna(NO_OUTLET).value_counts()
    told = quotes.groupby(quotes["outlet"].fillna(NO_OUTLET)).agg(
        quotes=("quote_id", "size"), named=("speaker", "count")
    )
    grouped = articles.groupby(articles["outlet"].fillna(NO_OUTLET))
    rows = pd.DataFrame(
        {
            "articles": grouped.size(),
            "words an article": grouped["word_count"].median().round(),
            "quotes": told["quotes"],
            "with a speaker": told["named"],
            "failures": failed,
        }
    ).fillna(0)
    rows = rows.astype(int).sort_values(["articles", "failures"], ascending=False)
    return records(rows.rename_axis("outlet").reset_index())
