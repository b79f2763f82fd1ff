"""The things of the world that we know by name: countries, cities, organisations.

A knowledge base is a folder of tab-separated files with the columns of `COLUMNS`; the shipped one
lies in `tasks/lexicon/knowledge`, made by `deployments/build_knowledge_base.py`. Every row names
its source and licence.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from tasks.errors import UsageError
from tasks.records import EntityType

COLUMNS = (
    "id",
    "type",
    "kind",
    "name",
    "aliases",
    "demonyms",
    "country",
    "region",
    "latitude",
    "longitude",
    "weight",
    "wikidata",
    "geonames",
    "source",
    "licence",
)


@dataclass(frozen=True, slots=True)
class KnownThing:
    """Something of the world with its names."""

    id: str
    """wd:Q…, gn:… or iso:…"""

    type: EntityType
    """PLACE, ORG, GROUP …"""

    kind: str
    """country, region, state, city, company, party, agency, media, club …"""

    name: str
    """Its usual English name."""

    aliases: tuple[str, ...]
    """Other names it goes by."""

    demonyms: tuple[str, ...]
    """What its people and their things are called: Russian, Russians."""

    country_code: str | None
    """ISO 3166-1 alpha-2."""

    region: str | None
    """The state or province it lies in, as GeoNames codes it: TX for Dallas."""

    latitude: float | None
    """Degrees north."""

    longitude: float | None
    """Degrees east."""

    weight: float
    """How likely a mention of the name means this one: inhabitants, or a like number."""

    wikidata_id: str | None
    """Q…"""

    geonames_id: str | None
    """Number in GeoNames."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All rows of a knowledge base."""

    things: tuple[KnownThing, ...]
    """One a row."""

    version: str
    """Name of the folder and the first hex digits of the hash of its files."""


@lru_cache(maxsize=4)
def read_gazetteer(folder: Path | None = None) -> Gazetteer:
    """Read a knowledge base.

    Args:
        folder: A folder of .tsv files; the shipped one when null.

    Raises:
        UsageError: The folder holds no such files, or a file lacks a column.
    """
    root = folder or Path(str(files("tasks.lexicon").joinpath("knowledge")))
    paths = sorted(root.glob("*.tsv")) if root.is_dir() else []
    if not paths:
        raise UsageError(f"{root} holds no .tsv files of a knowledge base")
    digest = hashlib.sha256()
    things: list[KnownThing] = []
    for path in paths:
        content = path.read_bytes()
        digest.update(content)
        things.extend(_read_rows(path, content.decode("utf-8")))
    name = "shipped" if folder is None else root.name
    return Gazetteer(tuple(things), f"{name}-{digest.hexdigest()[:8]}")


def _read_rows(path: Path, content: str) -> Iterator[KnownThing]:
    lines = content.splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise UsageError(f"{path} must begin with the columns {', '.join(COLUMNS)}")
    for number, row in enumerate(csv.reader(lines[1:], "excel-tab", quoting=csv.QUOTE_NONE), 2):
        if len(row) != len(COLUMNS):
            raise UsageError(f"{path}, line {number}: {len(COLUMNS)} columns expected")
        yield _thing(dict(zip(COLUMNS, row, strict=True)))


def _thing(row: dict[str, Any]) -> KnownThing:
    return KnownThing(
        id=row["id"],
        type=cast("EntityType", row["type"]),
        kind=row["kind"],
        name=row["name"],
        aliases=tuple(filter(None, row["aliases"].split("|"))),
        demonyms=tuple(filter(None, row["demonyms"].split("|"))),
        country_code=row["country"] or None,
        region=row["region"] or None,
        latitude=float(row["latitude"]) if row["latitude"] else None,
        longitude=float(row["longitude"]) if row["longitude"] else None,
        weight=float(row["weight"] or 1),
        wikidata_id=row["wikidata"] or None,
        geonames_id=row["geonames"] or None,
    )
