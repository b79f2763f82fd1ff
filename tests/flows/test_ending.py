"""A server or worker that is deaf to Ctrl-C is ended all the same, and soon."""

import signal
import subprocess
import sys

import pytest

from flows.prefect_processes import end

DEAF = "import signal, sys, time\n{}\nprint('ready', flush=True)\ntime.sleep(60)"
BY_TERM = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
BY_KILL = BY_TERM + "\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)"


@pytest.mark.parametrize(
    ("deafness", "code"),
    [("", -signal.SIGINT), (BY_TERM, -signal.SIGTERM), (BY_KILL, -signal.SIGKILL)],
    ids=["hears", "deaf to Ctrl-C", "deaf to all"],
)
def test_a_part_ends(deafness: str, code: int) -> None:
    command = [sys.executable, "-c", DEAF.format(deafness)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as part:
        assert part.stdout is not None
        part.stdout.readline()
        end(part, patience=0.5)
        assert part.returncode == code
    end(part, patience=0.5)
