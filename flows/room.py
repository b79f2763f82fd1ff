"""Room on the disk: looked for before work starts, and named when work broke off for its lack."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from tasks.errors import OnrecordError, UsageError

ROOM_BYTES = 100 * 10**6
"""Room that a run must find: Prefect's database takes some MB, a batch of 200 articles about 10."""

FULL_BYTES = 10**6
"""With less than this left, the disk is full: hardly any write of a run is smaller."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


def check_room(data: Path) -> None:
    """Refuse to begin where there is no room.

    Raises:
        OnrecordError: The disk is (nearly) full.
    """
    if (free := _free(data)) < ROOM_BYTES:
        raise OnrecordError(
            f"only {free // 10**6} MB are free on the disk of {data}, and a run needs "
            f"{ROOM_BYTES // 10**6} MB to begin with; make room, or name another folder by --data"
        )


def check_not_full(data: Path) -> None:
    """Look whether the disk has become full, such as while a server is waited for.

    Raises:
        OnrecordError: It has.
    """
    if _free(data) < FULL_BYTES:
        raise OnrecordError(_said(data))


class RoomErrors:
    """Whatever breaks off inside the block because the disk is full is told as that.

    A full disk shows in many ways: the store says so, a library may not, and a Prefect server that
    cannot write answers every question with "internal server error".

    Args:
        data: The data folder.
    """

    def __init__(self, data: Path) -> None:
        self._data = data

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it.

        Raises:
            OnrecordError: It broke off, and the disk is full.
        """
        if not isinstance(error, Exception) or isinstance(error, UsageError):
            return
        if "is full" not in str(error) and (_is_refused(error) or _free(self._data) < FULL_BYTES):
            raise OnrecordError(_said(self._data)) from error


def _said(data: Path) -> str:
    return (
        f"the disk of {data} is full; free some space and run again: what was stored is safe, and "
        "what is finished is not done twice"
    )


def _free(data: Path) -> int:
    whole = data.resolve()
    return shutil.disk_usage(next(p for p in (whole, *whole.parents) if p.exists())).free


def _is_refused(error: BaseException) -> bool:
    """Tell whether a full disk or quota stands anywhere among the causes of an error."""
    return any(isinstance(one, OSError) and one.errno in _FULL for one in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
