"""Linking: which known thing of the world a group of mentions names. No answer is an answer.

A link needs the mention's type, a name or alias, and no contradiction with where the article plays:
the place named right after ("Portland, Maine"), and the countries it mentions. Persons are never
linked by name alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tasks.enrich.knowledge_base import KnowledgeBase
from tasks.enrich.names import fold
from tasks.lexicon.gazetteer import KnownThing
from tasks.records import EntityType

if TYPE_CHECKING:
    from tasks.enrich.entity_groups import Group

Method = Literal["kb_name", "kb_alias"]
LINKED_TYPES: tuple[EntityType, ...] = ("PLACE", "ORG")
SHORT = 3  # letters; so short a name must agree in case: "US" is no "us", "LA" no "La."
NAME_SCORE, ALIAS_SCORE = 0.95, 0.9

_HOME = 40.0  # how much likelier a thing is in the only country that the article mentions
_NEAR = 5.0  # how much likelier a city is in a state that the article names
_FAMOUS = 2.0  # how much likelier one with a Wikidata id here than a namesake without
_MARGIN = 2.0  # the best must be so much likelier than the next, or none is taken
_PRESENT = 0.1  # share of an article's mentions of countries from which on it plays there too
_LARGE = 1e6  # inhabitants from which on a city needs no mention of its country
_NATIONAL = ("government", "party")  # kinds that many countries have under one name
_NATIONAL_SHARE = 0.4  # of the article's mentions of countries must be of the body's country
_AREAS = ("country", "territory", "state", "region")

_STATED = re.compile(r",\s((?:[A-Z][\w’'-]*\.?\s?|of\s){1,3})")
_COUNTY = re.compile(r"(?:,? (?:and )?[A-Z][\w]+(?: [A-Z]\w+)?,?){0,6} [Cc]ount(?:y|ies)\b")
_THE = re.compile(r"^(?:the|The|THE)\s+")


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
    bare = _THE.sub("", name)
    key = fold(bare)
    found = tuple(thing for thing in kb.by_name.get(key, ()) if thing.type == kind)
    if len(key.replace(" ", "")) > SHORT or not found:
        return found
    return tuple(t for t in found if bare in (t.name, *t.aliases))


@dataclass(frozen=True, slots=True)
class Home:
    """Where an article plays."""

    countries: Mapping[str, int]
    """How often it mentions each country, by its names, its people, its cities."""

    states: frozenset[tuple[str, str]]
    """The states it names: country and region codes."""

    def share(self, country: str | None) -> float:
        """Give a country's share of all mentions of countries."""
        return self.countries.get(country or "", 0) / max(1, sum(self.countries.values()))

    def without(self, country: str | None, count: int) -> Home:
        """Leave some mentions out: a name is no evidence for itself."""
        if country is None:
            return self
        left = dict(self.countries)
        left[country] -= count
        return Home({code: n for code, n in left.items() if n > 0}, self.states)


def link_groups(text: str, groups: Sequence[Group], kb: KnowledgeBase) -> list[Link | None]:
    """Link every group of an article, or not."""
    codes = [_country(group, kb) for group in groups]
    countries: Counter[str] = Counter()
    for group, code in zip(groups, codes, strict=True):
        if code:
            countries[code] += len(group.mentions)
    home = Home(countries, _states(groups, kb))
    return [
        _link(text, group, home.without(code, len(group.mentions)), kb)
        for group, code in zip(groups, codes, strict=True)
    ]


def _states(groups: Sequence[Group], kb: KnowledgeBase) -> frozenset[tuple[str, str]]:
    return frozenset(
        (thing.country_code, thing.region)
        for group in groups
        if group.type == "PLACE"
        for thing in candidates(group.mentions[0].mention, "PLACE", kb)
        if thing.kind == "state" and thing.country_code and thing.region
    )


def _country(group: Group, kb: KnowledgeBase) -> str | None:
    """Give the country that a nationality, area or city speaks of; null when several bear it."""
    if group.country_code or group.type != "PLACE":
        return group.country_code
    found = candidates(group.name or group.mentions[0].mention, "PLACE", kb)
    areas = {thing.country_code for thing in found if thing.kind in _AREAS}
    codes = areas or {thing.country_code for thing in found}
    return next(iter(codes)) if len(codes) == 1 else None


def _link(text: str, group: Group, home: Home, kb: KnowledgeBase) -> Link | None:
    if group.type not in LINKED_TYPES:
        return None
    forms = Counter(mention.mention for mention in group.mentions)
    if group.name:
        forms = Counter({group.name: 1})
    for name, _ in forms.most_common():
        found = candidates(name, group.type, kb)
        if _is_generic(name) and not home.countries:
            found = tuple(thing for thing in found if thing.kind not in _NATIONAL)
        thing = _choose(text, group, found, home, kb) if found else None
        if thing:
            is_name = fold(thing.name) == fold(_THE.sub("", name))
            return Link(
                thing,
                "kb_name" if is_name else "kb_alias",
                NAME_SCORE if is_name else ALIAS_SCORE,
            )
    return None


def _is_generic(name: str) -> bool:
    """Whether many countries may have a body of this name: Congress, Labour; not FBI."""
    return " " not in name and not name.isupper()


def _choose(
    text: str, group: Group, found: Sequence[KnownThing], home: Home, kb: KnowledgeBase
) -> KnownThing | None:
    """Choose among the things of one name by what the article says of where it is."""
    if group.type == "PLACE":
        if any(_COUNTY.match(text, mention.end) for mention in group.mentions):
            found = [thing for thing in found if thing.kind not in ("city", "capital")]
        elif found[0].kind not in _AREAS and (stated := _stated_place(text, group, kb)):
            code, region = stated
            found = [t for t in found if t.country_code == code and region in (None, t.region)]
    scored = sorted(
        ((_likelihood(thing, home), thing) for thing in found if _fits(thing, home)),
        key=lambda pair: -pair[0],
    )
    if not scored or (len(scored) > 1 and scored[0][0] < _MARGIN * scored[1][0]):
        return None
    return scored[0][1]


def _likelihood(thing: KnownThing, home: Home) -> float:
    is_near = thing.kind not in _AREAS and (thing.country_code, thing.region) in home.states
    return (
        thing.weight
        * (1 + _HOME * home.share(thing.country_code))
        * (_FAMOUS if thing.wikidata_id else 1)
        * (_NEAR if is_near else 1)
    )


def _fits(thing: KnownThing, home: Home) -> bool:
    """Whether a thing may be meant in an article that plays in these countries."""
    share = home.share(thing.country_code)
    if thing.type == "ORG":
        is_national = thing.kind in _NATIONAL
        return not is_national or not home.countries or share >= _NATIONAL_SHARE
    is_known = thing.kind in _AREAS or thing.wikidata_id is not None or thing.weight >= _LARGE
    return is_known or share >= _PRESENT


def _stated_place(text: str, group: Group, kb: KnowledgeBase) -> tuple[str, str | None] | None:
    """Give country and region of the place named right after: "Portland, Maine" -> US, ME."""
    for mention in group.mentions:
        if found := _STATED.match(text, mention.end):
            words = found.group(1).strip()
            for name in (words, words.rstrip("."), words.split()[0]):
                areas = [t for t in candidates(name, "PLACE", kb) if t.kind in _AREAS]
                if areas and areas[0].country_code:
                    best = areas[0]
                    states = [t for t in areas if t.kind == "state"]
                    return (
                        (states[0].country_code or "", states[0].region)
                        if states and states[0].country_code == "US"
                        else (best.country_code or "", None)
                    )
    return None
