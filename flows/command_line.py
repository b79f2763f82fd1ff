"""What all commands share: the group that turns foreseen errors into one line, options, times."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from tasks.errors import OnrecordError, UsageError
from tasks.redaction import environment_secrets, redact

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder for everything a run writes (default: $ONRECORD_DATA, or ./data).",
)
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="File to write (default: standard output).",
)
model_option = click.option(
    "--model",
    "--tagger",
    default=None,
    help="What finds names: a spaCy model package, a student, or `teacher` (default: see "
    "`onrecord models`).",
)
threshold_option = click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Name no speaker of a quote whose confidence is less than this.",
)
batch_size_option = click.option(
    "--batch-size", type=click.IntRange(1, 10_000), default=200, show_default=True
)
workers_option = click.option(
    "--workers", type=click.IntRange(1), default=None, help="Default: one a processor."
)
gap_option = click.option(
    "--gap",
    type=click.FloatRange(0),
    default=2.0,
    show_default=True,
    help="Seconds between two requests to a host.",
)


def _leave_texts_out(context: click.Context, parameter: click.Parameter, is_given: bool) -> None:
    if is_given:
        os.environ["ONRECORD_FULL_TEXT"] = "no"


no_full_text_option = click.option(
    "--no-full-text",
    is_flag=True,
    expose_value=False,
    callback=_leave_texts_out,
    help="Keep quotes with context, names and offsets, but no texts (like ONRECORD_FULL_TEXT=no).",
)

_AGE = re.compile(r"(\d{1,5})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)
"""What the machine may refuse through no fault of ours: not permitted, read-only, disk full."""


class Commands(click.Group):
    """Commands whose foreseen errors end in one clear line and an exit code, not a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command: 1 when it could not do its work, 2 for wrong usage."""
        try:
            return super().invoke(ctx)
        except UsageError as error:
            say(error)
            ctx.exit(2)
        except OnrecordError as error:
            say(error)
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)
        except OSError as error:
            if error.errno not in _REFUSED:
                raise
            say(error)
            ctx.exit(1)


def say(error: Exception) -> None:
    """Tell the user what went wrong, in a line: plain, or JSON where logs are."""
    told = " ".join(str(error).split())  # a parser's message may have several
    if os.environ.get("ONRECORD_LOG_FORMAT") == "json":
        from flows.logs import line

        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        said = {"time": now, "level": "error", "logger": "onrecord", "message": told}
        click.echo(line(said), err=True)
    else:
        click.echo(f"onrecord: {redact(told, environment_secrets())}", err=True)


def age(value: str) -> timedelta:
    """Read a length of time: `36h`, `30d`, `8w`."""
    found = _AGE.fullmatch(value.strip())
    if found is None:
        raise click.BadParameter(f"{value!r} is no length of time; write 36h, 30d or 8w")
    return int(found[1]) * _UNITS[found[2]]


def when(value: str) -> datetime:
    """Read a moment: `2018-05-31`, `2018-05-31T06:00+02:00`, or so long ago: `36h`; else UTC."""
    if _AGE.fullmatch(value.strip()):
        return datetime.now(UTC) - age(value)
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is no date; write 2018-05-31, or 7d for a week ago"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


since_option = click.option(
    "--since", type=when, default=None, help="Only from then on: 2018-05-31, or 7d, 36h ago."
)
until_option = click.option("--until", type=when, default=None, help="Only before then.")


def check_stored(folder: Path) -> Path:
    """Refuse a data folder with nothing in it, rather than make one by mistake; give it back.

    Raises:
        OnrecordError: Nothing was stored there yet.
    """
    if not (folder / "tables").is_dir():
        raise OnrecordError(f"nothing was stored yet in {folder}; run: onrecord ingest SOURCE")
    return folder


def check_outlets(wanted: Iterable[str], known: Iterable[str]) -> None:
    """Name an outlet that is not there, and the one that may be meant.

    Raises:
        UsageError: One is not.
    """
    names = sorted(known)
    for outlet in wanted:
        if outlet not in names:
            from rapidfuzz import fuzz, process

            near = process.extractOne(outlet, names, scorer=fuzz.ratio, score_cutoff=60)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"no outlet {outlet} in the tables{hint} (registered domains count)")


def check_model(model: str | None, data: Path) -> None:
    """Name a model that is not there before any work is done."""
    from tasks.extract.tagger_choice import choose_tagger

    choose_tagger(model, data / "models")


def write_or_check(path: Path, wanted: str, command: str, *, check: bool) -> None:
    """Write a page of the documentation that is made from code, or tell whether it is current.

    Raises:
        OnrecordError: It is not.
    """
    if not check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted, encoding="utf-8")
        click.echo(f"wrote {path}")
    elif not path.exists() or path.read_text(encoding="utf-8") != wanted:
        raise OnrecordError(f"{path} is not current; run: onrecord {command}")
