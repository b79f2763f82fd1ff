"""What is learned of a site: which kinds of blocks hold its articles, and which lines are its own.

A page teaches a `Lesson`; lessons add up to `Evidence`; evidence is frozen into a `SiteTemplate`,
which never changes: a batch is cleaned with one set of templates, whose ids go into the cache key
and the article row. Everything here is a pure function of the pages in their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tasks.clean.blocks import Block
from tasks.clean.lesson import STEP, Lesson

READY = 3
"""Pages that must have been learned from before a template is used."""

MATURE = 12
"""Pages after which a site is well known."""

HEALTHY = 0.9
"""Share of a page's prose that must be of known kinds for the template to be used on it."""

BODY = 0.6
"""Share of a kind's characters that must have been body for it to be a kind of body."""

SHORTEST = 0.25
"""A text of less than this share of the site's usual length is looked at again."""

DROPPED = 0.3
"""A text of which furniture takes more than this share, and than thrice the site's usual one, is
looked at again."""

MISSES = 3
"""So many pages in a row that the template did not fit mean that the site has changed."""

MAX_KINDS = 6000
"""Kinds of blocks remembered of a site; one with more names its classes at random."""

MAX_LINES = 4000
"""Lines remembered of a site; the oldest that stood on one page only are forgotten."""

PROSE = 60
"""Blocks with more characters, few of them linked, are prose."""


@dataclass(frozen=True, slots=True)
class SiteTemplate:
    """What was learned of a site up to one moment; it never changes."""

    outlet: str
    """Registered domain."""

    version: int
    """Counts the templates of this site."""

    pages: int
    """Pages it was learned from."""

    body: frozenset[str]
    """Signatures of blocks that hold body text."""

    other: frozenset[str]
    """Signatures of blocks that never do."""

    length: int
    """Usual characters of a text."""

    language: str | None = None
    """What all its pages are written in, as they claim; null if they differ."""

    barren: frozenset[tuple[str, ...]] = frozenset()
    """Paths of elements that never held anything of an article: they need not be read."""

    lines: Mapping[str, int] = field(default_factory=dict)
    """Folded lines that stood on several pages -> on how many."""

    dropped: float = 0.0
    """Usual share of a text that is dropped as furniture."""

    @property
    def snapshot(self) -> str:
        """The id that names it in article rows."""
        return f"{self.outlet}#{self.version}"


@dataclass(slots=True)
class Evidence:
    """What the pages of a site have taught so far."""

    outlet: str
    version: int = 0
    pages: int = 0
    seen: int = 0
    misses: int = 0
    lengths: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    body: Counter[str] = field(default_factory=Counter)
    other: Counter[str] = field(default_factory=Counter)
    lines: dict[str, int] = field(default_factory=dict)
    barren: Counter[str] = field(default_factory=Counter)
    live: set[str] = field(default_factory=set)
    dropped: int = 0
    learned_at: datetime | None = None
    """When its last page was learned from (UTC), if whoever learned said so."""

    def add(self, lesson: Lesson) -> None:
        """Learn from a page; start again where the site has changed."""
        self.misses = self.misses + 1 if lesson.is_fallback else 0
        if self.misses >= MISSES:
            self._forget()
        if len(self.body) + len(self.other) + len(self.live) > MAX_KINDS:
            self._forget()
        self.pages += 1
        self.lengths += lesson.length
        self.dropped += lesson.dropped
        self.languages[lesson.language or ""] += 1
        for kind, body, other in lesson.kinds:
            self.body[kind] += body
            self.other[kind] += other
        self.barren.update(lesson.barren)
        self.live.update(lesson.live)
        self._add_lines(lesson.lines)

    def _forget(self) -> None:
        """Start again; the site's own lines stay known."""
        for known in (self.body, self.other, self.barren, self.live, self.languages):
            known.clear()
        self.pages = self.lengths = self.misses = self.dropped = 0

    @property
    def is_mature(self) -> bool:
        """Whether further pages teach little."""
        return self.pages >= MATURE and self.misses == 0

    @property
    def dropped_share(self) -> float:
        """The usual share of a text that is dropped as furniture."""
        return self.dropped / max(1, self.dropped + self.lengths)

    def _add_lines(self, lines: Sequence[str]) -> None:
        known = sum(line in self.lines for line in lines)
        if known > 0.5 * len(lines) and (len(lines) > 3 or known == len(lines)):
            return  # another copy of an article says nothing of the site
        for line in set(lines):
            self.lines[line] = self.lines.get(line, 0) + 1
        if len(self.lines) > MAX_LINES:
            once = [line for line, count in self.lines.items() if count == 1]
            for line in once[: len(once) // 2]:
                del self.lines[line]

    def freeze(self) -> SiteTemplate | None:
        """Make a template of what is known; null while too few pages have been seen."""
        if self.pages < READY:
            return None
        self.version += 1
        total = sum(self.body.values()) or 1
        kinds = set(self.body) | set(self.other)
        body = {
            kind
            for kind in kinds
            if self.body[kind] >= BODY * (self.body[kind] + self.other[kind])
            and (self.body[kind] > 0.001 * total)
        }
        return SiteTemplate(
            outlet=self.outlet,
            version=self.version,
            pages=self.pages,
            body=frozenset(body),
            other=frozenset(kinds - body),
            length=self.lengths // self.pages,
            language=(next(iter(self.languages)) or None) if len(self.languages) == 1 else None,
            barren=frozenset(
                tuple(path.split(STEP))
                for path, count in self.barren.items()
                if count >= READY - 1 and path not in self.live
            ),
            lines={line: count for line, count in self.lines.items() if count > 1},
            dropped=self.dropped_share,
        )


def is_unusual(template: SiteTemplate, dropped: int, kept: int) -> bool:
    """Tell whether so much of a text was dropped that the template may have chosen wrongly.

    Args:
        template: That chose it.
        dropped: Characters dropped as furniture.
        kept: Characters of the text.
    """
    share = dropped / max(1, dropped + kept)
    return share > max(DROPPED, 3 * template.dropped)


def apply_template(template: SiteTemplate, blocks: Sequence[Block]) -> list[bool] | None:
    """Choose the body of a page by its site's template.

    Returns:
        The choice; null where the page does not look like the others of its site.
    """
    choice: list[bool] = []
    known = unknown = size = 0
    for block in blocks:
        kind = block.signature
        is_body = kind in template.body
        choice.append(is_body)
        if len(block.text) > PROSE and block.link_share < 0.5:
            if is_body:
                known += len(block.text)
            elif kind not in template.other:
                unknown += len(block.text)
        size += len(block.text) if is_body else 0
    if known < HEALTHY * (known + unknown) or size < SHORTEST * template.length:
        return None
    return choice
