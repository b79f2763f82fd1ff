"""Articles saved as plain text: headline, standfirst, byline and dateline lines, body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.clean.appeals import is_appeal, speaks_of_itself
from tasks.clean.dateline import find_dateline
from tasks.clean.dates import Moment, parse_moment
from tasks.clean.furniture import Paragraph
from tasks.clean.person_names import people
from tasks.clean.rules import appeal_wording
from tasks.clean.several import is_rule, is_title, refuse_several
from tasks.clean.text_lines import text_paragraphs
from tasks.clean.words import normalise
from tasks.errors import CleanError
from tasks.records import Segment, SegmentRole

MAX_PARAGRAPHS = 20_000
"""A text with more is no article."""

HEAD = 12
"""Lines in which headline, standfirst, byline and date are looked for."""

_BYLINE = re.compile(
    r"^[*_]{0,2}(?:by|words by|written by|story by|reported by|von|par|por)\s+"
    r"(?P<names>[A-ZÀ-Þ][^!?:]{3,100}?)[*_]{0,2}$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?P<label>title|headline|author|authors|by|byline|date|published|updated|last updated"
    r"|modified|url|source|link)\s*:\s*(?P<value>.+)$",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"^\W*(?:last\s+)?(?:updated|modified|aktualisiert|mis à jour)\b", re.IGNORECASE
)
_STATED = re.compile(r"^\W*(?:(?:first\s+)?published|posted|stand|date)\b\W*", re.IGNORECASE)
_ADDRESS = re.compile(r"^https?://\S+$")
_TITLES = ("title", "headline")
_LABELLED: dict[str, SegmentRole] = {
    **dict.fromkeys(("author", "authors", "by", "byline"), "byline"),
    **dict.fromkeys(("url", "source", "link"), "furniture"),
}
_QUOTES = "'\"“”‘’"


@dataclass(frozen=True, slots=True)
class PlainText:
    """A plain text taken apart."""

    headline: str | None
    standfirst: str | None
    bylines: tuple[str, ...]
    published: Moment | None
    modified: Moment | None
    url: str | None
    paragraphs: tuple[Paragraph, ...]
    head: tuple[Segment, ...]
    """Lines above the body that are neither headline nor standfirst, as they stood."""


def read_plaintext(text: str) -> PlainText:
    """Take a plain text apart.

    Raises:
        CleanError: `too_large`, or `several_articles` when the file holds more than one.
    """
    lines = text_paragraphs(text)
    if len(lines) > MAX_PARAGRAPHS:
        raise CleanError("too_large", f"{len(lines):,} paragraphs; at most {MAX_PARAGRAPHS:,}")
    refuse_several(text, lines)
    lead = _leading_appeal(lines)
    return _Reading(lines[lead:]).take_apart(lines[:lead])


def _leading_appeal(lines: Sequence[str]) -> int:
    """Count the lines of an appeal that stands above the headline."""
    lead = 0
    for number, line in enumerate(lines[:HEAD]):
        if is_appeal(line):
            lead = number + 1
        elif not speaks_of_itself(line):
            break
    return lead


@dataclass(slots=True)
class _Reading:
    """What the lines at the top of a text have said so far."""

    lines: Sequence[str]
    headline: str | None = None
    standfirst: str | None = None
    url: str | None = None
    bylines: list[str] = field(default_factory=list)
    published: Moment | None = None
    modified: Moment | None = None
    head: list[Segment] = field(default_factory=list)

    def take_apart(self, lead: Sequence[str]) -> PlainText:
        """Read line by line until the body begins.

        Args:
            lead: Lines above those that are read, which belong to the site.
        """
        number = 0
        while number < min(len(self.lines), HEAD) and self._takes(number):
            number += 1
        body = [*lead, *self.lines[number:]]
        if not self.bylines:
            self._read_foot(body)
        return PlainText(
            self.headline,
            self.standfirst,
            tuple(self.bylines),
            self.published,
            self.modified,
            self.url,
            tuple(Paragraph(line) for line in body),
            tuple(self.head),
        )

    def _takes(self, number: int) -> bool:
        """Take a line for a part of the head, if it is one."""
        line = self.lines[number]
        label = _LABEL.match(line)
        byline = _BYLINE.match(line)
        if label and not (number == 0 and len(line) > 120):
            kind = label["label"].lower()
            self._labelled(kind, label["value"].strip())
            if kind not in _TITLES:
                self._set_aside(line, _LABELLED.get(kind, "dateline"))
        elif byline and number > 0 and len(line) < 120:
            self._signed(byline["names"], line)
        elif self._is_date(line) or find_place_and_day(line):
            self._set_aside(line, "dateline")
        elif _ADDRESS.match(line):
            self.url = line
            self._set_aside(line, "furniture")
        elif is_rule(line) and (number == 0 or self.head):
            self._set_aside(line, "furniture")
        elif self.headline and self._is_name(number):
            self._signed(line, line)
        elif self.headline is None and self._is_headline(number):
            self.headline = line
        elif self.standfirst is None and not self.bylines and self._is_standfirst(number):
            self.standfirst = line
        else:
            return False
        return True

    def _set_aside(self, line: str, role: SegmentRole) -> None:
        self.head.append(Segment(line, 0, role, "text_head"))

    def _labelled(self, label: str, value: str) -> None:
        if label in _TITLES:
            self.headline = value.strip(_QUOTES) or self.headline
        elif _LABELLED.get(label) == "byline":
            self.bylines.append(value)
        elif label in ("date", "published"):
            self.published = parse_moment(value, "text") or self.published
        elif label in ("updated", "last updated", "modified"):
            self.modified = parse_moment(value, "text")
        elif value.startswith("http"):
            self.url = value

    def _signed(self, names: str, line: str) -> None:
        """Read a byline, and a date that stands beside it."""
        self.bylines.append(names)
        beside = parse_moment(line, "text")
        self.published = self.published or beside
        self._set_aside(line, "byline")

    def _is_date(self, line: str) -> bool:
        """Read a line that states when the text was published or changed, and little else."""
        moment = parse_moment(line, "text") if len(line) < 80 else None
        if moment is None or len(_STATED.sub("", line).split()) > 10:
            return False
        if _CHANGED.match(line):
            self.modified = self.modified or moment
        else:
            self.published = self.published or moment
        return True

    def _is_name(self, number: int) -> bool:
        """Tell a line that is a person's name beside a line that is a date."""
        line = self.lines[number]
        if people([line]) != (line.partition(",")[0],) or len(line) > 80:
            return False
        after = self.lines[number + 1] if number + 1 < len(self.lines) else ""
        is_dated = len(after) < 80 and parse_moment(after, "text") is not None
        return is_dated or any(item.role == "dateline" for item in self.head[-2:])

    def _is_headline(self, number: int) -> bool:
        line = self.lines[number]
        return is_title(line) and number + 1 < len(self.lines) and not appeal_wording(line.lower())

    def _is_standfirst(self, number: int) -> bool:
        """Tell whether a line under the headline is no full sentence."""
        line = self.lines[number]
        return (
            self.headline is not None
            and len(line) <= 260
            and len(line.split()) >= 4
            and not re.search(r"[.…:;,][\"”’')»\]]*$", line)
            and number + 1 < len(self.lines)
            and not appeal_wording(line.lower())
            and not find_dateline(line)
        )

    def _read_foot(self, body: list[str]) -> None:
        """Read a byline that stands under the text."""
        byline = _BYLINE.match(body[-1]) if len(body) > 2 else None
        if byline and len(body[-1]) < 120 and people([byline["names"]]):
            self.bylines.append(byline["names"])
            self._set_aside(body.pop(), "byline")


def find_place_and_day(line: str) -> str | None:
    """Read a line that is a dateline alone: "VELLMOUTH, May 3"; null if it is none."""
    found = find_dateline(line) if len(line) < 80 else None
    return normalise(found.text) if found and found.is_alone else None
