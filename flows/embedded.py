"""The Prefect server that a command starts for itself, and how it costs less than it does alone.

It serves one command for seconds or minutes, beside workers that want the processors. What a server
for a team does for its own sake is left out or done less often: looking several times a second for
background work, registering block types at each start. Nothing of a run is lost by that.

Prefect's own embedded server (SubprocessASGIServer) is not used: our process would have to import
the whole server to start it, which is 2 to 3 s of CPU for each command.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tasks.errors import OnrecordError
from tasks.lifeline import Lifeline

CALM = {
    # As Prefect's own embedded server is told: no dashboard, few services, no second application.
    "PREFECT_UI_ENABLED": "0",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    # Block types are for forms of a dashboard; a server that has one registers them (1 to 2 s).
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
    # How often automations that wait for the absence of events are looked at.
    "PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": "PT1M",
}
"""The environment of an embedded server, where the user has not set it."""

PORT_TAKEN = 3
"""Exit code of uvicorn when it could not listen."""


class EmbeddedServer:
    """A server of our own on a free port of this machine; it does not outlive us."""

    def __init__(self) -> None:
        self._start()

    @property
    def api_url(self) -> str:
        """The URL of its API."""
        return f"http://127.0.0.1:{self._port}/api"

    def wait_until_ready(self, seconds: float, meanwhile: Callable[[], None]) -> None:
        """Wait until it answers.

        Args:
            seconds: At most so long.
            meanwhile: Called again and again; raises what makes waiting useless.

        Raises:
            OnrecordError: It ended, or does not answer in time.
        """
        last = time.monotonic() + seconds
        with httpx.Client(trust_env=False) as client:
            while not self._is_ready(client):
                code = self._process.poll()
                if code == PORT_TAKEN:
                    self._line.release()
                    self._start()
                elif code is not None or time.monotonic() > last:
                    why = f"ended with status {code}" if code is not None else "did not answer"
                    raise OnrecordError(
                        f"the embedded Prefect server {why} (waited for {seconds:g} s at most); "
                        "PREFECT_SERVER_LOGGING_LEVEL=INFO shows what it says"
                    )
                meanwhile()
                time.sleep(0.1)

    def stop(self) -> None:
        """End it: it writes down what it still holds of a run first."""
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._line.release()

    def _start(self) -> None:
        from prefect.settings import get_current_settings

        self._port = _free_port()
        # Ours must come before a package `flows` in the user's folder.
        command = [sys.executable, "-P", "-m", "flows.calm_app", str(self._port)]
        places = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        found = {"PYTHONPATH": os.pathsep.join(place for place in places if place)}
        given = get_current_settings().to_environment_variables(exclude_unset=True)
        with deaf_to_interrupts():
            self._process = subprocess.Popen(command, env={**CALM, **os.environ, **given, **found})
        self._line = Lifeline(self._process.pid)

    def _is_ready(self, client: httpx.Client) -> bool:
        try:
            return client.get(f"{self.api_url}/health").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: they inherit the blocked signal.

    A terminal sends Ctrl-C to all processes of a command. A server that obeyed it would be gone
    when the run wants to report its end, and the run would ask for it again for minutes.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
