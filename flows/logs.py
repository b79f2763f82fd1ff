"""What is logged: one JSON object a line where ONRECORD_LOG_FORMAT asks for it, and no secrets.

`logging.yml` beside this file names these classes; Prefect reads it in every process of ours: the
command line, server, worker, flow runs and their worker processes.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

from flows.orchestration import this_host
from tasks.redaction import environment_secrets, redact

RUN: ContextVar[str | None] = ContextVar("onrecord_run", default=None)
"""The run that what happens here belongs to, by its id in the table runs."""

FIELDS = ("outlet", "reason", "count", "stage", "requests", "failures", "seconds")
"""What a log call may tell with `extra=`, besides its message."""


class Redacting(logging.Filter):
    """Takes secrets out of records, arguments and stack traces included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; none is held back."""
        record.msg, record.args = redact(_message(record), _secrets()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text, _secrets())
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how grave, what, and of which run, batch, host and outlet."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; fields that are unknown are left out."""
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            "host": this_host(),
            "process": record.process,
            **{name: getattr(record, name, None) for name in FIELDS},
            **_whose(record),
            "error": record.exc_text
            or (self.formatException(record.exc_info) if record.exc_info else None),
        }
        return line(fields)


def line(fields: dict[str, Any]) -> str:
    """Write a line of a log in JSON: no secrets, no nulls."""
    known = {name: value for name, value in fields.items() if value is not None}
    clean = {
        name: redact(value, _secrets()) if isinstance(value, str) else value
        for name, value in known.items()
    }
    return json.dumps(clean, ensure_ascii=False, default=str)


def pass_on(lines: TextIO, part: str, out: TextIO | None = None) -> None:
    """Pass on what a program prints, a line a line; what is not JSON yet becomes a message.

    Args:
        lines: Its output; read until it ends.
        part: The program, as `logger` of lines that name none.
        out: Where to; standard error when null.
    """
    for printed in lines:
        text = printed.rstrip()
        if text and not _is_object(text):
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            text = line({"time": now, "level": "info", "logger": part, "message": text,
                         "host": this_host()})  # fmt: skip
        if text:
            (out or sys.stderr).write(text + "\n")
            (out or sys.stderr).flush()


def _whose(record: logging.LogRecord) -> dict[str, Any]:
    """Say which run, batch and stage a record belongs to, as far as Prefect knows."""
    found: dict[str, Any] = {
        "run": RUN.get(),
        "flow": getattr(record, "flow_name", None),
        "flow_run_id": getattr(record, "flow_run_id", None),
    }
    named = getattr(record, "task_run_name", None) or ""
    if named.startswith(f"{getattr(record, 'task_name', None)} "):
        found["stage"], found["batch"] = named.split(" ", 1)  # see tasks.task.stage_task
    if "prefect.context" not in sys.modules:
        return found
    from prefect.context import FlowRunContext, TaskRunContext

    flow, task = FlowRunContext.get(), TaskRunContext.get()
    if flow is not None and flow.flow_run is not None:
        found["flow_run_id"] = found["flow_run_id"] or str(flow.flow_run.id)
        run = getattr((flow.parameters or {}).get("parameters"), "run", None)
        found["run"] = found["run"] or getattr(run, "run_id", None)
    if task is not None:
        given = task.parameters.values()
        found["stage"] = task.task.name
        found["batch"] = next((v.batch_id for v in given if hasattr(v, "batch_id")), None)
        asked = task.parameters.get("run")
        found["run"] = found["run"] or getattr(asked, "run_id", None)
    return found


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return f"{record.msg} {record.args}"


def _is_object(text: str) -> bool:
    try:
        return text.startswith("{") and isinstance(json.loads(text), dict)
    except ValueError:
        return False


@lru_cache(maxsize=1)
def _secrets() -> frozenset[str]:
    return environment_secrets(os.environ)
