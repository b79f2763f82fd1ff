"""Linking: the right thing of the world, or none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tasks.enrich.entity_groups import group_mentions
from tasks.enrich.knowledge_base import index, load_knowledge_base
from tasks.enrich.linking import candidates, link_groups
from tasks.lexicon.gazetteer import Gazetteer, KnownThing
from tasks.records import EntityType, Mention


def thing(name: str, country: str, weight: float, **facts: object) -> KnownThing:
    given: dict[str, object] = {
        "id": f"gn:{name}-{country}",
        "type": "PLACE",
        "kind": "city",
        "name": name,
        "aliases": (),
        "demonyms": (),
        "country_code": country,
        "region": None,
        "latitude": 1.0,
        "longitude": 1.0,
        "weight": weight,
        "wikidata_id": None,
        "geonames_id": None,
    }
    return KnownThing(**{**given, **facts})  # type: ignore[arg-type]


KB = index(
    Gazetteer(
        (
            thing("Ardland", "AR", 9e7, kind="country", demonyms=("Ardish",)),
            thing("Borland", "BO", 8e7, kind="country", demonyms=("Boric",)),
            thing("Tesh", "BO", 5e6, kind="state", region="TS", aliases=("Te.",)),
            thing("Milltown", "AR", 3e5),
            thing("Milltown", "BO", 3.1e5, region="TS"),
            thing("Twinford", "BO", 1e5, region="TS"),
            thing("Twinford", "BO", 1.5e5, region="UX"),
            thing("Greatport", "BO", 4e6),
            thing("Smallham", "AR", 4e4),
            thing("Assembly", "AR", 1e6, type="ORG", kind="government"),
            thing("Bigfirm", "BO", 1e6, type="ORG", kind="company", aliases=("BF",)),
        ),
        "test-1",
    )
)

CASES = [
    # by name, by alias; a name too short must agree in case
    ("in Ardland now", ["Ardland"], ["gn:Ardland-AR"]),
    ("the firm BF grew", ["BF:ORG"], ["gn:Bigfirm-BO"]),
    ("the firm Bf grew", ["Bf:ORG"], [None]),
    # of namesakes the one in a country that is mentioned, else none
    ("Milltown in Ardland", ["Milltown", "Ardland"], ["gn:Milltown-AR", "gn:Ardland-AR"]),
    ("Boric Milltown", ["Boric:GROUP", "Milltown"], [None, "gn:Milltown-BO"]),
    ("in Milltown now", ["Milltown"], [None]),
    # the place named right after decides, though another country is mentioned
    (
        "Ardish: Milltown, Tesh, is",
        ["Ardish:GROUP", "Milltown", "Tesh"],
        [None, "gn:Milltown-BO", "gn:Tesh-BO"],
    ),
    ("Greatport, Ardland", ["Greatport", "Ardland"], [None, "gn:Ardland-AR"]),
    # of namesakes in one country the one in a state that is named
    ("Boric Twinford", ["Boric:GROUP", "Twinford"], [None, None]),
    ("Twinford is in Tesh", ["Twinford", "Tesh"], ["gn:Twinford-BO", "gn:Tesh-BO"]),
    # a large city needs no country beside it, a small one does
    ("in Greatport now", ["Greatport"], ["gn:Greatport-BO"]),
    ("in Smallham now", ["Smallham"], [None]),
    ("Smallham in Ardland", ["Smallham", "Ardland"], ["gn:Smallham-AR", "gn:Ardland-AR"]),
    # a county is not the city of its name
    ("Greatport County", ["Greatport"], [None]),
    # a body that many countries have needs its own country
    ("The Assembly met.", ["Assembly:ORG"], [None]),
    ("The Boric Assembly met.", ["Boric:GROUP", "Assembly:ORG"], [None, None]),
    ("The Ardish Assembly met.", ["Ardish:GROUP", "Assembly:ORG"], [None, "gn:Assembly-AR"]),
    # never against the type
    ("Mr Greatport spoke.", ["Greatport:PERSON"], [None]),
    ("The firm Ardland grew.", ["Ardland:ORG"], [None]),
]


def links(text: str, names: Sequence[str]) -> list[str | None]:
    mentions, at = [], 0
    for words in names:
        name, _, kind = words.partition(":")
        at = text.index(name, at)
        given: EntityType = kind or "PLACE"  # type: ignore[assignment]
        mentions.append(Mention(name, given, "name", at, at + len(name), 0))
        at += len(name)
    groups = group_mentions(text, mentions, KB)
    return [link.thing.id if link else None for link in link_groups(text, groups, KB)]


@pytest.mark.parametrize(("text", "names", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_links(text: str, names: list[str], wanted: list[str | None]) -> None:
    assert links(text, names) == wanted


def test_scores_tell_names_from_aliases() -> None:
    groups = group_mentions("BF", [Mention("BF", "ORG", "name", 0, 2, 0)], KB)
    [link] = link_groups("BF", groups, KB)
    assert link is not None
    assert (link.method, link.score) == ("kb_alias", 0.9)


SHIPPED = [
    ("US", "PLACE", "wd:Q30"),
    ("U.S.", "PLACE", "wd:Q30"),
    ("us", "PLACE", None),
    ("the UK", "PLACE", "wd:Q145"),
    ("Kiev", "PLACE", "wd:Q1899"),
    ("Bombay", "PLACE", "wd:Q1156"),
    ("DPRK", "PLACE", "wd:Q423"),
    ("WHO", "ORG", "wd:Q7817"),
    ("Who", "ORG", None),
    ("The Guardian", "ORG", "wd:Q11148"),
    ("Labour", "ORG", "wd:Q9630"),
    ("Labour", "PLACE", None),
]


@pytest.mark.parametrize(("name", "kind", "wanted"), SHIPPED)
def test_shipped_names(name: str, kind: EntityType, wanted: str | None) -> None:
    found = candidates(name, kind, load_knowledge_base(None))
    assert (found[0].id if found else None) == wanted
