"""Distil a student tagger: articles, labels of the teacher, a course of learning, an examination.

Everything on the way lies in a work folder and is not done twice: killed, the same command goes on.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from flows.distil_texts import gather
from tasks.errors import UsageError
from tasks.evaluate.entities import entity_scores
from tasks.evaluate.gold import read_entity_gold
from tasks.evaluate.rates import Score, f1, ratio
from tasks.extract.student_file import SUFFIX, Weights, read_weights, write_weights
from tasks.extract.student_silver import FEWEST_TEXTS, SilverText, corpus_of, hold_out
from tasks.extract.student_tags import TYPE_OF, TYPES
from tasks.extract.student_tokens import TOKENS_VERSION
from tasks.extract.tagger import TaggedSpan, Tagger, default_package, load_tagger, model_facts

_AT_ONCE = 32

Tell = Callable[[str, int, int], None]
"""Told of progress: what is being done, how much is done, of how much."""


@dataclass(frozen=True, slots=True)
class Examination:
    """How a student compares with its teacher."""

    agreement: float
    """F1 of its names against the teacher's on texts held out, in percent; types count."""

    by_type: Mapping[str, float]
    """The same for each type."""

    held_out: int
    """Texts held out."""

    gold: Mapping[str, tuple[float, float]]
    """Gold file -> F1 of mentions by the student and by the teacher, in percent."""

    def worse_by(self) -> float:
        """Say how many points the student is behind its teacher on the worst gold file."""
        return max((teacher - student for student, teacher in self.gold.values()), default=0.0)


@dataclass(frozen=True, slots=True)
class Distilled:
    """A student, and what it is worth."""

    path: Path
    """Its weight file."""

    name: str
    """What rows will call it."""

    examination: Examination
    """How it compares with its teacher."""


def distil(
    sources: Sequence[Path],
    work: Path,
    tell: Tell,
    *,
    teacher: str | None = None,
    gold: Sequence[Path] = (),
    epochs: float = 6,
) -> Distilled:
    """Make a student tagger from articles.

    Args:
        sources: Folders of tables, JSON Lines of {"text", "outlet"?}, text files, folders of them.
        work: For labels and checkpoints.
        tell: Told of progress.
        teacher: A model package; the best one installed when null.
        gold: Files of gold names, in the format of `onrecord evaluate`, to compare both on.
        epochs: Times that each text is read.

    Raises:
        UsageError: torch or the teacher is not installed, or there are too few articles.
    """
    if importlib.util.find_spec("torch") is None:
        raise UsageError("learning needs torch; run: pip install 'onrecord[train]'")
    from tasks.extract.student_training import Course, train

    package = teacher or default_package()
    facts = model_facts(package)
    texts = gather(sources)
    if len(texts) < FEWEST_TEXTS:
        raise UsageError(
            f"{len(texts)} different English articles are too few to learn from; a student needs "
            f"{FEWEST_TEXTS}, and learns well from several thousand"
        )
    silver = list(_labelled(texts, load_tagger(package), work / f"silver-{facts.name}.jsonl", tell))
    learned, held_out = hold_out(silver)
    course = Course(epochs=epochs)
    arrays = train(
        corpus_of(learned),
        course,
        work / "checkpoint.pt",
        lambda step, steps, loss: tell(f"learning (loss {loss:.3f})", step, steps),
    )
    made = {
        "tokens": TOKENS_VERSION,
        "layers": course.layers,
        "course": asdict(course),
        "teacher": {
            "package": package,
            "name": facts.name,
            "licence": facts.licence,
            "digest": facts.digest,
            "provenance": facts.provenance,
        },
        "corpus": {
            "texts": len(learned),
            "words": sum(len(one.text.split()) for one in learned),
            "outlets": len({one.outlet for one in learned}),
        },
    }
    draft = work / f"draft{SUFFIX}"
    write_weights(draft, made, arrays)
    examined = examine(read_weights(draft), held_out, package, draft, gold, tell)
    made["scores"] = {
        "agreement": examined.agreement,
        "by_type": dict(examined.by_type),
        "held_out": examined.held_out,
        "gold": {name: list(pair) for name, pair in examined.gold.items()},
    }
    write_weights(draft, made, arrays)
    name = read_weights(draft).name
    path = draft.replace(work / f"{name}{SUFFIX}")
    return Distilled(path, name, examined)


def examine(
    weights: Weights,
    held_out: Sequence[SilverText],
    teacher: str,
    path: Path,
    gold: Sequence[Path],
    tell: Tell,
) -> Examination:
    """Compare a student with its teacher.

    Args:
        weights: The student's.
        held_out: Texts it did not learn from.
        teacher: The teacher's package.
        path: The student's weight file.
        gold: Files of gold names.
        tell: Told of progress.
    """
    from tasks.extract.student import Student

    found = Student(weights).tag([one.text for one in held_out])
    rates = agreement(held_out, found)
    judged = {}
    for number, file in enumerate(gold):
        tell(f"examining on {file.name}", number, len(gold))
        judged[file.name] = (_mentions_f1(file, str(path)), _mentions_f1(file, teacher))
    return Examination(rates.pop("all"), rates, len(held_out), judged)


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


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    head, _, rest = words.partition(" ")
    if head.lower() in ("the", "a", "an") and rest:
        start += len(head) + 1
    for tail in ("'s", "’s", "'", "’"):
        if words.endswith(tail):
            return start, end - len(tail)
    return start, end


def _mentions_f1(file: Path, model: str) -> float:
    """Score the whole path from text to mentions with a tagger."""
    from flows.annotate import annotate_rows

    golds = read_entity_gold(file)
    rows = [{"id": one.id, "text": one.text} for one in golds]
    answers = {row["id"]: row for row in annotate_rows(rows, "entities", model)}
    scores: list[Score] = entity_scores(file.stem, golds, answers)
    value = next(s.value for s in scores if s.measure == "mentions all: F1")
    return round(value or 0.0, 1)


def _labelled(
    texts: Sequence[tuple[str, str]], teacher: Tagger, cache: Path, tell: Tell
) -> Iterator[SilverText]:
    """Let a teacher label texts; what is in the cache is not labelled again."""
    known = dict(_cached(cache))
    cache.parent.mkdir(parents=True, exist_ok=True)
    missing = iter([text for text, _ in texts if _key(text) not in known])
    with cache.open("a", encoding="utf-8") as file:
        while some := list(islice(missing, _AT_ONCE)):
            for text, spans in zip(some, teacher.tag(some), strict=True):
                known[_key(text)] = [[s.start, s.end, s.type] for s in spans]
                row = {"key": _key(text), "spans": known[_key(text)]}
                file.write(json.dumps(row) + "\n")
            file.flush()
            tell("the teacher reads", len(known), len(texts))
    for text, outlet in texts:
        yield SilverText(text, outlet, tuple((a, b, c) for a, b, c in known[_key(text)]))


def _cached(cache: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """Read the cache; a line cut off by a kill is left out."""
    if not cache.exists():
        return
    content = cache.read_text(encoding="utf-8")
    if content and not content.endswith("\n"):
        content = content[: content.rfind("\n") + 1]
        cache.write_text(content, encoding="utf-8")
    for line in content.splitlines():
        row = json.loads(line)
        yield row["key"], row["spans"]


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
