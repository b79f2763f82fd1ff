"""The commands over watchlists: add, list, test, remove, and what was found."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.command_line import check_stored, data_option, since_option
from tasks.errors import DeliveryError, OnrecordError, UsageError
from tasks.notices import Hit, HitReason, Watch, WatchKind
from tasks.settings import settings

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group()
def watch() -> None:
    """Be told when somebody or something is quoted or named: the watchlist."""


@watch.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(["person", "organisation", "phrase"]), default="person",
              show_default=True, help="What NAME is.")  # fmt: skip
@click.option("--also", multiple=True, help="Another name of the same; may be given again.")
@click.option("--entity", "entity_ids", multiple=True, help="An entity_id that counts as it.")
@click.option("--outlets", default="", help="Only in these outlets: a.org,b.org")
@click.option("--notify", "channels", multiple=True, metavar="CHANNEL",
              help="webhook:URL, mailto:ADDRESS or command:PROGRAM; may be given again. Secrets in "
              "a URL by name: ${NAME}, a variable of the environment.")  # fmt: skip
@data_option
def add(
    name: str,
    kind: WatchKind,
    also: tuple[str, ...],
    entity_ids: tuple[str, ...],
    outlets: str,
    channels: tuple[str, ...],
    data: Path | None,
) -> None:
    """Wait for NAME from the next run on: a full name, or the words of a phrase.

    Adding the same again changes it. What is in the tables already gives no hits.
    """
    from tasks.store.tombstones import read_tombstones
    from tasks.store.transactions import open_store
    from tasks.watch.watchlist import make_watch

    known = settings(data)
    places = [part for part in outlets.split(",") if part.strip()]
    ids = tuple(entity_ids) or _known_ids(name, kind, known.knowledge_base)
    made = make_watch(
        name,
        kind,
        datetime.now(UTC),
        names=also,
        entity_ids=ids,
        outlets=places,
        channels=channels,
    )
    stones = read_tombstones(known.data)
    if stones is not None and any(stones.is_name(n) for n in (made.name, *made.names)):
        raise UsageError(f"{made.name} was asked to be forgotten here; nobody waits for them")
    open_store(known.data)
    _store(known.data, made)
    click.echo(f"{made.watch_id}  {_told(made)}")


@watch.command("list")
@click.option("--all", "show_all", is_flag=True, help="Those, too, that were removed.")
@data_option
def list_watches(show_all: bool, data: Path | None) -> None:
    """List what is waited for, with the number of hits so far."""
    from tasks.store.notice_rows import count_hits, read_notices

    folder = check_stored(settings(data).data)
    watches = [w for w in read_notices(Watch, folder) if show_all or w.removed_at is None]
    counts = count_hits(folder)
    for made in watches:
        gone = f", removed {made.removed_at:%Y-%m-%d}" if made.removed_at else ""
        click.echo(f"{made.watch_id}  {_told(made)}: {counts.get(made.watch_id, 0)} hits{gone}")
    if not watches:
        click.echo('nothing is waited for; add something: onrecord watch add "Ri Yong-ho"')


@watch.command()
@click.argument("name")
@data_option
def remove(name: str, data: Path | None) -> None:
    """Wait for NAME (or a watch_id) no longer; its hits stay."""
    from tasks.watch.watchlist import removed

    folder = check_stored(settings(data).data)
    for made in _chosen(name, folder):
        _store(folder, removed(made, datetime.now(UTC)))
        click.echo(f"removed {made.watch_id}  {_told(made)}")


@watch.command()
@click.argument("name")
@data_option
def test(name: str, data: Path | None) -> None:
    """Send a test message on every channel of NAME (or a watch_id), now."""
    from tasks.watch.channels import open_channel
    from tasks.watch.message import hit_item, message_of

    failed = 0
    for made in _chosen(name, check_stored(settings(data).data)):
        message = message_of([hit_item(_example(made), made.name)])
        for channel in made.channels:
            try:
                open_channel(channel).send(message)
                click.echo(f"{channel}: arrived")
            except DeliveryError as error:
                failed += 1
                click.echo(f"{channel}: {error}", err=True)
        if not made.channels:
            click.echo(f"{made.watch_id} has no channel; hits are events in Prefect, and rows")
    if failed:
        raise OnrecordError(f"{failed} channels could not be reached")


@watch.command()
@click.argument("name", required=False)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The newest.")
@since_option
@data_option
def hits(name: str | None, limit: int, since: datetime | None, data: Path | None) -> None:
    """Show what was found, of NAME (or a watch_id) only if given, the newest first."""
    from tasks.store.notice_rows import read_notices

    folder = check_stored(settings(data).data)
    names = {made.watch_id: made.name for made in read_notices(Watch, folder)}
    wanted = {made.watch_id for made in _chosen(name, folder, removed=True)} if name else set(names)
    found = [
        hit
        for hit in read_notices(Hit, folder)
        if hit.watch_id in wanted and (since is None or hit.found_at >= since)
    ]
    for hit in sorted(found, key=lambda hit: hit.found_at, reverse=True)[:limit]:
        said = f" {hit.speaker or '–'}: “{hit.quote}”" if hit.quote else f" {hit.matched}"
        click.echo(f"{hit.found_at:%Y-%m-%d %H:%M} {names.get(hit.watch_id)} ({hit.reason}){said}")
        click.echo(f"    {hit.headline or '–'}  {hit.url or hit.article_id}")
    click.echo(f"{len(found)} hits")


def _known_ids(name: str, kind: WatchKind, folder: Path | None) -> tuple[str, ...]:
    """Look an organisation up in the knowledge base: its articles may call it by another name."""
    if kind != "organisation":
        return ()
    from tasks.enrich.knowledge_base import load_knowledge_base
    from tasks.enrich.linking import candidates

    found = {thing.id for thing in candidates(name, "ORG", load_knowledge_base(folder)) if thing.id}
    return tuple(found) if len(found) == 1 else ()


def _chosen(name: str, folder: Path, *, removed: bool = False) -> list[Watch]:
    """Find watches by id or name.

    Raises:
        UsageError: There is none.
    """
    from tasks.store.notice_rows import read_notices
    from tasks.watch.words import name_key

    key = name_key(name)
    found = [
        made
        for made in read_notices(Watch, folder)
        if (removed or made.removed_at is None)
        and (made.watch_id == name or name_key(made.name) == key)
    ]
    if not found:
        raise UsageError(f"nobody waits for {name}; `onrecord watch list` shows what is waited for")
    return found


def _store(data: Path, made: Watch) -> None:
    """Put a watch into the tables."""
    from tasks.store.disk import remove_folder
    from tasks.store.inbox import append
    from tasks.store.layout import Layout
    from tasks.store.notice_rows import notice_rows
    from tasks.store.transactions import publish

    name = f"watch-{secrets.token_hex(6)}"
    append(data, notice_rows([made]), "watch", run_id=name)
    publish(data)
    remove_folder(
        Layout(data).published / name
    )  # what became of a batch is kept until its run ends


def _told(made: Watch) -> str:
    """Say what a watch waits for, in a line."""
    parts = [f"{made.kind} {made.name}"]
    if made.names:
        parts.append(f"also {', '.join(made.names)}")
    if made.entity_ids:
        parts.append(f"as {', '.join(made.entity_ids)}")
    if made.outlets:
        parts.append(f"in {', '.join(made.outlets)}")
    where: Sequence[str] = made.channels or ("events only",)
    return f"{'; '.join(parts)}; told by {', '.join(where)}"


def _example(made: Watch) -> Hit:
    """Make a hit that says of itself that it is a test."""
    now = datetime.now(UTC)
    reason: HitReason = "article"
    return Hit(
        hit_id="test",
        watch_id=made.watch_id,
        article_id="test",
        revision_id="test",
        quote_id=None,
        reason=reason,
        field="body",
        start=0,
        end=len(made.name),
        matched=made.name,
        found_at=now,
        run_id="test",
        channels=(),
        headline="A test of onrecord: this is no article",
    )
