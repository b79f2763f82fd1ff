"""Close the books of runs that died without a word: in the runs table and in Prefect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from flows.run import take_dead_runs
from tasks.store.inbox import append
from tasks.store.rows import run_rows

UNDER_WAY = (StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED, StateType.CANCELLING)


def close_dead_runs(data: Path) -> None:
    """Close the books of runs that died: Crashed, in the table and in Prefect."""
    for run, flow_run_id in take_dead_runs(data):
        append(data, run_rows(run), "run", run_id=run.run_id)
        if flow_run_id:
            with get_client(sync_client=True) as client:
                mark_crashed(client, UUID(flow_run_id), f"the process of run {run.run_id} died")


def close_unbegun_runs(pool: str, after: timedelta) -> None:
    """Mark the runs Crashed that a worker had taken but not begun when it ended.

    They hold their deployment's only place, and no worker takes them again.

    Args:
        pool: The work pool.
        after: Only those taken so long ago: another worker may be about to begin one.
    """
    before = datetime.now(UTC) - after
    with get_client(sync_client=True) as client:
        taken = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PENDING]))
            ),
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
        )
        for run in taken:
            if run.state is None or run.state.timestamp > before:
                continue
            state: State[object] = Crashed(message="its worker ended before it began")
            client.set_flow_run_state(run.id, state, force=True)


def mark_crashed(client: SyncPrefectClient, flow_run_id: UUID, why: str) -> None:
    """Mark a flow run Crashed, and the flow and task runs that were under way inside it.

    What has ended stays as it is: a worker may have marked the run itself already.
    """
    try:
        known = client.read_flow_run(flow_run_id)
    except ObjectNotFound:
        return  # another server knows it
    state: State[object] = Crashed(message=why)
    inside = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[flow_run_id])
        )
    )
    for run in (*inside, known):
        under_way = client.read_task_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])),
            task_run_filter=TaskRunFilter(
                state=TaskRunFilterState(type=TaskRunFilterStateType(any_=list(UNDER_WAY)))
            ),
        )
        for task_run in under_way:
            client.set_task_run_state(task_run.id, state, force=True)
        if run.state is None or not run.state.is_final():
            client.set_flow_run_state(run.id, state, force=True)
