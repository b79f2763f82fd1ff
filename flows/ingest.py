"""The main flow: from news pages to tidy tables.

    discover -> batches -> fetch -> clean -> extract -> enrich -> store -> publish

Each batch of addresses goes through five chained tasks; small manifests pass between them, the
texts stay in files under data/work. Finished batches wait in the store's inbox and are published
together every few batches.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run
from pydantic import Field

from flows.artifacts import show_progress_bar
from flows.batches import choose_workers, work
from flows.books import check_worked, close_books
from flows.chains import Parameters
from flows.dead_runs import close_dead_runs
from flows.funnel import Funnel
from flows.notices import watch_and_tell
from flows.progress import Progress, tell
from flows.run import chosen, info, run_under_way
from tasks.clean.site_files import latest_number
from tasks.extract.tagger_choice import choose_tagger
from tasks.fetch.policy import Limits, Policy
from tasks.fetch.task import discover
from tasks.redaction import redact
from tasks.store.transactions import open_store


def run_name() -> str:
    """Name a flow run after its sources."""
    sources: list[str] = flow_run.parameters["sources"]
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return redact(f"ingest {sources[0] if sources else 'nothing'}{more}")


@flow(name="ingest", flow_run_name=run_name, persist_result=False)
def ingest(
    sources: list[str],
    data: Path = Path("data"),
    batch_size: Annotated[int, Field(ge=1, le=10_000)] = 200,
    workers: Annotated[int, Field(ge=1)] | None = None,
    model: str | None = None,
    policy: Policy | None = None,
    limits: Limits | None = None,
    bulk: bool = False,
) -> Funnel:
    """Turn news pages into rows of articles, entities and quotes.

    Args:
        sources: Files, folders, URLs, feeds, sitemaps, WARC archives, files of URLs: any mix.
        data: Folder for everything the run writes; the tables are in its folder tables.
        batch_size: Articles that one task run works through.
        workers: Worker processes at most; one for each processor when none is given.
        model: What finds names: package of a spaCy model, name of a student, or "teacher"; the
            student in use by default, else the best package installed.
        policy: How politely and patiently pages are fetched.
        limits: Which of the addresses found are wanted: by date, by number.
        bulk: Make whole parts of 20,000 articles at once, which is cheaper for a large archive;
            readers see them when a part is full. Watchlists are not asked.

    Raises:
        OnrecordError: Some batches could not be worked through; the others are in the tables, and
            what they held is listed in failures.
    """
    policy, limits = policy or Policy(), limits or Limits()
    open_store(data)
    tagger = choose_tagger(model, data / "models")
    close_dead_runs(data)
    asked = {"sources": sources, "batch_size": batch_size, "model": model}
    asked |= {"bulk": bulk} if bulk else {}
    asked |= chosen(policy) | chosen(limits)
    with run_under_way("ingest", data, asked, flow_run.id) as run:
        tell(Progress("discovering"))
        batches = discover(sources, data, batch_size, policy, limits)
        found = sum(ref.items + ref.failures + ref.skipped for ref in batches)
        bar = show_progress_bar(found)
        sites = latest_number(data / "state" / "sites")
        parameters = Parameters(
            data, info(run), policy, tagger, found, sites, bar, is_bulk=bulk,
            workers=choose_workers(len(batches), workers),
        )  # fmt: skip
        worked = work(batches, parameters)
        watch_and_tell(run, data)
        funnel = close_books(run, data, worked)
    check_worked(worked)
    return funnel
