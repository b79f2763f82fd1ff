"""Who wrote an article: people named in its byline, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from lxml.html import HtmlElement

from tasks.clean.author_claims import (
    AUTHOR_META,
    card_authors,
    ld_authors,
    marked_claims,
    told_elsewhere,
)
from tasks.clean.blocks import Block
from tasks.clean.byline_lines import shown_claims, without_helpers
from tasks.clean.name_lists import desk
from tasks.clean.name_pieces import PREFIX, SEPARATOR, joined_names
from tasks.clean.person_names import given_name, is_person, people
from tasks.clean.structured import PageFacts, plain
from tasks.clean.words import fold, normalise

_CAPITALISED = r"(?:[A-ZÀ-Þ\d][\w.’'&-]*|[^\x00-\u024f]+|of|for|the|and|de|la|del|du|des|der|für)"
_ORGANISATION_NAME = re.compile(rf"^(?!\w+:){_CAPITALISED}(?:[\s,]+{_CAPITALISED}){{0,7}}$")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who is named as the author of an article."""

    people: tuple[str, ...]
    """Persons, in order."""

    organisations: tuple[str, ...]
    """Agencies, desks and others that are named as the author."""

    source: str
    """What named the persons: json-ld, meta or byline."""


def byline(
    facts: PageFacts,
    tree: HtmlElement,
    blocks: Sequence[Block],
    head: Sequence[Block],
    outlet_names: Iterable[str],
) -> Byline:
    """Find who is named as the author: by JSON-LD, meta elements, and the lines under the headline.

    Args:
        facts: The page's claims.
        tree: The page.
        blocks: Its text blocks.
        head: The lines around the headline.
        outlet_names: What the outlet calls itself; it is no person.
    """
    outlets = tuple(outlet_names)
    shown = shown_claims(head, blocks)
    claimed = facts.article.get("author")
    claims: list[tuple[list[str], str]] = [(ld_authors(claimed), "json-ld")]
    claims += [(list(facts.meta.get(name, ())), "meta") for name in AUTHOR_META]
    claims.append((card_authors(facts), "meta"))
    claims += [([line], "byline") for line in shown]
    # Whom a system knows only by number has often posted what others wrote and are printed with.
    claims.append((ld_authors(told_elsewhere(claimed, facts.nodes)), "json-ld"))
    for names, source in chain(claims, marked_claims(tree, blocks)):
        found = without_helpers(people(names, outlets), head, outlets)
        if found:
            fuller = _fuller(found, shown, outlets)
            return Byline(
                fuller or found,
                _organisations(names, outlets),
                f"{source}+byline" if fuller else source,
            )
    alone = given_name(claims)
    if alone:
        return Byline((alone,), (), "byline")
    return Byline((), _organisations((name for names, _ in claims for name in names), outlets), "")


def _fuller(
    found: tuple[str, ...], shown: Sequence[str], outlets: Sequence[str]
) -> tuple[str, ...] | None:
    """Find a printed byline that names everybody found, and more: metadata often name one only."""
    keys = {fold(name) for name in found}
    for line in shown:
        named = people([line], outlets)
        if keys < {fold(name) for name in named}:
            return named
    return None


def _organisations(claims: Iterable[str], outlet_names: Iterable[str]) -> tuple[str, ...]:
    """List what a byline names that is neither a person nor the outlet: agencies, institutes."""
    outlets = joined_names(outlet_names)
    found: dict[str, str] = {}
    for claim in claims:
        if claim.startswith(("http", "www.", "@")):
            continue
        for piece in SEPARATOR.split(normalise(plain(claim))):
            name = PREFIX.sub("", piece, count=1).strip(" .,")
            key = fold(name)
            is_own = key.replace(" ", "") in outlets or desk().search(key)
            is_name = 2 <= len(name) <= 60 and _ORGANISATION_NAME.match(name)
            if is_name and not is_own and not is_person(name, key, outlets):
                found.setdefault(key, name)
    return tuple(found.values())[:3]
