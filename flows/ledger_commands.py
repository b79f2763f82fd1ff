"""Commands over the ledger: what is known of addresses, and making it anew."""

from __future__ import annotations

from pathlib import Path

import click

from flows.command_line import check_stored, data_option
from tasks.errors import UsageError
from tasks.settings import settings


@click.group()
def ledger() -> None:
    """Look into the ledger of addresses (asked for when, with which outcome), make it anew."""


@ledger.command()
@data_option
def rebuild(data: Path | None) -> None:
    """Make the ledger anew from the archives in raw and the tables, also one that is damaged."""
    from flows.orchestration import check_folder
    from flows.run import living_runs
    from tasks.fetch.ledger_damage import remove_if_damaged
    from tasks.fetch.ledger_rebuild import rebuild_ledger

    known = settings(data)
    if not (known.data / "raw").is_dir():
        check_stored(known.data)
    if living := living_runs(known.data):
        raise UsageError(f"run {living[0]} is under way; rebuild the ledger when it is done")
    check_folder(known.data)
    if remove_if_damaged(known):
        click.echo("it was damaged")
    click.echo(f"the ledger knows {rebuild_ledger(known)} pages")


@ledger.command()
@data_option
def due(data: Path | None) -> None:
    """List the articles that are due to be looked at again."""
    from tasks.fetch.ledger import due as due_addresses
    from tasks.fetch.ledger_schema import open_ledger

    known = settings(data)
    if known.ledger_url is None and not (known.data / "state" / "ledger.sqlite").is_file():
        check_stored(known.data)  # a folder without either gets no empty ledger
    for address in due_addresses(open_ledger(known)):
        click.echo(address.location)
