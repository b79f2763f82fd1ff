"""Which mentions of an article name the same thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.enrich.knowledge_base import KnowledgeBase
from tasks.enrich.linking import candidates
from tasks.enrich.names import fold
from tasks.enrich.person_groups import group_persons
from tasks.lexicon.files import read_words
from tasks.lexicon.gazetteer import KnownThing
from tasks.records import EntityType, Mention

_MINOR = frozenset({"of", "the", "and", "for", "in", "on", "at", "a", "an", "de", "du", "la", "&"})
_ACRONYM = re.compile(r"[A-Z][A-Za-z]?[A-Z&][A-Z.&\-a-z]{0,8}")
_IN_BRACKETS = re.compile(r"\s*\((?:the\s+)?[\"“']?([A-Z][\w&.\-]{1,12})[\"”']?\)")
# Words that a short name leaves out: "Labour" for "Labour Party", "Commons" for "House of Commons".
_DROPPED = frozenset({"party", "fc", "afc", "club", "company", "group", "agency", "newspaper"})


@dataclass(frozen=True, slots=True)
class Group:
    """The mentions of one thing."""

    type: EntityType
    """What kind of thing it is."""

    mentions: tuple[Mention, ...]
    """In reading order."""

    name: str | None = None
    """Its canonical name where the mentions alone do not say it: "North" for "North Korea"."""

    country_code: str | None = None
    """The country a nationality belongs to."""


def group_mentions(text: str, names: Sequence[Mention], kb: KnowledgeBase) -> list[Group]:
    """Group the name mentions of an article, in order of first mention."""
    by_type: dict[EntityType, list[Mention]] = defaultdict(list)
    for mention in names:
        by_type[mention.type].append(mention)
    groups: list[Group] = []
    for kind, mentions in by_type.items():
        if kind == "PERSON":
            groups += [Group(kind, tuple(same)) for same in group_persons(text, mentions)]
        else:
            groups += _group_things(text, kind, mentions, kb)
    return sorted(groups, key=lambda group: group.mentions[0].start)


def _group_things(
    text: str, kind: EntityType, mentions: Sequence[Mention], kb: KnowledgeBase
) -> list[Group]:
    """Group what is no person: by folded name, known alias, acronym, short form."""
    forms: dict[str, list[Mention]] = defaultdict(list)
    names: dict[str, str] = {}
    for mention in mentions:
        key = _key(mention.mention, kind)
        if kind == "PLACE" and (full := _paired_name(text, mention)):
            key = _key(full, kind)
            names.setdefault(key, full)
        forms[key].append(mention)
    owner = {key: key for key in forms}
    _join_known(owner, forms, kind, kb)
    if kind in ("ORG", "PLACE", "EVENT", "LAW", "PRODUCT", "WORK"):
        _join_acronyms(text, owner, forms)
    if kind == "ORG":
        _join_short_forms(owner, forms, kb)
    joined: dict[str, list[Mention]] = defaultdict(list)
    for key, same in forms.items():
        joined[_root(owner, key)].extend(same)
    return [
        _group(kind, sorted(same, key=lambda mention: mention.start), names.get(key), kb)
        for key, same in joined.items()
    ]


def _group(kind: EntityType, same: Sequence[Mention], name: str | None, kb: KnowledgeBase) -> Group:
    """Make a group; a nationality gets its country and the one name it has in all articles."""
    nation = next((n for m in same if (n := _nation(m.mention, kb))), None)
    if kind != "GROUP" or nation is None:
        return Group(kind, tuple(same), name)
    return Group(kind, tuple(same), nation.demonyms[0], nation.country_code)


def _key(name: str, kind: EntityType) -> str:
    """Fold a name for comparison; a body loses its legal form, a nationality its plural."""
    folded = fold(re.sub(r"^(?:the|The|THE)\s+", "", name))
    words = folded.split()
    if kind == "ORG":
        while len(words) > 1 and words[-1] in _company_suffixes():
            words.pop()
        while len(words) > 1 and words[-1] in ("s", "a", "n", "v") and len(words) > 2:
            words.pop()
    if kind == "GROUP" and words and len(words[-1]) > 4:
        words[-1] = re.sub(r"(?<=[^s])s$", "", words[-1])  # Russians are the Russian people
    return " ".join(words) or folded or name


def _paired_name(text: str, mention: Mention) -> str | None:
    """Give "North Korea" for the "North" of "North and South Korea"."""
    if mention.mention not in ("North", "South", "East", "West"):
        return None
    pair = re.match(
        r"\s+(?:and|or)\s+(?:the\s+)?(?:North|South|East|West)\s+(\w+)", text[mention.end :][:40]
    )
    return f"{mention.mention} {pair.group(1)}" if pair else None


def _join_known(
    owner: dict[str, str], forms: dict[str, list[Mention]], kind: EntityType, kb: KnowledgeBase
) -> None:
    """Join names that the knowledge base has for one thing: "US" and "United States"."""
    things: dict[str, str] = {}
    for key, same in forms.items():
        if kind == "GROUP":
            nation = _nation(same[0].mention, kb)
            thing = nation.id if nation else None
        else:
            found = candidates(same[0].mention, kind, kb)
            thing = (found[0].id or found[0].name) if found else None
        if thing:
            first = things.setdefault(thing, key)
            owner[_root(owner, key)] = _root(owner, first)


def _join_acronyms(text: str, owner: dict[str, str], forms: dict[str, list[Mention]]) -> None:
    """Join a name with its acronym: given in brackets after it, or made of its initials."""
    acronyms: dict[str, list[str]] = defaultdict(list)
    single: dict[str, list[str]] = defaultdict(list)
    for key, same in forms.items():
        if " " not in same[0].mention:
            single[same[0].mention.replace(".", "").upper()].append(key)
        if _ACRONYM.fullmatch(same[0].mention):
            acronyms[same[0].mention.replace(".", "").upper()].append(key)
    for key, same in forms.items():
        words = [word for word in re.split(r"[\s\-]+", same[0].mention) if word]
        if len(words) < 2:
            continue
        initials = {
            "".join(word[0] for word in words if word.lower() not in _MINOR).upper(),
            "".join(word[0] for word in words).upper(),
        }
        given = {
            found.group(1).replace(".", "").upper()
            for mention in same
            if (found := _IN_BRACKETS.match(text, mention.end))
        }
        shorts = [short for letters in initials for short in acronyms.get(letters, ())]
        for short in [*shorts, *(short for letters in given for short in single.get(letters, ()))]:
            if short != key:
                owner[_root(owner, short)] = _root(owner, key)


def _join_short_forms(
    owner: dict[str, str], forms: dict[str, list[Mention]], kb: KnowledgeBase
) -> None:
    """Join a body's short name with its full one: "Labour", "Tullow", "Commons".

    A name that is known by itself stays so: the Senate is not its committees, Pittsburgh not its
    newspaper.
    """
    by_word: dict[str, list[str]] = defaultdict(list)
    for key in forms:
        parts = key.split() or [key]
        for word in {parts[0], parts[-1]}:
            by_word[word].append(key)
    for short, same in forms.items():
        if candidates(same[0].mention, "ORG", kb) or candidates(same[0].mention, "PLACE", kb):
            continue
        words = short.split() or [short]
        longer = [
            full
            for full in {*by_word[words[0]], *by_word[words[-1]]}
            if full != short
            and len(full.split()) > len(words)
            and _may_shorten(words, full.split())
        ]
        if len({_root(owner, full) for full in longer}) == 1:
            owner[_root(owner, short)] = _root(owner, longer[0])


def _may_shorten(short: list[str], full: list[str]) -> bool:
    if full[: len(short)] == short and set(full[len(short) :]) <= _DROPPED:
        return True
    if len(short) == 1 and len(short[0]) > 3 and full[0] == short[0]:
        rest = frozenset(full[1:])
        return short[0] not in read_words("mention_words.txt", "generic_first_words") and not (
            rest & read_words("mention_words.txt", "own_bodies")
        )
    return full[:2] == ["house", "of"] and full[2:] == short


def _root(owner: dict[str, str], key: str) -> str:
    while owner[key] != key:
        key = owner[key]
    return key


def _nation(name: str, kb: KnowledgeBase) -> KnownThing | None:
    return kb.by_demonym.get(fold(name))


@lru_cache(maxsize=1)
def _company_suffixes() -> frozenset[str]:
    return frozenset(
        fold(word) for word in read_words("mention_words.txt", "company_suffixes") if fold(word)
    ) - {"group", "co"}
