"""How far a student tagger agrees with its teacher on texts that it did not learn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.evaluate.bootstrap import interval
from tasks.evaluate.rates import f1, ratio
from tasks.extract.mentions import repair
from tasks.extract.student_silver import SilverText
from tasks.extract.student_tags import TYPE_OF, TYPES
from tasks.extract.tagger import TaggedSpan

ALL = "all"
_TAILS = ("'s", "’s", "'", "’")
_ARTICLES = ("the", "a", "an")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What student and teacher found in some texts; each counter has the types and ALL."""

    both: Counter[str]
    """Names of both."""

    teacher: Counter[str]
    """Names of the teacher."""

    student: Counter[str]
    """Names of the student."""

    def rate(self, kind: str = ALL) -> float:
        """Give F1 of the student's names against the teacher's, in percent."""
        both = self.both[kind]
        return f1(ratio(both, self.student[kind]), ratio(both, self.teacher[kind]))


@dataclass(frozen=True, slots=True)
class Agreement:
    """F1 of a student's names against its teacher's, in percent; types count."""

    all: float
    """Of all names."""

    low: float
    """Lower end of its 95% interval, outlets drawn (texts where there is one outlet)."""

    high: float
    """Its upper end."""

    by_type: Mapping[str, float]
    """Of the names of each type."""

    outlets: int
    """Outlets of the texts."""

    largest: float
    """Share of the largest of them in the teacher's names, in percent: it may decide alone."""


def agreement(texts: Sequence[SilverText], found: Sequence[Sequence[TaggedSpan]]) -> Agreement:
    """Compare found names with a teacher's.

    A name counts if stretch and type are the same; articles and possessives do not matter.
    """
    judged = [_agreed(one, spans) for one, spans in zip(texts, found, strict=True)]
    outlets: dict[str, list[Agreed]] = {}
    for one, agreed in zip(texts, judged, strict=True):
        outlets.setdefault(one.outlet, []).append(agreed)
    total = _together(judged)
    parts = [_together(some) for some in outlets.values()]
    drawn = parts if len(parts) > 1 else judged
    low, high = interval(drawn, lambda some: _together(some).rate()) if drawn else (0.0, 0.0)
    largest = max((part.teacher[ALL] for part in parts), default=0)
    return Agreement(
        all=round(total.rate(), 1),
        low=round(low, 1),
        high=round(high, 1),
        by_type={kind: round(total.rate(kind), 1) for kind in TYPES},
        outlets=len(outlets),
        largest=round(ratio(largest, total.teacher[ALL]), 1),
    )


def agreement_after_repair(
    texts: Sequence[SilverText], found: Sequence[Sequence[TaggedSpan]]
) -> Agreement:
    """Compare what becomes of both sides' names, once the whole article has repaired them."""
    theirs = [
        SilverText(
            one.text,
            one.outlet,
            tuple(
                (name.start, name.end, name.type)
                for name in repair(one.text, [TaggedSpan(*span) for span in one.spans])
            ),
        )
        for one in texts
    ]
    ours = [repair(one.text, spans) for one, spans in zip(texts, found, strict=True)]
    return agreement(theirs, ours)


def spans_of_teacher(one: SilverText) -> list[TaggedSpan]:
    """Give the teacher's names as a student would, in its types."""
    return [
        TaggedSpan(start, end, TYPES[TYPE_OF[label]])
        for start, end, label in one.spans
        if label in TYPE_OF
    ]


def _agreed(one: SilverText, spans: Sequence[TaggedSpan]) -> Agreed:
    ours = {(*_bare(one.text, s.start, s.end), s.type) for s in spans}
    theirs = {
        (*_bare(one.text, start, end), TYPES[TYPE_OF[label]])
        for start, end, label in one.spans
        if label in TYPE_OF
    }
    return Agreed(_counted(ours & theirs), _counted(theirs), _counted(ours))


def _counted(names: set[tuple[int, int, str]]) -> Counter[str]:
    return Counter([*(kind for *_, kind in names), *(ALL for _ in names)])


def _together(parts: Sequence[Agreed]) -> Agreed:
    total = Agreed(Counter(), Counter(), Counter())
    for part in parts:
        total.both.update(part.both)
        total.teacher.update(part.teacher)
        total.student.update(part.student)
    return total


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Take an article and a possessive off."""
    words = text[start:end]
    head, _, rest = words.partition(" ")
    if head.lower() in _ARTICLES and rest:
        start += len(head) + 1
    for tail in _TAILS:
        if words.endswith(tail):
            return start, end - len(tail)
    return start, end
