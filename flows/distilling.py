"""Distil a student tagger: articles, labels of the teacher, a course of learning, an examination.

Everything on the way lies in a work folder and is not done twice: killed, the same command goes on.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from flows.distil_examination import Examination, Tell, confidence_to_ask_below, examine
from flows.distil_texts import gather
from tasks.errors import UsageError
from tasks.evaluate.gold import read_entity_gold
from tasks.extract.student_file import SUFFIX, read_weights, write_weights
from tasks.extract.student_silver import FEWEST_TEXTS, SilverText, corpus_of, hold_out
from tasks.extract.student_tokens import TOKENS_VERSION
from tasks.extract.tagger import Doubt, Teacher, default_package, load_teacher, model_facts
from tasks.extract.taught import ASKS_BELOW

_AT_ONCE = 32

Labels = tuple[tuple[tuple[int, int, str], ...], tuple[Doubt, ...]]
"""Names and doubts of a teacher in one text."""


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
    epochs: float = 4,
    asks: float = 10,
) -> Distilled:
    """Make a student tagger from articles.

    Args:
        sources: Folders of tables, JSON Lines of {"text", "outlet"?}, text files, folders of them.
        work: For labels and checkpoints.
        tell: Told of progress.
        teacher: A model package; the best one installed when null.
        gold: Files of gold names, in the format of `onrecord evaluate`, to compare both on.
        epochs: Times that each text is read.
        asks: Share of the words, in percent of those held out, in texts that the student leaves to
            its teacher: those of which it is least sure.

    Raises:
        UsageError: torch or the teacher is not installed, there are too few articles, or a file
            of gold is none.
    """
    if importlib.util.find_spec("torch") is None:
        raise UsageError("learning needs torch; run: pip install 'onrecord[train]'")
    from tasks.extract.student_training import Course, train
    from tasks.extract.teacher_vectors import teacher_vectors

    for file in gold:
        _check_gold(file)
    package = teacher or default_package()
    facts = model_facts(package)
    texts = gather(sources)
    if len(texts) < FEWEST_TEXTS:
        raise UsageError(
            f"{len(texts)} different English articles are too few to learn from; a student needs "
            f"{FEWEST_TEXTS}, and learns well from several thousand"
        )
    lessons = work / f"lessons-{facts.name}.jsonl"
    silver = list(_labelled(texts, load_teacher(package), lessons, tell))
    learned, held_out = hold_out(silver)
    course = Course(epochs=epochs)
    arrays = train(
        corpus_of(learned),
        teacher_vectors(facts.folder),
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
    made[ASKS_BELOW] = confidence_to_ask_below(read_weights(draft), held_out, asks)
    write_weights(draft, made, arrays)
    examined = examine(draft, held_out, package, gold, tell)
    made["scores"] = {
        "agreement": examined.agreement.all,
        "alone": examined.alone.all,
        "asked": examined.asked,
        "interval": [examined.agreement.low, examined.agreement.high],
        "by_type": dict(examined.agreement.by_type),
        "held_out": examined.held_out,
        "outlets": examined.agreement.outlets,
        "after_repair": examined.after_repair.all,
        "gold": {name: asdict(compared) for name, compared in examined.gold.items()},
    }
    write_weights(draft, made, arrays)
    name = read_weights(draft).name
    path = draft.replace(work / f"{name}{SUFFIX}")
    return Distilled(path, name, examined)


def _check_gold(file: Path) -> None:
    """Refuse what is no gold now, and not after the learning."""
    try:
        texts = len(read_entity_gold(file))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{file} is no gold of names ({type(error).__name__}: {error}); it needs lines of "
            '{"id", "text", "mentions": [{"start", "end", "type"}]}'
        ) from error
    if not texts:
        raise UsageError(f"{file} holds no gold of names: it is empty")


def _labelled(
    texts: Sequence[tuple[str, str]], teacher: Teacher, cache: Path, tell: Tell
) -> Iterator[SilverText]:
    """Let a teacher label texts; what is in the cache is not labelled again."""
    known = dict(_cached(cache))
    cache.parent.mkdir(parents=True, exist_ok=True)
    missing = iter([text for text, _ in texts if _key(text) not in known])
    with cache.open("a", encoding="utf-8") as file:
        while some := list(islice(missing, _AT_ONCE)):
            for text, (names, doubts) in zip(some, teacher.tag_with_doubts(some), strict=True):
                spans = tuple((name.start, name.end, name.type) for name in names)
                known[_key(text)] = spans, tuple(doubts)
                row = {
                    "key": _key(text),
                    "spans": spans,
                    "doubts": [[start, end, list(tags.items())] for start, end, tags in doubts],
                }
                file.write(json.dumps(row) + "\n")
            file.flush()
            tell("the teacher reads", len(known), len(texts))
    for text, outlet in texts:
        yield SilverText(text, outlet, *known[_key(text)])


def _cached(cache: Path) -> Iterator[tuple[str, Labels]]:
    """Read the cache; a line cut off by a kill is left out."""
    if not cache.exists():
        return
    content = cache.read_text(encoding="utf-8")
    if content and not content.endswith("\n"):
        content = content[: content.rfind("\n") + 1]
        cache.write_text(content, encoding="utf-8")
    for line in content.splitlines():
        row = json.loads(line)
        spans = tuple((start, end, label) for start, end, label in row["spans"])
        doubts = tuple((start, end, dict(tags)) for start, end, tags in row["doubts"])
        yield row["key"], (spans, doubts)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
