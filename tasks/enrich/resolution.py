"""Whom the words of a source mean: a pronoun, a name, two names, a role, a body."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from tasks.enrich.name_spans import NameSpan, find_names
from tasks.enrich.names import fold
from tasks.enrich.people import Cast, Person
from tasks.enrich.pronouns import GENDER_OF, antecedents
from tasks.enrich.sources import Source, description, kind_of
from tasks.lexicon.files import read_words
from tasks.records import AnnotatedArticle, SpeakerCandidate, SpeakerKind

# Nouns that stand for a body named before: "the department" for a ministry.
STAND_INS = frozenset(
    [
        "department", "ministry", "agency", "company", "firm", "group", "organisation",
        "organization", "body", "bank", "charity", "club", "council", "committee", "commission",
        "watchdog", "regulator", "network", "newspaper", "office", "service", "authority",
    ]
)  # fmt: skip
SURE_ENOUGH = 0.34  # below this probability an antecedent is not named: null, with candidates


CANDIDATES = 3


MOST_ROLE_WORDS = 3  # of a description that may mean somebody it was not used for before


_WORDS = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")


_APPOSED = re.compile(r"\s*[,—–-]\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whom a source means."""

    speaker: str | None
    kind: SpeakerKind | None
    chain: str | None
    probability: float
    person: Person | None = None
    candidates: tuple[SpeakerCandidate, ...] = ()


@dataclass(slots=True)
class Scene:
    """What the resolver knows while it reads on."""

    annotated: AnnotatedArticle
    cast: Cast
    hidden: list[tuple[int, int]]
    spoken: list[tuple[Person, int]]
    """People who have spoken and where, the last one first."""

    described: dict[str, str] = field(default_factory=dict)
    """Head noun -> description of somebody unnamed who was introduced by it."""

    last_plural: Resolution | None = None
    last_thing: Resolution | None = None
    done: dict[tuple[int, int], Resolution] | None = None


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
        known = scene.last_plural
    elif word in ("it", "its"):
        known = scene.last_thing
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
    ranked = antecedents(
        scene.cast,
        source.head,
        source.start,
        scene.annotated.sentences,
        scene.hidden,
        scene.spoken,
    )
    candidates = tuple(
        SpeakerCandidate(person.name, round(p, 3)) for person, p in ranked[:CANDIDATES]
    )
    if not ranked or ranked[0][1] < SURE_ENOUGH:
        return Resolution(None, "person", None, 0.3, candidates=candidates)
    person, probability = ranked[0]
    place = person.before(source.start)
    steps = [source.text]
    if place is not None and place.text != person.name:
        steps.append(place.text)
    steps.append(person.name)
    return Resolution(person.name, "person", " -> ".join(steps), probability, person, candidates)


def _relative(scene: Scene, source: Source) -> Resolution:
    text = scene.annotated.article.text
    low = max(text.rfind("\n", 0, source.start) + 1, source.start - 80)
    names = list(find_names(text, low, source.start))
    for name in reversed(names[-2:]):
        person = scene.cast.find(name.name, name.start)
        if person is not None and source.head != "which":
            return Resolution(person.name, "person", f"{source.text} -> {person.name}", 0.8, person)
        full = scene.cast.others.get(fold(name.name), name.name)
        if source.head != "who":
            return Resolution(full, "organisation", f"{source.text} -> {full}", 0.6)
    return Resolution(None, None, None, 0.3)


def _named(scene: Scene, source: Source, name: NameSpan) -> Resolution:
    person = scene.cast.find(name.name, name.start)
    if person is None:
        return _body(scene, source)
    steps = [source.text] if source.text != person.name else []
    steps.append(person.name)
    chain = " -> ".join(steps)
    return Resolution(person.name, "person", chain, 0.95, person)


def _body(scene: Scene, source: Source) -> Resolution:
    """Resolve a named body: the longest form of its name that the text has."""
    words = description(source)
    kind = kind_of(source)
    full = scene.cast.others.get(fold(words))
    return Resolution(full or words, kind, full or words, 0.8)


def _joined(scene: Scene, source: Source) -> Resolution:
    people = [scene.cast.find(name.name, name.start) for name in source.names]
    known = [person.name for person in people if person is not None]
    if len(known) < 2:
        return _named(scene, source, source.names[-1]) if known else _body(scene, source)
    speaker = " and ".join(dict.fromkeys(known))
    return Resolution(speaker, "group", f"{source.text} -> {speaker}", 0.85)


def _apposed(scene: Scene, source: Source, end: int) -> Resolution | None:
    """Resolve "her campaign manager, Robert Mook,": the name follows the description."""
    text = scene.annotated.article.text
    comma = _APPOSED.match(text, end, end + 5)
    if comma is None:
        return None
    stop = text.find("\n", comma.end())
    names = list(
        find_names(text, comma.end(), min(stop if stop > 0 else len(text), comma.end() + 60))
    )
    if not names or names[0].title_start != comma.end():
        return None
    person = scene.cast.find(names[0].name, names[0].start)
    if person is None or len(person.parts) < 2:
        return None
    return Resolution(person.name, "person", f"{source.text} -> {person.name}", 0.85, person)


def _nominal(scene: Scene, source: Source) -> Resolution:
    kind = kind_of(source)
    if source.is_definite and kind in ("unnamed", "person"):
        person = _by_role(scene, source)
        if person is not None:
            return Resolution(person.name, "person", f"{source.text} -> {person.name}", 0.7, person)
    if source.is_definite and kind in ("organisation", "document"):
        known = scene.last_thing
        head = source.head.removesuffix("s")
        if known and known.speaker and head in known.speaker.lower():
            return replace(known, chain=f"{source.text} -> {known.speaker}", probability=0.7)
        for full in scene.cast.others.values():
            if full.lower().split()[-1] == head and len(full.split()) > 1:
                return Resolution(full, kind, f"{source.text} -> {full}", 0.6)
    if source.is_definite and kind == "organisation" and len(_WORDS.findall(source.text)) == 2:
        known = scene.last_thing if source.head in STAND_INS else None
        if known and known.speaker and known.kind == "organisation":
            return replace(known, chain=f"{source.text} -> {known.speaker}", probability=0.5)
    words = description(source)
    if source.is_definite and source.head in scene.described:
        earlier = scene.described[source.head]
        return Resolution(earlier, kind, f"{source.text} -> {earlier}", 0.6)
    if words and not source.is_definite:
        scene.described[source.head] = words
    return Resolution(words, kind, words, 0.8) if words else Resolution(None, kind, None, 0.3)


def _by_role(scene: Scene, source: Source) -> Person | None:
    """Find the person a description such as "the foreign minister" was given to."""
    wanted = {w.lower() for w in _WORDS.findall(source.text)} - {"the", "of", "a", "an", "s"}
    head = source.head
    is_role = head in read_words("speakers.txt", "roles") or head.endswith("-year-old")
    best: tuple[float, int, Person] | None = None
    for person in scene.cast.people:
        place = person.before(source.start)
        if place is None:
            continue
        words = {
            w.lower().removesuffix("’s") for role in person.roles for w in _WORDS.findall(role)
        }
        if head not in words:
            continue
        score = len(wanted & words) / max(len(wanted), 1)
        if best is None or (score, place.start) > (best[0], best[1]):
            best = (score, place.start, person)
    if best is not None:
        return best[2]
    if (
        not is_role
        or len(wanted) > MOST_ROLE_WORDS
        or head in read_words("speakers.txt", "unnamed")
    ):
        return None
    ranked = antecedents(
        scene.cast,
        "",
        source.start,
        scene.annotated.sentences,
        scene.hidden,
        scene.spoken,
    )
    return ranked[0][0] if ranked and ranked[0][1] >= SURE_ENOUGH else None
