"""Commands over entities: look them up, correct them. Corrections are data and win on every run."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from flows.command_line import check_stored, data_option
from tasks.errors import UsageError
from tasks.settings import settings

SHOWN = 50
"""Entities listed at most."""


@click.group()
def entities() -> None:
    """Look entities up and correct them."""


@entities.command("list")
@click.argument("words", default="")
@data_option
def list_entities(words: str, data: Path | None) -> None:
    """List entities whose names hold WORDS: id, type, articles, name, other forms."""
    from tasks.store import read

    frame = read.entities(data=check_stored(settings(data).data))
    hit = frame["canonical_name"].str.contains(words, case=False, regex=False)
    hit |= frame["entity_id"] == words
    groups = frame[hit].groupby("entity_id")
    ranked = groups.size().sort_values(ascending=False).head(SHOWN)
    for entity_id, count in ranked.items():
        rows = groups.get_group(entity_id)
        names = rows["canonical_name"].value_counts().index
        others = f" (also {', '.join(names[1:5])})" if len(names) > 1 else ""
        articles = f"{count} article{'s' if count > 1 else ''}"
        click.echo(f"{entity_id}  {rows['type'].iloc[0]}  {articles}  {names[0]}{others}")
    if len(groups) > SHOWN:
        click.echo(f"and {len(groups) - SHOWN} more")


@entities.command()
@click.argument("entity_id")
@click.argument("into_id")
@click.option("--article", "article_id", default="", help="Only in this article (its whole id).")
@click.option("--name", default=None, help="Canonical name (default: that of INTO_ID).")
@click.option("--note", default="", help="Why; kept beside the correction.")
@data_option
def merge(
    entity_id: str, into_id: str, article_id: str, name: str | None, note: str, data: Path | None
) -> None:
    """Say that what runs call ENTITY_ID is really INTO_ID."""
    folder = check_stored(settings(data).data)
    _name_of(folder, entity_id)
    _add(
        folder,
        action="merge",
        entity_id=entity_id,
        article_id=_known_article(folder, article_id),
        into_id=into_id,
        name=name or _name_of(folder, into_id),
        note=note,
    )


@entities.command()
@click.argument("entity_id")
@click.argument("name")
@click.option("--article", "article_id", required=True, help="In this article (its whole id).")
@click.option("--into", "into_id", default="", help="The id it really has, such as wd:Q42.")
@click.option("--note", default="", help="Why; kept beside the correction.")
@data_option
def split(
    entity_id: str, name: str, article_id: str, into_id: str, note: str, data: Path | None
) -> None:
    """Say that in one article what runs call ENTITY_ID is somebody else: NAME."""
    folder = check_stored(settings(data).data)
    _name_of(folder, entity_id)
    _add(
        folder,
        action="split",
        entity_id=entity_id,
        article_id=_known_article(folder, article_id),
        into_id=into_id,
        name=name,
        note=note,
    )


@entities.command()
@data_option
def corrections(data: Path | None) -> None:
    """List the corrections made so far."""
    path = check_stored(settings(data).data) / "corrections" / "entities.csv"
    click.echo(path.read_text(encoding="utf-8") if path.exists() else "none", nl=not path.exists())


def _add(folder: Path, **values: str) -> None:
    """Add a correction to the file, if all of them make sense together."""
    from tasks.enrich.corrections import FILE, Correction, format_corrections, parse_corrections

    correction = Correction(**values, made_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")  # type: ignore[arg-type]
    path = folder / "corrections" / FILE
    before = path.read_text(encoding="utf-8") if path.exists() else format_corrections([])
    line = format_corrections([correction]).partition("\n")[2]
    content = (before if before.endswith("\n") else before + "\n") + line
    parse_corrections(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(content, encoding="utf-8")
    temporary.replace(path)
    said = asdict(correction)
    where = f" in {said['article_id']}" if said["article_id"] else ""
    click.echo(f"{said['entity_id']} is {said['name']}{where}; kept in {path}")
    click.echo("stored articles follow with: onrecord reprocess --stage enrich")


def _name_of(folder: Path, entity_id: str) -> str:
    """Give the name an entity has most often."""
    from tasks.store import read

    columns = ["entity_id", "canonical_name"]
    frame = read.entities(entity_id=entity_id, columns=columns, data=folder)
    if frame.empty:
        raise UsageError(
            f"no entity has the id {entity_id}; look it up with: onrecord entities list NAME"
        )
    return str(frame["canonical_name"].mode().iloc[0])


def _known_article(folder: Path, article_id: str) -> str:
    from tasks.store import read

    if (
        article_id
        and read.articles(article_id=article_id, columns=["article_id"], data=folder).empty
    ):
        raise UsageError(f"no article has the id {article_id}")
    return article_id
