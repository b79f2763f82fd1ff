"""The command over sites: what was learned of each, and whether it still fits."""

from __future__ import annotations

from pathlib import Path

import click

from flows.command_line import check_stored, data_option
from tasks.settings import settings


@click.command()
@data_option
def sites(data: Path | None) -> None:
    """List what was learned of each site, when and from how many pages, and whether it still fits.

    Usual length of a text, usual share of it dropped as furniture, and pages in a row that the
    template did not fit: after three of them the site is learned anew.
    """
    from tasks.clean.site_files import health, latest_number

    known = settings(data).data
    folder = known / "state" / "sites"
    found = health(folder)
    if not found:
        check_stored(known)
        click.echo("nothing was learned yet: sites are learned from pages that name their address")
        return
    number = latest_number(folder)
    click.echo(f"snapshot in use: {'none yet' if number is None else f'{number:05d}'}\n")
    click.echo(
        f"{'outlet':40s} {'pages':>6s} {'usual length':>13s} {'dropped':>8s} {'misfits':>8s} "
        f"{'learned':>11s}  template"
    )
    for site in found:
        state = "in use" if site.is_ready else "too few pages"
        learned = f"{site.learned_at:%Y-%m-%d}" if site.learned_at else ""
        click.echo(
            f"{site.outlet:40s} {site.pages:6d} {site.length:13d} {site.dropped:8.1%} "
            f"{site.misses:8d} {learned:>11s}  {state}"
        )
