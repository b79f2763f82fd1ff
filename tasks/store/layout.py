"""Where everything of a store lies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_PART = re.compile(r"part-([0-9]{5,9})\.parquet")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a store."""

    data: Path
    """The data folder."""

    @property
    def tables(self) -> Path:
        """What people read."""
        return self.data / "tables"

    @property
    def state(self) -> Path:
        """What only onrecord reads."""
        return self.data / "state"

    @property
    def inbox(self) -> Path:
        """Batches that wait to be published, a folder each."""
        return self.state / "inbox"

    @property
    def sealed(self) -> Path:
        """Whole parts that wait for a number, a folder each."""
        return self.state / "sealed"

    @property
    def journal(self) -> Path:
        """Transactions under way, a folder each."""
        return self.state / "txn"

    @property
    def published(self) -> Path:
        """What became of the articles of each published batch, a folder per run."""
        return self.state / "published"

    @property
    def quarantine(self) -> Path:
        """Damaged files that `repair` set aside."""
        return self.state / "quarantine"

    @property
    def lock(self) -> Path:
        """The lock file: one publisher at a time."""
        return self.state / "lock"

    @property
    def head(self) -> Path:
        """The sequence number of the last transaction, and the schema version."""
        return self.state / "head.json"

    @property
    def description(self) -> Path:
        """What the tables are and which parts they have, for other programs (Frictionless)."""
        return self.tables / "datapackage.json"

    def part(self, table: str, number: int) -> Path:
        """Say where a part of a table lies."""
        return self.tables / table / f"part-{number:05d}.parquet"

    def parts(self, table: str) -> dict[int, Path]:
        """Find the parts of a table, by number."""
        folder = self.tables / table
        found = sorted(folder.glob("part-*.parquet")) if folder.is_dir() else []
        return {int(m[1]): path for path in found if (m := _PART.fullmatch(path.name))}
