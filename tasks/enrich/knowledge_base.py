"""What is known of the world, by name: the immutable input that entities are linked with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from tasks.enrich.names import fold
from tasks.lexicon.gazetteer import Gazetteer, KnownThing, read_gazetteer


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """Known things by folded name."""

    version: str
    """What rows call it: kb_version."""

    by_name: Mapping[str, tuple[KnownThing, ...]]
    """Folded name or alias -> things that bear it, the weightiest first."""

    by_demonym: Mapping[str, KnownThing]
    """Folded demonym -> the country or place."""

    by_id: Mapping[str, KnownThing]
    """id -> thing."""

    countries: Mapping[str, KnownThing]
    """ISO 3166-1 alpha-2 code -> country."""


@lru_cache(maxsize=4)
def load_knowledge_base(folder: Path | None = None) -> KnowledgeBase:
    """Load a knowledge base, once per process.

    Args:
        folder: A folder in the format of `tasks.lexicon.gazetteer`; the shipped one when null.

    Raises:
        UsageError: It is no such folder.
    """
    return index(read_gazetteer(folder))


def index(gazetteer: Gazetteer) -> KnowledgeBase:
    """Index known things by their folded names."""
    names: dict[str, list[KnownThing]] = defaultdict(list)
    demonyms: dict[str, KnownThing] = {}
    for thing in gazetteer.things:
        for key in dict.fromkeys(fold(name) for name in (thing.name, *thing.aliases)):
            names[key].append(thing)
        for demonym in thing.demonyms:
            known = demonyms.setdefault(fold(demonym), thing)
            if known.weight < thing.weight:
                demonyms[fold(demonym)] = thing
    return KnowledgeBase(
        version=gazetteer.version,
        by_name=MappingProxyType(
            {key: tuple(sorted(same, key=lambda t: -t.weight)) for key, same in names.items()}
        ),
        by_demonym=MappingProxyType(demonyms),
        by_id=MappingProxyType({thing.id: thing for thing in gazetteer.things}),
        countries=MappingProxyType(
            {t.country_code: t for t in gazetteer.things if t.kind == "country" and t.country_code}
        ),
    )
