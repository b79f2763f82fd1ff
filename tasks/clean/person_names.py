"""The persons among the names of a byline: what is a name, and whose it is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tasks.clean.name_lists import given_names, han_parts, job, organisation, particles
from tasks.clean.name_pieces import PREFIX, SEPARATOR, joined_names, split_names, tidy_name
from tasks.clean.words import fold
from tasks.lexicon.files import read_words

MAX_AUTHORS = 12

NAME = re.compile(r"^(?:[^\W\d_][\w.'’‘-]*)(?:\s+(?:[^\W\d_][\w.'’‘\"“”-]*)){0,5}$")

_HAN = re.compile(r"[\u3005\u4e00-\u9fff]{3,5}")
_NOT_IN_NAMES = frozenset({"the", "in", "of", "for", "and", "with", "using", "from", "at", "about"})
_POSSESSIVE = re.compile(r"['’]s\b")
_HANDLE = re.compile(r"^([A-Z][a-z]+)([A-Z][a-z]+)$")
_ABBREVIATED = re.compile(r"[^\W\d_]{5,}\.$")


def has_job(line: str) -> bool:
    """Tell a line that is a person's name and, without a comma, what that person does."""
    found = job().search(line) if len(line) < 80 else None
    name = line[: found.start()] if found else ""
    return bool(name) and people([name]) == (name,)


def given_name(claims: Iterable[tuple[Sequence[str], str]]) -> str | None:
    """Find the given name that a byline consists of, as on blogs: "by Kay"; null if none does.

    Args:
        claims: Names claimed, and by what, in the order of trust.
    """
    for names, _ in claims:
        first = SEPARATOR.split(PREFIX.sub("", names[0], count=1))[0] if len(names) == 1 else ""
        alone = tidy_name(first, frozenset())
        if alone in given_names() or alone.capitalize() in given_names():
            return alone.capitalize() if alone.islower() else alone
    return None


def people(names: Iterable[str], outlet_names: Iterable[str] = ()) -> tuple[str, ...]:
    """Keep the persons among the names of a byline, in order, each once.

    Args:
        names: As claimed, each perhaps several names with "By", roles and separators.
        outlet_names: What the outlet calls itself; it is no person.
    """
    outlets = joined_names(outlet_names)
    found: dict[str, str] = {}
    for claim in names:
        for name in split_names(claim, outlets):
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
        return handle is not None and handle[1] in given_names() and key not in outlets
    if not 2 <= len(words) <= 6 or len(name) > 50 or not NAME.match(name):
        return False
    if key.replace(" ", "") in outlets or organisation().search(key):
        return False
    written = name.split()
    if written[0] in ("St.", "Saint", "Sankt") or written[0] in read_words(
        "name_parts.txt", "countries"
    ):
        return False  # a church or a town, or what belongs to a state
    half = len(words) // 2
    is_twice = len(words) > 3 and words[:half] == words[half:]
    if is_twice or _POSSESSIVE.search(name) or any(w.lower() in _NOT_IN_NAMES for w in written):
        return False
    small = [word for word in written if word[0].islower() and word[0].isascii()]
    if len(small) == len(written) == 2:
        return all(len(word) > 3 for word in small)
    if any(word.rstrip(".") not in particles() for word in small):
        return False
    # A long word with a full stop ends a sentence, unlike "Jr." and "J."
    if any(_ABBREVIATED.search(word) for word in written[:-1]):
        return False
    return len(written) - len(small) >= 2


def _is_han_name(name: str) -> bool:
    """Tell a name in Chinese characters: a common family name, and as many more as names have."""
    chinese, japanese, others = han_parts()
    if others.search(name):
        return False
    return (len(name) == 3 and name[0] in chinese) or (
        len(name) in (3, 4, 5) and name[:2] in japanese
    )
