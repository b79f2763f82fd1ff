"""The enrich stage, as Prefect sees it."""

from pathlib import Path

from prefect.client.schemas.objects import State

from tasks.batch import BatchRef
from tasks.enrich.batch import name_everything
from tasks.task import finished, stage_task
from tasks.workers import in_worker


@stage_task("enrich")
def enrich(ref: BatchRef, data: Path, knowledge_base: Path | None) -> State[BatchRef]:
    """Say whom and what the words of a batch of articles refer to."""
    work, corrections = data / "work", data / "corrections"
    return finished(in_worker(name_everything, ref, work, knowledge_base, corrections))
