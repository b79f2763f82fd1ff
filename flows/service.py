"""Server, worker and deployments: what `onrecord serve`, `worker` and `deploy` do."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import httpx
from filelock import FileLock, Timeout

from flows.alerting import check_alert_channels
from flows.command_line import say
from flows.orchestration import check_answers, prepare
from flows.prefect_processes import HOME, POOL, end, run, start, start_worker, wait_for
from flows.schedules import Deployment, prefect_file, read_deployments
from tasks.errors import OnrecordError, UsageError
from tasks.settings import NO_CONTACT, settings

BEGUN_WITHIN = timedelta(minutes=10)
"""A run that a worker has taken begins by then, or never."""

SOON = 60
"""A worker that ends by itself within so many seconds, though the server answers, will again."""

ASK_AGAIN_SECONDS = 10
"""How often a server that is away is asked whether it is back."""


def serve(data: Path, host: str, port: int) -> int:
    """Start the server, register the deployments and start a worker, until interrupted.

    Args:
        data: The data folder of all deployments.
        host: The address the server listens on.
        port: Its port.

    Returns:
        The exit code: 0 after an interrupt, 1 when a part ended by itself.

    Raises:
        UsageError: The port is taken, or another service runs over this data folder.
        OnrecordError: The server does not start, or does not accept the deployments.
    """
    check_alert_channels(data)
    _check_free(host, port)
    url = f"http://{reachable(host)}:{port}"
    environment = service_environment(data, f"{url}/api")
    alone = _only_one(data)
    # Prefect reads it once, when something imports it first; else our client would start a server
    # of its own beside this one.
    os.environ.update(environment)
    parts: list[subprocess.Popen[bytes]] = []
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        parts.append(start(["server", "start", "--host", host, "--port", str(port)], environment))
        wait_for(f"{url}/api/health", parts[0])
        deploy(data, f"{url}/api")
        _close_dead_runs(data, timedelta(0))
        parts.append(start_worker(environment))
        sys.stdout.write(f"\nThe dashboard is at {url} - interrupt (Ctrl-C) to stop.\n")
        sys.stdout.writelines(f"{hint}\n" for hint in _what_lacks(data))
        sys.stdout.flush()
        while all(part.poll() is None for part in parts):
            time.sleep(0.5)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for part in reversed(parts):
            end(part)
        alone.release()


def work(data: Path, api: str) -> int:
    """Keep a worker for a server that runs elsewhere, until interrupted.

    Prefect's worker gives up when its server is away for some minutes. Another is started when the
    server is back: one that was upgraded overnight shall find a worker in the morning.

    Returns:
        The worker's exit code, if it cannot work; 0 after an interrupt.

    Raises:
        UsageError: A channel for alerts is none.
        OnrecordError: The server does not answer to begin with, or refuses us.
    """
    check_alert_channels(data)
    environment = service_environment(data, api)
    os.environ.update(environment)  # before Prefect is imported
    check_answers(api)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        while True:
            began = time.monotonic()
            code = _work_until_it_ends(data, environment)
            is_soon = time.monotonic() - began < SOON
            if not _wait_until_back(api) and is_soon and code is not None:
                return code
    except KeyboardInterrupt:
        return 0


def _work_until_it_ends(data: Path, environment: Mapping[str, str]) -> int | None:
    """Close the books of runs that died, and wait for a worker; None if the server went away."""
    try:
        _close_dead_runs(data, BEGUN_WITHIN)
    except httpx.HTTPError:
        return None
    worker = start_worker(environment)
    try:
        return worker.wait()
    finally:
        end(worker)


def _wait_until_back(api: str) -> bool:
    """Wait for a server that is away (or refuses us for now), and tell whether it was."""
    was_away = False
    while True:
        try:
            check_answers(api)
        except OnrecordError as error:
            if not was_away:
                say(OnrecordError(f"{error}; waiting until it is back"))
            was_away = True
            time.sleep(ASK_AGAIN_SECONDS)
        else:
            return was_away


def deploy(data: Path, api: str, own: Deployment | None = None) -> None:
    """Register the deployments of deployments/prefect.yaml with a server, or one of the user's own.

    Args:
        data: The data folder of all deployments.
        api: The URL of the server's API.
        own: Register this one only.

    Raises:
        UsageError: A schedule is wrong, or the server does not answer or refuses us.
        OnrecordError: The server does not accept the deployments.
    """
    deployments = [own] if own else read_deployments()
    environment = service_environment(data, api)
    check_answers(api)
    run(["work-pool", "create", POOL, "--type", "process", "--overwrite"], environment)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "prefect.yaml"
        path.write_text(prefect_file(deployments), encoding="utf-8")
        run(["--no-prompt", "deploy", "--all", "--prefect-file", str(path)], environment)


def service_environment(data: Path, api: str) -> dict[str, str]:
    """Say everything that server, worker and deployments need to know of their surroundings."""
    prepare(data)
    home = data.resolve() / "state" / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "PREFECT_HOME": os.environ.get("PREFECT_HOME", str(home)),
        "PREFECT_API_URL": api,
        # The pages of the dashboard ask the server they came from, whatever name or tunnel led
        # there; the default is this machine's port 4200.
        "PREFECT_SERVER_UI_API_URL": os.environ.get("PREFECT_SERVER_UI_API_URL", "/api"),
        # The server unpacks those pages at its first start; the default is its own package, which
        # a service's user cannot write to.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": os.environ.get(
            "PREFECT_SERVER_UI_STATIC_DIRECTORY", str(home / "ui")
        ),
        "ONRECORD_HOME": str(HOME),
        "ONRECORD_DATA": str(data.resolve()),
    }


def _only_one(data: Path) -> FileLock:
    """Hold the data folder's place for a service: two servers would fight over one database."""
    lock = FileLock(data / "state" / "serve.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UsageError(
            f"an `onrecord serve` runs over {data} already; `onrecord worker` starts another worker"
        ) from error
    return lock


def _close_dead_runs(data: Path, begun_within: timedelta) -> None:
    """Mark runs that a power cut left under way: they would bar their deployment's next runs."""
    from flows.dead_runs import close_dead_runs, close_unbegun_runs

    close_dead_runs(data)
    close_unbegun_runs(POOL, begun_within)


def _what_lacks(data: Path) -> list[str]:
    """Say what the schedules would find missing, every time again."""
    lacking = [name for name in ("feeds.txt", "sitemaps.txt") if not (data / name).exists()]
    hints = [f"{data / name} is not there yet: an address a line" for name in lacking]
    if settings(data).contact == NO_CONTACT:
        hints.append("ONRECORD_CONTACT is not set: no outlet can reach you")
    return hints


def reachable(host: str) -> str:
    """Give the address at which this machine reaches a server that listens on `host`.

    >>> reachable("0.0.0.0"), reachable("news.example"), reachable("::1")
    ('127.0.0.1', 'news.example', '[::1]')
    """
    if host in ("", "0.0.0.0"):  # noqa: S104
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host


def _check_free(host: str, port: int) -> None:
    try:
        with socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        ):
            return
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"something answers at {host}:{port} already; choose another port with --port"
            ) from error
        raise UsageError(f"the server cannot listen on {host}:{port}: {error}") from error


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
