"""The people of an article: who is named in it, by which forms, where, and what we know of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest

from tasks.enrich.name_spans import NameSpan, acronyms, find_names
from tasks.enrich.names import (
    fold_parts,
    is_family_name_first,
    may_refer_to,
    name_parts,
    strip_postnominals,
    surname,
    usual_gender,
)
from tasks.enrich.namesakes import surnamed_kin, untold_namesakes
from tasks.enrich.people import MOST_NAMESAKES, Appearance, Cast, Person, namesakes
from tasks.enrich.person_traits import is_kin, look_around, weigh_evidence, weigh_pronouns
from tasks.lexicon.files import read_words
from tasks.records import AnnotatedArticle, Mention

SPEAKERS = "speakers.txt"
PLACES = "mention_words.txt"
_WORD_BEFORE = re.compile(r"(?<![\w’'-])([a-z-]+) $")
LONGEST_UNKNOWN = 3  # words of a name whose given name is not known


def cast_of(annotated: AnnotatedArticle) -> Cast:
    """Find the people of an article, from its mentions where it has them, else from capitals."""
    text = annotated.article.text
    spans = surnamed_kin(text, _paired(text, _trimmed(find_names(text), annotated.mentions)))
    people: list[Person] = []
    by_part: dict[str, list[Person]] = {}
    others: dict[str, str] = {}
    types = {(m.start, m.end): m for m in annotated.mentions if m.kind == "name"}
    starts = {m.start: m for m in annotated.mentions if m.kind == "name"}
    known = bool(annotated.mentions)
    full = [s for s in spans if len(name_parts(s.name)) > 1]
    alone = {parts[0] for s in spans if len(parts := fold_parts(s.name)) == 1}
    kept = set()
    for span in full:
        mention = types.get((span.start, span.end)) or starts.get(span.start)
        kind = mention.type if mention else None
        if not _may_be_person(span, kind, known, alone) or (kind is None and _is_body(text, span)):
            others.setdefault(" ".join(fold_parts(span.name)), span.name)
            continue
        kept.add(span)
        _join(people, by_part, span)
    for short, name in acronyms(text):
        others[" ".join(fold_parts(short))] = name
    for person in people:
        look_around(person, text, person.appearances)
    named = {id(person): len(person.appearances) for person in people}
    single = [span for span in spans if span not in kept and len(fold_parts(span.name)) == 1]
    for part, person in untold_namesakes(text, single, by_part):
        people.append(person)
        by_part[part].append(person)
    for span in single:
        mention = types.get((span.start, span.end)) or starts.get(span.start)
        if mention is not None and mention.type != "PERSON" and not span.gender:
            continue
        _name_alone(people, by_part, span, mention is not None or is_kin(text, span.start))
    for person in people:
        look_around(person, text, person.appearances[named.get(id(person), 0) :])
        weigh_evidence(person)
        person.appearances.sort(key=lambda a: a.start)
    places = sorted(
        ((a.start, person) for person in people for a in person.appearances), key=lambda x: x[0]
    )
    cast = Cast(people, by_part, places, others)
    _know_speakers(cast, annotated)
    weigh_pronouns(cast, text, annotated.sentences, annotated.marks)
    return cast


def _trimmed(spans: Iterable[NameSpan], mentions: Iterable[Mention]) -> list[NameSpan]:
    """Take off the front of a name what the tagger says is none: "Publican Shaz Bonney"."""
    ends = {m.end: m for m in mentions if m.kind == "name" and m.type == "PERSON"}
    result = []
    for span in spans:
        m = ends.get(span.end)
        if m is not None and span.start < m.start and " " in m.mention:
            lead = span.name[: m.start - span.start].strip()
            title = f"{span.title} {lead}" if span.title else lead
            span = span._replace(start=m.start, name=m.mention, title=title)
        result.append(span)
    return result


def _paired(text: str, spans: list[NameSpan]) -> list[NameSpan]:
    """Give both of two people of one surname their full names: "Keith and Alan Sowerby"."""
    known = read_words("given_names.txt")
    result = []
    for span, following in zip_longest(spans, spans[1:]):
        if (
            following is not None
            and span.name in known
            and span.title is None
            and text[span.end : following.start] == " and "
            and len(parts := following.name.split()) == 2
            and parts[0] in known
        ):
            span = span._replace(name=f"{span.name} {parts[1]}")
        result.append(span)
    return result


def _know_speakers(cast: Cast, annotated: AnnotatedArticle) -> None:
    """Count it as evidence of a person that somebody is quoted by the name."""
    at = dict(cast.places)
    for quote in annotated.quotes:
        if quote.field != "body" or quote.source_start is None or quote.source_end is None:
            continue
        for position in range(quote.source_start, min(quote.source_end, quote.source_start + 60)):
            person = at.get(position)
            if person is not None:
                person.evidence += 1.0


def _may_be_person(span: NameSpan, kind: str | None, known: bool, alone: set[str]) -> bool:
    """Whether a name of two words or more may be a person's.

    Args:
        span: The name.
        kind: What the tagger takes it for, if it says anything.
        known: Whether there was a tagger.
        alone: Names that stand alone in the article, folded.
    """
    if kind is not None:
        return kind == "PERSON"
    words = span.name.split()
    if any(word.lower() in read_words(SPEAKERS, "organisations") for word in words):
        return False
    if words[-1].rstrip(".") in _company_words():
        return False
    if len(words) > 5 or any(
        word.isupper() and len(word) > 3 and "." not in word for word in words
    ):
        return False
    if words[0].lower() in read_words(SPEAKERS, "nationalities"):
        return False
    if any(
        "’" in word and word.partition("’")[2] in ("m", "s", "re", "ve", "ll") for word in words
    ):
        return False
    if span.title is not None or usual_gender(span.name) is not None:
        return True
    if len(words) > LONGEST_UNKNOWN or any(
        words[-1] in read_words(PLACES, heads) for heads in ("site_words", "body_words")
    ):
        return False
    if not known:
        return True
    return fold_parts(span.name)[-1] in alone


@lru_cache(maxsize=1)
def _company_words() -> frozenset[str]:
    return read_words(PLACES, "company_suffixes") | read_words(SPEAKERS, "company words")


def _is_body(text: str, span: NameSpan) -> bool:
    """Whether what stands before a name shows a body: the Daily Comet, activist fund Gravel Point.

    Where the given name is known, only nouns that are never people's count: "law firm Ted Baker".
    """
    if span.title is not None:
        return False
    is_given = usual_gender(span.name) is not None
    before = text[max(span.start - 20, 0) : span.start]
    if before[-4:].lower() == "the ":
        return not is_given
    m = _WORD_BEFORE.search(before)
    if m is None or m.group(1) not in read_words(SPEAKERS, "organisations"):
        return False
    if m.group(1) in read_words(SPEAKERS, "roles"):
        return False
    return not is_given or m.group(1) in read_words(SPEAKERS, "bodies before names")


def _join(people: list[Person], by_part: dict[str, list[Person]], span: NameSpan) -> None:
    parts = fold_parts(span.name)
    person = next(
        (
            p
            for p in namesakes(by_part.get(parts[-1], []), span.start)
            if p.parts == parts
            or may_refer_to(span.name, p.name)
            or (may_refer_to(p.name, span.name) and len(p.parts) > 1)
        ),
        None,
    )
    if person is None:
        name = strip_postnominals(span.name)
        person = Person(name, parts, hint=usual_gender(name))
        people.append(person)
    elif len(parts) > len(person.parts) or len(strip_postnominals(span.name)) > len(person.name):
        person.name, person.parts = strip_postnominals(span.name), parts
        person.hint = person.hint or usual_gender(span.name)
    keys = {parts[-1], parts[0], "".join(parts[-2:])}
    family = fold_parts(surname(span.name) or "")
    keys |= {family[-1]} if family else set()
    if is_family_name_first(span.name):
        keys.add(parts[0])
    for key in keys:
        listed = by_part.setdefault(key, [])
        if all(other is not person for other in listed[-MOST_NAMESAKES:]):
            listed.append(person)
    _appear(person, span)


def _name_alone(
    people: list[Person], by_part: dict[str, list[Person]], span: NameSpan, is_person: bool
) -> None:
    part = fold_parts(span.name)[0]
    candidates = namesakes(by_part.get(part, []), span.start)
    if candidates:
        untold = [p for p in candidates if p.parts == (part,)]
        if untold and untold[0].gender != span.gender and span.gender:
            untold = []
        earlier = [p for p in candidates if any(a.start < span.start for a in p.appearances)]
        chosen = untold or earlier or candidates
        gendered = [p for p in chosen if span.gender and p.likely_gender == span.gender] or [
            p for p in chosen if not span.gender or p.likely_gender is None
        ]
        person = max(
            gendered or chosen,
            key=lambda p: max((a.start for a in p.appearances if a.start < span.start), default=-1),
        )
        _appear(person, span)
    elif span.gender or span.title or is_person:
        person = Person(span.name, (part,))
        people.append(person)
        by_part[part] = [person]
        _appear(person, span)


def _appear(person: Person, span: NameSpan) -> None:
    shown = f"{span.title} {span.name}" if span.title else span.name
    person.appearances.append(Appearance(span.start, span.end, shown, span.title_start))
    if span.gender:
        person.genders[span.gender] = person.genders.get(span.gender, 0.0) + 2.0
    if span.title:
        person.evidence += 1.0
        person.roles.append(span.title)
