"""Whom "who" and "which" mean: the noun or the name they stand beside."""

from __future__ import annotations

import re

from tasks.enrich.name_spans import NameSpan, find_names
from tasks.enrich.names import fold
from tasks.enrich.scene import Resolution, Scene
from tasks.enrich.sources import Source, read_source

NEAR = 80  # characters in which they are looked for

# What "who" stands for where it is no name: "by a judge who", "his mother, who".
_ANTECEDENT = re.compile(
    r"(?<!\w)((?:[Aa]n?|[Tt]he|[Oo]ne|[Hh]is|[Hh]er|[Tt]heir) (?:[a-z’'-]+ ){0,4}[a-z-]+"
    r"|[Tt]he [A-Z][a-z]+),? $"
)
# "Teenagers who", "for shoppers who"
_PLURAL = re.compile(r"((?:(?:^|(?<=[\n.!?]))|(?<=[\n.!?] ))[A-Z][a-z-]+s|(?<= )[a-z][a-z-]+s) $")
# A body's name that "of" joins: the National Institutes of Health.
_WHOLE = re.compile(r"((?:[A-Z][\w’&-]+ )+(?:of|for) (?:the )?(?:[A-Z][\w’&-]+ ?)+)$")


def antecedent_noun(scene: Scene, source: Source) -> Source | None:
    """Find the noun, no name, that "who" stands beside: "by a judge who", "teenagers who"."""
    text = scene.annotated.article.text
    low, names = _reach(text, source)
    noun = _ANTECEDENT.search(text, low, source.start) or _PLURAL.search(text, low, source.start)
    apposed = bool(names) and noun is not None and names[-1].end == noun.start() - 2
    if noun is None or apposed or source.head != "who":
        return None
    return read_source(text, *noun.span(1))


def antecedent_name(scene: Scene, source: Source) -> Resolution:
    """Resolve "who" to a person named before it, "which" and "that" to a body."""
    text = scene.annotated.article.text
    low, names = _reach(text, source)
    for name in reversed(names[-2:]):
        person = scene.cast.find(name.name, name.start, name.gender)
        if person is not None and source.head != "which":
            return Resolution(person.name, "person", f"{source.text} -> {person.name}", 0.8, person)
        if source.head != "who":
            whole = _WHOLE.search(text, low, name.end)
            full = whole.group(1) if whole else name.name
            full = scene.cast.others.get(fold(full), full)
            return Resolution(full, "organisation", f"{source.text} -> {full}", 0.6)
    return Resolution(None, None, None, 0.3)


def _reach(text: str, source: Source) -> tuple[int, list[NameSpan]]:
    low = max(text.rfind("\n", 0, source.start) + 1, source.start - NEAR)
    return low, list(find_names(text, low, source.start))
