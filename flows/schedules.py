"""Deployments as data: those of deployments/prefect.yaml, and one more for somebody's own sources.

Whatever is wrong with a schedule is said before a server is asked for anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml

from flows.sources import check_sources, has_secret
from tasks.errors import UsageError
from tasks.redaction import redact

DEPLOYMENTS = Path(__file__).resolve().parent.parent / "deployments" / "prefect.yaml"
"""The deployments that come with onrecord."""

SHORTEST = timedelta(minutes=1)
"""Feeds do not change faster, and a run takes longer to start than that."""

LONGEST = timedelta(weeks=53)

_EVERY = re.compile(r"(\d{1,6})\s*(m|min|h|d|w)")
_UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}

Deployment = dict[str, Any]
"""One deployment, as prefect.yaml writes it."""


def interval(text: str) -> timedelta:
    """Read how often: `30m`, `2h`, `1d`, `1w`.

    >>> interval("90m")
    datetime.timedelta(seconds=5400)

    Raises:
        UsageError: It is no length of time, or one that makes no sense.
    """
    found = _EVERY.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(f"--every {text!r} is no length of time; write 30m, 2h or 1d")
    length = int(found[1]) * _UNITS[found[2]]
    if not SHORTEST <= length <= LONGEST:
        raise UsageError(f"--every {text}: write something between 1m and 53w")
    return length


def cron(text: str, timezone: str = "UTC") -> str:
    """Read a cron expression and its time zone; give the expression back.

    Raises:
        UsageError: Nothing would ever run by it.
    """
    from prefect.client.schemas.schedules import CronSchedule
    from pydantic import ValidationError

    fields = text.split()
    if len(fields) != 5:
        raise UsageError(_no_cron(text, f"{len(fields)} fields, not 5"))
    try:
        CronSchedule(cron=text)
    except ValidationError as error:
        raise UsageError(_no_cron(text, "a field of it means nothing")) from error
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(f"{timezone!r} is no time zone; write UTC or Europe/Berlin") from error
    return text


def _no_cron(text: str, why: str) -> str:
    return (
        f"{text!r} is no cron expression ({why}); write minute, hour, day, month and weekday, such "
        "as '*/30 * * * *' (every half hour) or '15 6 * * 1-5' (06:15 on working days)"
    )


def own_deployment(
    sources: Sequence[str], schedule: Mapping[str, Any], name: str | None = None
) -> Deployment:
    """Make a deployment that asks some sources, after the one that asks feeds.

    Args:
        sources: Addresses and files; files must be there.
        schedule: As prefect.yaml writes it: `interval` in seconds, or `cron`.
        name: What to call it; after the first source when null.

    Raises:
        UsageError: A source is not there, or the name belongs to one of ours.
    """
    shipped = {deployment["name"]: deployment for deployment in read_deployments()}
    named = name or _name_after(sources[0])
    if named in shipped:
        raise UsageError(f"{named} is a deployment of onrecord's own; choose another --name")
    if not re.fullmatch(r"[\w.-]{1,100}", named):
        raise UsageError(f"--name {named!r}: write letters, digits, - and . only")
    made = dict(shipped["feeds"])
    asked = [_source(source) for source in sources]
    return made | {
        "name": named,
        "description": f"Ask {redact(', '.join(asked))} for news, and store it.",
        "tags": ["onrecord", "own"],
        "parameters": made["parameters"] | {"sources": asked, "policy": None},
        "schedules": [dict(schedule)],
    }


def read_deployments(path: Path = DEPLOYMENTS) -> list[Deployment]:
    """Read a file of deployments, and look whether its schedules mean anything.

    Raises:
        UsageError: It cannot be read, or one of its schedules is wrong.
    """
    try:
        found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))["deployments"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is no file of deployments: {error}") from error
    if not isinstance(found, list):
        raise UsageError(f"{path} is no file of deployments: `deployments` is no list")
    for deployment in found:
        if not isinstance(deployment, dict) or not deployment.get("name"):
            raise UsageError(
                f"{path} is no file of deployments: {str(deployment)[:60]} has no name"
            )
        schedules = deployment.get("schedules") or []
        if not isinstance(schedules, list) or not all(isinstance(s, dict) for s in schedules):
            raise UsageError(f"{path}, deployment {deployment['name']}: schedules are no list")
        for schedule in schedules:
            try:
                if "cron" in schedule:
                    cron(str(schedule["cron"]), schedule.get("timezone", "UTC"))
            except UsageError as error:
                raise UsageError(f"{path}, deployment {deployment['name']}: {error}") from error
    deployments: list[Deployment] = found
    return deployments


def prefect_file(deployments: Sequence[Deployment]) -> str:
    """Write a file of deployments with the surroundings of ours."""
    whole = yaml.safe_load(DEPLOYMENTS.read_text(encoding="utf-8"))
    written: str = yaml.safe_dump(
        {
            "name": whole["name"],
            "prefect-version": whole["prefect-version"],
            "pull": whole["pull"],
            "deployments": list(deployments),
        },
        sort_keys=False,
        allow_unicode=True,
    )
    return written


def _source(source: str) -> str:
    """Give a source as a worker elsewhere in the file system finds it."""
    if not source.strip() or source == "-":
        raise UsageError("a schedule needs sources that stay: files, folders or addresses")
    check_sources([source])
    if has_secret(source):
        raise UsageError(
            f"{redact(source)} holds a secret, which the dashboard would show; write the address "
            "into a file, and name that"
        )
    return source if "://" in source else str(Path(source).resolve())


def _name_after(source: str) -> str:
    parts = urlsplit(source)
    name = f"{parts.hostname}{parts.path}" if parts.hostname else Path(source).name
    return re.sub(r"[^\w]+", "-", name).strip("-").lower()[:60] or "own"
