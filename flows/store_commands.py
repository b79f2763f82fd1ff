"""Commands over the tables: look at them, check, mend and migrate them, export, forget."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from flows.command_line import check_outlets, check_stored, data_option, when
from tasks.errors import OnrecordError, UsageError
from tasks.settings import folder_here, settings

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("csv", "jsonl", "sqlite", "parquet")


@click.command()
@click.argument("article")
@data_option
@click.option("--dropped", is_flag=True, help="Put back, struck through, what cleaning dropped.")
def show(article: str, data: Path | None, dropped: bool) -> None:
    """Show ARTICLE (an id, the beginning of one, or a URL), quotes and speakers marked."""
    from rich.console import Console

    from flows.show import print_article
    from tasks.store import read

    folder = check_stored(settings(data).data)
    stored = read.article(article, data=folder)
    if stored is None:
        raise UsageError(f"no article {article!r} in {folder / 'tables'}; ids are in its articles")
    print_article(Console(), stored, dropped=dropped)


@click.command()
@data_option
@click.option("--repair", is_flag=True, help="Mend what can be mended first, and say what was.")
def verify(data: Path | None, repair: bool) -> None:
    """Check the tables: keys, offsets, references, sums of every run, torn or leftover files."""
    from tasks.store.repair import repair as repair_store
    from tasks.store.verify import verify as verify_store

    folder = check_stored(settings(data).data)
    if repair:
        for line in repair_store(folder):
            click.echo(f"mended: {line}")
    problems = verify_store(folder)
    for problem in problems:
        click.echo(f"{problem.kind}: {problem.place}: {problem.detail}", err=True)
    if problems:
        hint = "" if repair else "; `onrecord verify --repair` mends what can be mended"
        raise OnrecordError(f"{len(problems)} problems found{hint}")
    click.echo("the tables are sound")


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--table", "tables", multiple=True, help="Only this table; may be given again.")
@click.option("--shareable", is_flag=True, help="Leave the articles' texts out; quotes stay.")
@data_option
def export(
    target: Path,
    form: Literal["csv", "jsonl", "sqlite", "parquet"],
    tables: tuple[str, ...],
    shareable: bool,
    data: Path | None,
) -> None:
    """Write the tables to TARGET: a folder, or for SQLite a file."""
    from tasks.store.export import export as export_tables

    folder_here(target)
    folder = check_stored(settings(data).data)
    written = export_tables(folder, target, form, tables=tables, is_shareable=shareable)
    for path in written:
        click.echo(path)


@click.command()
@data_option
def migrate(data: Path | None) -> None:
    """Bring tables of an older version to the schema of today, all in one transaction."""
    from tasks.store.evolution import migrate as migrate_store

    count = migrate_store(check_stored(settings(data).data))
    click.echo(f"{count} files rewritten" if count else "the tables are up to date")


@click.command()
@click.option("--quotes", is_flag=True, help="Only what became of quotes.")
@click.option("--outlet", default=None, help="Only this outlet's (its registered domain).")
@click.option("--since", type=when, default=None, help="Only what had changed from then on: "
              "2018-05-31, or 7d, 36h ago.")  # fmt: skip
@data_option
def changes(quotes: bool, outlet: str | None, since: datetime | None, data: Path | None) -> None:
    """List what changed in articles after they were first stored, words before and after."""
    from tasks.store import read

    folder = check_stored(settings(data).data)
    if outlet is not None:
        known = read.articles(columns=["outlet"], data=folder)["outlet"]
        check_outlets([outlet], known.dropna().unique())
    frame = read.changes(outlet=outlet, since=since, data=folder)
    if quotes:
        frame = frame[frame["kind"].str.startswith("quote_")]
    ordered = frame.sort_values(["changed_at", "article_id", "revision", "change_no"])
    for _, group in ordered.groupby(["article_id", "revision"], sort=False):
        _print_changes(group)
    click.echo(f"{len(frame)} changes in {frame['article_id'].nunique()} articles")


@click.command()
@click.argument("name", required=False)
@click.option("--entity", "entity_id", default=None, help="A person's entity_id: all its names.")
@click.option("--url", default=None, help="An article's URL.")
@click.option("--outlet", default=None, help="An outlet's registered domain.")
@click.option("--again", is_flag=True, help="Take out again what was forgotten before.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option
def forget(
    name: str | None,
    entity_id: str | None,
    url: str | None,
    outlet: str | None,
    again: bool,
    yes: bool,
    data: Path | None,
) -> None:
    """Take a person (by full NAME), an article or an outlet out of everything, for good.

    Names are blacked out in every table, text and archive of the data folder; articles and outlets
    are removed. What is forgotten stays out when it comes again.
    """
    from flows.run import living_runs
    from tasks.store.forgetting import forget as forget_in_store
    from tasks.store.scrubbing import scrub

    given = [what for what in (name, entity_id, url, outlet) if what is not None]
    if len(given) != (0 if again else 1):
        raise UsageError("give one of a name, --entity, --url, --outlet and --again")
    folder = check_stored(settings(data).data)
    if living := living_runs(folder):
        raise UsageError(f"run {living[0]} is under way; forget when it is done")
    if not (again or yes):
        click.confirm(f"Forget {given[0]} in {folder}? It cannot be undone.", abort=True)
    done = (
        scrub(folder)
        if again
        else forget_in_store(folder, name=name, entity_id=entity_id, url=url, outlet=outlet)
    )
    for line in done or ["nothing was left to take out"]:
        click.echo(line)


def _print_changes(group: pd.DataFrame) -> None:
    first = group.iloc[0]
    hours = first["hours_since_publication"]
    age = f", {hours:.0f} hours after publication" if hours == hours else ""  # NaN: not known
    click.echo(f"{_text(first['headline'])} ({_text(first['outlet'])})")
    at = f"{first['changed_at']:%Y-%m-%d %H:%M}"
    click.echo(f"  {first['article_id']}, revision {first['revision']}, {at}{age}")
    for change in group.itertuples():
        click.echo(f"  {str(change.kind).replace('_', ' ')}")
        for mark, words, speaker in (
            ("-", change.before, change.speaker_before),
            ("+", change.after, change.speaker_after),
        ):
            if isinstance(words, str):
                who = f"{speaker}: " if isinstance(speaker, str) else ""
                click.echo(f"    {mark} {who}{words}")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "–"
