"""The command line. Prefect and the models are imported only by the commands that need them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from flows.command_line import (
    Commands,
    batch_size_option,
    check_model,
    data_option,
    gap_option,
    model_option,
    no_full_text_option,
    since_option,
    until_option,
    workers_option,
)
from flows.entity_commands import entities
from flows.health_commands import health
from flows.ledger_commands import ledger
from flows.model_commands import models
from flows.service_commands import deploy, doctor, report, serve, show_settings, worker
from flows.site_commands import sites
from flows.store_commands import changes, export, forget, migrate, show, verify
from flows.text_commands import annotate, clean, dictionary, evaluate
from flows.upkeep_commands import maintain, reprocess, revisit
from flows.watch_commands import watch
from tasks.errors import UsageError
from tasks.settings import VERSION, settings

if TYPE_CHECKING:
    from tasks.fetch.policy import Policy


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="onrecord")
def main() -> None:
    """From news pages to tidy tables of articles, entities and quotes."""


@main.command()
@click.argument("sources", nargs=-1, required=True)
@data_option
@batch_size_option
@workers_option
@model_option
@click.option(
    "--quotes",
    "show_quotes",
    type=click.IntRange(0),
    default=8,
    show_default=True,
    help="How many of the quotes to print at the end.",
)
@since_option
@until_option
@click.option("--limit", type=click.IntRange(0), default=None, help="So many, the newest first.")
@click.option("--only-hosts", default="", help="Hosts, with their subdomains: a.org,b.org")
@click.option("--archive", is_flag=True, help="Walk a site's complete sitemaps.")
@gap_option
@click.option("--rights", type=click.Choice(["general", "research"]), default="general",
              help="research: fetch what is reserved against text mining, too.")  # fmt: skip
@click.option("--ignore-robots", metavar="REASON", default=None, help="Ignore robots.txt; the "
              "reason, such as a written permission, is kept in runs.")  # fmt: skip
@click.option("--refetch", is_flag=True, help="Ask for known pages again though they are not due.")
@click.option("--time-budget", type=click.FloatRange(0), default=None, help="Seconds after which "
              "no further page is asked for; the rest stays due.")  # fmt: skip
@click.option("--bulk", is_flag=True, help="For large archives: make whole parts at once.")
@no_full_text_option
def ingest(
    sources: tuple[str, ...],
    data: Path | None,
    batch_size: int,
    workers: int | None,
    model: str | None,
    show_quotes: int,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    only_hosts: str,
    archive: bool,
    gap: float,
    rights: Literal["general", "research"],
    ignore_robots: str | None,
    refetch: bool,
    time_budget: float | None,
    bulk: bool,
) -> None:
    """Turn SOURCES into rows of the tables.

    A source is a text or HTML file, a folder, a URL, a feed, a sitemap, a WARC archive, a file of
    URLs, or - for standard input; its kind is detected.
    """
    from flows.sources import check_sources, without_secrets
    from tasks.fetch.policy import Limits

    check_sources(sources)
    if since and until and since >= until:
        raise UsageError("--since must be before --until")
    hosts = tuple(host.strip().lower() for host in only_hosts.split(",") if host.strip())
    limits = Limits(since, until, limit, hosts, archive)
    policy = _policy(gap, rights, ignore_robots, refetch, time_budget)
    check_model(model, settings(data).data)
    from flows.terminal import run_with_progress

    with without_secrets(sources) as shown:
        code = run_with_progress(
            "ingest",
            settings(data).data,
            sources=shown,
            batch_size=batch_size,
            workers=workers,
            model=model,
            quotes=show_quotes,
            policy=policy,
            limits=limits,
            bulk=bulk,
        )
    raise SystemExit(code)


def _policy(
    gap: float,
    rights: Literal["general", "research"],
    ignore_robots: str | None,
    refetch: bool,
    time_budget: float | None,
) -> Policy:
    from tasks.fetch.policy import Policy

    if ignore_robots is not None and len(ignore_robots.strip()) < 10:
        raise UsageError("--ignore-robots needs a reason that somebody else will understand")
    return Policy(
        gap=gap,
        rights=rights,
        ignore_robots=ignore_robots,
        refetch=refetch,
        time_budget=time_budget,
    )


for command in (
    *(changes, export, forget, migrate, show, verify),
    *(annotate, clean, dictionary, evaluate, models),
    *(entities, health, ledger, sites, watch),
    *(maintain, reprocess, revisit),
    *(deploy, doctor, report, serve, show_settings, worker),
):
    main.add_command(command)


if __name__ == "__main__":
    main()
