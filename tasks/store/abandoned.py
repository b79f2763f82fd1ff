"""What processes that died left unfinished: hidden folders and files that nobody will rename."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from tasks.store.disk import remove_folder
from tasks.store.layout import Layout

_UNFINISHED = (".head.json.*", ".forgotten.json.*")
"""Files of the state that a process which died was about to put in place; all under the lock."""

_ABANDONED_SECONDS = 24 * 3600
"""Age at which the unfinished folder of a process on another machine counts as abandoned."""


def remove_abandoned(layout: Layout) -> int:
    """Remove what processes that died left unfinished; those at work are left alone.

    Returns:
        How many files and folders were removed.
    """
    removed = 0
    for place in (layout.inbox, layout.sealed):
        for folder in place.glob(".*") if place.is_dir() else ():
            *_, host, process, _ = folder.name.rsplit(".", 3)
            if _is_abandoned(folder, host, process):
                remove_folder(folder)
                removed += 1
    for pattern in _UNFINISHED:
        for path in layout.state.glob(pattern):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _is_abandoned(folder: Path, host: str, process: str) -> bool:
    is_here = host == socket.gethostname().rpartition(".")[2] and os.name == "posix"
    if is_here and process.isdecimal():
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False
    try:
        return time.time() - folder.stat().st_mtime > _ABANDONED_SECONDS
    except FileNotFoundError:
        return False
