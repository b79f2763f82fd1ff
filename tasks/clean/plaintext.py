"""Articles saved as plain text: headline, standfirst, byline and dateline lines, body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from tasks.clean.dates import Moment, parse_moment
from tasks.clean.furniture import Paragraph
from tasks.clean.rules import appeal_wording
from tasks.clean.words import normalise
from tasks.errors import CleanError

MAX_PARAGRAPHS = 20_000
"""A text with more is no article."""

_END = re.compile(r"[.!?…:;,][\"”’')»\]]*$")
_BYLINE = re.compile(
    r"^(?:by|words by|written by|reported by|von|par|por)\s+(?P<names>[A-ZÀ-Þ][^.!?:]{3,100})$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?P<label>title|headline|author|authors|by|date|published|url|source|link)\s*:\s*(?P<value>.+)$",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"(?:^|\n)\s*(?:(?:-{3,}|={3,}|\*{3,}|_{3,}|#{3,})\s*\n|Document \d+ of \d+|Body\s*\n)"
)


@dataclass(frozen=True, slots=True)
class PlainText:
    """A plain text taken apart."""

    headline: str | None
    standfirst: str | None
    bylines: tuple[str, ...]
    published: Moment | None
    url: str | None
    paragraphs: tuple[Paragraph, ...]


def read_plaintext(text: str) -> PlainText:
    """Take a plain text apart.

    Raises:
        CleanError: `too_large`, or `several_articles` when the file holds more than one.
    """
    lines = _paragraphs(text)
    if len(lines) > MAX_PARAGRAPHS:
        raise CleanError("too_large", f"{len(lines):,} paragraphs; at most {MAX_PARAGRAPHS:,}")
    _refuse_several(lines)
    return _take_apart(lines)


def _paragraphs(text: str) -> list[str]:
    """One line a paragraph; hard-wrapped lines are joined where blank lines part paragraphs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n\n")
    raw = text.split("\n")
    filled = [line.strip() for line in raw if line.strip()]
    if not _is_hard_wrapped(raw, filled):
        return [line for line in map(normalise, filled) if line]
    joined = (" ".join(chunk.split("\n")) for chunk in re.split(r"\n\s*\n", text))
    return [line for line in map(normalise, joined) if line]


def _is_hard_wrapped(raw: list[str], filled: list[str]) -> bool:
    """Lines of much the same length, most of them ending inside a sentence, between blank lines."""
    if len(filled) < 5 or len(raw) == len(filled):
        return False
    widest = max(len(line.rstrip()) for line in filled)
    if not 40 <= widest <= 120:
        return False
    followed = [line.rstrip() for line, after in pairwise(raw) if line.strip() and after.strip()]
    if len(followed) < 0.4 * len(filled):
        return False
    long = sum(len(line) >= widest - 25 for line in followed)
    return long >= 0.7 * len(followed)


def _refuse_several(lines: list[str]) -> None:
    """Refuse a file of several articles: headline labels or document counters that repeat."""
    counters = [
        line for line in lines if re.match(r"^Document \d+ of \d+|^\d+ of \d+ DOCUMENTS", line)
    ]
    labels = [line for line in lines if re.match(r"^(?:title|headline)\s*:", line, re.IGNORECASE)]
    for found in (counters, labels):
        if len(found) > 1:
            raise CleanError(
                "several_articles",
                f"the file holds {len(found)} articles; save each to a file of its own",
            )


def _take_apart(lines: list[str]) -> PlainText:
    headline = standfirst = url = None
    bylines: list[str] = []
    published: Moment | None = None
    number = 0
    while number < min(len(lines), 10):
        line = lines[number]
        label = _LABEL.match(line)
        byline = _BYLINE.match(line)
        moment = parse_moment(line, "text") if len(line) < 80 else None
        if label and not (headline is None and number == 0 and len(line) > 120):
            value = label["value"].strip()
            kind = label["label"].lower()
            if kind in ("title", "headline"):
                headline = value
            elif kind in ("author", "authors", "by"):
                bylines.append(value)
            elif kind in ("date", "published"):
                published = parse_moment(value, "text")
            elif value.startswith("http"):
                url = value
        elif byline and number > 0:
            bylines.append(byline["names"])
        elif moment and len(line.split()) <= 10:
            published = published or moment
        elif re.match(r"^https?://\S+$", line):
            url = line
        elif headline is None and _is_title(lines, number):
            headline = line
        elif headline and standfirst is None and not bylines and _is_standfirst(lines, number):
            standfirst = line
        else:
            break
        number += 1
    body = tuple(Paragraph(line) for line in lines[number:])
    return PlainText(headline, standfirst, tuple(bylines), published, url, body)


def _is_title(lines: list[str], number: int) -> bool:
    """Short, no sentence, and followed by something longer: a headline."""
    line = lines[number]
    return (
        len(line) <= 160
        and len(line.split()) >= 2
        and (not _END.search(line) or line[-1] in "?!’'\"”")
        and number + 1 < len(lines)
        and not appeal_wording(line.lower())
    )


def _is_standfirst(lines: list[str], number: int) -> bool:
    """Tell whether a line under the headline is no full sentence: a standfirst."""
    line = lines[number]
    return (
        len(line) <= 260
        and len(line.split()) >= 4
        and not re.search(r"[.…:;,][\"”’')»\]]*$", line)
        and number + 1 < len(lines)
        and not appeal_wording(line.lower())
    )
