"""Whom the words of a source mean: a pronoun, a name, two names, a role, a body."""

from __future__ import annotations

import re
from dataclasses import replace

from tasks.enrich.ages import aged, by_age
from tasks.enrich.bodies import (
    body_before,
    body_opening,
    company_of,
    full_name_of,
    mistaken_body,
    speakers_body,
    spoken_for,
)
from tasks.enrich.descriptions import (
    SURE_ENOUGH,
    by_initials,
    by_role,
    formerly,
    named_later,
    named_next,
    owned,
    pair_named_next,
)
from tasks.enrich.name_spans import NameSpan, find_names
from tasks.enrich.names import fold, is_honorific
from tasks.enrich.openings import plural_before, stranger_before, thing_before
from tasks.enrich.people import Person
from tasks.enrich.person_traits import SOMEBODY, noun_gender
from tasks.enrich.pronouns import GENDER_OF, antecedents, single_they
from tasks.enrich.relatives import antecedent_name, antecedent_noun
from tasks.enrich.scene import STRANGER, Resolution, Scene, introduce
from tasks.enrich.sources import ALIKE, STAND_INS, Source, description, kind_of
from tasks.lexicon.files import read_words
from tasks.records import Span, SpeakerCandidate

SPEAKERS = "speakers.txt"

CANDIDATES = 3
# What describes a body before its name: "state news agency" KCNA.
_DESCRIBED = re.compile(r"(?<![\w-])[a-z-]{3,} $(?<!\bof )(?<!\bfor )(?<!\band )(?<!\bthe )")
# What follows a name that was set beside a description.
CLOSING = frozenset([",", ".", ";", ")", "—", "–", ""])


_WORDS = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")


# "who gave her name only as Jia Hui"
_CALLED = re.compile(
    r",? who (?:\w+ ){0,5}(?:name|identified|known|named|called)(?: (?:him|her)self| themselves)?"
    r"(?: only| just| simply)?(?: as| by)"
    r"(?: (?:his|her|their)(?: first| given)? name,?)?"
    r" (?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2})"
)
_RETIRED = re.compile(r"(?:[A-Z][\w.-]+ )*\((?:[Rr]td|[Rr]etd?)\.?\) ")
# "her manager, the veteran Al Moss", but not "her publicist, who blames Al Moss".
_APPOSED = re.compile(
    r"(?: \([^()\n]{2,40}\))?\s*[,—–-]\s+(?:(?!(?:who[ms]?e?|which|that|where|when|while|as|and|but"
    r"|after|before|by|at|with|of|for|to|in|on|from|about|against)\b)[a-z][\w’-]+ ){0,3}(?=[A-Z])"
)


def resolve_source(scene: Scene, source: Source, end: int) -> Resolution:
    """Decide whom the words of a source mean."""
    if source.form == "pronoun":
        return _pronoun(scene, source)
    if source.form == "names":
        return _joined(scene, source)
    if source.form == "name":
        return _named(scene, source, source.names[-1])
    apposed = _apposed(scene, source, end)
    return apposed or _nominal(scene, source)


def _pronoun(scene: Scene, source: Source) -> Resolution:
    word = source.head
    if word in GENDER_OF:
        return _singular(scene, source)
    if word in ("who", "which", "that", "whom", "whose"):
        return _relative(scene, source)
    if word in ("they", "their", "them"):
        return _they(scene, source)
    if word in ("it", "its"):
        known = scene.last_thing
        text, sentences = scene.annotated.article.text, scene.annotated.sentences
        thing = thing_before(text, source.start, sentences, scene.hidden)
        said = known.speaker if known is not None and known.speaker else ""
        if thing is not None and scene.thing_at < thing[0] and thing[1].split()[-1] not in said:
            return Resolution(thing[1], "document", f"{source.text} -> {thing[1]}", 0.5)
        body = body_opening(scene, source.start)
        stands_in = body is not None and body[1].islower()  # "the company", named before
        if stands_in and known is not None and known.kind == "organisation":
            body = None
        if body is not None and scene.thing_at < body[0] and body[1] != said:
            return Resolution(body[1], "organisation", f"{source.text} -> {body[1]}", 0.5)
    elif word in ("i", "we", "my", "our"):
        authors = scene.annotated.article.authors or ()
        if len(authors) == 1 and word in ("i", "my"):
            return Resolution(authors[0], "person", f"{source.text} -> {authors[0]}", 0.6)
        return Resolution(None, None, None, 0.4)
    else:
        known = None
    if known is None or known.speaker is None:
        return Resolution(None, None, None, 0.3)
    return replace(known, chain=f"{source.text} -> {known.speaker}", probability=0.6)


def _singular(scene: Scene, source: Source) -> Resolution:
    said = scene.said_before(source.start)
    ranked = _ranked(scene, source, said)
    if said and (not ranked or ranked[0][1] < SURE_ENOUGH):
        ranked = _ranked(scene, source, ())  # "Nadia Brill was pregnant, she posted"
    candidates = tuple(
        SpeakerCandidate(person.name, round(p, 3)) for person, p in ranked[:CANDIDATES]
    )
    if not ranked or ranked[0][1] < SURE_ENOUGH:
        return Resolution(None, "person", None, 0.3, candidates=candidates)
    return _person(source, candidates, *ranked[0])


def _ranked(scene: Scene, source: Source, said: tuple[Span, ...]) -> list[tuple[Person, float]]:
    return antecedents(
        scene.cast,
        source.head,
        source.start,
        scene.annotated.article.text,
        scene.annotated.sentences,
        scene.hidden,
        scene.spoken,
        said,
        scene.words_in_marks(),
    )


def _person(
    source: Source, candidates: tuple[SpeakerCandidate, ...], person: Person, probability: float
) -> Resolution:
    place = person.before(source.start)
    steps = [source.text]
    if place is not None and place.text != person.name:
        steps.append(place.text)
    steps.append(person.name)
    return Resolution(person.name, person.kind, " -> ".join(steps), probability, person, candidates)


def _they(scene: Scene, source: Source) -> Resolution:
    """Resolve they: somebody who goes by it, those who spoke or were named, else one person."""
    text, sentences = scene.annotated.article.text, scene.annotated.sentences
    stranger = stranger_before(text, source.start, sentences, scene.hidden)
    if stranger is not None:
        return Resolution(stranger, "unnamed", f"{source.text} -> {stranger}", 0.5)
    person = single_they(scene.cast, source.start, sentences, scene.hidden, scene.plural_at)
    group = plural_before(text, source.start, sentences, scene.hidden)
    if person is not None and (person.is_they or group is None):
        person.is_they = True
        return _person(source, (), person, 0.5)
    known = scene.last_plural
    if group is not None and (known is None or scene.plural_at < group[0]):
        return Resolution(group[1], "group", f"{source.text} -> {group[1]}", 0.5)
    if known is None or known.speaker is None:
        return Resolution(None, None, None, 0.3)
    return replace(known, chain=f"{source.text} -> {known.speaker}", probability=0.6)


def _relative(scene: Scene, source: Source) -> Resolution:
    noun = antecedent_noun(scene, source)
    return _nominal(scene, noun) if noun is not None else antecedent_name(scene, source)


def _named(scene: Scene, source: Source, name: NameSpan) -> Resolution:
    person = scene.cast.find(name.name, name.start, name.gender) or by_initials(scene, source)
    if person is None:
        return named_body(scene, source)
    steps = [source.text] if source.text != person.name else []
    steps.append(person.name)
    chain = " -> ".join(steps)
    return Resolution(person.name, "person", chain, 0.95, person)


def named_body(scene: Scene, source: Source) -> Resolution:
    """Resolve a named body: the longest form of its name that the text has."""
    words = description(source)
    kind = kind_of(source)
    last = source.names[-1] if source.names else None
    if last is not None and _DESCRIBED.search(words.removesuffix(last.name)):
        words = last.name  # "rights group Amnesty International"
    elif last is not None and last.title and words == f"{last.title} {last.name}":
        words = last.name  # "Rival Corvex Systems"
    full = scene.cast.others.get(fold(words))
    if " " not in words:
        full = company_of(scene, words) or full
    return Resolution(full or words, kind, full or words, 0.8)


def _joined(scene: Scene, source: Source) -> Resolution:
    people = [scene.cast.find(name.name, name.start, name.gender) for name in source.names]
    known = [person.name for person in people if person is not None]
    if len(known) < 2:
        return _named(scene, source, source.names[-1]) if known else named_body(scene, source)
    speaker = " and ".join(dict.fromkeys(known))
    return Resolution(speaker, "group", f"{source.text} -> {speaker}", 0.85)


def _apposed(scene: Scene, source: Source, end: int) -> Resolution | None:
    """Resolve "her campaign manager, Robert Mook,": the name follows the description."""
    text = scene.annotated.article.text
    called = _CALLED.match(text, end, end + 120)
    if called is not None:
        name = called.group("name")
        person = scene.cast.find(name, called.start("name"))
        speaker = person.name if person else name
        found = person or introduce(scene, name, source.start, noun_gender(source.head))
        found.evidence = max(found.evidence, STRANGER)
        return Resolution(speaker, "person", f"{source.text} -> {speaker}", 0.8, found)
    comma = _APPOSED.match(text, end, end + 50)
    if comma is None or kind_of(source) == "document":
        return None
    stop = text.find("\n", comma.end())
    last = min(stop if stop > 0 else len(text), comma.end() + 60)
    names = [n for n in find_names(text, comma.end(), last) if not is_honorific(n.name)]
    if not names or _RETIRED.sub("", text[comma.end() : names[0].title_start]):
        return None
    name = names[0]
    cue = scene.quote.cue if scene.quote is not None else None
    if (cue or "").lower() == "according to" and text[name.end : name.end + 1] not in CLOSING:
        return None  # "According to an official, Ms Reid is to resign"
    person = scene.cast.find(name.name, name.start)
    if person is not None and (len(person.parts) > 1 or person.evidence >= SOMEBODY):
        if source.is_definite and source.head in scene.described:
            scene.unveiled[scene.described[source.head]] = person
        return Resolution(person.name, "person", f"{source.text} -> {person.name}", 0.85, person)
    body = scene.cast.others.get(fold(name.name)) if person is None else None
    if body is not None and text[name.end : name.end + 1] == ",":
        if source.head in read_words(SPEAKERS, "spokespeople"):
            body = f"{body} {source.head}"
        return Resolution(body, "organisation", f"{source.text} -> {body}", 0.7)
    is_kin = source.head in read_words(SPEAKERS, "relations")
    if person is None and is_kin and text[name.end : name.end + 1] == ",":
        return Resolution(name.name, "person", f"{source.text} -> {name.name}", 0.8)
    return None


def _nominal(scene: Scene, source: Source) -> Resolution:
    kind = kind_of(source)
    if kind in ("unnamed", "person"):
        person = (by_role(scene, source) if source.is_definite else None) or (
            named_later(scene, source) or named_next(scene, source)
        )
        if aged(source.head):
            person = by_age(scene, source) or person
        if person is not None:
            return Resolution(person.name, "person", f"{source.text} -> {person.name}", 0.7, person)
    if source.is_definite and kind in ("organisation", "document"):
        known = scene.last_thing
        head = source.head.removesuffix("s")
        if known and known.speaker and head in known.speaker.lower():
            return replace(known, chain=f"{source.text} -> {known.speaker}", probability=0.7)
        full = full_name_of(scene, source)
        if full is not None:
            return Resolution(full, kind, f"{source.text} -> {full}", 0.6)
    if source.is_definite and kind == "organisation" and len(_WORDS.findall(source.text)) == 2:
        known = scene.last_thing if source.head in STAND_INS else None
        whose = speakers_body(scene, source)
        if whose is not None and (known is None or scene.thing_at < scene.spoken[0][1]):
            return Resolution(whose, kind, f"{source.text} -> {whose}", 0.5)
        if known and known.speaker and known.kind == "organisation":
            return replace(known, chain=f"{source.text} -> {known.speaker}", probability=0.5)
        before = body_before(scene, source) or mistaken_body(scene, source)
        if before is not None:
            return Resolution(before, kind, f"{source.text} -> {before}", 0.5)
    former = formerly(scene, source)
    if former is not None:
        return Resolution(former, kind, f"{source.text} -> {former}", 0.6)
    pair = pair_named_next(scene, source)
    if pair is not None:
        return Resolution(pair, "group", f"{source.text} -> {pair}", 0.6)
    words = owned(scene, source) or description(source)
    if words == source.head and words in read_words(SPEAKERS, "spokespeople"):
        body = spoken_for(scene, source)
        if body is not None:
            speaker = f"{body} {words}"
            return Resolution(speaker, "organisation", f"{source.text} -> {speaker}", 0.5)
    earlier = scene.described.get(source.head) or scene.described.get(ALIKE.get(source.head, ""))
    if source.is_definite and earlier is not None:
        return Resolution(earlier, kind, f"{source.text} -> {earlier}", 0.6)
    if words and not source.is_definite:
        scene.described[source.head] = words
    chain = words if words == description(source) else f"{source.text} -> {words}"
    return Resolution(words, kind, chain, 0.8) if words else Resolution(None, kind, None, 0.3)
