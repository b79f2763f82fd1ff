"""The furniture rules: what each one drops, where in the page and how long a paragraph may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tasks.lexicon.files import read_sections, read_words
from tasks.records import SegmentRole

Scope = Literal["anywhere", "edges", "start", "end"]
Profile = Literal["news", "conservative"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of furniture."""

    rule_id: str
    """Its section in furniture.txt."""

    role: SegmentRole
    """What a dropped paragraph is called in the ledger."""

    scope: Scope = "anywhere"
    """Where it holds: anywhere, in the first or last third, among the first or the last
    paragraphs."""

    longest: int = 420
    """Longer paragraphs are never dropped by it (characters)."""

    conservative: bool = True
    """Whether it also holds on pages that may not be news."""


_FLOATING = re.compile(r"(?P<words>[^:]+) :: \.\{\d,\d+\}(?P<wording>.*)")

RULES: tuple[Rule, ...] = (
    Rule("separator", "furniture", longest=40),
    Rule("newsletter", "furniture"),
    Rule("app_promo", "furniture", longest=200),
    Rule("photo_credit", "caption", longest=240, conservative=False),
    Rule("read_more", "furniture", longest=260),
    Rule("republished", "furniture", scope="edges"),
    Rule("copyright", "furniture", longest=480),
    Rule("comment_prompt", "furniture", longest=200),
    Rule("share_prompt", "furniture", longest=200),
    Rule("advert", "furniture"),
    Rule("timestamp", "dateline", scope="edges", longest=110),
    Rule("byline", "byline", scope="start", longest=140),
    Rule("author_bio", "byline", scope="edges", longest=300),
    Rule("cookie", "furniture"),
)


@lru_cache(maxsize=64)
def _starting(rule_id: str) -> re.Pattern[str]:
    """Compile the lines of a rule that say how a paragraph starts."""
    lines = read_sections("furniture.txt")[rule_id]
    starting = "|".join(line for line in lines if not _FLOATING.match(line))
    return re.compile(rf"[^\w(©$£€]*(?:{starting})", re.IGNORECASE)


@lru_cache(maxsize=64)
def _floating(rule_id: str) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """List the lines of a rule that are found further in, each with words it cannot do without.

    A line `words :: .{0,N}wording` is searched for without its opening: the same, and faster.
    """
    lines = (_FLOATING.match(line) for line in read_sections("furniture.txt")[rule_id])
    return tuple(
        (tuple(line["words"].split("|")), re.compile(line["wording"], re.IGNORECASE))
        for line in lines
        if line
    )


def is_furniture(rule: Rule, text: str, lower: str) -> bool:
    """Tell whether a paragraph is what a rule drops.

    Args:
        rule: The rule.
        text: The paragraph.
        lower: The same in lower case.
    """
    if _starting(rule.rule_id).match(text):
        return True
    for words, wording in _floating(rule.rule_id):
        for word in words:  # a plain loop: an `any` over a generator takes twice the time
            if word in lower:
                if wording.search(text):
                    return True
                break
    return False


@lru_cache(maxsize=1)
def _appeal_anchors() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """List the wordings of appeals, each with substrings without which it cannot match."""
    parts = (line.split(" :: ", 1) for line in read_sections("appeals.txt")["anchor"])
    return tuple((tuple(words.split("|")), re.compile(wording)) for words, wording in parts)


def appeal_wording(text: str) -> re.Match[str] | None:
    """Find the wording of an appeal in a text.

    Args:
        text: In lower case.
    """
    for words, wording in _appeal_anchors():
        for word in words:
            if word in text:
                match = wording.search(text)
                if match:
                    return match
                break
    return None


@lru_cache(maxsize=1)
def own_words() -> frozenset[str]:
    """Words by which an outlet speaks of itself."""
    lines = read_sections("appeals.txt")["self"]
    return frozenset(word.strip() for line in lines for word in line.split(","))


@lru_cache(maxsize=1)
def appeal_words() -> tuple[frozenset[str], ...]:
    """Words of an appeal by what they are about: giving, the trade, us, you, money."""
    return tuple(
        read_words("appeals.txt", section) for section in ("give", "trade", "us", "you", "money")
    )


@lru_cache(maxsize=1)
def _triggers() -> tuple[str, ...]:
    return tuple(sorted(read_words("appeals.txt", "trigger")))


def may_be_appeal(text: str) -> bool:
    """Rule most paragraphs out cheaply.

    Args:
        text: In lower case.
    """
    for word in _triggers():  # noqa: SIM110 -- twice as fast as an `any` over a generator
        if word in text:
            return True
    return False


LONGEST = max(rule.longest for rule in RULES)
"""No rule drops a longer paragraph."""
