"""With which snapshot of what is known of sites a batch of pages is cleaned.

Beside a batch's manifest lies `clean.sites`: the digest of its pages and the snapshot they were
first cleaned with. The same pages are cleaned with that one ever after, however much is learned in
the meantime: a run that was killed resumes with it, and a run over known pages finds its work done.
Only reading anew (`reprocess`) takes the newest.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tasks.batch import BatchRef


@dataclass(frozen=True, slots=True)
class Tie:
    """What ties pages to a snapshot."""

    digest: str
    """Of the batch of pages."""

    sites: int | None
    """The number of the snapshot; null if they were cleaned before there was any."""


def tied_sites(work: Path, ref: BatchRef, folder: Path, newest: int | None) -> int | None:
    """Say which snapshot a batch of pages is cleaned with, and remember it.

    Args:
        work: The data/work folder.
        ref: The batch of pages.
        folder: data/state/sites; a snapshot that is not there any more ties nothing.
        newest: Taken for pages that were never cleaned.

    Returns:
        The number of the snapshot; None for no knowledge at all.
    """
    path = work / ref.batch_id / "clean.sites"
    tie = _read(path)
    if tie and tie.digest == ref.digest and (tie.sites is None or _is_there(folder, tie.sites)):
        return tie.sites
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(msgspec.json.encode(Tie(ref.digest, newest)))
    temporary.replace(path)
    return newest


def sites_id(number: int | None) -> str:
    """Name a snapshot in the key of a batch: `sites 00007`, `sites none`."""
    return "sites none" if number is None else f"sites {number:05d}"


def _is_there(folder: Path, number: int) -> bool:
    return (folder / f"{number:05d}.parquet").exists()


def _read(path: Path) -> Tie | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Tie)
    except (OSError, msgspec.MsgspecError):
        return None  # never cleaned, or a file that is no tie: the newest is as good
