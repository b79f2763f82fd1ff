"""Look again at articles when they are due: by default a day and a week after publication.

Outlets change what they have published. What changed, quote by quote, is in the table `changes`.
Pages that could not be had are due again, too, after a while.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
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
from tasks.batch import Batch, BatchRef, batch_id, write_batch
from tasks.clean.site_files import latest_number
from tasks.extract.tagger_choice import choose_tagger
from tasks.fetch.batch import without
from tasks.fetch.batches import make_batches
from tasks.fetch.ledger import due
from tasks.fetch.ledger_schema import open_ledger
from tasks.fetch.policy import Policy
from tasks.settings import settings
from tasks.store.forgetting import is_forgotten
from tasks.store.transactions import open_store


@flow(name="revisit", flow_run_name="revisit what is due", persist_result=False)
def revisit(
    data: Path = Path("data"),
    limit: Annotated[int, Field(ge=0)] | None = None,
    batch_size: Annotated[int, Field(ge=1, le=10_000)] = 200,
    workers: Annotated[int, Field(ge=1)] | None = None,
    model: str | None = None,
    policy: Policy | None = None,
) -> Funnel:
    """Look again at articles that are due.

    Args:
        data: The data folder.
        limit: At most so many, the longest due first.
        batch_size: Articles that one task run works through.
        workers: Worker processes at most; one for each processor when none is given.
        model: What finds names: package of a spaCy model, name of a student, or "teacher"; the
            student in use by default, else the best package installed.
        policy: How politely and patiently pages are fetched, and when they are due next.

    Raises:
        OnrecordError: Some batches could not be worked through; they stay due.
    """
    policy = policy or Policy()
    open_store(data)
    tagger = choose_tagger(model, data / "models")
    close_dead_runs(data)
    asked = {"limit": limit, "batch_size": batch_size, "model": model} | chosen(policy)
    with run_under_way("revisit", data, asked, flow_run.id) as run:
        tell(Progress("looking up what is due"))
        batches = find_due(data, batch_size, limit)
        found = sum(ref.items + ref.skipped for ref in batches)
        sites = latest_number(data / "state" / "sites")
        bar = show_progress_bar(found)
        count = choose_workers(len(batches), workers)
        worked = work(
            batches, Parameters(data, info(run), policy, tagger, found, sites, bar, workers=count)
        )
        watch_and_tell(run, data)
        funnel = close_books(run, data, worked)
    check_worked(worked)
    return funnel


@task(name="find due", cache_policy=NO_CACHE, persist_result=False)
def find_due(data: Path, size: int, limit: int | None) -> list[BatchRef]:
    """Ask the ledger which articles are due, and make batches of them."""
    addresses = tuple(due(open_ledger(settings(data)), limit))
    found = without(Batch(addresses), is_forgotten(data))
    refs: list[BatchRef] = []
    for group in make_batches(found.items, size) or [()]:
        batch = Batch(tuple(group), (), () if refs else found.skipped)
        refs.append(write_batch(batch, data / "work", batch_id(group), "discover"))
    return refs
