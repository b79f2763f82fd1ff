"""Do settings, folders, databases and the server allow a run? Checks of `onrecord doctor`."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx

from flows.finding import Finding
from flows.orchestration import check_answers, check_folder
from tasks.redaction import redact
from tasks.settings import NO_CONTACT, nearest_variable, settings, unknown_variables

ROOMY_BYTES = 5 * 10**9
"""Free space below which somebody should think of a bigger disk."""

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time."""


def check_settings(data: Path) -> Finding:
    """Look whether the variables ONRECORD_* mean something, and none is misspelt."""
    given = settings(data)
    if unknown := unknown_variables():
        near = nearest_variable(unknown[0], 0.0)
        return Finding("settings", "warning", f"{', '.join(unknown)}: no such setting",
                       f"did you mean {near}?")  # fmt: skip
    if given.contact == NO_CONTACT:
        return Finding("settings", "warning", "ONRECORD_CONTACT is not set: no outlet that minds "
                       "can reach you", "set it to an e-mail address or a page")  # fmt: skip
    return Finding("settings", "ok", f"contact: {given.contact}")


def check_data(data: Path) -> Finding:
    """Look whether the data folder can be written to, and has room."""
    check_folder(data)
    folder = next(path for path in (data.resolve(), *data.resolve().parents) if path.exists())
    with TemporaryFile(dir=folder) as file:
        file.write(b"onrecord")
    free = shutil.disk_usage(folder).free
    said = f"{data.resolve()} can be written to, {free / 1e9:.1f} GB are free"
    if free < ROOMY_BYTES:
        return Finding("data", "warning", said, "make room before it is full (docs/operating.md)")
    return Finding("data", "ok", said)


def check_tables(data: Path) -> Finding:
    """Look whether the tables can be read, and belong to this version."""
    from tasks.store.evolution import check_current
    from tasks.store.snapshot import open_snapshot

    if not (data / "tables").is_dir():
        return Finding("tables", "ok", "nothing was stored yet")
    check_current(data)
    with open_snapshot(data, ["articles", "quotes", "runs"]) as tables:
        articles = tables.table("articles", ["article_id"]).num_rows
        quotes = tables.table("quotes", ["article_id"]).num_rows
    return Finding("tables", "ok", f"{articles} articles, {quotes} quotes")


def check_ledger(data: Path) -> Finding:
    """Look whether the ledger can be had; a database that is named must answer."""
    from sqlalchemy import func, select

    from tasks.fetch.ledger_schema import open_ledger, pages

    given = settings(data)
    if given.ledger_url is None and not (data / "state" / "ledger.sqlite").exists():
        return Finding("ledger", "ok", "SQLite; empty, as nothing was fetched yet")
    with open_ledger(given).connect() as connection:
        known = connection.execute(select(func.count()).select_from(pages)).scalar_one()
        name = connection.dialect.name
    return Finding("ledger", "ok", f"{name}, {known} addresses")


def check_server() -> Finding:
    """Look whether the Prefect server that is configured answers, and has a worker."""
    api = os.environ.get("PREFECT_API_URL")
    if not api:
        return Finding("server", "ok", "none is configured: each command starts its own")
    version = check_answers(api)
    ours = importlib.metadata.version("prefect")
    said = f"Prefect {version} at {redact(api)}"
    if version.split(".")[:2] != ours.split(".")[:2]:
        return Finding("server", "warning", f"{said}, but Prefect here is {ours}",
                       "bring both to the same version")  # fmt: skip
    workers = list(_workers(api))
    if not any(worker.get("status") == "ONLINE" for worker in workers):
        return Finding("server", "warning", f"{said}; no worker of the pool onrecord is there",
                       "start one: prefect worker start --pool onrecord")  # fmt: skip
    return Finding("server", "ok", f"{said}, {len(workers)} workers")


def check_clock(data: Path) -> Finding:
    """Look whether the clock can be right: schedules and dates of articles depend on it."""
    from tasks.store import read

    now = datetime.now(UTC)
    if now < EARLIEST:
        return Finding("clock", "wrong", f"it is {now:%Y-%m-%d %H:%M} UTC by this machine's clock",
                       "set the clock")  # fmt: skip
    if (data / "tables").is_dir():
        last = read.runs(data=data)["started_at"].max()
        if last == last and last > now + timedelta(minutes=5):  # NaT: no runs
            said = f"a run was stored at {last:%Y-%m-%d %H:%M} UTC, but it is {now:%Y-%m-%d %H:%M}"
            return Finding("clock", "wrong", said, "set the clock")
    return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def _workers(api: str) -> Iterator[dict[str, Any]]:
    from flows.orchestration import credentials

    answer = httpx.post(f"{api}/work_pools/onrecord/workers/filter", json={}, timeout=10,
                        **credentials())  # fmt: skip
    if answer.is_success:
        yield from answer.json()
