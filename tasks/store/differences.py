"""Differences: what a newer text of an article did to its quotes, headline and body.

Quotes with the same folded words are the same quote; of the rest, the most alike are paired
(`rapidfuzz.fuzz.ratio` over folded words) and count as reworded, and what is left was removed or
added. A speaker under a shorter name is the same speaker. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from rapidfuzz import fuzz

from tasks.store.change import Change
from tasks.store.tombstones import fold

REWORDED = 60.0
"""Least likeness (0 to 100) of two quotes that are one, reworded: half of the words replaced give
about 50, a changed tense or a corrected name 85 and more."""

Row = Mapping[str, Any]


def differences(
    before: Row, after: Row, quotes_before: Sequence[Row], quotes_after: Sequence[Row]
) -> list[Change]:
    """Compare two texts of an article.

    Args:
        before: The article's row before.
        after: Its row after, with its revision number.
        quotes_before: Rows of quotes before.
        quotes_after: Rows of quotes after.

    Returns:
        The changes, numbered: headline, standfirst, body, then quotes in reading order.
    """
    blank = _blank(before, after)
    found = [
        *_field_changes(blank, before, after),
        *_quote_changes(blank, quotes_before, quotes_after),
    ]
    return [replace(change, change_no=number) for number, change in enumerate(found)]


def _blank(before: Row, after: Row) -> Change:
    published: datetime | None = after["published_at"] or before["published_at"]
    fetched: datetime = after["fetched_at"]
    is_dated = fetched != after["processed_at"]
    hours = (fetched - published).total_seconds() / 3600 if published and is_dated else None
    return Change(
        article_id=after["article_id"],
        revision=after["revision"],
        change_no=0,
        kind="body_changed",
        revision_id_before=before["revision_id"],
        revision_id_after=after["revision_id"],
        changed_at=fetched,
        hours_since_publication=hours,
        outlet=after["outlet"],
        headline=after["headline"],
        published_at=published,
    )


def _field_changes(blank: Change, before: Row, after: Row) -> Iterator[Change]:
    if before["headline"] != after["headline"]:
        yield _worded(
            replace(blank, kind="headline_changed"), before["headline"], after["headline"]
        )
    if before["standfirst"] != after["standfirst"]:
        yield _worded(
            replace(blank, kind="standfirst_changed"), before["standfirst"], after["standfirst"]
        )
    if before["text"] is None or after["text"] is None:
        is_other = before["revision_id"] != after["revision_id"]  # it covers headline and text
        if is_other and before["headline"] == after["headline"]:
            yield replace(blank, kind="body_changed")
    elif before["text"] != after["text"]:
        yield _worded(blank, *_changed_paragraphs(before["text"], after["text"]))


def _changed_paragraphs(before: str, after: str) -> tuple[str | None, str | None]:
    old, new = before.split("\n"), after.split("\n")
    gone: list[str] = []
    come: list[str] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += old[i:j]
            come += new[k:m]
    return "\n".join(gone) or None, "\n".join(come) or None


def _quote_changes(blank: Change, before: Sequence[Row], after: Sequence[Row]) -> Iterator[Change]:
    same, left, come = _pair_equal(before, after)
    for old, new in same:
        if _is_somebody_else(old, new):
            yield _quoted(replace(blank, kind="quote_reattributed"), old, new)
    pairs = _pair_alike(left, come)
    for i, j in sorted(pairs.items(), key=lambda pair: pair[1]):
        yield _quoted(replace(blank, kind="quote_reworded"), left[i], come[j])
    for i, old in enumerate(left):
        if i not in pairs:
            yield _quoted(replace(blank, kind="quote_removed"), old, None)
    taken = set(pairs.values())
    for j, new in enumerate(come):
        if j not in taken:
            yield _quoted(replace(blank, kind="quote_added"), None, new)


def _is_somebody_else(old: Row, new: Row) -> bool:
    """Tell whether a quote was given to another speaker.

    Not to the same one under a longer or shorter name ("Ada Morrow", then "Morrow", when the
    paragraph that introduced her went), nor to one whom nothing tells apart: null is not known.
    """
    if not (old["speaker"] and new["speaker"]):
        return False
    if old["speaker_entity_id"] and old["speaker_entity_id"] == new["speaker_entity_id"]:
        return False
    before, after = (set(fold(row["speaker"]).split()) for row in (old, new))
    return not (before <= after or after <= before)


def _pair_equal(
    before: Sequence[Row], after: Sequence[Row]
) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pair quotes of the same words, in order; return the pairs and what is left of both."""
    waiting: dict[str, list[Row]] = {}
    for row in sorted(before, key=_number):
        waiting.setdefault(row["quote_hash"], []).append(row)
    same, come = [], []
    for row in sorted(after, key=_number):
        earlier = waiting.get(row["quote_hash"])
        if earlier:
            same.append((earlier.pop(0), row))
        else:
            come.append(row)
    left = sorted((row for rows in waiting.values() for row in rows), key=_number)
    return same, left, come


def _pair_alike(before: Sequence[Row], after: Sequence[Row]) -> dict[int, int]:
    """Pair the most alike first; each quote at most once."""
    scored = sorted(
        (
            (-_likeness(old["quote"], new["quote"]), i, j)
            for i, old in enumerate(before)
            for j, new in enumerate(after)
            if old["field"] == new["field"]
        ),
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for score, i, j in scored:
        if -score >= REWORDED and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _likeness(before: str, after: str) -> float:
    return fuzz.ratio(before.casefold(), after.casefold())


def _worded(change: Change, before: str | None, after: str | None) -> Change:
    both = before is not None and after is not None
    return replace(
        change,
        before=before,
        after=after,
        similarity=_likeness(before or "", after or "") / 100 if both else None,
    )


def _quoted(change: Change, before: Row | None, after: Row | None) -> Change:
    old, new = before or {}, after or {}
    return replace(
        _worded(change, old.get("quote"), new.get("quote")),
        quote_id_before=old.get("quote_id"),
        quote_id_after=new.get("quote_id"),
        speaker_before=old.get("speaker"),
        speaker_after=new.get("speaker"),
    )


def _number(row: Row) -> int:
    number: int = row["quote_no"]
    return number
