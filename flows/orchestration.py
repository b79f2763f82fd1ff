"""Prefect's surroundings: set before Prefect is imported, so that a run needs no set-up by hand.

Nothing here is set where the user has set it: a configured server, another home, other limits win.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import getproxies

from flows.room import RoomErrors, check_not_full, check_room
from tasks.errors import OnrecordError, UsageError
from tasks.redaction import redact
from tasks.settings import settings

LOG_SECONDS = 5.0
"""How often logs are sent to an embedded server: nobody reads them there while the run lasts."""

LOGGING_FILE = Path(__file__).parent / "logging.yml"
"""How our processes log."""

DEFAULTS = {
    # The embedded server takes 10 to 25 s of CPU to start; the limit is for slow machines.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    # A busy disk can hold SQLite's lock for long; the default of 10 s fails runs on laptops.
    "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
    # The server writes task runs down many at a time (by itself it writes each state of each, which
    # costs three times as much CPU), at the latest after two seconds.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "2",
    # No telemetry.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    # A run every quarter of an hour leaves 35,000 a year; those of three months are enough.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    # Who holds a deployment's one place is kept on disk: a server that forgot it when it starts
    # again would cancel all further runs of a deployment whose run died meanwhile.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
        "prefect.server.concurrency.lease_storage.filesystem"
    ),
    # Our own loggers, those of worker processes included, appear in the run's log.
    "PREFECT_LOGGING_EXTRA_LOGGERS": "onrecord",
    # What the command line and tests do outside a run has no run's log to go to.
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}

_CREDENTIALS = ("PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING")
"""Left empty in a file of variables they mean none; Prefect's server would refuse everybody."""

JSON_HANDLERS = {
    "PREFECT_LOGGING_ROOT_HANDLERS": "json",
    "PREFECT_LOGGING_LOGGERS_UVICORN_HANDLERS": "json",
    "PREFECT_LOGGING_LOGGERS_FASTAPI_HANDLERS": "json",
    "PREFECT_LOGGING_LOGGERS_PREFECT_INTERNAL_HANDLERS": "json",
}
"""How Prefect is told to use the handler `json` of logging.yml instead of its coloured console."""


def prepare(data: Path, *, quiet: bool = False) -> None:
    """Set Prefect's environment for runs over this data folder; call it before importing Prefect.

    Args:
        data: Prefect's home is `state/prefect` below it, unless PREFECT_HOME is set.
        quiet: Show no log in the terminal: the command line prints progress and errors itself,
            and the dashboard has the log. Logs in JSON are for programs, and are shown.

    Raises:
        UsageError: A setting means nothing, or names a ledger that cannot be had.
        OnrecordError: The disk is (nearly) full: a server that cannot write waits for minutes. Or
            the tables are those of another version.
    """
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("PREFECT_LOGGING_SETTINGS_PATH", str(LOGGING_FILE))
    _spare_loopback()
    for name in _CREDENTIALS:
        if os.environ.get(name) == "":
            del os.environ[name]
    given = settings(data)
    is_json = given.log_format == "json"
    for name, value in JSON_HANDLERS.items() if is_json else ():
        os.environ.setdefault(name, value)
    check_folder(data)
    if (data / "tables").is_dir():
        from tasks.store.evolution import check_current

        check_current(data)
    if given.ledger_url:
        from tasks.fetch.ledger_schema import open_ledger

        open_ledger(given)  # before the server and the models are started
    if not os.environ.get("PREFECT_HOME"):
        # With a server configured, too: a service's user may have no home, or none it can write to.
        home = data.resolve() / "state" / "prefect"
        home.mkdir(parents=True, exist_ok=True)
        os.environ["PREFECT_HOME"] = str(home)
    if quiet and not is_json:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
        os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")


def _spare_loopback() -> None:
    """Keep a proxy out of what is said on this machine: Prefect's client would ask it for us."""
    proxies = getproxies()
    if not any(name != "no" for name in proxies):
        return
    spared = [name for name in proxies.get("no", "").split(",") if name.strip()]
    if "*" not in spared:
        here = [name for name in ("127.0.0.1", "localhost", "::1") if name not in spared]
        os.environ["no_proxy"] = ",".join([*spared, *here])


def check_folder(data: Path) -> None:
    """Refuse a data folder that cannot be written to, or has no room.

    Raises:
        UsageError: It is a file, or lies in a folder that may not be written to.
        OnrecordError: The disk is (nearly) full.
    """
    folder = next(path for path in (data.resolve(), *data.resolve().parents) if path.exists())
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file; name another data folder (--data, ONRECORD_DATA)")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{folder} may not be written to; name another data folder, or mend that")
    check_room(data)


def this_host() -> str:
    """Name this machine, for the runs table."""
    return socket.gethostname()


@contextmanager
def server(
    data: Path, *, quiet: bool = False, meanwhile: Callable[[], object] | None = None
) -> Iterator[str]:
    """Have a Prefect server for the runs inside the block, and yield its API's URL.

    A configured server is used as it is. Otherwise one is started here, once, and worker processes
    are told its address; without that, each of them would start a server of its own.

    Args:
        data: See `prepare`.
        quiet: See `prepare`.
        meanwhile: What can be done while a server starts: it takes 5 to 15 s.

    Raises:
        OnrecordError: The configured server does not answer, or none could be started; or the
            server went away, or the disk became full, while a run was under way.
    """
    prepare(data, quiet=quiet)
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_LOGGING_TO_API_BATCH_INTERVAL,
        get_current_settings,
        temporary_settings,
    )

    if quiet:
        logging.raiseExceptions = False  # a log that cannot be sent is no news: the run says why
    configured = get_current_settings().api.url
    if configured:
        check_answers(configured)
        with RoomErrors(data), _server_errors(configured):
            yield configured
        return
    from flows.embedded import EmbeddedServer

    with RoomErrors(data):
        embedded = EmbeddedServer()
        try:
            import fastapi.encoders  # noqa: F401 (Prefect's first run would make us wait for it)

            if meanwhile:
                meanwhile()
            limit = float(os.environ["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"])
            embedded.wait_until_ready(limit, lambda: check_not_full(data))
            here = {PREFECT_API_URL: embedded.api_url}
            calm = {PREFECT_LOGGING_TO_API_BATCH_INTERVAL: LOG_SECONDS}
            with temporary_settings(here, set_defaults=calm), _in_all_threads():
                try:
                    with _server_errors(embedded.api_url):
                        yield embedded.api_url
                except KeyboardInterrupt:
                    for worker in multiprocessing.active_children():
                        worker.kill()  # it waits for work that nobody gives it; we would wait
                    raise
                finally:
                    _send_what_waits()
        finally:
            embedded.stop()


@contextmanager
def _server_errors(api: str) -> Iterator[None]:
    """Tell in a line that the server went away, or could not do what a run asked it for."""
    import httpx

    try:
        yield
    except httpx.HTTPError as error:
        raise OnrecordError(
            f"the Prefect server at {redact(api)} went away or failed "
            f"({redact(str(error))[:200]}); what is finished is not done twice: run "
            "again when it answers"
        ) from error


@contextmanager
def _in_all_threads() -> Iterator[None]:
    """Let the settings of this thread hold in all: some of Prefect's begin without any.

    The one that takes logs and events from worker processes would start a server of its own.
    """
    from prefect import context

    before = context.GLOBAL_SETTINGS_CONTEXT
    context.GLOBAL_SETTINGS_CONTEXT = context.SettingsContext.get() or before
    try:
        yield
    finally:
        context.GLOBAL_SETTINGS_CONTEXT = before


def _send_what_waits() -> None:
    """Send the logs and events that still wait, before the server goes away."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    APILogWorker.drain_all()
    EventsWorker.drain_all()


def credentials() -> dict[str, Any]:
    """Give httpx what the environment says of credentials for the Prefect server."""
    key = os.environ.get("PREFECT_API_KEY")
    name, _, password = os.environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return {"headers": headers, "auth": (name, password) if name else None}


def check_answers(api: str) -> str:
    """Ask a Prefect server for its version.

    Args:
        api: The URL of its API.

    Raises:
        OnrecordError: It does not answer, wants credentials, or is no Prefect server.
    """
    import httpx

    try:
        answer = httpx.get(
            f"{api}/admin/version",
            timeout=10,
            **credentials(),
        )
        if answer.status_code in (401, 403):
            raise OnrecordError(
                f"the Prefect server at {redact(api)} refuses these credentials; set "
                "PREFECT_API_AUTH_STRING (user:password) as its administrator says"
            )
        answer.raise_for_status()
        return str(answer.json())
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise OnrecordError(
            f"no Prefect server answers at {redact(api)} ({redact(str(error))}); start one with "
            "`onrecord serve`, or unset PREFECT_API_URL to run with an embedded one"
        ) from error
