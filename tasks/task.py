"""What all stage tasks have in common, as Prefect sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.batch import BatchRef


def stage_task(stage: str) -> Callable[[Callable[..., Any]], Task[..., Any]]:
    """Make a stage's function a task run per batch, named after both.

    A bad article is never a reason to try again (it is a failure row), so retries are for trouble
    of the whole task: a full disk, a lost mount, a worker that was taken away.

    It has no tags: at every start of a tagged task Prefect asks its server for a concurrency slot,
    which took up to 2 s (measured with 3.8.8's embedded server).
    """
    return task(
        name=stage,
        task_run_name=f"{stage} {{ref.batch_id}}",
        retries=1,
        retry_delay_seconds=2,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def finished(made: tuple[BatchRef, bool]) -> State[BatchRef]:
    """Say how a task run ended: `Completed`, or `Cached` where the manifest was there already."""
    ref, known = made
    message = f"{ref.items} go on, {ref.failures} failed, {ref.skipped} skipped"
    return Completed(name="Cached" if known else "Completed", message=message, data=ref)
