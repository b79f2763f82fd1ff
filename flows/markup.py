"""Markdown for the dashboard, which reads all cells of tables as markdown, too.

What comes from outside (names, headlines, addresses, messages) is shown as it is: it makes no link,
no code and no list, and none of it is swallowed as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

CELL = 60
"""Characters of a cell at most: the dashboard never breaks a line in a table."""

_SIGNS = re.compile(r"[\\`*_\[\]<>|#!~]")
_LIST = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+])(?=[-\s]|$)")
"""What begins a list or makes a rule, where it begins a cell; an address of numbers does not."""


def plain(text: str, most: int | None = None) -> str:
    r"""Keep words from being read as markup.

    Args:
        text: The words.
        most: Characters at most; longer ones are cut, which an ellipsis shows.

    >>> plain("snake_case and <b>"), plain("1. FC Albstadt"), plain("Ada Morrow", 6)
    ('snake\\_case and \\<b\\>', '1\\. FC Albstadt', 'Ada M…')
    """
    words = " ".join(text.split())
    if most is not None and len(words) > most:
        words = words[: most - 1] + "…"
    return _LIST.sub(r"\1\\\2\3", _SIGNS.sub(r"\\\g<0>", words))


def address(text: str) -> str:
    """Show an address: one of the web is a link by itself, and has no place for backslashes.

    >>> address("https://news.example/a_b?q=<b>|x")
    'https://news.example/a_b?q=%3Cb%3E%7Cx'
    """
    if not text.startswith(("http://", "https://")):
        return plain(text)
    return "".join(quote(sign) if sign in "\\`*[]<>|\"'() " else sign for sign in text)


def number(count: int, one: str, more: str) -> str:
    """Write how many there are of something.

    >>> number(1, "address", "addresses"), number(12_000, "address", "addresses")
    ('1 address', '12,000 addresses')
    """
    return f"{count:,} {one if count == 1 else more}"


def link_text(path: Path) -> str:
    """Show a path as the text of a link, where the dashboard takes backslashes as they are.

    >>> link_text(Path("/srv/on_record/tables"))
    '/srv/on_record/tables'
    """
    words = str(path)
    return plain(words) if set(words) & set("\\`*[]<>") else words


def table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    """Lay out a table; without rows it would be drawn as a dot."""
    if not rows:
        return "None."
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
