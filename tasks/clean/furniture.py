"""The second stage of cleaning: paragraphs that are the site's and not the article's.

Every rule has an id, every drop goes to the ledger with the place where it stood, and no rule may
reach inside quotation marks or take more than half of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tasks.clean.agency import is_credit_line
from tasks.clean.appeals import around_appeals, is_appeal
from tasks.clean.blocks import HEADINGS
from tasks.clean.dateline import find_dateline
from tasks.clean.glue import split_glued, unglue
from tasks.clean.repetition import repeated
from tasks.clean.rules import (
    LONGEST,
    RULES,
    Profile,
    Rule,
    is_furniture,
)
from tasks.clean.words import fold
from tasks.records import Segment, SegmentRole

MOST = 0.5
"""At most this share of a text may be dropped as furniture; beyond it the rules are wrong."""

SEEN_ELSEWHERE = 2
"""On so many other pages of the site a line must have stood to be the site's own."""

_OPENING = "“\"‘«„'‹"
_SENTENCE_END = re.compile(r"[.!?…][\"”’')»]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text as extracted."""

    text: str
    """Its words."""

    tag: str = "p"
    """The element it stood in."""

    link_share: float = 0.0
    """Share of its characters that were links."""

    key: str = ""
    """Its folded words; found when first asked for if empty."""

    @property
    def folded(self) -> str:
        """Its words, for comparison."""
        return self.key or fold(self.text)


@dataclass(frozen=True, slots=True)
class Drop:
    """A paragraph that is not part of the body, and why."""

    role: SegmentRole
    rule_id: str


@dataclass(frozen=True, slots=True)
class Body:
    """A text without its furniture."""

    paragraphs: tuple[str, ...]
    """What stays."""

    credit_line: str | None
    """Credit lines lifted out, joined by a space."""

    segments: tuple[Segment, ...]
    """What was dropped or lifted, in page order, with offsets into the joined paragraphs."""


def remove_furniture(
    paragraphs: Sequence[Paragraph],
    headlines: Iterable[str] = (),
    standfirst: str | None = None,
    site_lines: Mapping[str, int] | None = None,
    profile: Profile = "news",
    without: frozenset[str] = frozenset(),
) -> Body:
    """Take the furniture out of a text.

    Args:
        paragraphs: As extracted.
        headlines: The headline in all its forms; repeated at the top it is dropped.
        standfirst: Printed under the headline; lifted out of the top of the body.
        site_lines: Folded line -> on how many other pages of the site it stood.
        profile: conservative where the page may not be news: doubtful rules rest.
        without: Ids of rules to leave out, to measure what each one does.
    """
    lines = _unglued(paragraphs)
    top = {fold(text): "headline" for text in headlines if text}
    if standfirst:
        top[fold(standfirst)] = "standfirst"
    drops: list[Drop | None] = []
    for number, line in enumerate(lines):
        drops.append(_verdict(line, number, len(lines), top, site_lines or {}, profile))
    _drop_repeated(lines, drops)
    drops = [None if drop and drop.rule_id in without else drop for drop in drops]
    if "appeal_run" not in without:
        dropped = {number for number, drop in enumerate(drops) if drop}
        anchors = {number for number, drop in enumerate(drops) if drop and drop.role == "appeal"}
        for number in around_appeals([line.text for line in lines], anchors, dropped):
            drops[number] = Drop("appeal", "appeal_run")
    _spare(lines, drops)
    return _assemble(lines, drops)


def dropped_length(body: Body) -> int:
    """Count the characters that were dropped from a text as furniture, appeals and repetition."""
    return sum(
        len(item.segment)
        for item in body.segments
        if item.role not in ("headline", "standfirst", "credit_line")
    )


def _unglued(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Split a paragraph where an appeal is glued to a sentence; mend the other glue."""
    lines: list[Paragraph] = []
    for paragraph in paragraphs:
        pieces = split_glued(paragraph.text)
        if len(pieces) > 1 and any(is_appeal(piece) for piece in pieces):
            lines += [
                Paragraph(text.strip(), paragraph.tag, paragraph.link_share)
                for text in _join_alike(pieces)
            ]
        elif len(pieces) > 1:
            lines.append(Paragraph(unglue(paragraph.text), paragraph.tag, paragraph.link_share))
        else:
            lines.append(paragraph)
    return lines


def _join_alike(pieces: Sequence[str]) -> list[str]:
    joined: list[tuple[str, bool]] = []
    for piece in pieces:
        appeal = is_appeal(piece)
        if joined and joined[-1][1] == appeal:
            joined[-1] = (f"{joined[-1][0]} {piece}", appeal)
        else:
            joined.append((piece, appeal))
    return [text for text, _ in joined]


def _verdict(
    line: Paragraph,
    number: int,
    count: int,
    top: Mapping[str, str],
    site_lines: Mapping[str, int],
    profile: Profile,
) -> Drop | None:
    text = line.text
    key = line.folded
    if number < 5 and key in top:
        role: SegmentRole = "headline" if top[key] == "headline" else "standfirst"
        return Drop(role, f"{role}_repeated")
    if text[:1] in _OPENING and text[:1]:
        return None
    if number < 3 and len(text) < 80 and (dateline := find_dateline(text)) and dateline.is_alone:
        return Drop("dateline", "dateline_line")
    if number >= count * 0.4 and is_credit_line(text):
        return Drop("credit_line", "credit_line")
    if len(text) <= LONGEST:
        lower = text.lower()
        for rule in RULES:
            if _applies(rule, line, number, count, profile) and is_furniture(rule, text, lower):
                return Drop(rule.role, rule.rule_id)
    if is_appeal(text):
        return Drop("appeal", "appeal")
    if site_lines.get(key, 0) >= SEEN_ELSEWHERE and len(key.split()) >= 2:
        return Drop("furniture", "site_line")
    if profile == "news" and _is_linked_teaser(line, key):
        return Drop("furniture", "linked_block")
    return None


def _applies(rule: Rule, line: Paragraph, number: int, count: int, profile: Profile) -> bool:
    if len(line.text) > rule.longest or (profile == "conservative" and not rule.conservative):
        return False
    if rule.scope == "edges":
        return number < max(3, count * 0.34) or number >= min(count - 3, count * 0.66)
    if rule.scope == "start":
        return number < 5
    return rule.scope == "anywhere" or number >= count - 4


def _is_linked_teaser(line: Paragraph, key: str) -> bool:
    return (
        line.link_share > 0.9
        and line.tag not in HEADINGS
        and 2 <= len(key.split()) <= 30
        and not _SENTENCE_END.search(line.text)
    )


def _drop_repeated(lines: Sequence[Paragraph], drops: list[Drop | None]) -> None:
    kept = [number for number, drop in enumerate(drops) if drop is None]
    found = repeated(
        [lines[number].folded for number in kept],
        [lines[number].text for number in kept],
        [lines[number].tag for number in kept],
    )
    for place, rule_id in found.items():
        drops[kept[place]] = Drop("duplicate", rule_id)


def _spare(lines: Sequence[Paragraph], drops: list[Drop | None]) -> None:
    """If the rules would take more than they may, let them take only what is certain."""
    total = sum(len(line.text) for line in lines)
    dropped = sum(
        len(line.text)
        for line, drop in zip(lines, drops, strict=True)
        if drop and drop.role in ("furniture", "caption", "byline", "dateline", "appeal")
    )
    if dropped <= MOST * total:
        return
    for number, drop in enumerate(drops):
        if drop and drop.role not in ("headline", "standfirst", "credit_line", "appeal"):
            drops[number] = None


def _assemble(lines: Sequence[Paragraph], drops: Sequence[Drop | None]) -> Body:
    kept: list[str] = []
    credits_: list[str] = []
    segments: list[Segment] = []
    position = 0
    for line, drop in zip(lines, drops, strict=True):
        if drop is None:
            kept.append(line.text)
            position += len(line.text) + 1
            continue
        segments.append(Segment(line.text, position, drop.role, drop.rule_id))
        if drop.role == "credit_line":
            credits_.append(line.text)
    end = max(0, position - 1)
    return Body(
        tuple(kept),
        " ".join(credits_) or None,
        tuple(
            Segment(item.segment, min(item.position, end), item.role, item.rule_id)
            for item in segments
        ),
    )
