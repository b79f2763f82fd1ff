"""Manifests: what a stage has finished, so that a run that was killed resumes where it stopped.

Beside `<stage>.batch` lies `<stage>.manifest`: the batch's reference and the key it was made under
(stage, version of the stage, digest of its input, ids of what it had learned). It counts only while
the batch's file is there with the digest it names.

Prefect's own result cache is not used: it would keep a second copy of each answer, could not notice
a file that is gone, and costs more than the look at a file of 300 bytes. Task runs that found their
manifest end in Prefect's state `Cached` all the same.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec

from tasks.batch import Batch, BatchRef, is_intact, read_batch, write_batch
from tasks.records import Stage

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a stage made of a batch."""

    key: str
    """Stage, version, digest of the input, learned state: what the result depends on."""

    ref: BatchRef
    """The result."""


@lru_cache(maxsize=8)
def stage_version(stage: Stage) -> str:
    """Name a stage's code and word lists (8 hex digits): other code may give other results.

    It is taken from the files themselves, so that nobody can forget to change a number. A change
    of a comment costs a recomputation; the opposite mistake would keep wrong rows for ever.
    """
    tasks = Path(__file__).parent
    code = hashlib.sha256((tasks / "records.py").read_bytes())
    for folder in (tasks / stage, tasks / "lexicon"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                code.update(path.relative_to(tasks).as_posix().encode())
                code.update(path.read_bytes())
    return code.hexdigest()[:8]


def stage_key(stage: Stage, digest: str, *learned: str) -> str:
    """Join all that a stage's result depends on.

    Args:
        stage: The stage; its code is part of the key.
        digest: Of the input batch.
        learned: Ids of site snapshots, models, knowledge bases.
    """
    return "|".join((stage, stage_version(stage), digest, *learned))


def find_manifest(folder: Path, name: str, stage: Stage, key: str) -> BatchRef | None:
    """Return what the stage made of this very input before, if it is still there."""
    try:
        manifest = msgspec.json.decode(_path(folder, name, stage).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return None
    return manifest.ref if manifest.key == key and is_intact(manifest.ref) else None


def write_manifest(folder: Path, ref: BatchRef, key: str) -> None:
    """Record that a stage is done with a batch; all or nothing."""
    path = _path(folder, ref.batch_id, ref.stage)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(msgspec.json.encode(Manifest(key, ref)))
    temporary.replace(path)


def work_through(
    ref: BatchRef,
    item: type[Item],
    stage: Stage,
    folder: Path,
    key: str,
    step: Callable[[Batch[Item]], Batch[Result]],
) -> tuple[BatchRef, bool]:
    """Take a batch through a stage, unless that has been done.

    Args:
        ref: The input's manifest.
        item: The record type of the input.
        stage: The stage.
        folder: The data/work folder.
        key: From `stage_key`.
        step: Makes the stage's batch of the input's.

    Returns:
        The reference of the stage's batch, and whether it was there already.
    """
    known = find_manifest(folder, ref.batch_id, stage, key)
    if known:
        return replace(known, seconds=0.0), True
    began = time.perf_counter()
    made = write_batch(step(read_batch(ref, item)), folder, ref.batch_id, stage)
    made = replace(made, seconds=round(time.perf_counter() - began, 3))
    write_manifest(folder, made, key)
    return made, False


def _path(folder: Path, name: str, stage: Stage) -> Path:
    return folder / name / f"{stage}.manifest"
