"""Killed at any moment and run again: the tables are those of a run that was never killed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from tasks.store import read
from tasks.store.verify import verify

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
VOLATILE = ["run_id", "processed_at", "fetched_at", "first_seen_at", "superseded_at", "changed_at"]
TABLES = ("articles", "entities", "mentions", "quotes", "segments", "revisions", "changes")
BATCH_SIZE = "4"
RUN_SECONDS = 600
"""A run of the sample takes 10 s; a machine that others use may need many times as long."""


def start(data: Path, api: str) -> subprocess.Popen[bytes]:
    """Start an ingest of the sample in a process group of its own, to kill all of it at once."""
    command = [sys.executable, "-m", "flows.cli", "ingest", "data/sample", "--data", str(data)]
    with (data / "ingest.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--batch-size", BATCH_SIZE, "--workers", "2", "--quotes", "0"],
            cwd=ROOT,
            env={**os.environ, "PREFECT_API_URL": api},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def frames(data: Path) -> dict[str, pd.DataFrame]:
    """The tables without what differs from run to run, in an order of their own."""
    found = {}
    for name in TABLES:
        frame = pd.read_parquet(data / "tables" / name)
        frame = frame.drop(columns=[c for c in VOLATILE if c in frame.columns])
        keys = frame.map(str).agg("|".join, axis=1) if len(frame) else pd.Series(dtype=str)
        found[name] = frame.iloc[keys.argsort().to_numpy()].reset_index(drop=True)
    return found


def batches_done(data: Path, stage: str = "enrich") -> int:
    return len(list((data / "work").glob(f"*/{stage}.manifest")))


@pytest.fixture(scope="module")
def api(prefect_server: None) -> str:
    from prefect.settings import get_current_settings

    url = get_current_settings().api.url
    assert url
    return url


@pytest.fixture(scope="module")
def uninterrupted(api: str, tmp_path_factory) -> Path:
    data = tmp_path_factory.mktemp("whole")
    assert start(data, api).wait(timeout=RUN_SECONDS) == 0
    return data


def wait_until(condition, process: subprocess.Popen[bytes], seconds: float = RUN_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not condition() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)


def test_a_killed_run_resumes_where_it_stopped(
    api: str, uninterrupted: Path, tmp_path: Path
) -> None:
    killed = start(tmp_path, api)
    wait_until(lambda: batches_done(tmp_path) >= 2, killed)
    kill(killed)
    done = {path: path.stat().st_mtime_ns for path in (tmp_path / "work").glob("*/enrich.batch")}
    assert done
    assert start(tmp_path, api).wait(timeout=RUN_SECONDS) == 0
    assert verify(tmp_path) == []
    redone = [path for path, written in done.items() if path.stat().st_mtime_ns != written]
    assert redone == []
    for name, frame in frames(uninterrupted).items():
        pd.testing.assert_frame_equal(frames(tmp_path)[name], frame, obj=name)


def test_the_dead_run_is_marked_crashed(api: str, tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client

    killed = start(tmp_path, api)
    markers = tmp_path / "state" / "runs"
    wait_until(lambda: batches_done(tmp_path, "clean") >= 1, killed)
    assert list(markers.glob("*.json"))
    kill(killed)
    assert start(tmp_path, api).wait(timeout=RUN_SECONDS) == 0
    runs = read.runs(data=tmp_path).set_index("state")
    assert sorted(runs.index) == ["completed", "crashed"]
    assert not list(markers.iterdir())
    dead = runs.loc["crashed", "run_id"]
    with get_client(sync_client=True) as client:
        known = client.read_flow_runs()
        [run] = [one for one in known if one.state and dead in (one.state.message or "")
                 and one.parent_task_run_id is None]  # fmt: skip
        [inside] = [one for one in known if one.name == dead]
        assert {one.state.type.value for one in (run, inside) if one.state} == {"CRASHED"}
        tasks = [one for one in client.read_task_runs() if one.flow_run_id in (run.id, inside.id)]
        assert tasks
        assert all(one.state and one.state.is_final() for one in tasks)


def steps(data: Path) -> int:
    """How many stages of batches are done."""
    return len(list((data / "work").glob("*/*.manifest")))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_killed_again_and_again_at_random(
    api: str, uninterrupted: Path, tmp_path: Path, seed: int
) -> None:
    """8 seeds of 5 kills, each some steps after what stood before, however fast the machine is."""
    chance = random.Random(seed)
    for _ in range(5):
        wanted = steps(tmp_path) + chance.randrange(6)
        process = start(tmp_path, api)
        wait_until(lambda wanted=wanted: steps(tmp_path) >= wanted, process)
        time.sleep(chance.uniform(0, 1.5))
        if process.poll() is None:
            kill(process)
    assert start(tmp_path, api).wait(timeout=RUN_SECONDS) == 0
    assert verify(tmp_path) == []
    for name, frame in frames(uninterrupted).items():
        pd.testing.assert_frame_equal(frames(tmp_path)[name], frame, obj=name)
