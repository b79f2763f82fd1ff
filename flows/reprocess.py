"""Make the rows of stored articles anew, without asking the web again.

Better rules, a better model, a correction: `clean` begins with the pages, `extract` with the stored
texts, `enrich` with what was found in them. Rows are replaced; a quote whose words stay the same
keeps its quote_id; the history of texts is not touched.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

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
from flows.notices import tell_people
from flows.progress import Progress, tell
from flows.run import info, run_under_way
from flows.stored_batches import annotated_batches, article_batches, page_batches
from tasks.batch import BatchRef
from tasks.clean.site_files import latest_number
from tasks.extract.tagger_choice import choose_tagger
from tasks.fetch.policy import Policy
from tasks.store.transactions import open_store

FirstStage = Literal["clean", "extract", "enrich"]


@flow(name="reprocess", flow_run_name="reprocess from {stage}", persist_result=False)
def reprocess(
    stage: FirstStage = "extract",
    data: Path = Path("data"),
    since: datetime | None = None,
    batch_size: Annotated[int, Field(ge=1, le=10_000)] = 200,
    workers: Annotated[int, Field(ge=1)] | None = None,
    model: str | None = None,
) -> Funnel:
    """Make the rows of stored articles anew.

    Args:
        stage: The first stage to do again: clean (from the pages), extract (from the texts) or
            enrich (from what was found in them).
        data: The data folder.
        since: Only articles received then or later.
        batch_size: Articles that one task run works through.
        workers: Worker processes at most; one for each processor when none is given.
        model: What finds names: package of a spaCy model, name of a student, or "teacher"; the
            student in use by default, else the best package installed.

    Raises:
        OnrecordError: Some batches could not be worked through; their rows are as before.
    """
    open_store(data)
    close_dead_runs(data)
    asked = {"stage": stage, "since": since, "batch_size": batch_size, "model": model}
    with run_under_way("reprocess", data, asked, flow_run.id) as run:
        tell(Progress("looking for what is stored"))
        batches = find_stored(stage, data, batch_size, since)
        found = sum(ref.items + ref.failures + ref.skipped for ref in batches)
        parameters = Parameters(
            data=data,
            run=info(run),
            policy=Policy(),
            model=choose_tagger(model, data / "models"),
            found=found,
            sites=latest_number(data / "state" / "sites"),
            bar=show_progress_bar(found),
            mode="reading",
            workers=choose_workers(len(batches), workers),
        )
        worked = work(batches, parameters)
        tell_people(run, data)
        funnel = close_books(run, data, worked)
    check_worked(worked)
    return funnel


@task(name="find stored", cache_policy=NO_CACHE, persist_result=False)
def find_stored(stage: FirstStage, data: Path, size: int, since: datetime | None) -> list[BatchRef]:
    """Make batches of what is stored."""
    match stage:
        case "clean":
            salt = f"sites {latest_number(data / 'state' / 'sites')}"
            return page_batches(data, size, since, salt)
        case "extract":
            return list(article_batches(data, size, since))
        case "enrich":
            return list(annotated_batches(data, size, since))
