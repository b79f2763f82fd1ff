"""How far a run is: told to whoever listens, the terminal or the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    stage: str
    """What it is doing: discover, work, publish."""

    done: int = 0
    """Addresses that have come through all stages."""

    found: int = 0
    """Addresses there are."""


Listener = Callable[[Progress], None]

_listener: ContextVar[Listener | None] = ContextVar("onrecord_progress", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have the runs inside the block tell the listener how far they are."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(progress: Progress) -> None:
    """Tell whoever listens."""
    listener = _listener.get()
    if listener:
        listener(progress)
