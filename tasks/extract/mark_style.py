"""The quotation marks of a text: which characters it opens and closes quotations with."""

from __future__ import annotations

import re
from typing import Literal

Family = Literal["double", "single"]
Role = Literal["open", "close", "either", "none"]

# Every character that may be a quotation mark; "''" and "``" are typewriter doubles.
MARK = re.compile(r"''|``|’’|‘‘|[“”„‟\"«»‘’‛'‚]")
OPENERS = frozenset("“„‟«") | {"``", "‘‘"}
CLOSERS = frozenset("”»") | {"’’"}
SINGLES = frozenset("‘’‛'‚")

_SINGLE_OPENING = re.compile(r"[‘'](?:(?<=^.)|(?<=[\s(\[—–:-].))(?=[\w“\"£$€…(\[])", re.MULTILINE)
_INWARD = re.compile(r"(?:^|(?<=[\s(\[—–:„“]))»(?=\w)", re.MULTILINE)
_OUTWARD = re.compile(r"(?:^|(?<=[\s(\[—–:„“]))«(?=\s?\w)", re.MULTILINE)
_TURNED = str.maketrans("«»", "»«")
_DOUBLE_OPENING = re.compile(r"(?:^|(?<=[\s(\[—–:-]))(?:[“\"„«]|'')(?=\S)", re.MULTILINE)
# Where whole utterances open: at the start of a line, after a colon or a comma.
_STRONG_SINGLE = re.compile(
    r"(?:^|[:,] )[‘'](?=[\w’“\"£$€…(\[])[^\n]{3,600}?[,.?!]['’]", re.MULTILINE
)
_STRONG_DOUBLE = re.compile(r"(?:^|[:,] )(?:[“\"„«]|'')(?=\S)", re.MULTILINE)
# Elisions that look like an opening single mark.
_ELISION = re.compile(
    r"(?:em|til|twas|tis|cause|bout|round|n|neath|ere|cos|coz|fore|\d\ds?)\b", re.IGNORECASE
)
_AND = re.compile(r"\s[’'‘][nN][’']")  # rock ’n’ roll


def outward(text: str) -> str:
    """Turn guillemets that point at the words between them, as in German, the other way round.

    A text that uses them both ways is left as it is if «…» is as common.
    """
    if "«" not in text or len(_INWARD.findall(text)) <= len(_OUTWARD.findall(text)):
        return text
    return text.translate(_TURNED)


def family_of(character: str) -> Family:
    """Tell single marks from double ones."""
    return "single" if character in SINGLES else "double"


def is_single_quoted(text: str) -> bool:
    """Whether the text quotes in single marks, as British newspapers do; doubles are then inside.

    The evidence is how often each kind stands where a quotation opens.
    """
    if _STRONG_SINGLE.search(text) and not _STRONG_DOUBLE.search(text):
        return True
    singles = sum(1 for m in _SINGLE_OPENING.finditer(text) if not _ELISION.match(text, m.end()))
    if singles < 2:
        return False
    return singles > 2 * sum(1 for _ in _DOUBLE_OPENING.finditer(text))


def role_of(text: str, start: int, end: int) -> Role:
    """Tell what a mark at `text[start:end]` can do, from its shape and its neighbours."""
    mark = text[start:end]
    before = text[start - 1 : start] or "\n"
    after = text[end : end + 1] or "\n"
    if mark in SINGLES:
        return _single_role(text, mark, before, after, end)
    if before == "=" or (before.isdigit() and mark == '"' and not after.isalnum()):
        # An attribute of leftover markup, or inches: five foot 6".
        return "none" if before == "=" else "close"
    if after == ">" and mark == '"':
        return "close"
    space_before = before.isspace() or before in "([—–-/"
    space_after = after.isspace() or after in ".,;:!?)]—–-…"
    if mark in CLOSERS:
        opens = mark == "”" and (before == "\n" or (space_before and after.isalnum()))
        return "open" if opens else "close"
    if mark in OPENERS:
        misused = not space_before and (space_after or before in ",.?!…")
        return "close" if misused and mark != "«" else "open"
    if space_before and not space_after:
        return "open"
    if space_after and not space_before:
        return "close"
    return "either"


def _single_role(text: str, mark: str, before: str, after: str, end: int) -> Role:
    if before.isalnum() and after.isalnum():
        return "none"
    opens = (before.isspace() or before in '([—–-:“"/') and not after.isspace()
    if mark == "’" and opens:
        return "none"
    if opens:
        return "none" if _ELISION.match(text, end) else "open"
    if mark == "‘":
        return "none"
    if _AND.fullmatch(text, max(end - 4, 0), end):
        return "none"
    closes = not before.isspace() and not after.isalnum()
    return "close" if closes else "none"
