"""Commands for what is stored already: read it anew, look at it again, keep it in order."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import click

from flows.command_line import (
    age,
    batch_size_option,
    check_model,
    check_stored,
    data_option,
    gap_option,
    model_option,
    no_full_text_option,
    since_option,
    workers_option,
)
from tasks.errors import UsageError
from tasks.settings import settings


@click.command()
@click.option("--stage", type=click.Choice(["clean", "extract", "enrich"]), required=True,
              help="The first stage to do again.")  # fmt: skip
@since_option
@data_option
@batch_size_option
@workers_option
@model_option
@no_full_text_option
def reprocess(
    stage: Literal["clean", "extract", "enrich"],
    since: datetime | None,
    data: Path | None,
    batch_size: int,
    workers: int | None,
    model: str | None,
) -> None:
    """Make the rows of stored articles anew, without asking the web again.

    From the pages (clean), from the stored texts (extract), or from what was found in them
    (enrich). Rows are replaced; quotes whose words stay the same keep their quote_id.
    """
    folder = check_stored(settings(data).data)
    check_model(model, folder)
    from flows.terminal import run_with_progress

    code = run_with_progress(
        "reprocess",
        folder,
        quotes=0,
        stage=stage,
        since=since,
        batch_size=batch_size,
        workers=workers,
        model=model,
    )
    raise SystemExit(code)


@click.command()
@click.option("--limit", type=click.IntRange(0), default=None, help="So many, longest due first.")
@gap_option
@data_option
@batch_size_option
@workers_option
@model_option
@no_full_text_option
def revisit(
    limit: int | None,
    gap: float,
    data: Path | None,
    batch_size: int,
    workers: int | None,
    model: str | None,
) -> None:
    """Look again at articles that are due: a day and a week after publication.

    What changed is shown by `onrecord changes`.
    """
    folder = check_stored(settings(data).data)
    check_model(model, folder)
    from flows.sources import check_proxies
    from flows.terminal import run_with_progress
    from tasks.fetch.policy import Policy

    check_proxies()

    code = run_with_progress(
        "revisit",
        folder,
        quotes=0,
        limit=limit,
        policy=Policy(gap=gap),
        batch_size=batch_size,
        workers=workers,
        model=model,
    )
    raise SystemExit(code)


@click.command()
@click.option("--drop-raw-older-than", "raw", type=age, default=None,
              help="Throw archives in raw away after so long: 90d, 26w.")  # fmt: skip
@click.option("--drop-work-older-than", "work", type=age, default="14d", show_default=True,
              help="Throw batches in work away after so long.")  # fmt: skip
@click.option("--unify/--no-unify", default=True, help="Give persons one id across articles.")
@click.option("--verify/--no-verify", default=True, help="Check all tables at the end.")
@data_option
def maintain(
    raw: timedelta | None, work: timedelta, unify: bool, verify: bool, data: Path | None
) -> None:
    """Do the nightly round: names across articles, retention, what was forgotten, verify."""
    folder = check_stored(settings(data).data)
    if min(raw or work, work) < timedelta(days=1):
        raise UsageError("what is younger than a day may still be needed; give 1d or more")
    from flows.orchestration import server

    with server(folder, quiet=True):
        from flows.maintain import maintain as maintain_store

        done = maintain_store(
            folder,
            drop_raw_older_than=raw.days if raw else None,
            drop_work_older_than=work.days,
            unify=unify,
            check=verify,
        )
    click.echo(f"{done.unified} persons got the id they have in other articles")
    click.echo(f"{done.dropped} old files and folders thrown away, {done.freed / 1e6:.1f} MB")
    if verify:
        click.echo("the tables are sound")
