"""Text files that hold more than one article: refused, because a row is one article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tasks.clean.dateline import find_dateline
from tasks.clean.dates import parse_moment
from tasks.clean.person_names import people
from tasks.errors import CleanError

PROSE = 80
"""A line with more characters is a paragraph."""

BODY = 2
"""Paragraphs that make the lines after a headline an article."""

HEAD = 4
"""Lines in which an article says who wrote it, or when."""

_COUNTER = re.compile(r"^(?:Document \d+ of \d+|\d+ of \d+ DOCUMENTS)\b")
_TITLE_LABEL = re.compile(r"^(?:title|headline)\s*:", re.IGNORECASE)
_RULE = re.compile(r"^(?:-{3,}|={3,}|\*{3,}|_{3,}|#{3,}|(?:[*#-] ){2,}[*#-])$")
_STRONG_RULE = re.compile(r"^={5,}$")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_WORDED = re.compile(r"[^\s.!?…\"”=-]")
_BYLINE = re.compile(r"^(?:by|von|par|por)\s+(?P<names>[A-ZÀ-Þ][^.!?:]{3,100})$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:;,][\"”’')»\]]*$")


def refuse_several(text: str, lines: Sequence[str]) -> None:
    """Refuse a text that holds more than one article.

    Several are known by counters and labels that repeat, by a line of rules between two headlines,
    and by a second headline with a byline or dateline of its own.

    Args:
        text: The text.
        lines: Its paragraphs.

    Raises:
        CleanError: `several_articles`.
    """
    found = max(
        sum(bool(_COUNTER.match(line)) for line in lines),
        sum(bool(_TITLE_LABEL.match(line)) for line in lines),
        _ruled_parts(text, lines),
        1 + len(_second_heads(lines)),
    )
    if found > 1:
        raise CleanError(
            "several_articles",
            f"the file holds {found} articles; save each to a file of its own",
        )


def is_rule(line: str) -> bool:
    """Tell a line of dashes, stars or the like, drawn to part what is above from what is below."""
    return bool(_RULE.match(line))


def _ruled_parts(text: str, lines: Sequence[str]) -> int:
    """Count the parts between drawn lines that each read like an article with its headline."""
    parts: list[list[str]] = [[]]
    strong = [False]
    underlines = _underlines(text)
    for line in lines:
        if is_rule(line) and line not in underlines:
            parts.append([])
            strong.append(bool(_STRONG_RULE.match(line)))
        else:
            parts[-1].append(line)
    whole = [
        part
        for part, is_strong in zip(parts, strong, strict=True)
        if _reads_like_one(part) and (part is parts[0] or is_strong or _is_signed(part))
    ]
    return len(whole)


def _underlines(text: str) -> set[str]:
    """Find the drawn lines that underline the line above, and part nothing."""
    return {
        drawn
        for above, line in pairwise(text.split("\n")[:-1])
        if _UNDERLINE.fullmatch(drawn := line.rstrip(" \t")) and _WORDED.search(above)
    }


def _second_heads(lines: Sequence[str]) -> list[int]:
    """Find headlines with a byline or dateline of their own, after an article and before another.

    Only texts that open in that way are looked at, since what they repeat is then known.
    """
    if not _is_signed(lines):
        return []
    found = []
    since = 0
    for number, line in enumerate(lines):
        if number >= HEAD and since >= BODY and is_title(line) and _opens(lines[number:]):
            found.append(number)
            since = 0
        since += len(line) > PROSE
    return found


def _opens(lines: Sequence[str]) -> bool:
    """Tell whether lines begin with a headline, a byline or dateline right below it, and prose."""
    if len(lines) < 2 or not _reads_like_one(lines):
        return False
    return bool(_BYLINE.match(lines[1]) and people([lines[1]])) or _is_datelined(lines[1])


def _is_datelined(line: str) -> bool:
    """Tell a paragraph that opens with the place and the agency, as the first of wire copy does."""
    dateline = find_dateline(line)
    return dateline is not None and dateline.agency is not None


def _reads_like_one(part: Sequence[str]) -> bool:
    return bool(part) and is_title(part[0]) and sum(len(line) > PROSE for line in part) >= BODY


def _is_signed(part: Sequence[str]) -> bool:
    """Tell whether the first lines say who wrote it, where, or when."""
    return any(
        (_BYLINE.match(line) and people([line]))
        or (len(line) < 60 and parse_moment(line, "text"))
        or find_dateline(line)
        for line in part[1:HEAD]
    )


def is_title(line: str) -> bool:
    """Tell a line that is no sentence and no label: it may be a headline."""
    return (
        len(line) <= 160
        and len(line.split()) >= 2
        and not _BYLINE.match(line)
        and (not _SENTENCE_END.search(line) or line[-1] in "?!’'\"”")
    )
