"""Word lists as text files: one entry a line, `[section]` headings, `#` comments."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType


@lru_cache(maxsize=64)
def read_sections(name: str) -> Mapping[str, tuple[str, ...]]:
    """Read a word list by its sections.

    Args:
        name: File name in this folder, such as `honorifics.txt`.

    Returns:
        Section name -> entries in file order; entries before any heading are under "".
    """
    sections: dict[str, list[str]] = {"": []}
    entries = sections[""]
    content = files("tasks.lexicon").joinpath(name).read_text(encoding="utf-8")
    for raw in content.splitlines():
        line = raw.partition("#")[0].strip()
        if line.startswith("[") and line.endswith("]"):
            entries = sections.setdefault(line[1:-1], [])
        elif line:
            entries.append(line)
    return MappingProxyType({key: tuple(value) for key, value in sections.items()})


@lru_cache(maxsize=256)
def read_words(name: str, section: str | None = None) -> frozenset[str]:
    """Read the whitespace-separated words of a section, or of the whole file.

    Args:
        name: File name in this folder.
        section: The heading the words stand under; null for all.
    """
    sections = read_sections(name)
    chosen = sections.values() if section is None else [sections[section]]
    return frozenset(word for lines in chosen for line in lines for word in line.split())


@lru_cache(maxsize=256)
def read_phrases(name: str, section: str) -> frozenset[str]:
    """Read the entries of a section that may hold spaces: they are separated by commas or lines."""
    return frozenset(
        phrase.strip()
        for line in read_sections(name)[section]
        for phrase in line.split(",")
        if phrase.strip()
    )
