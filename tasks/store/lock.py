"""The lock: one publisher at a time; the operating system releases it when its holder dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from tasks.errors import StoreError
from tasks.store.disk import store_errors
from tasks.store.layout import Layout

PATIENCE = 600.0
"""Seconds to wait for another publisher: a publish of a full part takes some, a migration more."""


@contextmanager
def locked(layout: Layout, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the store's lock.

    Args:
        layout: The store.
        patience: Seconds to wait.

    Raises:
        StoreError: Another process held it all the time, or the folder cannot be written.
    """
    with store_errors(f"write to {layout.state}"):
        layout.state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(layout.lock), timeout=patience)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreError(
                f"another process has been writing to {layout.data} for {patience:.0f} s"
            ) from error
    try:
        yield
    finally:
        lock.release()
