"""Settling: which text of an article stands, which becomes history, and what came of each capture.

Pure: the whole of the rules, without files.

* The same text as the one that stands: nothing changes; unless the page of that time had another
  standfirst. (Headline and text alone make the content hash, so that the revision_id is the same.)
* A file without a time of capture whose text was seen before: nothing changes.
* A capture already in the history (same text, same time): nothing changes.
* A capture older than the one that stands: into the history, unless the text of that time is known.
* Any other text: it stands from now on, and the one before becomes history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Verb = Literal["new", "revised", "unchanged", "repeated", "reread", "forgotten"]

STORED = -1
"""The place of a capture that is in the tables already."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What is compared of a capture of an article."""

    article_id: str
    """The article."""

    revision_id: str
    """Names its text."""

    content_hash: str
    """Names its text, in full."""

    fetched_at: int
    """When it was captured (microseconds since 1970)."""

    is_dated: bool
    """Whether that is known; else fetched_at is when it was processed."""

    run_id: str
    """The run that stores or stored it."""

    place: int = STORED
    """Row among the incoming articles; STORED if it is in the tables."""

    revision: int = 1
    """Its number among the article's texts; 1 for one that comes in."""

    first_seen_at: int = 0
    """When the first stored text of the article was captured; its own time if it comes in."""

    is_reading: bool = False
    """Whether it is a new reading of a capture stored before."""

    standfirst: str | None = None
    """The words under its headline; null when they are not known, or in part blacked out."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """A text that is history, and since when."""

    capture: Capture
    """The text."""

    superseded_at: int
    """When the text that replaced it was captured."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands of an article after its captures are settled."""

    current: Capture
    """The text that stands."""

    superseded: tuple[Superseded, ...] = ()
    """What becomes history now."""

    steps: tuple[tuple[Capture, Capture], ...] = ()
    """Before and after, for each time that another text came to stand."""

    verbs: tuple[Verb, ...] = ()
    """What came of each capture, in order."""

    @property
    def is_new(self) -> bool:
        """Whether the article was in no table before."""
        return "new" in self.verbs


def settle(
    captures: Sequence[Capture], stored: Capture | None, history: Sequence[Capture]
) -> Verdict:
    """Settle the captures of one article.

    Args:
        captures: They come in, at least one, all of the same article, in order of arrival.
        stored: What stands in the tables.
        history: What the tables hold of its past; may be left out when no text differs.

    Returns:
        The verdict; its verbs are in the order of `captures`.
    """
    orders = _orders(captures)
    in_time = sorted(range(len(captures)), key=lambda n: orders[n])
    verbs: dict[int, Verb] = {}
    current, past = stored, list(history)
    superseded: list[Superseded] = []
    steps: list[tuple[Capture, Capture]] = []
    for number in in_time:
        capture = captures[number]
        if current is None:
            current = capture
            verbs[number] = "new"
            continue
        verb = _verb(capture, current, past)
        verbs[number] = verb
        if verb == "reread":
            current = replace(
                capture, revision=current.revision, first_seen_at=current.first_seen_at
            )
        if verb != "revised":
            continue
        number_next = 1 + max(known.revision for known in (current, *past))
        capture = replace(capture, revision=number_next, first_seen_at=current.first_seen_at)
        if _is_older(capture, current):
            superseded.append(Superseded(capture, _next_after(capture, current, past)))
            past.append(capture)
        else:
            superseded.append(Superseded(current, capture.fetched_at))
            steps.append((current, capture))
            past.append(current)
            current = capture
    if current is None:
        raise ValueError("no captures to settle")
    ordered = tuple(verbs[number] for number in range(len(captures)))
    return Verdict(current, tuple(superseded), tuple(steps), ordered)


def _verb(capture: Capture, current: Capture, past: Sequence[Capture]) -> Verb:
    if capture.is_reading:
        is_other = capture.content_hash != current.content_hash
        if is_other and not capture.is_dated and _is_known(capture, past):
            return "unchanged"  # the file of an older text, read anew with the others
        same = capture.is_dated == current.is_dated and (
            not capture.is_dated or capture.fetched_at == current.fetched_at
        )
        return "reread" if same else "unchanged"
    if says_the_same(capture, current):
        return "repeated" if capture.run_id == current.run_id else "unchanged"
    if _is_known(capture, past):
        return "unchanged"
    if _is_older(capture, current) and _is_as_known(capture, current, past):
        return "unchanged"
    return "revised"


def _is_known(capture: Capture, past: Sequence[Capture]) -> bool:
    """Tell whether this very capture, or for a file this very text, is in the history."""
    return any(
        says_the_same(capture, known)
        and (not capture.is_dated or capture.fetched_at == known.fetched_at)
        for known in past
    )


def says_the_same(capture: Capture, known: Capture) -> bool:
    """Tell whether a capture has the text that is known, and as far as is known its standfirst.

    The standfirst counts only where the time of capture is known: a file with a known text is
    known.
    """
    return capture.content_hash == known.content_hash and (
        not capture.is_dated
        or None in (capture.standfirst, known.standfirst)
        or capture.standfirst == known.standfirst
    )


def _is_older(capture: Capture, current: Capture) -> bool:
    return capture.is_dated and _time(capture) < _time(current)


def _is_as_known(capture: Capture, current: Capture, past: Sequence[Capture]) -> bool:
    """Tell whether the text just before or just after the capture's time is the same."""
    in_time = sorted((*past, current), key=_time)
    before = [known for known in in_time if _time(known) <= _time(capture)][-1:]
    after = [known for known in in_time if _time(known) > _time(capture)][:1]
    return any(says_the_same(capture, known) for known in (*before, *after))


def _next_after(capture: Capture, current: Capture, past: Sequence[Capture]) -> int:
    later = [_time(known) for known in (*past, current) if _time(known) > _time(capture)]
    return min(later)[0]


def _time(capture: Capture) -> tuple[int, str, str]:
    """Order captures in time; two texts of the same moment have an order all the same."""
    return capture.fetched_at, capture.content_hash, capture.standfirst or ""


def _orders(captures: Sequence[Capture]) -> list[tuple[int, str, str]]:
    """Order captures that come in together; of files, the later to arrive is the newer.

    That holds when the clock was set back between them, too.
    """
    orders, latest = [], 0
    for capture in captures:
        if capture.is_dated:
            orders.append(_time(capture))
        else:
            latest = max(latest, capture.fetched_at)
            orders.append((latest, "", ""))
    return orders
