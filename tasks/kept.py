"""Batches kept in memory: what a process has just written it need not read, check and decode again.

Records never change, so a kept batch is what its file holds, for as long as nobody has touched the
file since.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

KEPT_BYTES = 16 * 2**20
"""Encoded size of all that is kept at most: a few batches of 200 articles."""


@dataclass(frozen=True, slots=True)
class _Kept:
    content: object
    size: int
    touched: tuple[int, int]


class Kept:
    """The last things written, as long as their files are as they were written.

    Args:
        most: Bytes that their files' contents may have together.
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    def keep(self, path: Path, digest: str, content: object, size: int) -> None:
        """Keep what was just written to a file.

        Args:
            path: The file.
            digest: Of what it holds.
            content: The same, decoded; it must never change.
            size: Bytes, encoded.
        """
        with self._lock:
            self._kept[str(path), digest] = _Kept(content, size, _touched(path))
            self._kept.move_to_end((str(path), digest))
            while sum(kept.size for kept in self._kept.values()) > self._most:
                self._kept.popitem(last=False)

    def find(self, path: Path, digest: str) -> object | None:
        """Return what a file holds, if it is kept and the file is as it was written."""
        with self._lock:
            kept = self._kept.get((str(path), digest))
        try:
            return kept.content if kept and kept.touched == _touched(path) else None
        except OSError:
            return None


def _touched(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_mtime_ns, state.st_size
