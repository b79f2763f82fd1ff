"""What the resolver knows while it reads an article from its start."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from tasks.enrich.names import Gender, fold_parts
from tasks.enrich.people import Appearance, Cast, Person
from tasks.enrich.person_traits import noun_gender
from tasks.enrich.sources import Source
from tasks.lexicon.files import read_sections, read_words
from tasks.records import AnnotatedArticle, Quote, Span, SpeakerCandidate, SpeakerKind

REMEMBERED = 4  # speakers kept
STRANGER = 2.0  # evidence that somebody who is quoted without a name is a person
SPEAKERS = "speakers.txt"

MOST_BEARERS = 40  # people of one role among whom the one meant is looked for
_WORDS = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_ONE = re.compile(r"(?:a|an|one|another)\b(?! of)", re.IGNORECASE)


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
    spoken: list[tuple[Person, int]] = field(default_factory=list)
    """People who have spoken and where, the last one first."""

    last_words: str = ""
    """What the last of them said."""

    described: dict[str, str] = field(default_factory=dict)
    """Head noun -> description of somebody unnamed who was introduced by it."""

    unveiled: dict[str, Person] = field(default_factory=dict)
    """Description of somebody -> who it turns out to be: "said the official, Tom Brandt"."""

    strangers: dict[str, Person] = field(default_factory=dict)
    """Description -> somebody unnamed who has spoken: he or she may mean them."""

    quote: Quote | None = None
    """The quote whose source is being resolved."""

    interviewee: Person | None = None
    """Who answers under the label A."""

    last_plural: Resolution | None = None
    plural_at: int = -1
    """Where they were last the source."""

    last_thing: Resolution | None = None
    thing_at: int = -1
    """Where it was the source."""

    done: dict[tuple[int, int], Resolution] = field(default_factory=dict)
    _role_words: dict[int, frozenset[str]] = field(default_factory=dict)
    _bearers: dict[str, list[tuple[int, Person]]] | None = None

    def said_before(self, position: int) -> tuple[Span, ...]:
        """Give what the quote reports before its source: whom it names is not who speaks.

        Not where some of it stands in marks: "Ms Reid threw “cold water” on it, she wrote".
        """
        if self.quote is None or self.quote.type != "indirect":
            return ()
        return tuple(span for span in self.quote.spans if span.end <= position)

    def words_in_marks(self) -> tuple[Span, ...]:
        """Give the parts of a quote that stands in marks whole."""
        return self.quote.spans if self.quote is not None and self.quote.type == "direct" else ()

    def role_words(self, person: Person) -> frozenset[str]:
        """Give the words (lower case) of the roles that stand beside a person's name."""
        words = self._role_words.get(id(person))
        if words is None:
            found = {
                word.lower().removesuffix("’s")
                for role in person.roles
                for word in _WORDS.findall(role)
            }
            found |= {noun for title, noun in title_nouns() if title in found}
            words = self._role_words[id(person)] = frozenset(found)
        return words

    def bearers(self, noun: str, position: int) -> Iterator[tuple[int, Person]]:
        """Give those a noun describes who are named before an offset, the last ones first.

        Each comes once, with where they were named last; no more than `MOST_BEARERS` of them, so
        that a text of thousands of people takes no longer for each of its quotes.
        """
        if self._bearers is None:
            self._bearers = defaultdict(list)
            for start, person in self.cast.places:
                for word in self.role_words(person):
                    self._bearers[word].append((start, person))
        places = self._bearers.get(noun, [])
        seen: set[int] = set()
        at = bisect_left(places, position, key=lambda place: place[0])
        while at and len(seen) < MOST_BEARERS:
            at -= 1
            start, person = places[at]
            if id(person) not in seen:
                seen.add(id(person))
                yield start, person


@lru_cache(maxsize=1)
def title_nouns() -> tuple[tuple[str, str], ...]:
    """Pair titles with the noun by which their bearer is called: pc, officer."""
    words = " ".join(read_sections(SPEAKERS)["title nouns"]).split()
    return tuple(zip(words[::2], words[1::2], strict=True))


def remember(scene: Scene, found: Resolution, source: Source, position: int) -> None:
    """Note who has spoken: a later pronoun may mean them."""
    person = found.person or _stranger(scene, found, source, position)
    if person is not None:
        scene.spoken = [(person, position), *(s for s in scene.spoken if s[0] is not person)]
        del scene.spoken[REMEMBERED:]
        scene.last_words = scene.quote.quote if scene.quote is not None else ""
    elif found.kind in ("organisation", "document"):
        scene.last_thing, scene.thing_at = found, position
    if found.person is None and found.kind in ("group", "organisation", "unnamed"):
        scene.last_plural, scene.plural_at = found, position


def _stranger(scene: Scene, found: Resolution, source: Source, position: int) -> Person | None:
    """Take a single person without a name into the scene: "a neighbour", "a spokeswoman"."""
    if found.speaker is None or source.form != "nominal":
        return None
    spokespeople = read_words(SPEAKERS, "spokespeople")
    if found.kind == "organisation" and source.head not in spokespeople:
        return None  # "its biggest shareholder, Gravel Point"
    related = source.head in read_words(SPEAKERS, "kin")  # "The baby's grandmother"
    if source.is_definite and found.speaker not in scene.strangers and not related:
        return None
    single = read_words(SPEAKERS, "roles") | spokespeople
    gender = noun_gender(source.head)
    is_one = found.kind == "unnamed" and _ONE.match(source.text) is not None
    is_one = is_one and (source.head in read_words(SPEAKERS, "unnamed") or source.text[:2] != "a ")
    if source.head not in single and gender is None and not is_one:
        return None
    person = scene.strangers.get(found.speaker)
    if person is None:
        person = Person(found.speaker, (), evidence=STRANGER, kind=found.kind or "unnamed")
        person.hint = gender
        scene.strangers[found.speaker] = person
    person.appearances.append(
        Appearance(position, position + len(source.text), source.text, position)
    )
    insort(scene.cast.places, (position, person), key=lambda place: place[0])
    return person


def introduce(scene: Scene, name: str, position: int, gender: Gender | None) -> Person:
    """Take somebody into the cast whose name only the words of a source show."""
    person = Person(name, fold_parts(name), evidence=STRANGER, hint=gender)
    person.appearances.append(Appearance(position, position + len(name), name, position))
    insort(scene.cast.places, (position, person), key=lambda place: place[0])
    for part in person.parts:
        scene.cast.by_part.setdefault(part, []).append(person)
    return person
