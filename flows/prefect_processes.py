"""The processes of a service: Prefect's server and worker, started, waited for and ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

import httpx

from tasks.errors import OnrecordError

HOME = Path(__file__).resolve().parent.parent
POOL = "onrecord"
WORKER = ("worker", "start", "--pool", POOL, "--type", "process")

START_SECONDS = 180
"""A server that does not answer by then will not; slow machines take a minute."""

PATIENCE_SECONDS = 10.0
"""How long a server or worker is waited for after each signal that tells it to end."""


def _prefect(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "prefect", *arguments]


def start(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start one of Prefect's commands, such as `server start`."""
    return subprocess.Popen(_prefect(arguments), env=dict(environment), cwd=HOME)


def start_worker(environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a worker; where somebody else's has made the folder it wants in /tmp, in another."""
    wanted = Path(gettempdir()) / "runner_storage"
    if wanted.exists() and not os.access(wanted, os.W_OK | os.X_OK):
        environment = {**environment, "TMPDIR": mkdtemp(prefix="onrecord-")}
    return start(WORKER, environment)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run one of Prefect's commands to its end.

    Raises:
        OnrecordError: What it said, when it failed.
    """
    done = subprocess.run(
        _prefect(arguments),
        env=dict(environment),
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip() or f"exit code {done.returncode}"
        raise OnrecordError(f"prefect {' '.join(arguments)} failed: {said[-2000:]}")


def wait_for(url: str, part: subprocess.Popen[bytes]) -> None:
    """Wait until a server that was started answers.

    Raises:
        OnrecordError: It ended, or does not answer in time.
    """
    last = time.monotonic() + START_SECONDS
    while time.monotonic() < last and part.poll() is None:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.HTTPError:
            pass  # not yet
        time.sleep(0.5)
    raise OnrecordError(f"the Prefect server did not start: nothing answers at {url}")


def end(part: subprocess.Popen[bytes], patience: float = PATIENCE_SECONDS) -> None:
    """End a server or worker: by Ctrl-C; if it is deaf to that, by more and more force.

    It is deaf where a script has started us in the background: the shell says so to all its jobs.

    Args:
        part: The process; it may have ended.
        patience: Seconds to wait after each signal.
    """
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if part.poll() is not None:
            return
        part.send_signal(sign)
        with suppress(subprocess.TimeoutExpired):
            part.wait(timeout=patience)
