"""The ledger's tables: what was seen, when, and what came of it.

SQLite (in write-ahead mode) by default, PostgreSQL by URL. The ledger is a cache: it can be rebuilt
from the tables and the archives. Times are seconds since 1970 (UTC), which every database compares.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from tasks.errors import OnrecordError, UsageError
from tasks.redaction import redact
from tasks.settings import Settings

metadata = MetaData()

pages = Table(
    "pages",
    metadata,
    Column("url", Text, primary_key=True),
    Column("site", String(260), nullable=False),
    Column("role", String(16), nullable=False),  # article or listing
    Column("source_kind", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("headline_hint", Text),
    Column("published_at", Float),
    Column("guid", Text),
    Column("first_seen_at", Float, nullable=False),
    Column("requested_at", Float),
    Column("attempts", Integer, nullable=False, default=0),
    Column("outcome", String(32)),  # ok or a reason code
    Column("detail", Text),
    Column("http_status", Integer),
    Column("retry_after", Float),
    Column("final_url", Text),
    Column("content_type", Text),
    Column("rights", String(64)),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("digest", String(80)),
    Column("captured_at", Float),
    Column("warc_name", Text),
    Column("warc_offset", Integer),
    Column("is_settled", Integer, nullable=False, default=0),
    Column("next_visit_at", Float),
    Column("claimed_by", String(160)),
    Column("claimed_until", Float),
    Index("pages_next_visit", "next_visit_at"),
    Index("pages_claimed_by", "claimed_by"),
)

hosts = Table(
    "hosts",
    metadata,
    Column("site", String(260), primary_key=True),
    Column("next_request_at", Float, nullable=False, default=0.0),
    Column("held_by", String(160)),
    Column("failures_in_row", Integer, nullable=False, default=0),
    Column("closed_until", Float, nullable=False, default=0.0),
)

origins = Table(
    "origins",
    metadata,
    Column("origin", String(300), primary_key=True),
    Column("robots_status", Integer, nullable=False),
    Column("robots", Text, nullable=False),
    Column("robots_at", Float, nullable=False),
    Column("tdmrep", Text),
    Column("tdmrep_at", Float),
)

_BUSY_SECONDS = 30
_AT_ONCE = 400


def open_ledger(settings: Settings) -> Engine:
    """Open the ledger, creating its tables if it is new.

    Raises:
        UsageError: ONRECORD_LEDGER_URL names no database that can be had.
        OnrecordError: The file of a ledger in SQLite cannot be opened.
    """
    url = settings.ledger_url
    if url is None:
        folder = settings.data / "state"
        folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{(folder / 'ledger.sqlite').absolute()}"
    return _open(url, os.getpid())


def close_ledger(settings: Settings) -> None:
    """Close the ledger's connections, such as before its file is deleted or a process forks."""
    open_ledger(settings).dispose()


@lru_cache(maxsize=16)
def _open(url: str, _process: int) -> Engine:
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        try:
            _create_tables(engine)
        except SQLAlchemyError as error:
            why = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise OnrecordError(
                f"the ledger {path} cannot be opened: {why}; if it is damaged, "
                "`onrecord ledger rebuild` makes it anew"
            ) from error
        return engine
    try:
        engine = create_engine(url, pool_pre_ping=True)
        _create_tables(engine)
    except (ImportError, SQLAlchemyError) as error:
        raise UsageError(_refusal(error)) from error
    return engine


def _refusal(error: Exception) -> str:
    """Say what is wrong with ONRECORD_LEDGER_URL without repeating it: it may hold a password."""
    name = "ONRECORD_LEDGER_URL"
    if isinstance(error, ArgumentError):  # unknown dialects, too
        return f"{name} is no address of a database; write postgresql+pg8000://HOST/DATABASE"
    if isinstance(error, ImportError):
        return f"{name} needs a driver: pip install 'onrecord[postgres]' (no module {error.name})"
    why = str(getattr(error, "orig", None) or error).splitlines()[0]
    return f"the database of {name} cannot be had: {redact(why)[:300]}"


def _create_tables(engine: Engine) -> None:
    # two processes may find the tables missing at the same moment: the second looks again
    for last in (False, False, True):
        try:
            metadata.create_all(engine)
        except DBAPIError:
            if last:
                raise
            time.sleep(0.2)
        else:
            return


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # readers never wait for the writer; a power cut may lose the last entries, never the file
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def in_pieces(things: Iterable[Any]) -> Iterator[list[Any]]:
    """Cut things into lists short enough for the parameters of one statement."""
    rest = iter(things)
    while piece := list(islice(rest, _AT_ONCE)):
        yield piece


def worker() -> str:
    """Name this process: `machine:process:life`."""
    return _worker(os.getpid())


@lru_cache(maxsize=4)
def _worker(process: int) -> str:
    return f"{socket.gethostname()}:{process}:{uuid.uuid4().hex[:8]}"


def is_dead(name: str) -> bool:
    """Tell whether a worker is certainly gone: of this machine, and its process is no more."""
    machine, process, _life = name.rsplit(":", 2)
    if machine != socket.gethostname() or name == worker():
        return False
    if int(process) == os.getpid():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
