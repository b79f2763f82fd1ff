"""Whom a description means: "the foreign minister", "her office", "two councillors"."""

from __future__ import annotations

import re

from tasks.enrich.name_spans import find_names
from tasks.enrich.people import Person, is_hidden
from tasks.enrich.person_traits import is_role, noun_gender
from tasks.enrich.pronouns import GENDER_OF, antecedents
from tasks.enrich.scene import Scene
from tasks.enrich.sources import Source
from tasks.lexicon.files import read_words

SPEAKERS = "speakers.txt"
SURE_ENOUGH = 0.34  # below this probability an antecedent is not named: null, with candidates
MOST_ROLE_WORDS = 3  # of a description that may mean somebody it was not used for before
LEAD = 2  # paragraphs from the start that describe people before they name them
FEWEST_TITLE_WORDS = 2  # of a title that tells who is meant: "prime minister"
OPENING = 110  # characters of the next paragraph in which its first name stands

# Nouns for whoever is heard, named or not.
WITNESSES = frozenset(["witness", "doctor", "economist", "analyst", "meteorologist", "expert"])
_AGENT_ENDINGS = ("er", "or", "ist", "ian", "eer", "ant", "ier")
_WHO = re.compile(r",? who\b|, [A-Z]\w+ (?:\([A-Za-z]+\) )?[A-Z]")
FARTHEST_BODY = 1500  # characters back in which a body is looked for

LONGEST_OFFICE = 80  # characters
_INITIALS = re.compile(r"[A-Z]{2,5}")
_OFFICE = re.compile(r"(?:(?:[A-Z][a-z’-]+|of|for|and|the) )+$")
_WORDS = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_PAIR = re.compile(r"^(?:two|the two|both|a pair of)\b", re.IGNORECASE)
# What may come before a name at the beginning of a paragraph.
_OCCASION = re.compile(
    r"(?:Appearing|Speaking|Addressing|Giving|Writing|Talking|Asked|Opening|Sentencing|In|At|On)\b"
)
_OWNER = re.compile(r"^(his|her|their|its)\s+", re.IGNORECASE)
_LINE = re.compile(r"[^\n]+")


def by_role(scene: Scene, source: Source) -> Person | None:
    """Find the person a description such as "the foreign minister" was given to."""
    wanted = {w.lower() for w in _WORDS.findall(source.text)} - {"the", "of", "a", "an", "s"}
    head = source.head
    if formerly(scene, source) is not None:
        return None
    holder = by_initials(scene, source)
    if holder is not None:
        return holder
    best: tuple[float, int, Person] | None = None
    for start, person in scene.bearers(head, source.start):
        score = len(wanted & scene.role_words(person)) / max(len(wanted), 1)
        if best is None or (score, start) > (best[0], best[1]):
            best = (score, start, person)
    if best is not None:
        return best[2]
    later = _titled_later(scene, source)
    if later is not None:
        return later
    plain = [w for w in _WORDS.findall(source.text)[1:] if w[0].islower()]
    if (
        not (is_role(head) or head in read_words(SPEAKERS, "nationalities"))
        and not _is_new_agent(scene, source)
    ) or (
        len(plain) > MOST_ROLE_WORDS
        or _OWNER.match(source.text)
        or (head in read_words(SPEAKERS, "unnamed") and head not in WITNESSES)
        or head in scene.described
        or _WHO.match(scene.annotated.article.text, source.start + len(source.text))
    ):
        return None
    # A new description is used to vary the name of whom the text has just named, speaker or not.
    ranked = antecedents(
        scene.cast,
        {"f": "she", "m": "he"}.get(noun_gender(head) or "", ""),
        source.start,
        scene.annotated.article.text,
        scene.annotated.sentences,
        scene.hidden,
        [],
    )
    named = [(person, p) for person, p in ranked if person.parts]
    return named[0][0] if named and named[0][1] >= SURE_ENOUGH else None


def by_initials(scene: Scene, source: Source) -> Person | None:
    """Find the holder of an office that initials stand for: the DPP, the DC.

    "Director of Public Prosecutions Rhys Pemberton … The DPP said"
    """
    initials = source.text.rpartition(" ")[2]
    if not source.is_definite or not _INITIALS.fullmatch(initials):
        return None
    text = scene.annotated.article.text
    for start, person in reversed(scene.cast.places_before(source.start)):
        office = _OFFICE.search(text, max(start - LONGEST_OFFICE, 0), start)
        words = office.group().split() if office else []
        letters = "".join(word[0] for word in words if word[0].isupper())
        if letters.endswith(initials) and len(person.parts) > 1:
            return person
    return None


def _is_new_agent(scene: Scene, source: Source) -> bool:
    """Whether a noun by its ending is somebody's whom it did not describe before: "the glazier"."""
    before = scene.annotated.article.text[max(source.start - FARTHEST_BODY, 0) : source.start]
    return source.head.endswith(_AGENT_ENDINGS) and source.head not in before.lower()


def named_next(scene: Scene, source: Source) -> Person | None:
    """Find who is described in the lead and named when the next paragraph begins.

    "Its former engineer told an inquiry …" / "Beatriz Lomax, who resigned in May, said …"
    """
    head = source.head
    is_one_of_many = source.text.lower().startswith(("one ", "another "))
    if is_one_of_many or not _may_be_named_later(head) or source.start > _lead_end(scene):
        return None
    people = _introduced_next(scene, source.start)
    text = scene.annotated.article.text
    if not people:
        return None
    first = people[0].appearances[0]
    if len(people) > 1 and text[first.title_start - 1] != "\n":
        return None
    said = noun_gender(head)
    likely = people[0].likely_gender
    return people[0] if said is None or likely in (None, said) else None


def named_later(scene: Scene, source: Source) -> Person | None:
    """Find who is described in the lead and named further on with the same noun.

    "… by a judge who called it theft" / … / "Judge Alan Okafor, sentencing her, said …"
    """
    opens_with = source.text.lower().startswith(("a ", "an "))
    if not opens_with or not _may_be_named_later(source.head) or source.start > _lead_end(scene):
        return None
    return _only_one_later(scene, source, {source.head})


def formerly(scene: Scene, source: Source) -> str | None:
    """Find the unnamed former somebody that "the ex-partner" or "the ex-staffer" means."""
    if not source.is_definite or not source.head.startswith("ex-"):
        return None
    former = {
        head: words
        for head, words in scene.described.items()
        if words.lower().startswith(("former ", "ex-"))
    }
    known = former.get(source.head.removeprefix("ex-"))
    return known or next(reversed(former.values()), None)


def _titled_later(scene: Scene, source: Source) -> Person | None:
    """Find the one person whose title, further on, has the words of a description in the lead.

    "… what the island’s prime minister called …" / … / "Prime Minister Teresa Vilhena said …"
    """
    said = _WORDS.findall(source.text.lower())
    owners = [n for n, word in enumerate(said) if word.endswith(("’s", "'s", "s’"))]
    title = set(said[owners[-1] + 1 :] if owners else said) - {"the", "its", "their"}
    if len(title) < FEWEST_TITLE_WORDS or not is_role(source.head):
        return None
    if source.start > _lead_end(scene):
        return None
    return _only_one_later(scene, source, title)


def _only_one_later(scene: Scene, source: Source, title: set[str]) -> Person | None:
    """Find the one person first named after a source whose roles have all words of a title."""
    found = [
        person
        for person in scene.cast.people
        if len(person.parts) > 1
        and person.appearances[0].start > source.start
        and title <= scene.role_words(person)
    ]
    return found[0] if len(found) == 1 else None


def pair_named_next(scene: Scene, source: Source) -> str | None:
    """Find "two councillors" of the lead in the two names that begin the next paragraph."""
    if not _PAIR.match(source.text) or source.start > _lead_end(scene):
        return None
    people = _introduced_next(scene, source.start)
    return " and ".join(person.name for person in people) if len(people) == 2 else None


def owned(scene: Scene, source: Source) -> str | None:
    """Say whose somebody or something is: "her office" -> "Doh Ji-won’s office"."""
    m = _OWNER.match(source.text)
    if m is None or source.head not in read_words(SPEAKERS, "relations"):
        return None
    rest = source.text[m.end() :]
    pronoun = m.group(1).lower()
    if pronoun not in GENDER_OF:
        return None
    ranked = antecedents(
        scene.cast,
        pronoun,
        source.start,
        scene.annotated.article.text,
        scene.annotated.sentences,
        scene.hidden,
        scene.spoken,
    )
    if not ranked or ranked[0][1] < SURE_ENOUGH or not ranked[0][0].parts:
        return None
    return f"{ranked[0][0].name}’s {rest}"


def _may_be_named_later(head: str) -> bool:
    if head in read_words(SPEAKERS, "spokespeople") or head in ("official", "source", "aide"):
        return False
    return is_role(head) or noun_gender(head) is not None


def _lead_end(scene: Scene) -> int:
    lines = list(_LINE.finditer(scene.annotated.article.text[:2000]))[:LEAD]
    return lines[-1].end() if lines else 0


def _introduced_next(scene: Scene, position: int) -> list[Person]:
    """Give the people whom the next paragraph names first in its opening: nobody named before."""
    text = scene.annotated.article.text
    line = _LINE.search(text, text.find("\n", position)) if "\n" in text[position:] else None
    if line is None:
        return []
    people: list[Person] = []
    for name in find_names(text, line.start(), min(line.end(), line.start() + OPENING)):
        if is_hidden(name.start, scene.hidden):
            break
        person = next((p for at, p in scene.cast.places if at == name.start), None)
        if person is None or len(person.parts) < 2:
            continue
        if person.appearances[0].start != name.start:
            return []
        people.append(person)
    late = text[line.start()] in "“‘" or _OCCASION.match(text, line.start()) is not None
    nearest = OPENING if late else OPENING // 2
    if not people or people[0].appearances[0].start > line.start() + nearest:
        return []
    return people
