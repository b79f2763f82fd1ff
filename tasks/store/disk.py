"""Writing so that it stays written, and saying clearly when it cannot be."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from tasks.errors import StoreError

Step = Callable[[str], None]
"""Called with the name of each step of a transaction; tests kill the process there."""

_HINTS = {
    errno.ENOSPC: "the disk is full; free some space and run again: what was stored is safe",
    errno.EDQUOT: "the disk quota is used up; free some space and run again: nothing is lost",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EMFILE: "too many open files; raise the limit (ulimit -n)",
}


def nothing(step: str) -> None:
    """Do nothing at a step."""


@contextmanager
def store_errors(doing: str) -> Iterator[None]:
    """Turn what the disk or a file refuses into a StoreError that says what to do.

    Args:
        doing: What is being done, for the message: "publish to data".
    """
    try:
        yield
    except OSError as error:
        hint = _HINTS.get(error.errno or 0) or str(error)
        where = f" ({error.filename})" if error.filename else ""
        raise StoreError(f"cannot {doing}: {hint}{where}") from error
    except pa.ArrowException as error:
        raise StoreError(f"cannot {doing}: {error}") from error


def write_durably(path: Path, content: bytes) -> None:
    """Write a file all or nothing: other processes see the old content or the new one."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write_synced(temporary, content)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_synced(path: Path, content: bytes) -> None:
    """Write a file that nobody looks at yet, and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def checksum(path: Path) -> int:
    """Compute the CRC-32 of a file."""
    with path.open("rb") as file:
        found = 0
        while piece := file.read(1 << 20):
            found = zlib.crc32(piece, found)
    return found


def write_json(path: Path, content: object) -> None:
    """Write JSON, all or nothing."""
    write_durably(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def read_json(path: Path) -> Any:
    """Read JSON.

    Raises:
        StoreError: It is damaged.
        OSError: It cannot be read.
    """
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise StoreError(
            f"{path} is damaged ({error}); `onrecord verify --repair` mends what can be mended"
        ) from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system has a way to."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it; one that is gone already is no error."""
    shutil.rmtree(folder, ignore_errors=True)
