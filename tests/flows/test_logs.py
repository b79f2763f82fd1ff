"""Logs: one JSON object a line with run, batch, host and outlet; no secrets in either format."""

import io
import json
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from flows.logs import RUN, JsonLines, Redacting, pass_on

ROOT = Path(__file__).parents[2]
SECRET = "hunter2-Zq"


def logged(message: str, *args: object, **extra: object) -> dict[str, object]:
    """Log through our filter and formatter, as the handlers of logging.yml do."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(Redacting())
    handler.setFormatter(JsonLines())
    log = logging.Logger("onrecord.test")
    log.addHandler(handler)
    error = extra.pop("exc_info", None)
    log.warning(message, *args, extra=extra, exc_info=error)
    [line] = out.getvalue().splitlines()
    found: dict[str, object] = json.loads(line)
    return found


def test_a_line_says_of_what_it_speaks() -> None:
    token = RUN.set("20250701T080000-abc123")
    try:
        found = logged("%s: %d requests", "herald.example", 3, outlet="herald.example", requests=3)
    finally:
        RUN.reset(token)
    assert found["message"] == "herald.example: 3 requests"
    assert (found["outlet"], found["requests"]) == ("herald.example", 3)
    assert (found["run"], found["host"]) == ("20250701T080000-abc123", socket.gethostname())
    assert (found["level"], found["logger"]) == ("warning", "onrecord.test")
    assert str(found["time"]).endswith("+00:00")
    assert None not in found.values()


def test_a_task_run_names_stage_and_batch() -> None:
    found = logged("Finished", task_name="clean", task_run_name="clean 3fa9")
    assert (found["stage"], found["batch"]) == ("clean", "3fa9")


def test_a_line_stays_a_line() -> None:
    assert logged("first\nsecond")["message"] == "first\nsecond"


def test_a_message_that_does_not_fit_its_arguments_is_not_lost() -> None:
    assert "herald" in str(logged("%d pages", "herald")["message"])


def test_no_secret_in_message_arguments_or_stack_trace() -> None:
    url = f"https://desk:{SECRET}@herald.example/rss?token={SECRET}"
    try:
        raise ValueError(f"cannot read {url}")
    except ValueError as error:
        found = logged("could not get %s", url, exc_info=error)
    assert "ValueError" in str(found["error"])
    assert SECRET not in json.dumps(found)
    assert "herald.example/rss" in str(found["message"])


def test_the_filter_serves_plain_logs_too() -> None:
    record = logging.LogRecord("x", 30, "f", 1, "to %s", (f"ftp://a:{SECRET}@b",), None)
    Redacting().filter(record)
    assert logging.Formatter().format(record) == "to ftp://a:***@b"


def test_what_a_program_prints_becomes_json() -> None:
    out = io.StringIO()
    printed = f'\n Worker started \n{{"message": "known"}}\n{{broken\nhttp://a:{SECRET}@b\n'
    pass_on(io.StringIO(printed), "worker", out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["message"] for line in lines] == [
        " Worker started", "known", "{broken", "http://a:***@b"
    ]  # fmt: skip
    assert lines[0]["logger"] == "worker"


@pytest.mark.prefect
@pytest.mark.slow
def test_a_run_logs_json_and_no_secret(tmp_path: Path, sample: Path) -> None:
    data = tmp_path / "data"
    source = f"https://127.0.0.1:9/rss?token={SECRET}"
    page = str(sample / "tidewatch" / "the-eel-counters.html")
    environment = {n: v for n, v in os.environ.items() if not n.startswith("PREFECT")}
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "ingest", source, page, "--data", str(data)],
        env=environment | {"ONRECORD_LOG_FORMAT": "json", "MY_TOKEN": SECRET},
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 0, done.stderr
    [run] = {line["run"] for line in lines if "run" in line}
    assert run in {line.get("run") for line in lines if line["message"].startswith("new 1")}
    batches = {line["batch"] for line in lines if "batch" in line}
    assert len(batches) == 1
    assert {line["stage"] for line in lines if "batch" in line} >= {"clean", "extract", "enrich"}
    assert SECRET not in done.stderr + done.stdout
