"""The persons among the names of a byline: what is a name, and whose it is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from tasks.clean.structured import plain
from tasks.clean.words import fold, normalise
from tasks.lexicon.files import read_sections, read_words

MAX_AUTHORS = 12

SEPARATOR = re.compile(
    r"\s*(?:[;|•·/\n、，；]|,?\s+(?:and|und|et|y|e|og|och|en)\s+|\s+&\s+|\s+with\s+)\s*"
)
PREFIX = re.compile(
    r"^\W*(?:(?:(?:zeige\s+)?alle\s+beiträge\s+von|mehr\s+(?:von|über)|über|about"
    r"|more\s+(?:by|from|about)|(?:all\s+)?posts\s+by"
    r"|(?:written|words|reported|story|posted|published|text|analysis|opinion)"
    r"\s+by|by|(?-i:From(?=\s[A-Z]))|von|par|por|de|di|door|af|av|text|autor(?:in)?|auteur|author)\b\s*:?\s*"
    r"|(?-i:By(?=[A-Z])))",
    re.IGNORECASE,
)
NAME = re.compile(r"^(?:[^\W\d_][\w.'’‘-]*)(?:\s+(?:[^\W\d_][\w.'’‘\"“”-]*)){0,5}$")

_HAN = re.compile(r"[\u3005\u4e00-\u9fff]{3,5}")
_COMMA = re.compile(r"\s*,\s*")
_AFTERWARDS = re.compile(
    r"\s*(?:"
    r"\b(?i:updated|published|posted|last modified|modified|stand:?)\b.*"
    r"|\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b(?:[\s,]+(?:\d|[A-Z][a-z]{2,8}$).*|$)"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s+\d.*"
    r"|[(\[<@].*|\d.*|\b(?:for|in|at|of)\s+(?:the\s+)?[A-Z].*"
    r"|\bThe\s+[A-Z].*|\S+@\S+\.\w.*|@.*|\bvia\b.*|https?:.*)$"
)
_DASH = re.compile(r"\s[-–—|]\s")
_NOT_IN_NAMES = frozenset({"the", "in", "of", "for", "and", "with", "using", "from", "at", "about"})
_POSSESSIVE = re.compile(r"['’]s\b")
_HANDLE = re.compile(r"^([A-Z][a-z]+)([A-Z][a-z]+)$")
_ABBREVIATED = re.compile(r"[^\W\d_]{5,}\.$")


@lru_cache(maxsize=1)
def desk() -> re.Pattern[str]:
    """Find words that make a name a desk of the outlet: Staff, Newsroom, Editors."""
    return _any_of(read_sections("agencies.txt")["staff"])


@lru_cache(maxsize=1)
def organisation() -> re.Pattern[str]:
    """Find words that make a name no person's: Staff, Newsroom, Reuters."""
    sections = read_sections("agencies.txt")
    return _any_of([*sections["agency"], *sections["staff"], *sections["desk"]])


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    listed = "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\b(?:{listed})\b")


@lru_cache(maxsize=1)
def _job() -> re.Pattern[str]:
    """Find a job set after a name without a comma: "Ada Quell Special Correspondent to …"."""
    sections = read_sections("agencies.txt")
    kinds, jobs = ("|".join(map(re.escape, sections[name])) for name in ("job_kind", "job"))
    return re.compile(rf"\s+(?:(?:{kinds})\s+(?:[A-Z][\w-]+\s+)?)*(?:{jobs})\b.*$")


def has_job(line: str) -> bool:
    """Tell a line that is a person's name and, without a comma, what that person does."""
    job = _job().search(line) if len(line) < 80 else None
    name = line[: job.start()] if job else ""
    return bool(name) and people([name]) == (name,)


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    sections = read_sections("given_names.txt")
    return frozenset(word for lines in sections.values() for line in lines for word in line.split())


def given_name(claims: Iterable[tuple[Sequence[str], str]]) -> str | None:
    """Find the given name that a byline consists of, as on blogs: "by Kay"; null if none does.

    Args:
        claims: Names claimed, and by what, in the order of trust.
    """
    for names, _ in claims:
        alone = PREFIX.sub("", names[0], count=1).strip() if len(names) == 1 else ""
        if alone in _given_names():
            return alone
    return None


@lru_cache(maxsize=1)
def _particles() -> frozenset[str]:
    return read_words("name_parts.txt", "particles") | read_words("name_parts.txt", "suffixes")


@lru_cache(maxsize=1)
def _wires() -> frozenset[str]:
    """Short names of agencies and broadcasters, as they follow a name: "Ada Quell AP"."""
    sections = read_sections("agencies.txt")
    return frozenset(fold(word) for word in (*sections["short"], *sections["broadcaster"]))


def joined_names(outlet_names: Iterable[str]) -> frozenset[str]:
    """Fold what an outlet calls itself, to find it in a byline: `usatoday`."""
    return frozenset(fold(name).replace(" ", "") for name in outlet_names if name) - {""}


def people(names: Iterable[str], outlet_names: Iterable[str] = ()) -> tuple[str, ...]:
    """Keep the persons among the names of a byline, in order, each once.

    Args:
        names: As claimed, each perhaps several names with "By", roles and separators.
        outlet_names: What the outlet calls itself; it is no person.
    """
    outlets = joined_names(outlet_names)
    found: dict[str, str] = {}
    for claim in names:
        for name in _split(claim, outlets):
            key = fold(name)
            if key and key not in found and is_person(name, key, outlets):
                found[key] = name
    kept = [
        name
        for key, name in found.items()
        if not any(key != other and set(key.split()) < set(other.split()) for other in found)
    ]
    return tuple(kept[:MAX_AUTHORS])


def is_person(name: str, key: str, outlets: frozenset[str]) -> bool:
    """Tell whether a name reads like a person's.

    Args:
        name: As written.
        key: The same, folded.
        outlets: What the outlet calls itself, by `joined_names`.
    """
    words = key.split()
    if _HAN.fullmatch(name):
        return _is_han_name(name) and key not in outlets
    if len(words) == 1:
        handle = _HANDLE.match(name)
        return handle is not None and handle[1] in _given_names() and key not in outlets
    if not 2 <= len(words) <= 6 or len(name) > 50 or not NAME.match(name):
        return False
    if key.replace(" ", "") in outlets or organisation().search(key):
        return False
    written = name.split()
    if written[0] in ("St.", "Saint", "Sankt"):
        return False  # a church or a town
    half = len(words) // 2
    is_twice = len(words) > 3 and words[:half] == words[half:]
    if is_twice or _POSSESSIVE.search(name) or any(w.lower() in _NOT_IN_NAMES for w in written):
        return False
    small = [word for word in written if word[0].islower() and word[0].isascii()]
    if len(small) == len(written) == 2:
        return all(len(word) > 3 for word in small)
    if any(word.rstrip(".") not in _particles() for word in small):
        return False
    # A long word with a full stop ends a sentence, unlike "Jr." and "J."
    if any(_ABBREVIATED.search(word) for word in written[:-1]):
        return False
    return len(written) - len(small) >= 2


@lru_cache(maxsize=1)
def _han_parts() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    chinese, japanese, others = (
        read_words("name_parts.txt", section) for section in ("chinese", "japanese", "no_han_name")
    )
    return chinese, japanese, re.compile("|".join(map(re.escape, sorted(others))))


def _is_han_name(name: str) -> bool:
    """Tell a name in Chinese characters: a common family name, and as many more as names have."""
    chinese, japanese, others = _han_parts()
    if others.search(name):
        return False
    return (len(name) == 3 and name[0] in chinese) or (
        len(name) in (3, 4, 5) and name[:2] in japanese
    )


def _split(claim: str, outlets: frozenset[str]) -> Iterator[str]:
    text = normalise(plain(claim))
    if text.lower().startswith(("http:", "https:", "www.", "@")):
        return
    text = PREFIX.sub("", text, count=1)
    for part in _COMMA.split(text):
        is_affiliation = False
        for piece in SEPARATOR.split(part):
            name = _tidy(piece, outlets)
            # "…, Institute of Allergy and Infectious Diseases": what follows is no author either.
            if not (is_affiliation and name.partition(" ")[0] not in _given_names()):
                yield name
            is_affiliation = is_affiliation or bool(organisation().search(fold(piece)))


def _tidy(name: str, outlets: frozenset[str]) -> str:
    name = PREFIX.sub("", name, count=1)
    name = _AFTERWARDS.sub("", name)
    first, *others = _DASH.split(name)
    # "Nickname - Ada Quell" names her after the dash, "Ada Quell - Larkfield" before it.
    if others and len(first.split()) == 1 and len(others[0].split()) > 1:
        first = others[0]
    name = _job().sub("", first).strip(' .,:;-–—|*"“”')
    name = _without_outlet(name, outlets)
    if name.isupper() and len(name) > 4:
        name = re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lambda word: word[0].capitalize(), name)
    return name


def _without_outlet(name: str, outlets: frozenset[str]) -> str:
    """Cut the outlet off a name: "Ada Quell USA TODAY"; nothing is left of "MDR THÜRINGEN"."""
    words = name.split()
    own = outlets | _wires()
    is_short = words[:1] != [] and (words[0].isupper() or len(words[0]) == 2)
    if len(words) > 1 and is_short and fold(words[0]) in own:
        return ""
    if len(words) > 2 and fold(words[-1]) in _wires():
        words.pop()
        name = " ".join(words)
    for count in range(len(words) - 2, 0, -1):
        tail = fold(" ".join(words[-count:])).replace(" ", "")
        if len(tail) > 3 and tail in outlets:
            return " ".join(words[:-count])
    return name
