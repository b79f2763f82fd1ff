"""Linking: which known thing of the world a group of mentions names. No answer is an answer.

A link needs the mention's type, a name or alias, and no contradiction with the countries the
article is about. Persons are never linked by a knowledge base that holds none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tasks.enrich.knowledge_base import KnowledgeBase
from tasks.enrich.names import fold
from tasks.lexicon.gazetteer import KnownThing
from tasks.records import EntityType

if TYPE_CHECKING:
    from tasks.enrich.entity_groups import Group

Method = Literal["kb_name", "kb_alias"]
SHORT = 3  # letters; so short a name must agree in case: "US" is no "us", "LA" no "La."
_CITY_WEIGHT = 1e6  # below it a city needs its country or state in the article, or no rival


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a known thing."""

    thing: KnownThing
    """What is named."""

    method: Method
    """By its usual name or by another."""

    score: float
    """From 0 to 1."""


def candidates(name: str, kind: EntityType, kb: KnowledgeBase) -> tuple[KnownThing, ...]:
    """Give the known things of a type that bear a name, the weightiest first."""
    key = fold(re.sub(r"^(?:the|The|THE)\s+", "", name))
    found = tuple(t for t in kb.by_name.get(key, ()) if t.type == kind)
    if len(key.replace(" ", "")) > SHORT or not found:
        return found
    return tuple(t for t in found if name in (t.name, *t.aliases) or name.isupper())


def link_groups(text: str, groups: Sequence[Group], kb: KnowledgeBase) -> list[Link | None]:
    """Link every group of an article, or not."""
    context = _countries(groups, kb)
    return [_link(text, group, context, kb) for group in groups]


def _countries(groups: Sequence[Group], kb: KnowledgeBase) -> Counter[str]:
    """Count how often the article mentions each country, by name or by nationality."""
    counts: Counter[str] = Counter()
    for group in groups:
        code = group.country_code
        if code is None and group.type == "PLACE":
            known = candidates(group.mentions[0].mention, "PLACE", kb)
            code = known[0].country_code if known and known[0].kind != "city" else None
        if code:
            counts[code] += len(group.mentions)
    return counts


def _link(text: str, group: Group, context: Counter[str], kb: KnowledgeBase) -> Link | None:
    if group.type not in ("PLACE", "ORG"):
        return None
    forms = Counter(mention.mention for mention in group.mentions)
    if group.name:
        forms[group.name] += len(group.mentions)
    for name, _ in forms.most_common():
        found = candidates(name, group.type, kb)
        if found and (thing := _choose(text, group, found, context)):
            is_name = fold(thing.name) == fold(name)
            method: Method = "kb_name" if is_name else "kb_alias"
            return Link(thing, method, 0.95 if is_name else 0.9)
    return None


def _choose(
    text: str, group: Group, found: Sequence[KnownThing], context: Counter[str]
) -> KnownThing | None:
    """Choose among things of one name by what the article says of where it is."""
    stated = _stated_place(text, group)
    if stated:
        fitting = [t for t in found if t.region == stated or t.country_code == stated]
        return fitting[0] if fitting else None
    return max(found, key=lambda t: t.weight * (20 if t.country_code in context else 1))


def _stated_place(text: str, group: Group) -> str | None:
    return None
