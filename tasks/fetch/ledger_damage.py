"""A ledger's file that is damaged is taken away, so that a new one can be made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tasks.settings import Settings


def remove_if_damaged(settings: Settings) -> bool:
    """Remove the file of a SQLite ledger if it cannot be read through; tell whether it was removed.

    Nothing of it is kept: a copy would be a place where what is forgotten later stays. Databases
    that ONRECORD_LEDGER_URL names are their administrators' to mend.

    Args:
        settings: Where data lies.
    """
    path = settings.data / "state" / "ledger.sqlite"
    if settings.ledger_url is not None or not path.is_file() or _is_sound(path):
        return False
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return True


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=10)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:
        return True  # locked, or not ours to read: whoever opens it next says so
    except sqlite3.DatabaseError:
        return False
