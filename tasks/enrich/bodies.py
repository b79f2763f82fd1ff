"""Which body a noun means: "the authority", "the company", whom "a spokeswoman" speaks for."""

from __future__ import annotations

import re

from tasks.enrich.name_spans import find_names
from tasks.enrich.names import fold
from tasks.enrich.people import is_hidden
from tasks.enrich.pronouns import sentence_at
from tasks.enrich.scene import Scene
from tasks.enrich.sources import STAND_INS, Source
from tasks.lexicon.files import read_words

SPEAKERS = "speakers.txt"
PLACES = "mention_words.txt"
FARTHEST_BODY = 1500  # characters back in which a body is looked for
# Nouns that stand for a body, and the words that its name ends in.
_STAND_FOR = {
    "authority": ("council", "authority", "borough"),
    "force": ("police", "constabulary", "force"),
    "company": ("plc", "inc", "ltd", "corp", "group", "company", "co", "holdings", "llc", "motors"),
    "firm": ("plc", "inc", "ltd", "corp", "group", "company", "co", "holdings", "llc", "partners"),
    "utility": ("water", "power", "electric", "energy", "gas", "utilities"),
    "airline": ("airways", "air", "airlines", "airline", "jet"),
    "charity": ("trust", "foundation", "society", "aid", "charity", "fund", "mission"),
    "union": ("union", "association", "federation", "alliance", "league"),
    "department": ("department", "ministry", "office"),
    "ministry": ("ministry", "department"),
    "university": ("university", "college"),
    "hospital": ("hospital", "infirmary"),
    "club": ("fc", "united", "city", "rovers", "athletic", "wanderers", "albion", "town", "club"),
}

# Nouns for a body of almost any kind.
ANY_BODY = frozenset(["group", "organisation", "organization", "charity", "body", "union"])
FARTHEST_SPOKEN = 60  # characters after a source begins in which it names who speaks
# "Ann Reid from the charity" Water for All, "Ann Reid, head of" Water for All
_BELONGS = re.compile(
    r",? (?:[a-z][\w’-]* ){0,3}(?:from|of|at|for|with) (?:the )?(?:[a-z][\w’-]* ){0,3}(?=[A-Z])"
)
_BODY = re.compile(r"[A-Z][\w’&-]*(?: (?:(?:of|for|the|and|on|in) )*[A-Z][\w’&-]*)+")
# What opens a sentence: "The union rejected", "Brightwell Water apologised", "Marlowe, which".
_OPENING_BODY = re.compile(
    r"(?P<the>The )?(?P<name>[A-Z][\w’&-]+(?: (?:(?:of|for|the|and) )*[A-Z][\w’&-]+)*|[a-z-]+)"
    r"(?:, which|, [^,\n]{2,60},)? (?=(?:[a-z]+(?:ed|s|d)|has|was|won|lost|cut|told)\b)"
)
_ITSELF = re.compile(r"(?:it|its)\b", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")


def body_before(scene: Scene, source: Source) -> str | None:
    """Find the body that a noun of its kind means: "the authority" for Millbrook Council."""
    words = _STAND_FOR.get(source.head)
    if words is None:
        return None
    text = scene.annotated.article.text
    low = max(source.start - FARTHEST_BODY, 0)
    for name in reversed(list(find_names(text, low, source.start))):
        if name.name.split()[-1].lower() in words and " " in name.name:
            return name.name
    return None


def body_opening(scene: Scene, position: int) -> tuple[int, str] | None:
    """Find the body that opens the sentence before "it": "The union rejected it. It said …".

    Returns:
        Its offset and its name; null if a person, or nothing of the kind, stands there.
    """
    text, sentences = scene.annotated.article.text, scene.annotated.sentences
    here = sentence_at(sentences, position)
    if here < 1 or is_hidden(sentences[here - 1].start, scene.hidden):
        return None
    m = _OPENING_BODY.match(text, sentences[here - 1].start, position)
    if m is None:
        return None
    nouns = read_words(SPEAKERS, "organisations")
    words = m["name"].split()
    last = words[-1].removesuffix("’s")
    if m["the"] and m["name"].islower():
        return (m.start("name"), m["name"]) if last in nouns else None
    of = len(words) > 1 and words[1] in ("of", "for") and words[0].lower() in nouns
    if of or last.lower() in nouns or fold(m["name"]) in scene.cast.others:
        return m.start("name"), scene.cast.others.get(fold(m["name"]), m["name"])
    return None


def speakers_body(scene: Scene, source: Source) -> str | None:
    """Find the body that who spoke last belongs to: "Ann Reid, of Water for All, said …"."""
    if source.head not in ANY_BODY or not scene.spoken:
        return None
    person, spoke_at = scene.spoken[0]
    text = scene.annotated.article.text
    place = person.before(spoke_at + FARTHEST_SPOKEN)
    if place is None or text.count("\n", place.end, source.start) > 1:
        return None
    m = _BELONGS.match(text, place.end)
    if m is None:
        return None
    body = _BODY.match(text, m.end())
    return body.group().removesuffix("’s").removesuffix("'s") if body else None


def mistaken_body(scene: Scene, source: Source) -> str | None:
    """Find the body that was taken for a person: "Linhas Sul said it …, the company added"."""
    if source.head not in STAND_INS or not scene.spoken or not _ITSELF.match(scene.last_words):
        return None
    person, spoke_at = scene.spoken[0]
    text = scene.annotated.article.text
    is_told = person.likely_gender is not None or any(
        place.text != person.name for place in person.appearances
    )
    near = text.count("\n", spoke_at, source.start) <= 1
    return person.name if near and person.parts and not is_told else None


def spoken_for(scene: Scene, source: Source) -> str | None:
    """Find the body that "a spokeswoman" speaks for: named in this paragraph or the one before."""
    text = scene.annotated.article.text
    here = text.rfind("\n", 0, source.start)
    low = text.rfind("\n", 0, max(here, 0)) + 1
    nouns = read_words(SPEAKERS, "organisations")
    last = scene.last_thing
    if last is not None and last.kind == "organisation" and last.speaker:
        near = _WORDS.findall(text[max(source.start - FARTHEST_BODY // 2, 0) : source.start])
        if last.speaker.split()[-1] in near or last.speaker.split()[-1].lower() in near:
            return last.speaker
    for name in reversed(list(find_names(text, low, source.start))):
        if " " in name.name and name.name.split()[-1].lower() in nouns:
            return name.name
    return None


def company_of(scene: Scene, word: str) -> str | None:
    """Find the company that a single word is short for: Jinhe for Jinhe Resources."""
    trades = read_words(PLACES, "company_suffixes") | read_words(SPEAKERS, "company words")
    for full in scene.cast.others.values():
        first, _, rest = full.partition(" ")
        if first == word and rest and rest.split()[-1] in trades:
            return full
    return None


def full_name_of(scene: Scene, source: Source) -> str | None:
    """Find the body that a shorter name means: "the Registry" for the Registry of Records."""
    words = [w for w in _WORDS.findall(source.text) if w.lower() != "the"]
    if not words:
        return None
    others = list(scene.cast.others.values())
    if len(words) == 1 and words[0][0].isupper():
        for full in others:
            if " " in full and words[0] in (full.split()[0], full.split()[-1]):
                return full
    for full in others:
        if full.lower().split()[-1] == source.head and len(full.split()) > 1:
            return full
    return None
