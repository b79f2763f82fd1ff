"""Find the stretches between quotation marks: a state machine over a paragraph's marks.

It never fails: a mark that fits nowhere is passed over, so that a missing or doubled one costs no
more than its own quotation. Only outermost stretches are given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.extract.mark_style import MARK, family_of, is_single_quoted, outward, role_of
from tasks.records import Mark

AHEAD = 60  # marks looked ahead to
LONGEST_SINGLE = 400  # characters: a single mark with no partner nearer than this is an apostrophe

_PARAGRAPH = re.compile(r"[^\n]+")
# Where the speaker's name follows a stretch whose closing mark was forgotten: "…, he said."
_FORGOTTEN = re.compile(
    r"(?<=[,?!])\s+(?=(?:(?:he|she|they|[A-Z][\w’'.-]+(?: [A-Z][\w’'.-]+){0,2}) "
    r"(?:said|says|added|told|asked|wrote)|(?:said|says|added|wrote) [A-Z])\b)"
)
# A stretch whose opening mark was lost, as under a large initial: It was late,” says Ann Reid.
_UNOPENED = re.compile(
    r"(?<=[,?!])[”\"]\s+(?:(?:he|she|they|[A-Z][\w’'.-]+(?: [A-Z][\w’'.-]+){0,2}) "
    r"(?:said|says|added|told|recalls|recalled|explains|explained|wrote)"
    r"|(?:said|says|added|admits|recalls|explains|wrote) [A-Z])"
)


@dataclass(frozen=True, slots=True)
class _Sign:
    start: int
    end: int
    glyph: str
    is_single: bool
    role: str


def find_marks(text: str) -> tuple[Mark, ...]:
    """Find the stretches of a text between quotation marks, in reading order.

    Args:
        text: Paragraphs separated by line feeds.

    Returns:
        Outermost stretches without their marks. One that no mark closes runs to the end of its
        paragraph; one that opens the next paragraph then continues it.
    """
    text = outward(text)
    single = is_single_quoted(text)
    found: list[Mark] = []
    unclosed = False
    for paragraph in _PARAGRAPH.finditer(text):
        marks = _paragraph_marks(text, paragraph.start(), paragraph.end(), single)
        broken = _broken_off(text, paragraph) if unclosed else None
        if broken is not None:
            found.append(broken)
            marks = [mark for mark in marks if mark.start > broken.end]
            unclosed = False
        for number, mark in enumerate(marks):
            continued = unclosed and number == 0 and _opens(text, paragraph.start(), mark.start)
            found.append(Mark(mark.start, mark.end, mark.is_closed, continued))
        if marks:
            unclosed = not marks[-1].is_closed
        elif paragraph.group().strip():
            unclosed = False
    return tuple(found)


def _opens(text: str, start: int, mark: int) -> bool:
    """Whether a mark stands at the beginning of its paragraph."""
    return not text[start:mark].strip("“‘\"' \t«„")


def _paragraph_marks(text: str, start: int, end: int, single: bool) -> list[Mark]:
    signs = [
        _Sign(m.start(), m.end(), m.group(), family_of(m.group()) == "single", role)
        for m in MARK.finditer(text, start, end)
        if (role := role_of(text, m.start(), m.end())) != "none"
    ]
    marks: list[Mark] = []
    opened: _Sign | None = None
    if signs and signs[0].role == "close" and _UNOPENED.match(text, signs[0].start, end):
        marks.append(Mark(start, signs[0].start, True, False))
    for number, sign in enumerate(signs):
        if opened is None:
            if sign.role == "close" or (sign.role == "either" and sign.is_single):
                continue
            if sign.is_single and not _has_partner(signs, number, single, end):
                continue
            opened = sign
        elif _closes(sign, opened, signs, number, text, single):
            if sign.start > opened.end:
                marks.append(Mark(opened.end, sign.start, True, False))
                opened = None
        elif _reopens(sign, opened, text):
            marks.append(Mark(opened.end, _cut(text, opened.end, sign.start), False, False))
            opened = sign
    if opened is not None and opened.end < end and text[opened.end : end].strip():
        marks.append(Mark(opened.end, _cut(text, opened.end, end), False, False))
    return marks


def _broken_off(text: str, paragraph: re.Match[str]) -> Mark | None:
    """Find the rest of a quotation that a line break cut in the middle of a sentence."""
    start = paragraph.start()
    if not text[start].islower():
        return None
    for m in MARK.finditer(text, start, paragraph.end()):
        role = role_of(text, m.start(), m.end())
        if family_of(m.group()) == "double" and role != "none":
            return Mark(start, m.start(), True, True) if role == "close" else None
    return None


def _has_partner(signs: list[_Sign], number: int, single: bool, end: int) -> bool:
    """Whether a single opening mark has a closing one to go with it."""
    opened = signs[number]
    for sign in signs[number + 1 : number + AHEAD]:
        if not single and sign.start - opened.end > LONGEST_SINGLE:
            return False
        if not single and not sign.is_single and sign.role == "open":
            return False
        if sign.is_single and sign.role == "close":
            return True
    return single and opened.glyph == "‘"


def _closes(
    sign: _Sign, opened: _Sign, signs: list[_Sign], number: int, text: str, single: bool
) -> bool:
    if sign.role == "open" or sign.is_single != opened.is_single:
        return False
    rest = signs[number + 1 : number + AHEAD]
    if _is_inches(sign, rest, text):
        return False
    if sign.is_single:
        return not _is_plural_possessive(sign, rest, text)
    if (opened.glyph == '"') != (sign.glyph == '"'):
        if number and signs[number - 1] is not opened and _is_inner(signs[number - 1], sign):
            return False
        # Marks of another shape close only when none of the right shape comes before an opening.
        for later in rest:
            if later.is_single:
                continue
            if later.role == "open":
                break
            if (later.glyph == '"') == (opened.glyph == '"') and later.role != "open":
                return False
    return not (sign.role == "either" and sign.glyph == '"' and _is_glued(sign, text))


def _is_inner(before: _Sign, sign: _Sign) -> bool:
    """Whether a mark closes the one before it, inside other marks: they call me “too loud”."""
    return before.role == "open" and not before.is_single and before.glyph == "“" != sign.glyph


def _is_plural_possessive(sign: _Sign, rest: list[_Sign], text: str) -> bool:
    """Tell the Joneses’ house from the end of a quotation: a later mark closes it."""
    if text[sign.start - 1 : sign.start] != "s" or text[sign.end : sign.end + 1] != " ":
        return False
    if not text[sign.end + 1 : sign.end + 2].islower():
        return False
    for later in rest:
        if later.is_single:
            return later.role == "close"
    return False


def _is_inches(sign: _Sign, rest: list[_Sign], text: str) -> bool:
    """Tell six inches, written 6", from the end of a quotation that goes on after it."""
    if sign.glyph != '"' or not text[sign.start - 1 : sign.start].isdigit():
        return False
    if not re.match(r" [a-z]", text[sign.end : sign.end + 2]):
        return False
    return bool(rest) and rest[0].glyph == '"' and rest[0].role == "close"


def _is_glued(sign: _Sign, text: str) -> bool:
    return text[sign.start - 1 : sign.start].isalnum() and text[sign.end : sign.end + 1].isalnum()


def _reopens(sign: _Sign, opened: _Sign, text: str) -> bool:
    """Whether a mark opens a new stretch because the last one's closing mark was forgotten."""
    if sign.role != "open" or sign.is_single or opened.is_single or sign.glyph != opened.glyph:
        return False
    if sign.start - opened.end < 2:
        return False
    low = max(opened.end, sign.start - LONGEST_SINGLE)
    return bool(_FORGOTTEN.search(text, low, sign.start)) or sign.glyph == '"'


def _cut(text: str, start: int, end: int) -> int:
    """Give the end of a stretch whose closing mark was forgotten."""
    forgotten = _FORGOTTEN.search(text, start, end)
    stop = forgotten.start() if forgotten else end
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return stop
