"""The extract stage, as Prefect sees it."""

from pathlib import Path

from prefect.client.schemas.objects import State

from tasks.batch import BatchRef
from tasks.extract.batch import annotate_articles
from tasks.task import finished, stage_task
from tasks.workers import in_worker


@stage_task("extract")
def extract(ref: BatchRef, data: Path, model: str | None) -> State[BatchRef]:
    """Find the quotes and mentions in a batch of articles."""
    return finished(in_worker(annotate_articles, ref, data / "work", model))
