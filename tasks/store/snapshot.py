"""Snapshots: all tables as one transaction left them, whatever is published meanwhile.

A publish replaces files, it never changes one. So a snapshot opens the files, makes sure that no
transaction was being brought into place while it did, and reads from the open files at leisure.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.errors import StoreError
from tasks.store.disk import store_errors
from tasks.store.head import check_version
from tasks.store.journal import committed_folders, recover
from tasks.store.layout import Layout
from tasks.store.lock import locked
from tasks.store.schema import SCHEMAS

_PATIENCE = 60.0
"""Seconds to wait for a publish to bring its files into place, which takes milliseconds."""

_TRUST = 2.0
"""Seconds after which a transaction that is not in place is taken for one whose process died."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The tables as one transaction left them. Use it within its `with` block."""

    sequence: int
    """Number of that transaction."""

    files: dict[str, dict[int, pa.NativeFile]]
    """The open parts of each table, by number."""

    def table(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        condition: pc.Expression | None = None,
        parts: Iterable[int] | None = None,
    ) -> pa.Table:
        """Read a table.

        Args:
            name: The table.
            columns: Only these, if given.
            condition: Only rows that meet it; row groups without one are not read.
            parts: Only these parts.

        Raises:
            StoreError: A part is damaged.
        """
        found = [_empty(name, columns)]
        wanted = self.files[name] if parts is None else set(parts) & set(self.files[name])
        found += [self.part(name, number, columns, condition) for number in sorted(wanted)]
        return pa.concat_tables(found)

    def part(
        self,
        name: str,
        number: int,
        columns: Sequence[str] | None = None,
        condition: pc.Expression | None = None,
    ) -> pa.Table:
        """Read one part of a table; see `table`."""
        wanted = None if columns is None else list(columns)
        with store_errors(f"read part {number} of {name}"):
            rows = pq.read_table(self.files[name][number], columns=wanted, filters=condition)
        if not rows.schema.equals(_empty(name, columns).schema):
            raise StoreError(f"part {number} of {name} has other columns: `onrecord migrate`")
        return rows

    def frame(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        condition: pc.Expression | None = None,
        parts: Iterable[int] | None = None,
    ) -> pd.DataFrame:
        """Read a table as a DataFrame; see `table`."""
        frame: pd.DataFrame = self.table(name, columns, condition, parts).to_pandas()
        return frame

    def parts_where(self, condition: pc.Expression, columns: Sequence[str]) -> list[int]:
        """Find the parts that hold an article of which something is true.

        Ids differ in every row, so that no statistics of the files could tell; reading the columns
        concerned of all parts first is far quicker than reading all texts.

        Args:
            condition: On articles.
            columns: The columns it speaks of.
        """
        return [
            number
            for number in self.files["articles"]
            if self.part("articles", number, columns, condition).num_rows
        ]


def _empty(name: str, columns: Sequence[str] | None) -> pa.Table:
    schema = SCHEMAS[name]
    if columns is not None:
        schema = pa.schema([schema.field(column) for column in columns], schema.metadata)
    return schema.empty_table()


@contextmanager
def open_snapshot(data: Path, tables: Iterable[str] = tuple(SCHEMAS)) -> Iterator[Snapshot]:
    """Open some tables as the last transaction left them.

    Args:
        data: The data folder.
        tables: Which tables; fewer need fewer open files.

    Raises:
        StoreError: There are none, or they are of another version.
    """
    layout = Layout(data)
    names = list(tables)
    with ExitStack() as stack:
        yield _open(layout, names, stack)


def _open(layout: Layout, names: Sequence[str], stack: ExitStack) -> Snapshot:
    began = time.monotonic()
    while time.monotonic() - began < _PATIENCE:
        before = check_version(layout)
        if not committed_folders(layout):
            files = _open_files(layout, names, stack)
            if files is not None and not committed_folders(layout):
                after = check_version(layout)
                if after == before:
                    return Snapshot(after.sequence if after else 0, files)
            stack.close()
        elif time.monotonic() - began > _TRUST:
            with locked(layout), store_errors(f"finish an interrupted publish in {layout.data}"):
                recover(layout)
        time.sleep(0.005)
    raise StoreError(f"{layout.data} did not stand still for {_PATIENCE:.0f} s")


def _open_files(
    layout: Layout, names: Sequence[str], stack: ExitStack
) -> dict[str, dict[int, pa.NativeFile]] | None:
    """Open the parts; None if one went away meanwhile."""
    files: dict[str, dict[int, pa.NativeFile]] = {}
    for name in names:
        parts = layout.parts(name)
        if not parts:
            raise StoreError(f"there is no table {name} in {layout.tables}: nothing was stored yet")
        files[name] = {}
        for number, path in parts.items():
            try:
                files[name][number] = stack.enter_context(pa.OSFile(str(path)))
            except FileNotFoundError:
                return None
            except OSError as error:
                raise StoreError(f"cannot read {path}: {error}") from error
    return files
