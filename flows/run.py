"""Runs under way: which there are, and which died without a word.

A run holds a lock beside its marker in data/state/runs for as long as its process lives, however it
ends. A marker whose lock is free belongs to a run that died: the next run closes its books.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from flows.logs import RUN
from flows.orchestration import this_host
from tasks.fetch.policy import Limits, Policy
from tasks.redaction import redact
from tasks.settings import VERSION
from tasks.store.disk import write_durably
from tasks.store.inbox import append
from tasks.store.rows import run_rows
from tasks.store.run import Run, RunInfo
from tasks.store.transactions import publish


@contextmanager
def run_under_way(
    flow: str, data: Path, parameters: Mapping[str, Any], flow_run_id: str | None
) -> Iterator[Run]:
    """Mark a run as under way for as long as the block lasts and the process lives.

    When the block ends with an exception the marker stays: the next run closes the books.

    Args:
        flow: The flow's name.
        data: The data folder.
        parameters: Of the flow; they must fit into JSON.
        flow_run_id: Prefect's id of the run, if it has one.
    """
    run = new_run(flow, parameters)
    folder = data / "state" / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{run.run_id}.lock")
    with lock:
        marker = folder / f"{run.run_id}.json"
        write_durably(marker, msgspec.json.encode({"run": run, "flow_run_id": flow_run_id}))
        token = RUN.set(run.run_id)
        try:
            yield run
        finally:
            RUN.reset(token)
        marker.unlink(missing_ok=True)
    Path(lock.lock_file).unlink(missing_ok=True)


def finish_run(run: Run, data: Path) -> None:
    """Enter a run that worked through no addresses into the runs table."""
    closed = replace(run, state="completed", finished_at=datetime.now(UTC))
    append(data, run_rows(closed), "run", run_id=run.run_id)
    publish(data)


def new_run(flow: str, parameters: Mapping[str, Any]) -> Run:
    """Begin the books of a run; its id sorts by time."""
    now = datetime.now(UTC)
    return Run(
        run_id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        flow=flow,
        started_at=now,
        state="running",
        pipeline_version=VERSION,
        host=this_host(),
        parameters=redact(json.dumps(dict(parameters), default=str, sort_keys=True)),
    )


def chosen(parameters: Policy | Limits) -> dict[str, Any]:
    """Give the parameters that are not the usual ones, for the runs table."""
    return {
        field.name: value
        for field in fields(parameters)
        if (value := getattr(parameters, field.name)) != field.default
    }


def info(run: Run) -> RunInfo:
    """Take what the rows of a run say of it."""
    return RunInfo(
        run_id=run.run_id,
        flow=run.flow,
        started_at=run.started_at,
        pipeline_version=run.pipeline_version,
        host=run.host,
        parameters=run.parameters,
    )


def living_runs(data: Path) -> list[str]:
    """List the runs whose process lives, by id."""
    living = []
    for marker in sorted((data / "state" / "runs").glob("*.json")):
        try:
            with FileLock(marker.with_suffix(".lock")).acquire(timeout=0):
                continue
        except Timeout:
            living.append(marker.stem)
    return living


def take_dead_runs(data: Path) -> list[tuple[Run, str | None]]:
    """Find the runs that died without a word, and clear their markers.

    Returns:
        Their books, closed as crashed, and Prefect's ids of them.
    """
    dead = []
    for marker in sorted((data / "state" / "runs").glob("*.json")):
        lock = FileLock(marker.with_suffix(".lock"))
        try:
            with lock.acquire(timeout=0):
                content = msgspec.json.decode(marker.read_bytes())
                run = msgspec.convert(content["run"], Run)
                dead.append(
                    (
                        replace(run, state="crashed", finished_at=datetime.now(UTC)),
                        content["flow_run_id"],
                    )
                )
                marker.unlink()
        except (Timeout, FileNotFoundError):
            continue  # alive, or another run was faster
        except (msgspec.MsgspecError, KeyError, TypeError):
            marker.unlink(missing_ok=True)  # damaged: it says nothing of which run it was
        Path(lock.lock_file).unlink(missing_ok=True)
    return dead
