"""The clean stage, as Prefect sees it."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from prefect.client.schemas.objects import State

from tasks.batch import BatchRef
from tasks.clean.batch import clean_snapshots
from tasks.fetch.pages import load_page
from tasks.store.standing import find_texts
from tasks.task import finished, stage_task
from tasks.workers import in_worker


@stage_task("clean")
def clean(ref: BatchRef, data: Path, sites: int | None, is_reading: bool) -> State[BatchRef]:
    """Take the articles out of a batch of pages.

    A reading anew takes what is known of sites now, whatever the tables' texts were taken with.
    """
    texts = _no_texts if is_reading else partial(find_texts, data)
    return finished(in_worker(clean_snapshots, ref, data, load_page, sites, texts, is_reading))


def _no_texts(article_ids: Sequence[str]) -> Mapping[str, tuple[str, str | None]]:
    return {}
