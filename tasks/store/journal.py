"""The redo journal: how many files change as one.

A transaction stages whole new files under `state/txn/<id>/files/`, a mirror of the data folder,
and syncs them. The rename of COMMIT.json is the moment it has happened. Then the files are moved
to their places and the inbox batches it took in are removed; a process that dies meanwhile leaves
the journal, and whoever opens the store next finishes it. A transaction without COMMIT.json has
never happened.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from tasks.errors import StoreError
from tasks.store.disk import Step, nothing, read_json, remove_folder, sync_folder, write_json
from tasks.store.head import Head, read_head, write_head
from tasks.store.layout import Layout
from tasks.store.table import SCHEMA_VERSION

_ORDER = (
    "tables/revisions/",
    "tables/changes/",
    "tables/segments/",
    "tables/mentions/",
    "tables/quotes/",
    "tables/entities/",
    "tables/articles/",
)
"""Children before their articles: a plain reader meanwhile sees children one commit ahead."""


@dataclass(slots=True)
class Transaction:
    """A change of many files, being prepared."""

    layout: Layout
    """The store."""

    folder: Path
    """Its folder in the journal."""

    moves: list[str] = field(default_factory=list)
    """The files it brings, relative to the data folder."""

    removes: list[str] = field(default_factory=list)
    """The files and folders that go, relative to the data folder."""

    def stage(self, target: Path) -> Path:
        """Name the file to write instead of `target`; it takes that place with the commit."""
        relative = target.relative_to(self.layout.data)
        staged = self.folder / "files" / relative
        staged.parent.mkdir(parents=True, exist_ok=True)
        if relative.as_posix() not in self.moves:
            self.moves.append(relative.as_posix())
        return staged

    def remove(self, target: Path) -> None:
        """Let a file or folder go with the commit."""
        self.removes.append(target.relative_to(self.layout.data).as_posix())

    def abandon(self) -> None:
        """Throw it away, unless it has happened."""
        if not (self.folder / "COMMIT.json").exists():
            remove_folder(self.folder)


def begin(layout: Layout) -> Transaction:
    """Begin a transaction; the lock must be held."""
    folder = layout.journal / secrets.token_hex(6)
    (folder / "files").mkdir(parents=True)
    return Transaction(layout, folder)


def commit(transaction: Transaction, at: Step = nothing, version: int = SCHEMA_VERSION) -> int:
    """Make a transaction happen: all of it, or nothing.

    Args:
        transaction: All its files are written and synced.
        at: Called at each step, for tests.
        version: The schema version of the tables after it.

    Returns:
        The sequence number of the store after it.
    """
    layout, folder = transaction.layout, transaction.folder
    head = read_head(layout)
    sequence = head.sequence + 1 if head else 0
    for inner in sorted({(folder / "files" / move).parent for move in transaction.moves}):
        sync_folder(inner)
    at("staged")
    write_json(
        folder / "COMMIT.json",
        {
            "sequence": sequence,
            "schema_version": version,
            "moves": sorted(transaction.moves, key=_place),
            "removes": transaction.removes,
        },
    )
    sync_folder(layout.journal)
    at("committed")
    _apply(layout, folder, at)
    return sequence


def recover(layout: Layout, at: Step = nothing) -> tuple[int, int]:
    """Finish what was committed and throw away what was not; the lock must be held.

    Returns:
        How many transactions were finished, and how many thrown away.

    Raises:
        StoreError: A journal is damaged.
    """
    finished = thrown = 0
    for folder in sorted(layout.journal.iterdir()) if layout.journal.is_dir() else ():
        if (folder / "COMMIT.json").exists():
            _apply(layout, folder, at)
            finished += 1
        elif folder.is_dir():
            remove_folder(folder)
            thrown += 1
    return finished, thrown


def committed_folders(layout: Layout) -> list[Path]:
    """List the transactions that have happened but may not all be in their places."""
    return sorted(path.parent for path in layout.journal.glob("*/COMMIT.json"))


@dataclass(frozen=True, slots=True)
class Commit:
    """What COMMIT.json says."""

    head: Head
    """The head after it."""

    moves: tuple[Path, ...]
    """The files it brings, where they shall be."""

    removes: tuple[Path, ...]
    """What goes."""


def read_commit(layout: Layout, folder: Path) -> Commit:
    """Read the COMMIT.json of a transaction.

    Raises:
        StoreError: It is damaged.
    """
    content = read_json(folder / "COMMIT.json")
    try:
        return Commit(
            Head(int(content["sequence"]), int(content["schema_version"])),
            tuple(_inside(layout, name) for name in content["moves"]),
            tuple(_inside(layout, name) for name in content["removes"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{folder} is damaged ({error}); `onrecord verify --repair`") from error


def _apply(layout: Layout, folder: Path, at: Step) -> None:
    """Bring a committed transaction into place; any number of times with the same result."""
    record = read_commit(layout, folder)
    folders = set()
    for target in record.moves:
        staged = folder / "files" / target.relative_to(layout.data)
        if staged.exists():
            if not target.parent.is_dir():
                target.parent.mkdir(parents=True)
                folders.add(target.parent.parent)
            staged.replace(target)
            at("move")
        folders.add(target.parent)
    for path in record.removes:
        trash = folder / f"removed-{secrets.token_hex(4)}"
        if path.exists():
            path.rename(trash)
            folders.add(path.parent)
            at("remove")
    for changed in sorted(folders):
        if changed.is_dir():
            sync_folder(changed)
    at("moved")
    head = read_head(layout)
    if head is None or head.sequence < record.head.sequence:
        write_head(layout, record.head)
    at("head")
    (folder / "COMMIT.json").unlink()
    remove_folder(folder)
    at("cleaned")


def _inside(layout: Layout, name: str) -> Path:
    """Resolve a name of the journal; it never leads out of the store."""
    path = layout.data / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError(f"{name} is outside the store")
    return path


def _place(move: str) -> int:
    return next((n for n, prefix in enumerate(_ORDER) if move.startswith(prefix)), len(_ORDER))
