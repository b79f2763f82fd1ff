"""Words in and around names: agencies, desks, jobs, particles, given names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from tasks.clean.words import fold
from tasks.lexicon.files import read_sections, read_words


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
def job() -> re.Pattern[str]:
    """Find a job set after a name without a comma: "Ada Quell Special Correspondent to …"."""
    sections = read_sections("agencies.txt")
    kinds, jobs = ("|".join(map(re.escape, sections[name])) for name in ("job_kind", "job"))
    beats = "|".join(map(re.escape, sections["beat"]))
    return re.compile(rf"\s+(?:(?:{kinds})\s+(?:[A-Z][\w-]+\s+)?|(?i:{beats})\s+)*(?i:{jobs})\b.*$")


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """List common given names."""
    return read_words("given_names.txt") | read_words("author_given_names.txt")


@lru_cache(maxsize=1)
def particles() -> frozenset[str]:
    """List the small words in names, and what follows them: von, bin, Jr."""
    return read_words("name_parts.txt", "particles") | read_words("name_parts.txt", "suffixes")


@lru_cache(maxsize=1)
def wires() -> frozenset[str]:
    """Short names of agencies and broadcasters, as they follow a name: "Ada Quell AP"."""
    sections = read_sections("agencies.txt")
    return frozenset(fold(word) for word in (*sections["short"], *sections["broadcaster"]))


@lru_cache(maxsize=1)
def han_parts() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    """List family names in Chinese characters, in China and Japan; find what makes no name."""
    chinese, japanese, others = (
        read_words("name_parts.txt", section) for section in ("chinese", "japanese", "no_han_name")
    )
    return chinese, japanese, re.compile("|".join(map(re.escape, sorted(others))))
