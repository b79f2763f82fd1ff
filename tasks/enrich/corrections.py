"""Human corrections of entities: data that wins on every re-run.

A correction is a line of `entities.csv` in the corrections folder:

    action,entity_id,article_id,into_id,name,note,made_at

* `merge`: what has entity_id is really into_id, whose canonical name is name; everywhere, or in
  one article when article_id is given.
* `split`: in article_id, what has entity_id is somebody else: into_id (made from the name when
  empty), whose canonical name is name.

Ids are stable across runs, so a correction meets its entity again whenever an article is redone.
A split or merge for one article wins over one for all; of two for the same the later wins.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from tasks.enrich.entities import local_id
from tasks.errors import UsageError
from tasks.records import AnnotatedArticle, Entity, EntityType

FILE = "entities.csv"
METHOD = "correction"


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision of a person about an entity."""

    action: Literal["merge", "split"]
    """merge or split."""

    entity_id: str
    """What the run called it."""

    article_id: str
    """The article it holds for; empty for all of them (never for a split)."""

    into_id: str
    """What it really is; empty for the local id of the name."""

    name: str
    """The canonical name of that."""

    note: str = ""
    """Why."""

    made_at: str = ""
    """When it was decided (ISO 8601, UTC)."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections, ready for use."""

    version: str
    """Changes with every correction; part of the cache key of what uses them."""

    by_article: Mapping[tuple[str, str], Correction]
    """(entity_id, article_id) -> the correction for one article."""

    everywhere: Mapping[str, Correction]
    """entity_id -> the correction for all articles."""

    def of(self, entity_id: str, article_id: str) -> Correction | None:
        """Give what an entity of an article is to be corrected to, merges followed to their end.

        Null when nothing is to be corrected.
        """
        found = self.by_article.get((entity_id, article_id)) or self.everywhere.get(entity_id)
        while found and (further := self.everywhere.get(found.into_id)):
            found = further
        return found


NONE = Corrections("none", MappingProxyType({}), MappingProxyType({}))


def read_corrections(folder: Path) -> Corrections:
    """Read the corrections of a folder; none when it has no file.

    Raises:
        UsageError: A line is no correction, or merges go round in a circle.
    """
    path = folder / FILE
    return parse_corrections(path.read_text(encoding="utf-8")) if path.exists() else NONE


def parse_corrections(content: str) -> Corrections:
    """Read corrections from the content of their file.

    Raises:
        UsageError: A line is no correction, or merges go round in a circle.
    """
    columns = [field.name for field in fields(Correction)]
    rows = list(csv.DictReader(io.StringIO(content)))
    by_article: dict[tuple[str, str], Correction] = {}
    everywhere: dict[str, Correction] = {}
    for number, row in enumerate(rows, 2):
        correction = Correction(**{column: (row.get(column) or "").strip() for column in columns})  # type: ignore[arg-type]
        if problem := _problem(correction):
            raise UsageError(f"{FILE}, line {number}: {problem}")
        if correction.article_id:
            by_article[correction.entity_id, correction.article_id] = correction
        else:
            everywhere[correction.entity_id] = correction
    _refuse_circles(everywhere)
    version = hashlib.sha256(content.encode()).hexdigest()[:8] if rows else NONE.version
    return Corrections(version, MappingProxyType(by_article), MappingProxyType(everywhere))


def format_corrections(corrections: Iterable[Correction]) -> str:
    """Write corrections as the content of their file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(Correction)])
    writer.writerows(astuple(correction) for correction in corrections)
    return out.getvalue()


def apply_corrections(annotated: AnnotatedArticle, corrections: Corrections) -> AnnotatedArticle:
    """Correct the entities of an article; entities merged into one another become one.

    Quotes whose speaker is corrected name the right one.
    """
    article_id = annotated.article.article_id
    corrected = [_corrected(entity, article_id, corrections) for entity in annotated.entities]
    if all(new is old for new, old in zip(corrected, annotated.entities, strict=True)):
        return annotated
    merged = _merge_equals(corrected)
    entities = tuple(entity for entity, _ in merged)
    number_of = {old: new for new, (_, numbers) in enumerate(merged) for old in numbers}
    mentions = tuple(
        mention
        if mention.entity_no is None
        else replace(mention, entity_no=number_of[mention.entity_no])
        for mention in annotated.mentions
    )
    quotes = tuple(
        quote
        if quote.speaker_entity_no is None
        else replace(
            quote,
            speaker_entity_no=(number := number_of[quote.speaker_entity_no]),
            speaker_entity_id=entities[number].entity_id,
            speaker=entities[number].canonical_name,
        )
        for quote in annotated.quotes
    )
    return replace(annotated, entities=entities, mentions=mentions, quotes=quotes)


def _problem(correction: Correction) -> str | None:
    if correction.action not in ("merge", "split"):
        return f"the action must be merge or split, not {correction.action!r}"
    if not correction.entity_id or not correction.name:
        return "entity_id and name must be given"
    if correction.action == "split" and not correction.article_id:
        return "a split needs its article_id"
    if correction.action == "merge" and not correction.into_id:
        return "a merge needs into_id"
    return None


def _refuse_circles(everywhere: Mapping[str, Correction]) -> None:
    for start in everywhere:
        at, steps = start, 0
        while at in everywhere:
            at, steps = everywhere[at].into_id, steps + 1
            if steps > len(everywhere):
                raise UsageError(f"{FILE}: merges go round in a circle at {start}")


def _corrected(entity: Entity, article_id: str, corrections: Corrections) -> Entity:
    correction = corrections.of(entity.entity_id, article_id)
    if correction is None:
        return entity
    kind: EntityType = entity.type
    entity_id = correction.into_id or local_id(kind, correction.name)
    prefix, _, value = entity_id.partition(":")
    names = (entity.canonical_name, *entity.aliases)
    return replace(
        entity,
        entity_id=entity_id,
        canonical_name=correction.name,
        aliases=tuple(name for name in dict.fromkeys(names) if name != correction.name),
        wikidata_id=value if prefix == "wd" else None,
        geonames_id=value if prefix == "gn" else None,
        link_method=METHOD,
        confidence=1.0,
    )


def _merge_equals(entities: Sequence[Entity]) -> list[tuple[Entity, list[int]]]:
    """Make one of entities of one id, in order of first mention, with the numbers they had."""
    merged: dict[tuple[str, EntityType], tuple[Entity, list[int]]] = {}
    for entity in entities:
        key = (entity.entity_id, entity.type)
        if key not in merged:
            merged[key] = (entity, [entity.entity_no])
            continue
        first, numbers = merged[key]
        names = dict.fromkeys((*first.aliases, *entity.aliases))
        merged[key] = (
            replace(
                first,
                mention_count=first.mention_count + entity.mention_count,
                salience=max(first.salience, entity.salience),
                aliases=tuple(name for name in names if name != first.canonical_name),
                description=first.description or entity.description,
                gender=first.gender or entity.gender,
            ),
            [*numbers, entity.entity_no],
        )
    return [
        (replace(entity, entity_no=number), numbers)
        for number, (entity, numbers) in enumerate(merged.values())
    ]
