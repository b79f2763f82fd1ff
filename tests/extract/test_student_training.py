"""Teaching a student: silver labels, what torch computes and what numpy computes, going on."""

import errno
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tasks.extract.student_silver import SilverText, corpus_of, hold_out
from tasks.extract.student_tags import BEGIN, LAST, tag_of
from tasks.extract.student_vectors import no_vectors, shortened
from tests.extract.student_factory import FACTS

OnStep = Callable[[int, int, float], None]

PEOPLE = ["Anna Berg", "Peter Hall", "Maria Duarte", "Tom Okafor"]
PLACES = ["Paris", "Kenya", "Lakemouth"]


def silver(count: int) -> list[SilverText]:
    texts = []
    for n in range(count):
        person, place = PEOPLE[n % 4], PLACES[n % 3]
        text = f"On Monday {person} went to {place}. The weather, said {person}, was fine there."
        spans = [(text.index(place), text.index(place) + len(place), "GPE")]
        at = -1
        while (at := text.find(person, at + 1)) >= 0:
            spans.append((at, at + len(person), "PERSON"))
        texts.append(SilverText(text, f"outlet-{n % 12}", tuple(sorted(spans))))
    return texts


def test_whole_outlets_are_held_out() -> None:
    learned, held_out = hold_out(silver(120))
    assert {one.outlet for one in learned}.isdisjoint(one.outlet for one in held_out)
    assert 6 <= len(held_out) <= 20
    assert hold_out(silver(120)) == (learned, held_out)


def test_of_few_outlets_texts_are_held_out() -> None:
    texts = [SilverText(f"{n} {one.text}", "", one.spans) for n, one in enumerate(silver(50))]
    assert [len(part) for part in hold_out(texts)] == [45, 5]


def test_articles_and_possessives_are_no_part_of_a_name() -> None:
    text = "The Harbour Trust's plan. Anna Berg."
    spans = ((0, 19, "ORG"), (26, 35, "PERSON"))
    corpus = corpus_of([SilverText(text, "", spans)])
    [(ids, tags)] = corpus.texts
    named = {corpus.tokens[i - 1].strip(): int(t) for i, t in zip(ids, tags, strict=True) if t}
    assert named == {
        "Harbour": tag_of(1, BEGIN),
        "Trust": tag_of(1, LAST),
        "Anna": tag_of(0, BEGIN),
        "Berg": tag_of(0, LAST),
    }


def test_doubts_are_learned_where_both_cut_alike_and_nothing_is_trimmed() -> None:
    text = "The Harbour Trust's plan. Anna Berg."
    chances = {0: 0.25, tag_of(1, BEGIN): 0.75}
    stretches = {"The": (0, 3), "Harbour": (4, 11), "Trust's": (12, 19), "Anna": (26, 30)}
    doubts = tuple((start, end, chances) for start, end in stretches.values())
    corpus = corpus_of([SilverText(text, "", ((0, 19, "ORG"),), doubts)])
    [(ids, _)], [(at, rows)] = corpus.texts, corpus.doubts
    assert [corpus.tokens[ids[n] - 1].strip() for n in at] == ["Anna"]
    assert rows[0][[0, tag_of(1, BEGIN)]].tolist() == [0.25, 0.75]


@pytest.mark.slow
def test_it_learns_and_is_rounded(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch teaches students (pip install onrecord[train])")
    from tasks.extract.student import Student
    from tasks.extract.student_file import read_weights, write_weights
    from tasks.extract.student_training import Course, train

    texts = silver(60)
    course = Course(epochs=48, width=32, layers=2, tokens=600, rate=1e-2, fewest=3, average=0.8)
    arrays = train(corpus_of(texts), no_vectors(), course, tmp_path / "c.pt", lambda *_: None)
    write_weights(tmp_path / "a.tagger", FACTS, arrays)
    found = Student(read_weights(tmp_path / "a.tagger")).tag([one.text for one in texts])
    right = sum(
        {(s.start, s.end) for s in spans} == {(a, b) for a, b, _ in one.spans}
        for one, spans in zip(texts, found, strict=True)
    )
    assert right >= 55


def test_killed_it_goes_on_and_ends_as_it_would_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch", reason="torch teaches students")
    from tasks.extract import student_training
    from tasks.extract.student_training import Course, train

    if torch.cuda.is_available():
        pytest.skip("a GPU adds in any order")
    monkeypatch.setattr(student_training, "_WARM_UP", 4)
    monkeypatch.setattr(student_training, "_CHECKPOINT_STEPS", 3)
    corpus = corpus_of(silver(20))
    course = Course(epochs=16, width=16, layers=2, tokens=600, fewest=2)
    seen: list[int] = []

    def killed_at(last: int) -> OnStep:
        def step(number: int, of: int, loss: float) -> None:
            seen.append(number)
            if number == last:
                raise KeyboardInterrupt

        return step

    whole = train(corpus, no_vectors(), course, tmp_path / "whole.pt", killed_at(0))
    steps = seen[-1]
    assert steps == len(seen) >= 6
    seen.clear()
    with pytest.raises(KeyboardInterrupt):
        train(corpus, no_vectors(), course, tmp_path / "c.pt", killed_at(5))
    assert seen == [1, 2, 3, 4, 5]
    seen.clear()
    resumed = train(corpus, no_vectors(), course, tmp_path / "c.pt", killed_at(0))
    assert seen == list(range(4, steps + 1))
    assert whole.keys() == resumed.keys()
    assert all(np.array_equal(whole[name], resumed[name]) for name in whole)
    seen.clear()
    train(corpus, no_vectors(), course, tmp_path / "c.pt", killed_at(0))
    assert seen == []  # it had learned all there was
    other = Course(epochs=16, width=16, layers=2, tokens=600, fewest=2, seed=1)
    train(corpus, no_vectors(), other, tmp_path / "c.pt", killed_at(0))
    assert len(seen) == steps  # a checkpoint of another course is none


def test_a_full_disk_is_told_and_not_filled_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="torch teaches students")
    from tasks.extract import student_training
    from tasks.extract.student_training import Course, train

    def full(path: Path, content: bytes) -> int:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(student_training, "_WARM_UP", 2)
    monkeypatch.setattr(Path, "write_bytes", full)
    course = Course(epochs=0.1, width=16, layers=2, tokens=600, fewest=2)
    with pytest.raises(OSError, match="goes on from its last checkpoint") as raised:
        train(corpus_of(silver(20)), no_vectors(), course, tmp_path / "c.pt", lambda *_: None)
    assert raised.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_numpy_computes_what_torch_computes() -> None:
    torch = pytest.importorskip("torch", reason="torch teaches students")
    from tasks.extract.student import Student
    from tasks.extract.student_file import Weights
    from tasks.extract.student_lessons import Lessons
    from tasks.extract.student_network import Scales, exported, new_parameters, scores_of

    corpus = corpus_of(silver(12))
    numbers = np.random.default_rng(1).normal(size=(2, 5))
    words = Lessons(corpus, shortened(["Anna", "Kenya"], np.arange(2), numbers), fewest=1)
    torch.manual_seed(3)
    parameters = new_parameters(
        len(words.exact_words) + 2, len(words.lower_words) + 2, width=16, layers=2
    )
    rng = SimpleNamespace(random=np.ones)  # makes no word unknown
    lesson = words.lesson(list(range(12)), rng, 0.0, 0.0)
    scales = Scales({}, "watch")
    scores_of(parameters, lesson, scales, 2, lambda values: values)
    scales.mode = "round"
    wanted = scores_of(parameters, lesson, scales, 2, lambda values: values).detach().numpy()
    arrays = {**exported(parameters, scales, 2), **words.arrays()}
    student = Student(Weights({"layers": 2}, arrays, "0" * 64))
    tokens, rows = student._table.encode([one.text for one in silver(12)])
    sizes = np.array([len(some) + 4 for some in tokens])
    sizes[0] += 4
    at, scores = student._scores(rows, np.repeat(np.arange(12), sizes))
    assert len(at) == len(lesson.at)
    # a value that lies between two whole numbers may be rounded either way by another order of sums
    assert np.mean(np.abs(scores - wanted) < 0.01) > 0.97
