"""Prefect's surroundings, as far as they can be seen without a server."""

import errno
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.embedded import deaf_to_interrupts
from tasks.errors import OnrecordError


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no signal masks here")
def test_ctrl_c_does_not_reach_the_server() -> None:
    program = "import signal as s; s.raise_signal(s.SIGINT); print('alive')"
    with deaf_to_interrupts():
        deaf = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    usual = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert deaf.stdout.strip() == b"alive"
    assert usual.returncode != 0


def test_a_disk_that_refuses_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(tmp_path))

    monkeypatch.setattr("flows.terminal.run_with_progress", refuse)
    page = tmp_path / "page.txt"
    page.write_text("The bridge opened on Monday.", encoding="utf-8")
    result = CliRunner().invoke(main, ["ingest", str(page), "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "Read-only file system" in result.output
    assert "Traceback" not in result.output


def test_a_full_disk_is_named_before_work_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from flows.orchestration import prepare

    full = shutil.disk_usage(tmp_path)._replace(free=3_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)
    with pytest.raises(OnrecordError, match="only 3 MB are free"):
        prepare(tmp_path / "not" / "there")


ASK_IN_A_THREAD = """
import sys, threading
from pathlib import Path
from flows import embedded, orchestration

class Server:
    api_url = "http://127.0.0.1:9/api"
    def wait_until_ready(self, seconds, meanwhile): pass
    def stop(self): pass

embedded.EmbeddedServer = Server
with orchestration.server(Path(sys.argv[1])):
    from prefect.settings import get_current_settings
    ask = threading.Thread(target=lambda: print(get_current_settings().api.url))
    ask.start()
    ask.join()
"""


def test_all_threads_know_the_server(tmp_path: Path) -> None:
    """One that does not starts another."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith("PREFECT_")}
    command = [sys.executable, "-c", ASK_IN_A_THREAD, str(tmp_path)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "http://127.0.0.1:9/api"


@pytest.mark.prefect
def test_a_run_that_was_taken_and_never_begun_frees_its_place(prefect_server: None) -> None:
    """It held its deployment's only place: all runs after it were cancelled, for ever."""
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.client.schemas.objects import StateType
    from prefect.states import Pending

    from flows.dead_runs import close_unbegun_runs

    @flow
    def nothing() -> None:
        """Do nothing."""

    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="left", type="process"))
        deployment = client.create_deployment(
            flow_id=client.create_flow(nothing),
            name="left",
            work_pool_name="left",
            concurrency_limit=1,
            concurrency_options={"collision_strategy": "CANCEL_NEW"},
        )

        def taken() -> tuple[object, StateType]:
            run = client.create_flow_run_from_deployment(deployment)
            client.set_flow_run_state(run.id, Pending())
            return run.id, state_of(run.id)

        def state_of(run_id: object) -> StateType:
            return client.read_flow_run(run_id).state_type

        first, state = taken()
        assert state == StateType.PENDING
        assert taken()[1] == StateType.CANCELLED
        close_unbegun_runs("left", timedelta(hours=1))
        assert state_of(first) == StateType.PENDING, "it may begin yet"
        close_unbegun_runs("left", timedelta(0))
        assert state_of(first) == StateType.CRASHED
        assert taken()[1] == StateType.PENDING
