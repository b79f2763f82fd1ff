"""Commands for leaving it running: the service, its schedules, and whether all is in place."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from flows.command_line import check_stored, data_option, write_or_check
from tasks.errors import UsageError
from tasks.redaction import environment_secrets, redact
from tasks.settings import VARIABLES, settings

api_option = click.option(
    "--api",
    envvar="PREFECT_API_URL",
    default="http://127.0.0.1:4200/api",
    show_default=True,
    help="The server's API (default: $PREFECT_API_URL).",
)


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=4200, show_default=True)
def serve(data: Path | None, host: str, port: int) -> None:
    """Start Prefect's server with the dashboard, register the deployments, and start a worker."""
    from flows.service import serve as serve_all

    raise SystemExit(serve_all(settings(data).data, host, port))


@click.command()
@data_option
@api_option
def worker(data: Path | None, api: str) -> None:
    """Start a worker for a Prefect server that runs elsewhere."""
    from flows.service import work

    raise SystemExit(work(settings(data).data, api))


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--every", default=None, metavar="TIME", help="Ask SOURCES so often: 30m, 2h, 1d.")
@click.option("--cron", "at", default=None, metavar="CRON", help="Ask them at these times: "
              "'*/30 * * * *', '15 6 * * 1-5'.")  # fmt: skip
@click.option("--timezone", default="UTC", show_default=True, help="Of --cron: Europe/Berlin.")
@click.option("--name", default=None, help="Of the schedule (default: after the first source).")
@data_option
@api_option
def deploy(
    sources: tuple[str, ...],
    every: str | None,
    at: str | None,
    timezone: str,
    name: str | None,
    data: Path | None,
    api: str,
) -> None:
    """Register schedules with a server that is running: `onrecord deploy --every 30m feeds.opml`.

    SOURCES are feeds, sitemaps, sites, files of addresses, OPML files, folders: what `ingest`
    takes. Without SOURCES all deployments of deployments/prefect.yaml are registered. Again with
    the same name, a schedule is replaced.
    """
    from flows.orchestration import prepare
    from flows.sources import check_sources

    check_sources([source for source in sources if source.strip()])
    prepare(settings(data).data)  # before Prefect is imported: its home is ours
    from flows.schedules import cron, interval, own_deployment
    from flows.service import deploy as deploy_all

    if not sources:
        if every or at or name:
            raise UsageError("say what to ask: onrecord deploy --every 30m feeds.opml")
        deploy_all(settings(data).data, api)
        click.echo(f"the deployments are registered at {api}")
        return
    if every and at:
        raise UsageError("give one of --every and --cron")
    if every:
        own = own_deployment(sources, {"interval": interval(every).total_seconds()}, name)
    elif at:
        own = own_deployment(sources, {"cron": cron(at, timezone), "timezone": timezone}, name)
    else:
        raise UsageError("say how often: --every 30m, or --cron '15 6 * * 1-5'")
    deploy_all(settings(data).data, api, own)
    when = f"every {every}" if every else f"at {at} ({timezone})"
    click.echo(f"ingest/{own['name']} runs {when}; it needs a worker: `onrecord serve` has one")


@click.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), default=None,
              help="Of publication, UTC: 2025-06-03 (default: yesterday).")  # fmt: skip
@data_option
def report(day: datetime | None, data: Path | None) -> None:
    """Write the digest of a day: quotes, most quoted, new names, how each outlet is doing.

    It is one HTML file in the reports folder of the data folder. The deployment `digest` does it
    every day, and shows it in the dashboard, too.
    """
    from flows.digest_tables import read_digest
    from flows.report_page import write_page

    folder = check_stored(settings(data).data)
    of = day.date() if day else (datetime.now(UTC) - timedelta(days=1)).date()
    digest = read_digest(folder, of)
    path = write_page(digest, folder)
    click.echo(f"{of}: {digest.articles} articles, {digest.quotes} quotes")
    click.echo(path)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A list of findings, for programs.")
@data_option
def doctor(as_json: bool, data: Path | None) -> None:
    """Look whether everything is in place: packages, model, settings, folders, databases, server.

    The exit code is 1 when something is wrong; a warning leaves it 0.
    """
    import json
    from dataclasses import asdict

    from flows.doctor import examine

    findings = examine(Path(data or os.environ.get("ONRECORD_DATA") or "data"))
    if as_json:
        click.echo(json.dumps([asdict(found) for found in findings], ensure_ascii=False, indent=1))
    else:
        for found in findings:
            click.echo(f"{found.state:8} {found.what}: {found.said}")
            if found.advice:
                click.echo(f"{'':8} -> {found.advice}")
    if any(found.state == "wrong" for found in findings):
        raise SystemExit(1)


@click.command("settings")
@click.option("--write", is_flag=True, help="Write the reference, docs/settings.md, instead.")
@click.option("--check", is_flag=True, help="Exit 1 if that reference is not current.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
              default=Path("docs/settings.md"), show_default=True)  # fmt: skip
@data_option
def show_settings(write: bool, check: bool, output: Path, data: Path | None) -> None:
    """Print the settings in use; secrets are left out."""
    from flows.settings_reference import settings_page

    if write or check:
        write_or_check(output, settings_page(), "settings --write", check=check)
        return
    given = settings(data)
    for name, (field, _) in VARIABLES.items():
        value = getattr(given, field)
        shown = ", ".join(value) if isinstance(value, tuple) else str(value or "")
        if isinstance(value, bool):
            shown = "yes" if value else "no"
        mark = "" if os.environ.get(name) else "  (not set)"
        click.echo(redact(f"{name}={shown}{mark}", environment_secrets()))
