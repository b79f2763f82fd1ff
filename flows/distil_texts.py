"""The articles that a student tagger learns from: what a user has, whatever form it is in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.errors import UsageError
from tasks.extract.english import is_english
from tasks.extract.taught import doubt

SHORTEST, LONGEST = 300, 20_000
"""Characters of a text to learn from; of a longer one the beginning is taken."""


def gather(sources: Sequence[Path]) -> list[tuple[str, str]]:
    """Collect the different English texts of some sources, with their outlets.

    Raises:
        UsageError: A source is not there, or holds no texts.
    """
    found: dict[str, str] = {}
    for source in sources:
        before = len(found)
        for text, outlet in _texts(source):
            cut = text[:LONGEST]
            if len(cut) >= SHORTEST and is_english(cut) and doubt(cut) is None:
                found.setdefault(cut, outlet)
        if len(found) == before and len(sources) == 1:
            raise UsageError(f"{source} holds no English articles of {SHORTEST} characters or more")
    return list(found.items())


def _texts(source: Path) -> Iterator[tuple[str, str]]:
    """Read the texts of a source, each with its outlet ("" where none is known)."""
    if not source.exists():
        raise UsageError(f"there is no {source}")
    if (source / "articles").is_dir() or (source / "tables" / "articles").is_dir():
        yield from _stored(source if (source / "articles").is_dir() else source / "tables")
    elif source.is_dir():
        for path in sorted(source.rglob("*.txt")):
            yield path.read_text(encoding="utf-8", errors="replace"), path.parent.name
    elif source.suffix == ".jsonl":
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                yield str(row["text"]), str(row.get("outlet") or "")
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UsageError(
                    f'line {number} of {source} is no {{"text", "outlet"?}}'
                ) from error
    else:
        yield source.read_text(encoding="utf-8", errors="replace"), ""


def _stored(tables: Path) -> Iterator[tuple[str, str]]:
    import pyarrow.dataset as ds

    for batch in ds.dataset(tables / "articles").to_batches(columns=["text", "outlet", "language"]):
        for row in batch.to_pylist():
            if row["text"] and (row["language"] or "en").startswith("en"):
                yield row["text"], row["outlet"] or ""
