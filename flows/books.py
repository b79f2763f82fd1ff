"""The books of a run: where every address has gone, in the runs table and on the dashboard."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from prefect import get_run_logger

from flows.artifacts import show_failures, show_hosts, show_report
from flows.batches import Worked
from flows.days import announce_day
from flows.funnel import Funnel
from flows.harvest import show_stored
from flows.run import living_runs
from tasks.clean.batch import read_lessons
from tasks.clean.site_files import learn
from tasks.errors import OnrecordError
from tasks.fetch.batch import read_hosts
from tasks.fetch.host_tally import HostTally
from tasks.store import read
from tasks.store.inbox import append
from tasks.store.outcome import Outcome, count_outcomes, outcomes
from tasks.store.rows import run_rows
from tasks.store.run import Run
from tasks.store.scrubbing import scrub
from tasks.store.settling import Verb
from tasks.store.tombstones import read_tombstones
from tasks.store.transactions import publish


def close_books(run: Run, data: Path, worked: Worked) -> Funnel:
    """Count where every address has gone, and write it down: runs table, report, artifacts.

    Args:
        run: The run.
        data: The data folder.
        worked: What came of its batches; all of them are published.
    """
    came_of = outcomes(data, run.run_id)
    funnel = replace(count_funnel(count_outcomes(came_of), worked), run_id=run.run_id)
    closed = replace(
        run,
        state="failed" if worked.broken else "completed",
        finished_at=datetime.now(UTC),
        found=funnel.found,
        fetched=worked.fetched,
        new=funnel.new,
        revised=funnel.revised,
        unchanged=funnel.unchanged + funnel.reread,
        skipped=sum(funnel.skipped.values()),
        skipped_reasons=json.dumps(funnel.skipped, sort_keys=True),
        failed=sum(funnel.failed.values()),
        quotes=sum(stored.quotes for stored in worked.stored),
        entities=sum(stored.entities for stored in worked.stored),
    )
    hosts = read_hosts(data, [stored.batch_id for stored in worked.stored])
    learn_sites(data, [stored.batch_id for stored in worked.stored], came_of)
    append(data, run_rows(closed), "run", run_id=run.run_id)
    publish(data)
    take_out_forgotten(run, data)
    log_books(funnel, hosts)
    failures = read.failures(data=data)
    failures = failures[failures["run_id"] == run.run_id]
    show_report(closed, funnel, worked.seconds, data, failures)
    show_failures(failures)
    show_hosts(hosts)
    show_stored(data, [o.article_id for o in came_of if o.verb in ("new", "revised")], failures)
    announce_day(closed, data)
    return funnel


def take_out_forgotten(run: Run, data: Path) -> None:
    """Take out of archives, batches and ledger what a run has brought though it is forgotten.

    The tables have left it out already. While other runs are writing, that is left to `maintain`.
    """
    if read_tombstones(data) is None or set(living_runs(data)) - {run.run_id}:
        return
    for line in scrub(data, since=run.started_at):
        get_run_logger().info(line)


def log_books(funnel: Funnel, hosts: Sequence[HostTally]) -> None:
    """Log where the addresses have gone, and what was asked of each outlet."""
    log = get_run_logger()
    for name, count, reasons in funnel.lines():
        log.info("%s %d %s", name, count, reasons, extra={"stage": name, "count": count})
    for reason, count in funnel.failed.items():
        log.warning("%d failed: %s", count, reason, extra={"reason": reason, "count": count})
    for host in hosts:
        told = {"outlet": host.site, "requests": host.requests, "failures": host.failures}
        log.info("%s: %d requests, %d failures", *told.values(), extra=told)


def check_worked(worked: Worked) -> None:
    """Let a run end as failed when some of its batches could not be worked through.

    Raises:
        OnrecordError: Which, and what to do.
    """
    if worked.broken:
        raise OnrecordError(
            f"{len(worked.broken)} of {len(worked.stored)} batches could not be worked through "
            f"({worked.broken[0]}); their addresses are in failures, run again to retry them"
        )


def count_funnel(counts: Mapping[Verb, int], worked: Worked) -> Funnel:
    """Count where every address has gone.

    Args:
        counts: Of the articles that reached the store, by what became of them.
        worked: What each batch brought.
    """
    failed: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for stored in worked.stored:
        failed.update(stored.failed)
        skipped.update(stored.skipped)
    for verb in ("repeated", "forgotten"):
        skipped[verb] += counts.get(verb, 0)
    return Funnel(
        found=sum(stored.addresses for stored in worked.stored),
        new=counts.get("new", 0),
        revised=counts.get("revised", 0),
        unchanged=counts.get("unchanged", 0) + skipped.pop("not_modified", 0),
        reread=counts.get("reread", 0),
        skipped={reason: count for reason, count in sorted(skipped.items()) if count},
        failed=dict(sorted(failed.items())),
    )


def learn_sites(data: Path, batch_ids: Iterable[str], came_of: Iterable[Outcome]) -> int | None:
    """Learn of sites from the pages of a run whose articles are new, in the order of its batches.

    Args:
        data: The data folder.
        batch_ids: The run's batches.
        came_of: What became of its articles.

    Returns:
        The number of the new snapshot, if there is one.
    """
    new = {outcome.article_id for outcome in came_of if outcome.verb == "new"}
    lessons = [
        taught.lesson
        for batch_id in batch_ids
        for taught in read_lessons(data / "work", batch_id)
        if taught.article_id in new
    ]
    return learn(data / "state" / "sites", lessons, datetime.now(UTC)) if lessons else None
