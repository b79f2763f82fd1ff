"""The clean stage, as Prefect sees it."""

from functools import partial
from pathlib import Path

from prefect.client.schemas.objects import State

from tasks.batch import BatchRef
from tasks.clean.batch import clean_snapshots
from tasks.fetch.pages import load_page
from tasks.store.standing import find_texts
from tasks.task import finished, stage_task


@stage_task("clean")
def clean(ref: BatchRef, data: Path, sites: int | None) -> State[BatchRef]:
    """Take the articles out of a batch of pages."""
    return finished(clean_snapshots(ref, data, load_page, sites, partial(find_texts, data)))
