"""Say whose words the quotes of an article are: from the source as written to a canonical name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tasks.enrich.cast import cast_of
from tasks.enrich.confidence import confidence_of
from tasks.enrich.names import fold
from tasks.enrich.people import Person
from tasks.enrich.pronouns import GENDER_OF
from tasks.enrich.resolution import named_body, resolve_source
from tasks.enrich.scene import Resolution, Scene, remember
from tasks.enrich.sources import form_of, read_source
from tasks.records import AnnotatedArticle, Entity, Quote

_MARKED = re.compile(r"(?<!\w)[“‘\"'](\w[^“”\"]*?)[”’\"'](?!\w)")
PLAIN_TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "sir", "dame", "dr"])


def resolve_speakers(annotated: AnnotatedArticle) -> AnnotatedArticle:
    """Fill in the speakers of an article's quotes.

    Works from the text alone; mentions and entities, where there are any, make it surer.
    """
    cast = cast_of(annotated)
    hidden = [(mark.start, mark.end) for mark in annotated.marks]
    scene = Scene(annotated, cast, hidden)
    resolved: dict[int, Quote] = {}
    entities = _by_name(annotated.entities)
    body = [q for q in annotated.quotes if q.field == "body"]
    for quote in sorted(body, key=lambda q: q.start if q.source_start is None else q.source_start):
        resolved[quote.quote_no] = _with_speaker(quote, _resolve(scene, quote), entities)
    for number, quote in resolved.items():
        if quote.speaker in scene.unveiled and quote.source:
            person = scene.unveiled[quote.speaker]
            known = Resolution(
                person.name, "person", f"{quote.source} -> {person.name}", 0.6, person
            )
            resolved[number] = _with_speaker(quote, known, entities)
    others = [q for q in annotated.quotes if q.field != "body"]
    for quote in others:
        resolved[quote.quote_no] = _with_speaker(quote, _outside(scene, quote), entities)
    quotes = tuple(resolved[q.quote_no] for q in annotated.quotes)
    return replace(annotated, quotes=quotes)


def _by_name(entities: Iterable[Entity]) -> dict[str, Entity]:
    """Map every form of an entity's name, folded, to the entity."""
    forms: dict[str, Entity] = {}
    for entity in entities:
        for name in (entity.canonical_name, *entity.aliases):
            forms.setdefault(fold(name), entity)
    return forms


def _with_speaker(quote: Quote, found: Resolution | None, entities: Mapping[str, Entity]) -> Quote:
    form = "none" if quote.source is None else form_of(quote.source)
    if found is None:
        return replace(quote, confidence=confidence_of(quote, form, None, None))
    person = found.person
    entity = entities.get(fold(found.speaker)) if found.speaker else None
    candidates = found.candidates or None
    return replace(
        quote,
        speaker=found.speaker,
        speaker_kind=found.kind,
        speaker_role=_role(person) if person else None,
        speaker_gender=person.gender if person else None,
        speaker_entity_no=entity.entity_no if entity else None,
        speaker_entity_id=entity.entity_id if entity else None,
        resolution=found.chain,
        speaker_candidates=candidates,
        confidence=confidence_of(quote, form, found.speaker, candidates),
    )


def _role(person: Person) -> str | None:
    """Give the most telling description that stands next to a person's name."""
    roles = [role for role in person.roles if not role.endswith("-year-old")]
    apposed = [role for role in roles if role[:1].islower() and " " in role]
    titles = [role for role in roles if role.rstrip(".").lower() not in PLAIN_TITLES]
    chosen = apposed or titles
    return chosen[0] if chosen else None


def _resolve(scene: Scene, quote: Quote) -> Resolution | None:
    if quote.source_start is None or quote.source_end is None:
        return None
    key = (quote.source_start, quote.source_end)
    if key in scene.done:
        return scene.done[key]
    source = read_source(scene.annotated.article.text, *key)
    scene.quote = quote
    found = (
        _interviewee(scene, quote.source_start)
        if quote.rule_id == "interview.label" and source.text == "A"
        else resolve_source(scene, source, quote.source_end)
    )
    scene.done[key] = found
    if found.speaker is not None:
        remember(scene, found, source, quote.source_start)
    return found


def _interviewee(scene: Scene, position: int) -> Resolution:
    """Resolve the "A:" of questions and answers: whoever was named most before the first one."""
    if scene.interviewee is not None:
        person = scene.interviewee
    elif scene.spoken:
        person = scene.spoken[0][0]
    else:
        counts = Counter(p.name for at, p in scene.cast.places if at < position)
        known = {p.name: p for at, p in scene.cast.places if at < position}
        if not counts:
            return Resolution(None, None, None, 0.3)
        person = known[counts.most_common(1)[0][0]]
    scene.interviewee = person
    return Resolution(person.name, "person", f"A -> {person.name}", 0.6, person)


def _outside(scene: Scene, quote: Quote) -> Resolution | None:
    """Resolve a quote of headline or standfirst: by the same words below, else by its source."""
    marked = [fold(m.group(1)) for m in _MARKED.finditer(quote.quote)] or [fold(quote.quote)]
    for other in scene.annotated.quotes:
        if other.field != "body" or not other.source:
            continue
        below = f" {fold(other.quote)} "
        if all(words and f" {words} " in below for words in marked):
            key = (other.source_start or 0, other.source_end or 0)
            known = scene.done.get(key)
            if known is not None and known.speaker:
                return known
    if quote.source is None or quote.source.lower() in GENDER_OF:
        return None
    source = read_source(quote.source, 0, len(quote.source))
    if source.form == "name":
        person = scene.cast.find(source.names[-1].name, 0)
        if person is not None:
            return Resolution(
                person.name, "person", f"{quote.source} -> {person.name}", 0.8, person
            )
        return named_body(scene, source)
    return None
