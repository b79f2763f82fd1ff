"""Batches: what one task run works through, and the small manifest that passes between tasks.

A stage writes its batch as one file under data/work/<batch_id>/ (to a temporary name, then renamed)
and hands on a `BatchRef`: texts and frames never pass through Prefect. The file's hash is the next
stage's cache key, so that the same input is worked through once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar, cast

import msgspec
import pyarrow as pa

from tasks.errors import ArticleError
from tasks.kept import Kept
from tasks.records import (
    Address,
    AnnotatedArticle,
    Article,
    Failure,
    Skip,
    Snapshot,
    Stage,
)

_kept = Kept()

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Batch(Generic[Item]):
    """Some items on their way through the pipeline, and those that left it so far."""

    items: tuple[Item, ...]
    """What goes on."""

    failures: tuple[Failure, ...] = ()
    """What could not go on, with reasons."""

    skipped: tuple[Skip, ...] = ()
    """What was left alone on purpose, with reasons."""

    def through(self, stage: Stage, step: Callable[[Item], Result]) -> Batch[Result]:
        """Take every item through a step; one that fails is set aside, the rest go on.

        Args:
            stage: Named in the failure rows.
            step: Raises `ArticleError` for an item that cannot go on.
        """
        done: list[Result] = []
        failed: list[Failure] = []
        for item in self.items:
            try:
                done.append(step(item))
            except ArticleError as error:
                failed.append(failure(item, stage, error))
        return Batch(tuple(done), self.failures + tuple(failed), self.skipped)


@dataclass(frozen=True, slots=True)
class BatchRef:
    """The manifest of a batch: what passes between tasks instead of the batch itself."""

    batch_id: str
    """Names the batch; the same addresses make the same batch."""

    stage: Stage
    """The stage that wrote it."""

    path: str
    """The file, absolute or relative to the working directory."""

    digest: str
    """`sha256:` and the hex digest of the uncompressed content."""

    items: int
    """How many go on."""

    failures: int
    """How many could not."""

    skipped: int
    """How many were left alone."""

    seconds: float = 0.0
    """Wall-clock seconds the stage took for this batch; 0 when it was not redone."""


def failure(item: object, stage: Stage, error: ArticleError) -> Failure:
    """Make the failure row of an item, with as much as is known of it at this stage."""
    article = item.article if isinstance(item, AnnotatedArticle) else item
    known = (
        (article.url or article.source, article.canonical_url, article.article_id)
        if isinstance(article, Article)
        else (location_of(item), None, None)
    )
    return Failure(
        url=known[0],
        stage=stage,
        reason=error.reason,
        detail=error.detail,
        canonical_url=known[1],
        article_id=known[2],
        http_status=error.http_status,
        retry_after=error.retry_after,
    )


def location_of(item: object) -> str:
    """Say where an item came from, for its failure row: a page, or what holds a saved one."""
    item = getattr(item, "snapshot", item)
    if isinstance(item, Snapshot):
        return item.url or item.address.location
    return item.location if isinstance(item, Address) else str(item)


def batch_id(addresses: Iterable[Address]) -> str:
    """Name a batch by the addresses in it (16 hex digits): the same ones make the same name."""
    return hashlib.sha256(msgspec.msgpack.encode(tuple(addresses))).hexdigest()[:16]


def write_batch(batch: Batch[Item], folder: Path, name: str, stage: Stage) -> BatchRef:
    """Write a batch as `folder/<name>/<stage>.batch` (MessagePack, zstd), all or nothing.

    Args:
        batch: Items of one record type.
        folder: The data/work folder.
        name: The batch_id.
        stage: The stage that made the items.
    """
    content = msgspec.msgpack.encode(batch)
    path = folder / name / f"{stage}.batch"
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    compressed = pa.compress(content, codec="zstd", asbytes=True)
    with temporary.open("wb") as file:
        file.write(len(content).to_bytes(8, "little"))
        file.write(compressed)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    digest = _digest(content)
    _kept.keep(path, digest, batch, len(content))
    return BatchRef(
        batch_id=name,
        stage=stage,
        path=str(path),
        digest=digest,
        items=len(batch.items),
        failures=len(batch.failures),
        skipped=len(batch.skipped),
    )


def read_batch(ref: BatchRef, item: type[Item]) -> Batch[Item]:
    """Read a batch back.

    Args:
        ref: Its manifest.
        item: The record type of its items.

    Raises:
        OSError: The file is not there.
        ValueError: The file is not what the manifest says.
    """
    kept = _kept.find(Path(ref.path), ref.digest)
    if kept is not None:
        return cast("Batch[Item]", kept)
    content = _content(Path(ref.path))
    if _digest(content) != ref.digest:
        raise ValueError(f"{ref.path} is not the file that was written; delete it and run again")
    batch: Batch[Item] = msgspec.msgpack.decode(content, type=Batch[item])  # type: ignore[valid-type]
    return batch


def is_intact(ref: BatchRef) -> bool:
    """Tell whether a batch's file is there with the content its manifest names."""
    try:
        content = _content(Path(ref.path))
    except (OSError, ValueError):
        return False
    return _digest(content) == ref.digest


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _content(path: Path) -> bytes:
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    try:
        content = pa.decompress(data[8:], decompressed_size=size, codec="zstd", asbytes=True)
    except (OSError, pa.ArrowException) as error:
        raise ValueError(f"{path} is damaged; delete it and run again") from error
    return bytes(content)
