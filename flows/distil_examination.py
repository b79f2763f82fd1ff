"""How a student tagger compares with its teacher: on articles held out, and on gold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from flows.distil_agreement import (
    Agreement,
    agreement,
    agreement_after_repair,
    spans_of_teacher,
)
from tasks.evaluate.bootstrap import difference_interval
from tasks.evaluate.entities import NameCounts, mentions_f1, name_counts
from tasks.evaluate.gold import read_entity_gold
from tasks.evaluate.rates import ratio
from tasks.extract.student import Student
from tasks.extract.student_file import Weights, read_weights
from tasks.extract.student_silver import SilverText
from tasks.extract.taught import ASKS_BELOW

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

    agreement: Agreement
    """Its names against the teacher's, on texts held out; those it leaves to the teacher agree."""

    alone: Agreement
    """The same if it left none to the teacher."""

    after_repair: Agreement
    """As `agreement`, of the mentions once the whole article has repaired them."""

    held_out: int
    """Texts held out."""

    asked: float
    """Share of their words that it leaves to the teacher, in percent."""

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
    tell("examining on texts held out", 0, len(gold) + 1)
    weights = read_weights(student)
    read = Student(weights).read([one.text for one in held_out])
    is_left = [one.confidence < weights.facts[ASKS_BELOW] for one in read]
    words = [len(one.text.split()) for one in held_out]
    found = [
        spans_of_teacher(one) if is_left_one else reading.spans
        for one, reading, is_left_one in zip(held_out, read, is_left, strict=True)
    ]
    compared = {}
    for number, file in enumerate(gold, 1):
        tell(f"examining on {file.name}", number, len(gold) + 1)
        compared[file.name] = _compared(_judged(file, str(student)), _judged(file, teacher))
    return Examination(
        agreement=agreement(held_out, found),
        alone=agreement(held_out, [one.spans for one in read]),
        after_repair=agreement_after_repair(held_out, found),
        held_out=len(held_out),
        asked=round(ratio(sum(compress(words, is_left)), sum(words)), 1),
        gold=compared,
    )


def confidence_to_ask_below(
    student: Weights, held_out: Sequence[SilverText], share: float
) -> float:
    """Say below which confidence a student is to leave texts to its teacher.

    Args:
        student: Its weights.
        held_out: Texts it did not learn from; what the teacher found in them is not looked at.
        share: Of their words, in percent, those that it may leave at most.
    """
    texts = [one.text for one in held_out]
    sure = [reading.confidence for reading in Student(student).read(texts)]
    words = [len(text.split()) for text in texts]
    left = 0
    for confidence, count in sorted(zip(sure, words, strict=True)):
        left += count
        if left > share / 100 * sum(words):
            return confidence
    return 1.0 if share else 0.0


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
