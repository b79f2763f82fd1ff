"""Scrubbing databases: what is forgotten goes from every cell, and from what was deleted."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from tasks.store.tombstones import Tombstones


def scrub_file(path: Path, stones: Tombstones) -> int:
    """Mask every text of a SQLite database, and rewrite its file so that no trace stays.

    A cell of bytes that are text is masked, too; one of other bytes is emptied if a name is in it.

    Args:
        path: The file.
        stones: What must go.

    Returns:
        How many cells changed.

    Raises:
        sqlite3.Error: The database is in use or damaged.
    """

    def mask(value: str | bytes | None) -> str | bytes | None:
        if not isinstance(value, bytes):
            return value and stones.mask_all(value)
        text = value.decode("utf-8", "replace")
        masked = stones.mask_all(text)
        if masked == text:
            return value
        return b"" if "\ufffd" in text else masked.encode()

    changed = 0
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        connection.create_function("mask", 1, mask)
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA secure_delete = ON")
        for (table,) in tables:
            name = _quoted(table)
            for _, column, *_ in connection.execute(f"PRAGMA table_info({name})").fetchall():
                cell = _quoted(column)
                concerned = f"typeof({cell}) IN ('text', 'blob') AND mask({cell}) <> {cell}"
                try:
                    cursor = connection.execute(
                        f"UPDATE {name} SET {cell} = mask({cell}) WHERE {concerned}"  # noqa: S608
                    )
                except sqlite3.IntegrityError:  # two rows would become the same
                    cursor = connection.execute(f"DELETE FROM {name} WHERE {concerned}")  # noqa: S608
                changed += cursor.rowcount
        if changed or _is_in_pages(path, stones):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    return changed


def scrub_url(url: str, stones: Tombstones) -> int:
    """Mask every text of a database by its SQLAlchemy URL (the ledger on PostgreSQL).

    Pages of the server's files that hold deleted rows are its own business (VACUUM FULL).

    Args:
        url: The database.
        stones: What must go.

    Returns:
        How many rows changed.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: It cannot be reached or written.
    """
    engine = sa.create_engine(url)
    known = sa.MetaData()
    changed = 0
    try:
        known.reflect(engine)
        for table in known.tables.values():
            for column in table.columns:
                if isinstance(column.type, sa.String):
                    changed += _scrub_column(engine, table, column, stones)
    finally:
        engine.dispose()
    return changed


def _scrub_column(
    engine: sa.Engine, table: sa.Table, column: sa.Column[str], stones: Tombstones
) -> int:
    changed = 0
    with engine.connect() as connection:
        values = connection.execute(sa.select(column).where(column.is_not(None)).distinct())
        held = [v for (v,) in values.yield_per(1000) if stones.mask_all(v) != v]
    for value in held:
        update = sa.update(table).where(column == value).values({column: stones.mask_all(value)})
        try:
            with engine.begin() as connection:
                changed += connection.execute(update).rowcount
        except sa.exc.IntegrityError:  # two rows would become the same
            with engine.begin() as connection:
                changed += connection.execute(sa.delete(table).where(column == value)).rowcount
    return changed


def _is_in_pages(path: Path, stones: Tombstones) -> bool:
    """Tell whether a name is left in what was deleted from a file, or in its write-ahead log."""
    for file in (path, path.with_name(f"{path.name}-wal")):
        if file.exists():
            text = file.read_bytes().decode("utf-8", "replace")
            if stones.mask_all(text) != text:
                return True
    return False


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
