"""One article by five routes, through all stages to the tables: the same article, the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from tasks.batch import Batch
from tasks.clean.article import clean_page
from tasks.enrich.entities import resolve_entities
from tasks.enrich.knowledge_base import load_knowledge_base
from tasks.enrich.speakers import resolve_speakers
from tasks.extract.batch import annotate
from tasks.extract.tagger import load_tagger
from tasks.fetch.discover import discover
from tasks.fetch.pages import fetch_batch, load_page
from tasks.records import Snapshot
from tasks.settings import VERSION, Settings, settings
from tasks.store.rows import rows_of
from tasks.store.run import RunInfo
from tasks.store.transactions import append, open_store, publish
from tests.fetch.conftest import SWIFT, load_internet
from tests.fetch.internet import Internet

HOST = "herald.example"
PATH = "/2024/05/quay-to-close.html"
CANONICAL = f"https://{HOST}{PATH}"
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Port Ellery closes its old quay | The Herald</title>
<link rel="canonical" href="{CANONICAL}">
<meta property="og:type" content="article"><meta property="og:site_name" content="The Herald">
<meta property="article:published_time" content="2024-05-14T09:30:00Z">
<meta name="author" content="Ines Varga"></head><body><main><article>
<h1>Port Ellery closes its old quay</h1>
<p>The harbour board of Port Ellery voted on Tuesday to close the old quay, two years after
divers found cracks in its northern wall and the insurers of the ferry refused to go on.</p>
<p>“We have no choice,” said Maren Holt, who chairs the board. “Nobody will berth a ship at a wall
that may be gone by the winter, and I would not ask them to.”</p>
<p>Tomas Reyes, a spokesman for the Ellery Ferry Company, said the boats would sail from Saltmarsh
until a new pier is built. The company has 140 employees in the two towns.</p>
<p>Holt said that France and Norway had repaired quays of the same age at half the price. She told
the meeting: “We will look at how they did it.”</p></article></main></body></html>"""

OF_THE_ROUTE = ["url", "source_kind", "source", "http_status", "rights", "run_id"]
OF_THE_MOMENT = ["first_seen_at", "fetched_at", "processed_at"]
TABLES = ("articles", "entities", "mentions", "quotes", "segments")


def tables(snapshots: tuple[Snapshot, ...], data: Path) -> dict[str, pd.DataFrame]:
    """Take pages through the stages into a store of their own."""
    open_store(data)
    articles = [clean_page(load_page(snapshot)) for snapshot in snapshots]
    knowledge_base = load_knowledge_base(None)
    named = [
        resolve_speakers(resolve_entities(found, knowledge_base))
        for found in annotate(articles, load_tagger(None))
    ]
    run = RunInfo(data.name, "ingest", datetime(2024, 5, 15, tzinfo=UTC), VERSION)
    append(data, rows_of(named, run), data.name)
    publish(data)
    return {name: pd.read_parquet(data / "tables" / name) for name in TABLES}


def listed(root: str, entry: str) -> str:
    return f'<?xml version="1.0"?>{root.format(entry)}'


def test_one_article_by_five_routes_gives_the_same_rows(tmp_path: Path) -> None:
    box = replace(settings(tmp_path / "data"), allow_addresses=("127.0.0.0/8",))
    with load_internet().serving() as internet:
        stored = by_five_routes(internet, box, tmp_path)
        assert internet.asked(HOST).count(PATH) == 1
    for kind, found in stored.items():
        # our own archives remember how each page was come by
        how = "url" if kind == "warc" else kind
        assert found["articles"]["source_kind"].tolist() == [how]
    first = stored["url"]
    assert first["articles"]["canonical_url"].tolist() == [CANONICAL]
    assert set(first["quotes"]["speaker"].dropna()) == {"Maren Holt", "Tomas Reyes"}
    assert {"Maren Holt", "Tomas Reyes", "Norway"} <= set(first["entities"]["canonical_name"])
    for kind, found in stored.items():
        for name in TABLES:
            rows, expected = (
                frame.drop(columns=[*OF_THE_ROUTE, *OF_THE_MOMENT], errors="ignore")
                for frame in (found[name], first[name])
            )
            pd.testing.assert_frame_equal(rows, expected, obj=f"{name} by {kind}")


def by_five_routes(
    internet: Internet, box: Settings, folder: Path
) -> dict[str, dict[str, pd.DataFrame]]:
    """The tables that each route leaves."""
    raw = box.data / "raw"
    url = internet.put(HOST, PATH, PAGE)
    rss = listed(
        '<rss version="2.0"><channel>{}</channel></rss>', f"<item><link>{url}</link></item>"
    )
    sitemap = listed("<urlset>{}</urlset>", f"<url><loc>{url}</loc></url>")
    saved = folder / "saved page.html"
    saved.write_text(PAGE)
    sources: dict[str, Callable[[], list[str]]] = {
        "url": lambda: [url],
        "feed": lambda: [internet.put(HOST, "/rss.xml", rss)],
        "sitemap": lambda: [internet.put(HOST, "/sitemap.xml", sitemap)],
        "html_file": lambda: [str(saved)],
        "warc": lambda: [str(path) for path in raw.glob("*.warc.gz")],
    }
    stored: dict[str, dict[str, pd.DataFrame]] = {}
    for kind, named in sources.items():
        found = discover(named(), settings=box, policy=SWIFT, resolver=internet.resolve)
        batch = fetch_batch(
            Batch(found.items), raw=raw, settings=box, policy=SWIFT, resolver=internet.resolve
        )
        assert len(batch.items) == 1, (kind, batch)
        stored[kind] = tables(batch.items, folder / kind)
    return stored
