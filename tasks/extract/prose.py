"""Which lines are prose: nobody is quoted in code, notices of a server, references or tables."""

from __future__ import annotations

import re

# What begins a reference of an encyclopedia, or a row of a table.
_NO_SENTENCE = re.compile(r"\s*(?:\^|\||↑)")
# A first look that most prose passes: none of these signs, no code.
_SUSPECT = re.compile(r"[{}<>=\\_]|\(\)|::|[;)]$", re.MULTILINE)
# What code is made of: names joined by signs, assignments, calls, tags, paths, statements.
_CODE = re.compile(
    r"[\w\])\"']\s?(?:[-+*/|&!=<>]?={1,3}>?)\s?[\w\[({\"'$-]"  # a = b, a += 1, a=>b
    r"|\w[\w.]*\([^()\n]*\)\s?[;{:]"  # f(x);
    r"|\w\(\)|\w->\w|\w::\w|\$[a-zA-Z_]\w+|\w\.\w+\(|\w\[\w*\]"
    r"|</?[a-z][\w-]*(?:\s[^<>\n]*)?/?>"  # a tag
    r"|(?<![@/.\w-])(?:[a-z]+(?:_[a-z0-9]+)+|[a-z]{2,}(?:[A-Z][a-z]+)+)\b(?![@/])"  # tea_pot
    r"|(?:\s|^)[{}](?:\s|$)|[;{}]\s*$|\\[\w\\]|(?:^|\s)(?:/[\w.-]+){2,}",
    re.MULTILINE,
)
_SIGNS_A_WORD = 0.12
_FEWEST_SIGNS = 2
_NO_NAME = re.compile(r"[={}<>\\|^]")


def is_prose(line: str) -> bool:
    """Whether somebody may be quoted in a line: not in code, in a reference or in a table's row."""
    if _NO_SENTENCE.match(line):
        return False
    if not _SUSPECT.search(line):
        return True
    signs = len(_CODE.findall(line))
    return signs < _FEWEST_SIGNS or signs < _SIGNS_A_WORD * len(line.split())


def may_name(words: str) -> bool:
    """Whether words may name who speaks: neither code nor signs alone."""
    return not _NO_NAME.search(words) and any(c.isalnum() for c in words)
