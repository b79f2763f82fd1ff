"""How a student tagger compares with its teacher: on articles held out, and on gold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.evaluate.bootstrap import difference_interval
from tasks.evaluate.entities import NameCounts, mentions_f1, name_counts
from tasks.evaluate.gold import read_entity_gold
from tasks.evaluate.rates import f1, ratio
from tasks.extract.mentions import repair
from tasks.extract.student_file import read_weights
from tasks.extract.student_silver import SilverText
from tasks.extract.student_tags import TYPE_OF, TYPES
from tasks.extract.tagger import TaggedSpan

Tell = Callable[[str, int, int], None]
"""Told of progress: what is being done, how much is done, of how much."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Student and teacher on one file of gold: F1 of mentions, in percent."""

    student: float
    """The whole path from text to mentions with the student."""

    teacher: float
    """The same with the teacher."""

    low: float
    """Lower end of the 95% interval of student minus teacher, documents drawn."""

    high: float
    """Its upper end; where 0 lies between them, no difference is shown."""


@dataclass(frozen=True, slots=True)
class Examination:
    """How a student compares with its teacher."""

    agreement: float
    """F1 of its names against the teacher's on texts held out, in percent; types count."""

    after_repair: float
    """The same of the mentions that both become, once the whole article has repaired them."""

    by_type: Mapping[str, float]
    """Agreement for each type."""

    held_out: int
    """Texts held out."""

    gold: Mapping[str, Compared]
    """The comparison on each gold file, by its name."""

    def worse_by(self) -> float:
        """Say how many points the student is behind its teacher on the worst gold file."""
        return max((one.teacher - one.student for one in self.gold.values()), default=0.0)


def examine(
    student: Path,
    held_out: Sequence[SilverText],
    teacher: str,
    gold: Sequence[Path],
    tell: Tell,
) -> Examination:
    """Compare a student with its teacher.

    Args:
        student: Its weight file.
        held_out: Texts it did not learn from.
        teacher: The teacher's package.
        gold: Files of gold names.
        tell: Told of progress.
    """
    from tasks.extract.student import Student

    tell("examining on texts held out", 0, len(gold) + 1)
    found = Student(read_weights(student)).tag([one.text for one in held_out])
    rates = agreement(held_out, found)
    compared = {}
    for number, file in enumerate(gold, 1):
        tell(f"examining on {file.name}", number, len(gold) + 1)
        compared[file.name] = _compared(_judged(file, str(student)), _judged(file, teacher))
    return Examination(
        rates.pop("all"), _after_repair(held_out, found), rates, len(held_out), compared
    )


def agreement(
    texts: Sequence[SilverText], found: Sequence[Sequence[TaggedSpan]]
) -> dict[str, float]:
    """Give F1 of found names against a teacher's, for each type and all, in percent.

    A name counts if stretch and type are the same; articles and possessives do not matter.
    """
    right: dict[str, int] = dict.fromkeys((*TYPES, "all"), 0)
    wanted, taken = dict(right), dict(right)
    for one, spans in zip(texts, found, strict=True):
        ours = {(*_bare(one.text, s.start, s.end), s.type) for s in spans}
        theirs = {
            (*_bare(one.text, start, end), TYPES[TYPE_OF[label]])
            for start, end, label in one.spans
            if label in TYPE_OF
        }
        for counts, names in ((right, ours & theirs), (wanted, theirs), (taken, ours)):
            for *_, kind in names:
                counts[kind] += 1
                counts["all"] += 1
    return {
        kind: round(f1(ratio(right[kind], taken[kind]), ratio(right[kind], wanted[kind])), 1)
        for kind in right
    }


def _after_repair(texts: Sequence[SilverText], found: Sequence[Sequence[TaggedSpan]]) -> float:
    """Give the agreement of what becomes of both sides' names in the whole article."""
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
    return agreement(theirs, ours)["all"]


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    head, _, rest = words.partition(" ")
    if head.lower() in ("the", "a", "an") and rest:
        start += len(head) + 1
    for tail in ("'s", "’s", "'", "’"):
        if words.endswith(tail):
            return start, end - len(tail)
    return start, end


def _judged(file: Path, model: str) -> list[NameCounts]:
    """Judge the whole path from text to mentions with a tagger, document by document."""
    from flows.annotate import annotate_rows

    golds = read_entity_gold(file)
    rows = annotate_rows([{"id": one.id, "text": one.text} for one in golds], "entities", model)
    return [name_counts(gold, row) for gold, row in zip(golds, rows, strict=True)]


def _compared(student: Sequence[NameCounts], teacher: Sequence[NameCounts]) -> Compared:
    low, high = difference_interval(teacher, student, mentions_f1)
    return Compared(
        *(round(value, 1) for value in (mentions_f1(student), mentions_f1(teacher), low, high))
    )
