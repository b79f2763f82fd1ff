"""The fetch stage, as Prefect sees it."""

from collections.abc import Sequence
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from tasks.batch import BatchRef
from tasks.fetch.batch import discover_batches, fetch_addresses
from tasks.fetch.policy import Limits, Policy
from tasks.store.forgetting import is_forgotten
from tasks.task import finished, stage_task


@task(
    name="discover",
    task_run_name="discover",
    cache_policy=NO_CACHE,
    persist_result=False,
)
def discover(
    sources: Sequence[str], data: Path, size: int, policy: Policy, limits: Limits
) -> list[BatchRef]:
    """Turn what the user gave into batches of addresses."""
    return discover_batches(sources, data, size, policy, limits, is_forgotten(data))


@stage_task("fetch")
def fetch(ref: BatchRef, data: Path, policy: Policy) -> State[BatchRef]:
    """Get the pages of a batch of addresses; files and archives are read in place."""
    return finished((fetch_addresses(ref, data, policy), False))
