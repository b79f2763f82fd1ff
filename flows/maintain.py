"""The nightly round: one name a person, nothing kept too long, and a look whether all is well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run
from pydantic import Field

from flows.dead_runs import close_dead_runs
from flows.markup import plain, table
from flows.run import finish_run, info, living_runs, run_under_way
from flows.second_pass import unify_stored_persons
from tasks.errors import OnrecordError
from tasks.store.retention import drop_raw, drop_work
from tasks.store.run import RunInfo
from tasks.store.scrubbing import scrub
from tasks.store.tombstones import read_tombstones
from tasks.store.transactions import open_store
from tasks.store.verify import Problem
from tasks.store.verify import verify as verify_store


@dataclass(frozen=True, slots=True)
class Maintained:
    """What a round did."""

    unified: int
    """Persons in articles that got the id they have elsewhere."""

    dropped: int
    """Archives and batches thrown away."""

    freed: int
    """Bytes they took."""

    problems: tuple[str, ...]
    """What is wrong with the tables; empty when all is well."""


@flow(name="maintain", flow_run_name="maintain", persist_result=False)
def maintain(
    data: Path = Path("data"),
    drop_raw_older_than: Annotated[int, Field(ge=1)] | None = None,
    drop_work_older_than: Annotated[int, Field(ge=1)] | None = 14,
    unify: bool = True,
    check: bool = True,
) -> Maintained:
    """Do what a store needs now and then.

    Args:
        data: The data folder.
        drop_raw_older_than: Days after which archives in raw are thrown away; kept when none is
            given. `reprocess --stage clean` needs them.
        drop_work_older_than: Days after which batches in work are thrown away; kept when none is
            given. They are made again when needed.
        unify: Give persons one id across articles.
        check: Look for torn files, broken references and sums that do not add up.

    Raises:
        OnrecordError: The tables are not sound.
    """
    open_store(data)
    close_dead_runs(data)
    busy = living_runs(data)
    asked = {"drop_raw_older_than": drop_raw_older_than, "unify": unify, "check": check}
    asked["drop_work_older_than"] = drop_work_older_than
    with run_under_way("maintain", data, asked, flow_run.id) as run:
        unified = unify_persons(data, info(run)) if unify else 0
        dropped, freed = drop_old(data, drop_raw_older_than, drop_work_older_than)
        if busy:
            get_run_logger().info("run %s is under way: archives are not scrubbed", busy[0])
        elif read_tombstones(data) is not None:
            take_out_forgotten(data)
        finish_run(run, data)
        problems = find_problems(data) if check else []
    said = tuple(f"{p.kind}: {p.place}: {p.detail}" for p in problems)
    done = Maintained(unified, dropped, freed, said)
    create_markdown_artifact(key="maintenance", markdown=report(done, datetime.now(UTC)))
    if said:
        raise OnrecordError(f"{len(said)} problems found, the first: {said[0]}")
    return done


@task(name="unify persons", cache_policy=NO_CACHE, persist_result=False)
def unify_persons(data: Path, run: RunInfo) -> int:
    """Give persons one id across articles."""
    return len(unify_stored_persons(data, run))


@task(name="drop old files", cache_policy=NO_CACHE, persist_result=False)
def drop_old(data: Path, raw_days: int | None, work_days: int | None) -> tuple[int, int]:
    """Throw away what is old; gives how many files and folders, and how many bytes."""
    dropped = []
    if raw_days is not None:
        dropped.append(drop_raw(data, timedelta(days=raw_days)))
    if work_days is not None:
        dropped.append(drop_work(data, timedelta(days=work_days)))
    return sum(len(d.paths) for d in dropped), sum(d.bytes for d in dropped)


@task(name="take out forgotten", cache_policy=NO_CACHE, persist_result=False)
def take_out_forgotten(data: Path) -> None:
    """Take what was forgotten out of archives and batches that came in since."""
    for line in scrub(data):
        get_run_logger().info(line)


@task(name="verify", cache_policy=NO_CACHE, persist_result=False)
def find_problems(data: Path) -> Sequence[Problem]:
    """Look through all tables."""
    return verify_store(data)


def report(done: Maintained, at: datetime) -> str:
    """Write what a round did."""
    rows = [
        ("persons that got the id they have elsewhere", done.unified),
        ("old archives and batches thrown away", done.dropped),
        ("megabytes they took", f"{done.freed / 1e6:.1f}"),
        ("problems found", len(done.problems)),
    ]
    problems = "\n".join(f"- {plain(problem)}" for problem in done.problems)
    return f"# Maintenance, {at:%Y-%m-%d %H:%M} UTC\n\n{table(('', ''), rows)}\n\n{problems}\n"
