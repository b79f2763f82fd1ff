"""From mentions to entities: one thing, one name, one id.

Mentions are grouped within the article (`entity_groups`), each group gets its canonical name, its
link to the world (`linking`), and what the text says of it (`entity_facts`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tasks.enrich.entity_facts import description_of, salience_of
from tasks.enrich.entity_groups import Group, group_mentions
from tasks.enrich.entity_nominals import nominal_mentions
from tasks.enrich.entity_pronouns import pronoun_mentions
from tasks.enrich.knowledge_base import KnowledgeBase
from tasks.enrich.linking import Link, link_groups
from tasks.enrich.names import Gender, fold, strip_honorific
from tasks.records import AnnotatedArticle, Entity, EntityType, Mention


def resolve_entities(annotated: AnnotatedArticle, kb: KnowledgeBase) -> AnnotatedArticle:
    """Say which entity each mention of an article names.

    Args:
        annotated: An article with its mentions; entities it may have are made anew.
        kb: What is known of the world.

    Returns:
        The same with `entities` filled, in order of first mention, and every mention's entity_no.
    """
    text = annotated.article.text
    names = [mention for mention in annotated.mentions if mention.kind == "name"]
    groups = group_mentions(text, names, kb)
    links = link_groups(text, groups, kb)
    genders, pronouns = pronoun_mentions(annotated, groups)
    entities = tuple(
        _entity(annotated, number, group, link, genders.get(number), kb)
        for number, (group, link) in enumerate(zip(groups, links, strict=True))
    )
    number_of = {id(m): number for number, group in enumerate(groups) for m in group.mentions}
    roles = {e.entity_no: e.description for e in entities if e.type == "PERSON" and e.description}
    nominals = nominal_mentions(annotated, groups, roles)
    mentions = [(mention, number_of.get(id(mention))) for mention in names] + pronouns + nominals
    return replace(
        annotated,
        entities=entities,
        mentions=tuple(
            replace(mention, entity_no=number)
            for mention, number in sorted(mentions, key=lambda pair: pair[0].start)
        ),
    )


def local_id(kind: EntityType, name: str) -> str:
    """Make the id of something no knowledge base knows: `local:` and 16 hex digits."""
    return (
        "local:"
        + hashlib.sha256(f"{kind}\t{fold(name)}".encode("utf-8", "replace")).hexdigest()[:16]
    )


def canonical_name(group: Group) -> str:
    """Choose the fullest name a group is called by, without honorific.

    Among persons the form with most parts, then the most frequent; elsewhere the most frequent of
    the longest kind, capitals only if nothing else is there.
    """
    counts = Counter(_clean(mention) for mention in group.mentions)
    return max(
        counts,
        key=lambda name: (
            not (name.isupper() and " " in name),
            len(name.split()) if group.type == "PERSON" else 0,
            not name.isupper(),
            len(name) if group.type != "PERSON" else 0,
            counts[name],
            name,
        ),
    )


def _clean(mention: Mention) -> str:
    name = " ".join(mention.mention.split()) or mention.mention
    return strip_honorific(name) or name if mention.type == "PERSON" else name


def _entity(
    annotated: AnnotatedArticle,
    number: int,
    group: Group,
    link: Link | None,
    gender: Gender | None,
    kb: KnowledgeBase,
) -> Entity:
    thing = link.thing if link else None
    name = thing.name if thing else group.name or canonical_name(group)
    first = group.mentions[0]
    return Entity(
        entity_no=number,
        entity_id=(thing.id if thing else "") or local_id(group.type, name),
        canonical_name=name,
        type=group.type,
        gender=gender,
        mention_count=len(group.mentions),
        start=first.start,
        end=first.end,
        salience=salience_of(annotated, group),
        aliases=_aliases(group.mentions, name),
        description=description_of(annotated.article.text, group),
        confidence=link.score if link else None,
        wikidata_id=thing.wikidata_id if thing else None,
        geonames_id=thing.geonames_id if thing else None,
        country_code=thing.country_code if thing else group.country_code,
        latitude=thing.latitude if thing else None,
        longitude=thing.longitude if thing else None,
        link_method=link.method if link else None,
        kb_version=kb.version,
    )


def _aliases(mentions: Sequence[Mention], name: str) -> tuple[str, ...]:
    forms = dict.fromkeys(" ".join(mention.mention.split()) for mention in mentions)
    return tuple(form for form in forms if form != name)
