"""Find capitalised names in a text, without a model: what a speaker may be called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tasks.enrich.names import CACHE, NAME_PARTS, Gender, gender_of_honorific, is_honorific
from tasks.lexicon.files import read_words

FUNCTION_WORDS = "function_words.txt"
SPEAKERS = "speakers.txt"
PEOPLE = "mention_words.txt"
OFFICE = 30  # characters before a name in which its office stands
PARTICLE = "(?:de|da|del|della|der|den|di|du|dos|la|le|van|von|bin|ibn|al|el|ten|ter|af|zu)"
# Initials written together are one word of a name: R.K. Deshmukh.
INITIALS = r"(?:\b[A-ZÀ-ÖØ-Þ]\.){2,}(?![A-ZÀ-ÖØ-Þ]\w)"
CAPITAL = (
    rf"(?:{INITIALS}|(?:\b(?:al|el|as|ad|ar|an|ul)-)?[A-ZÀ-ÖØ-Þ]"
    r"(?:[^\W_]|(?<=\w)['’-](?=\w))*\.?(?<!\.\.))"
)

_BEGINS = "(?=[A-ZÀ-ÖØ-Þaeu])"  # what a name begins with, told in one step
# A nickname in marks, between given name and surname: Rogelio “Jun” Baltazar.
_NICKNAME = rf"(?:[  ][“\"‘'](?:{CAPITAL}[  ]?){{1,2}}[”\"’'](?=[  ][A-ZÀ-ÖØ-Þ]))?"
_NAMES = re.compile(rf"{_BEGINS}{CAPITAL}(?:{_NICKNAME}[  ]+(?:{PARTICLE}[  ]+){{0,2}}{CAPITAL})*")
_WORD = re.compile(r"\S+")
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
# "Leader of the" Opposition Arvind Solanke, "Minister of" Health Ada Obi.
_OFFICE = re.compile(
    r"\b(?:[Ll]eader|[Mm]inister|[Ss]ecretary|[Dd]irector|[Ss]peaker|[Cc]hief|[Cc]ommissioner"
    r"|[Hh]ead|[Pp]resident|[Mm]ember) (?:of|for) (?:the )?$"
)
LONGEST_NAME = 100  # characters before a short form in brackets
_BRACKETED = re.compile(r"(?<=\w) \(([A-Z][A-Za-z]{1,7})\)")
_ORIGIN = re.compile(r"\w-(?:backed|based|born|owned|led|listed|bred|educated|raised)$")
_TRADE = re.compile(r"(?:(?<=..)er|(?<=...)(?:or|ant|ent)|ist|ian|man|woman|ess|eer)$")
_STOPPED = re.compile(
    r"^(?:[A-Z]|Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Prof|Rev|St|Jr|Sr|Hon|Cllr|Maj|Insp|Det|Supt|Reps|Sens|Ch|Mx|Fr|Cmdr|Adm|Atty|Engr|Barr|Cpl|Msgr|Ald|Dep)\.$"
)


class NameSpan(NamedTuple):
    """A run of capitalised words that may name somebody or something."""

    start: int
    """Offset of the name, its honorifics left out."""

    end: int
    """Offset just past it, a possessive ending left out."""

    name: str
    """The words of the name."""

    title_start: int
    """Offset of the honorifics before it, or of the name."""

    title: str | None
    """Honorifics and titles before it: "Mr", "Ukrainian President"."""

    gender: Gender | None
    """What the honorifics say."""


def find_names(text: str, start: int = 0, end: int | None = None) -> Iterator[NameSpan]:
    """Find the names in a stretch of text, in reading order; "A and B" is two."""
    for m in _NAMES.finditer(text, start, len(text) if end is None else end):
        words, at = m.group(), m.start()
        several = " " in words
        opens = several and _opens_sentence(text, at)
        follows = several and _OFFICE.search(text, max(at - OFFICE, 0), at) is not None
        for name in _split(words, opens, follows):
            yield NameSpan(
                at + name.start,
                at + name.end,
                name.name,
                at + name.title_start,
                name.title,
                name.gender,
            )


def acronyms(text: str) -> Iterator[tuple[str, str]]:
    """Find short forms in brackets with the names they stand for: Food Agency (FA)."""
    for m in _BRACKETED.finditer(text):
        wanted = [c.lower() for c in m.group(1) if c.isalpha()]
        words = text[max(m.start() - LONGEST_NAME, 0) : m.start()].rpartition("\n")[2].split()
        for back in range(len(words) - 1, max(len(words) - 2 * len(wanted) - 1, -1), -1):
            parts = [part for word in words[back:] for part in word.split("-")]
            initials = [part[0].lower() for part in parts if part[:1].isupper()]
            if initials == wanted and words[back][0].isupper():
                yield m.group(1), " ".join(words[back:])
                break


@lru_cache(maxsize=1)
def never_names() -> frozenset[str]:
    """Give capitalised words that begin sentences but no names (lower case)."""
    sections = (
        "determiners",
        "pronouns",
        "relatives",
        "prepositions",
        "subordinators",
        "auxiliaries",
        "adverbs",
        "times",
        "wh",
        "time adjectives",
    )
    words = frozenset(word for s in sections for word in read_words(FUNCTION_WORDS, s))
    extra = {"and", "but", "or", "yet", "nor", "asked", "speaking", "according"}
    kept = {"will", "may", "mark", "us", "august", "april", "june"}
    return (words | extra) - kept


@lru_cache(maxsize=CACHE)
def _split(capitals: str, opens_sentence: bool, follows_office: bool) -> tuple[NameSpan, ...]:
    """Split a run of capitalised words into names, their offsets counted from its start."""
    words = [(w.group(), w.start()) for w in _WORD.finditer(capitals)]
    run: list[tuple[str, int]] = []
    found: list[NameSpan | None] = []
    if len(words) > 1 and opens_sentence and _is_participle(words[0][0]):
        words = words[1:]
    if len(words) > 1 and _ORIGIN.search(words[0][0]):
        words = words[1:]
    if len(words) > 2 and follows_office:
        given = read_words("given_names.txt")
        at = next((n for n, (word, _) in enumerate(words[:-1]) if n and word in given), -2)
        words = words[at:]
    if len(words) > 2 and words[0][0] in ("Will", "May"):
        words = words[1:] if words[1][0] in read_words("given_names.txt") else words
    for word, at in words:
        bare = word.rstrip(".")
        stops = word.endswith(".") and not _STOPPED.match(word) and "." not in bare
        is_country = word in read_words(NAME_PARTS, "countries") and "." in word
        never = bare.lower() in never_names() and not (bare.isupper() and len(bare) > 1)
        titled = bool(run) and is_honorific(run[-1][0])  # Mr Sunday Adeyemi
        if is_country or (never and not titled):
            found.append(_named(run))
            run = []
            continue
        run.append((bare if stops else word, at))
        if stops or _POSSESSIVE.search(bare):
            found.append(_named(run))
            run = []
    found.append(_named(run))
    return tuple(name for name in found if name is not None)


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(start - 2, 0) : start].rstrip(" “\"‘'")
    return not before or before[-1] in "\n.!?"


def _is_participle(word: str) -> bool:
    """Whether a word that opens a sentence is a verb before a name: "Hosting Cook", "Asked"."""
    known = read_words("given_names.txt")
    return word.endswith(("ing", "ed")) and len(word) > 4 and word not in known


def _is_trade(word: str, following: str) -> bool:
    """Whether a capital before a given name says what somebody is: "Plasterer Darren Stokes"."""
    known = read_words("given_names.txt")
    looks = _TRADE.search(word) is not None or "-" in word
    return looks and word not in known and following in known


def _named(run: list[tuple[str, int]]) -> NameSpan | None:
    if not run:
        return None
    words = [word for word, _ in run]
    cut = _title_end(words)
    name = _POSSESSIVE.sub("", " ".join(words[cut:]))
    start = run[cut][1]
    last, at = run[-1]
    end = at + len(_POSSESSIVE.sub("", last))
    title = " ".join(words[:cut]) or None
    gender = gender_of_honorific(f"{title} {name}") if title else None
    return NameSpan(start, end, name, run[0][1], title, gender)


def _title_end(words: list[str]) -> int:
    """Count the words before the name itself: the last title word, and what leads up to it."""
    cut = 0
    if words[-1].lower().rstrip("s") in read_words(SPEAKERS, "organisations"):
        return 0
    known = read_words("given_names.txt")
    for number in range(len(words) - 1):
        if number and number == len(words) - 2 and words[number] in known:
            break  # PC Dean Loveridge has a given name
        if words[number] == "Sri" and words[number + 1].startswith("Lanka"):
            continue
        if is_honorific(words[number]) or _is_role(words[number]):
            cut = number + 1
    if cut == 0 and len(words) > 2 and _is_trade(words[0], words[1]):
        cut = 1
    if cut == 0 and len(words) > 2 and words[0].lower() in read_words(SPEAKERS, "nationalities"):
        cut = 1
    return cut


def _is_role(word: str) -> bool:
    """Whether a capital word says what somebody is: "Publican", "Mum-of-three"."""
    low = word.lower()
    head, of, _ = low.partition("-of-")
    known = read_words(SPEAKERS, "roles")
    return low in known or low in read_words(PEOPLE, "person_nouns") or bool(of and head in known)
