"""The command over sites: what was learned of each, and whether it still fits."""

from __future__ import annotations

from pathlib import Path

import click

from flows.command_line import data_option
from tasks.settings import settings


@click.command()
@data_option
def sites(data: Path | None) -> None:
    """List what was learned of each site: pages seen, usual length, misfits in a row."""
    from tasks.clean.site_files import health, latest_number

    folder = settings(data).data / "state" / "sites"
    found = health(folder)
    if not found:
        click.echo("nothing was learned yet: sites are learned from pages that name their address")
        return
    number = latest_number(folder)
    click.echo(f"snapshot in use: {'none yet' if number is None else f'{number:05d}'}\n")
    click.echo(f"{'outlet':40s} {'pages':>6s} {'usual length':>13s} {'misfits':>8s}  template")
    for site in found:
        state = "in use" if site.is_ready else "too few pages"
        click.echo(f"{site.outlet:40s} {site.pages:6d} {site.length:13d} {site.misses:8d}  {state}")
