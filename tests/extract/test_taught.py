"""A student asks its teacher about texts unlike those it learned from; which tagger is used."""

from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.extract.student_file import write_weights
from tasks.extract.tagger import default_package, load_tagger, tagger_name
from tasks.extract.tagger_choice import (
    TEACHER,
    choose_tagger,
    installed_students,
    student_in_use,
    use,
)
from tasks.extract.taught import LONGEST, Taught, doubt
from tests.extract.student_factory import FACTS, random_arrays

NEWS = "Anna Berg met Peter Hall in Paris on Monday, and the Harbour Trust agreed to wait for them."


@pytest.fixture
def student(tmp_path: Path) -> Path:
    """A folder of models with one student in it."""
    digest = write_weights(tmp_path / "draft", FACTS, random_arrays())
    (tmp_path / "draft").rename(tmp_path / f"student-{digest[:8]}.tagger")
    return tmp_path / f"student-{digest[:8]}.tagger"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (NEWS, None),
        (NEWS.upper(), "in capitals"),
        (NEWS.lower(), "in small letters"),
        (NEWS * (LONGEST // len(NEWS) + 1), "too long"),
        ("short", None),
        ("", None),
    ],
)
def test_doubts(text: str, wanted: str | None) -> None:
    assert doubt(text) == wanted


def test_doubtful_texts_go_to_the_teacher_and_say_so(student: Path) -> None:
    taught = load_tagger(str(student))
    assert isinstance(taught, Taught)
    texts = [NEWS, NEWS.upper(), NEWS, NEWS.lower()]
    teacher = load_tagger()
    assert [taught.name_for(text) for text in texts] == [
        student.stem,
        teacher.name,
        student.stem,
        teacher.name,
    ]
    found = taught.tag(texts)
    assert [found[1], found[3]] == teacher.tag([texts[1], texts[3]])
    assert found[0] == found[2]


def test_texts_of_which_it_is_unsure_go_to_the_teacher_too(tmp_path: Path) -> None:
    other = "Nobody of the Harbour Trust, said Anna Berg (41), knew O'Hall or Duarte-Lopes before."
    arrays = random_arrays(1)
    write_weights(tmp_path / "a.tagger", FACTS, arrays)
    sure = Taught(tmp_path / "a.tagger")
    first, second = (reading.confidence for reading in sure._student.read([NEWS, other]))
    unsure, wanted = (NEWS, other) if first < second else (other, NEWS)
    asks = {"asks_below": max(first, second)}
    write_weights(tmp_path / "b.tagger", FACTS | asks, arrays)
    taught = Taught(tmp_path / "b.tagger")
    teacher = load_tagger()
    assert taught.name_for(unsure) == teacher.name != taught.name_for(wanted)
    assert taught.tag([unsure, wanted, "", unsure]) == [
        *teacher.tag([unsure]),
        *sure.tag([wanted, ""]),
        *teacher.tag([unsure]),
    ]
    assert taught.name_for(unsure) == teacher.name
    assert taught.name_for(wanted) == taught.name_for("") == taught.name


def test_a_student_whose_teacher_is_not_installed_is_refused(tmp_path: Path) -> None:
    teacher = {"package": "no_such_model", "name": "none", "licence": "MIT"}
    write_weights(tmp_path / "a.tagger", FACTS | {"teacher": teacher}, random_arrays())
    with pytest.raises(UsageError, match="no_such_model"):
        Taught(tmp_path / "a.tagger")


def test_the_package_is_used_until_a_student_is(student: Path) -> None:
    folder = student.parent
    assert student_in_use(folder) is None
    assert choose_tagger(None, folder) == default_package()
    assert [one.name for one in installed_students(folder)] == [student.stem]
    use(folder, student.stem)
    assert student_in_use(folder) == student
    assert choose_tagger(None, folder) == str(student)
    assert tagger_name(choose_tagger(None, folder)) == student.stem
    assert choose_tagger(TEACHER, folder) == default_package()
    assert choose_tagger(student.stem, folder) == choose_tagger(str(student), folder)
    use(folder, TEACHER)
    assert choose_tagger(None, folder) == default_package()


def test_what_is_not_there_is_named(student: Path) -> None:
    folder = student.parent
    with pytest.raises(UsageError, match=f"no student student-0; there are {student.stem}"):
        use(folder, "student-0")
    with pytest.raises(UsageError, match="no_such_model"):
        choose_tagger("no_such_model", folder)
    with pytest.raises(UsageError, match="models distil"):
        choose_tagger("student-0", folder / "elsewhere")
    use(folder, student.stem)
    student.write_bytes(b"something else")
    with pytest.raises(UsageError, match="models use teacher"):
        choose_tagger(None, folder)


def test_a_weight_file_from_elsewhere_is_copied_and_a_damaged_one_never_used(
    tmp_path: Path,
) -> None:
    folder, elsewhere = tmp_path / "models", tmp_path / "elsewhere.tagger"
    digest = write_weights(elsewhere, FACTS, random_arrays())
    use(folder, str(elsewhere))
    assert student_in_use(folder) == folder / f"student-{digest[:8]}.tagger"
    assert [one.name for one in installed_students(folder)] == [f"student-{digest[:8]}"]
    elsewhere.write_bytes(elsewhere.read_bytes()[:-1])
    with pytest.raises(UsageError, match="damaged"):
        use(folder, str(elsewhere))
    assert student_in_use(folder) == folder / f"student-{digest[:8]}.tagger"
