"""What an article says of an entity: its role, and how central it is."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.enrich.entity_groups import Group
from tasks.lexicon.files import read_words
from tasks.records import AnnotatedArticle

_LOOKED_AT = 4  # mentions in which a role is looked for: it stands with the first ones
_WINDOW = 110  # characters before and after a name
_LONGEST_ROLE = 12  # words

_APPOSED = re.compile(
    r",\s(?:aged\s)?(?:\d{1,3},\s)?(?:who\s(?:is|was)\s)?([^,.;:—–()“”‘\"\n]{3,100}?)(?=[,.;\n)]|\s[—–])"
)
_BEFORE = re.compile(r"((?:[\w&’'.-]+\s){1,8}?)(?:,\s)?$")
_LEADING = re.compile(r"^(?:the|a|an|his|her|its|their|our|my)\s", re.IGNORECASE)
_NO_ROLE = frozenset(
    ["who", "which", "and", "but", "as", "with", "when", "while", "where", "in", "after"]
)
_SMALL_IN_ROLE = frozenset(
    {"of", "for", "the", "and", "to", "at", "in", "from", "with", "on", "who"}
)
_TAIL_OF_NAME = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady)\.?\s$")


def description_of(text: str, group: Group) -> str | None:
    """Give the role a text states beside a name; null when it states none.

    "Mike Pompeo, the US secretary of state," -> "the US secretary of state"; "his North Korean
    counterpart, Ri Yong-ho" -> "North Korean counterpart"; "oil company Tullow" -> "oil company".
    """
    if group.type not in ("PERSON", "ORG"):
        return None
    nouns = _role_nouns() if group.type == "PERSON" else _body_nouns()
    for mention in group.mentions[:_LOOKED_AT]:
        if role := _apposed(text[mention.end : mention.end + _WINDOW], nouns):
            return role
        before = text[max(0, mention.start - _WINDOW) : mention.start]
        if role := _role_before(_TAIL_OF_NAME.sub("", before), nouns):
            return role
    return None


def salience_of(annotated: AnnotatedArticle, group: Group) -> float:
    """Say how central an entity is, from 0 to 1: named often, named early, in the headline.

    Weights of our own: half for five mentions or more, three tenths for coming first, two tenths
    for the headline.
    """
    text, headline = annotated.article.text, annotated.article.headline or ""
    often = min(1.0, len(group.mentions) / 5)
    early = 1 - group.mentions[0].start / max(1, len(text))
    named = any(mention.mention in headline for mention in group.mentions)
    return round(0.5 * often + 0.3 * early + 0.2 * named, 3)


def _apposed(after: str, nouns: frozenset[str]) -> str | None:
    """Find ", the US secretary of state," after a name."""
    found = _APPOSED.match(after)
    if not found:
        return None
    words = found.group(1).split()
    if len(words) > _LONGEST_ROLE or words[0].lower() in (
        "who",
        "which",
        "and",
        "but",
        "as",
        "with",
    ):
        return None
    head = words[: next((i for i, word in enumerate(words) if word in _SMALL_IN_ROLE and i), None)]
    return " ".join(words) if head and _is_noun(head[-1], nouns) else None


def _role_before(before: str, nouns: frozenset[str]) -> str | None:
    """Find "Russian foreign minister" before a name: the noun and the words that qualify it."""
    sentence = re.split(r"[.;:!?\n“”\"()—–]\s*", before)[-1]
    is_apposed = sentence.endswith(", ")
    words = re.split(r",\s", sentence.rstrip(", "))[-1].split()
    if not words or before[-1:] not in (" ", "\n"):
        return None
    at = len(words) - 1
    while at >= 0 and not _is_noun(words[at], nouns):
        if not (words[at][0].isupper() or words[at] in ("of", "for", "the", "state", "staff")):
            return None
        at -= 1
    if at < 0 or (at < len(words) - 1 and not is_apposed and words[at + 1] not in ("of", "for")):
        return None
    start = at
    while start and _qualifies(words[start - 1], nouns):
        start -= 1
    if words[start].lower() in _NO_ROLE and start < at:
        start += 1
    role = _LEADING.sub("", " ".join(words[start:]))
    return role if len(words) - start <= _LONGEST_ROLE else None


def _qualifies(word: str, nouns: frozenset[str]) -> bool:
    """Whether a word belongs to the role it stands before: Russia's, foreign, former, deputy."""
    return (word[0].isupper() and word[-1] != ",") or word in _qualifiers() or word in nouns


def _is_noun(word: str, nouns: frozenset[str]) -> bool:
    plain = word.strip(",.’'").lower()
    return plain in nouns or plain.rpartition("-")[2] in nouns


@lru_cache(maxsize=1)
def _role_nouns() -> frozenset[str]:
    return read_words("speakers.txt", "roles")


@lru_cache(maxsize=1)
def _body_nouns() -> frozenset[str]:
    return read_words("mention_words.txt", "body_nouns")


@lru_cache(maxsize=1)
def _qualifiers() -> frozenset[str]:
    bodies = read_words("speakers.txt", "organisations")
    return read_words("mention_words.txt", "role_qualifiers") | bodies
