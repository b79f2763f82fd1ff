"""Looks at markup in time that grows with its length alone, however hostile it is.

A pattern such as `<script.*?</script>` takes the square of the length on a page of nothing but
`<script`; fetching looks at pages of anybody in the one thread that serves all hosts.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\w+")


def without(text: str, *names: str) -> str:
    """Leave out comments and whole elements; one that is never closed stays, but for its tag.

    Args:
        text: Markup.
        names: Names of elements in lower case, such as `script`.
    """
    kept: list[str] = []
    position, unclosed = 0, set[str]()
    for start in _starts(names).finditer(text):
        if start.start() < position:
            continue
        name = (start[1] or "").lower()
        if name in unclosed:
            continue
        end = _end(name).search(text, start.end())
        if end is None:
            # where one is not closed, none after it is
            unclosed.add(name)
            if len(unclosed) > len(names):
                break
            continue
        kept.append(text[position : start.start()])
        position = end.end()
    kept.append(text[position:])
    return " ".join(kept)


def elements(text: str, *names: str) -> list[str]:
    """List the markup of elements of some names, the outermost of each kind, in their order."""
    found: list[str] = []
    position, unclosed = 0, set[str]()
    for start in _starts(names).finditer(text):
        name = (start[1] or "").lower()
        if start.start() < position or not name or name in unclosed:
            continue
        end = _end(name).search(text, start.end())
        if end is None:
            unclosed.add(name)
            continue
        found.append(text[start.start() : end.end()])
        position = end.end()
    return found


def word_count(markup: str) -> int:
    """Count the words outside tags."""
    return len(_WORD.findall(untagged(markup)))


def untagged(markup: str) -> str:
    """Put a space in place of every tag."""
    return _TAG.sub(" ", markup)


def matches(pattern: str, path: str) -> bool:
    """Match a path against a pattern of RFC 9309: `*` for anything, `$` for the end."""
    is_anchored = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not is_anchored or path == first
    position = len(first)
    for part in others[:-1]:
        found = path.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    if is_anchored:
        return len(path) - len(others[-1]) >= position and path.endswith(others[-1])
    return path.find(others[-1], position) >= 0


@lru_cache(maxsize=32)
def _starts(names: tuple[str, ...]) -> re.Pattern[str]:
    # without names there must be no empty one: `<()\b` is the start of every tag
    tags = rf"|<({'|'.join(names)})\b" if names else "()"
    return re.compile(rf"<!--{tags}", re.IGNORECASE)


@lru_cache(maxsize=32)
def _end(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>" if name else "-->", re.IGNORECASE)
