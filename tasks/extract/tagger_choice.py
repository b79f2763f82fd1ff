"""Which tagger is used: a student that was installed, or a model package.

Students lie in a folder of their own (data/models), a file each; the file `in-use` names the one
that is used where nobody asks for another. Without it the best model package is.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.errors import UsageError
from tasks.extract.student_file import SUFFIX, read_facts, read_weights, student_name
from tasks.extract.tagger import default_package, tagger_name

TEACHER = "teacher"
"""Asks for the model package, whatever student is in use."""

_IN_USE = "in-use"


@dataclass(frozen=True, slots=True)
class InstalledStudent:
    """A student in the folder of models."""

    path: Path
    """Its weight file."""

    name: str
    """What rows call it."""

    facts: dict[str, Any]
    """What the file says of itself."""


def installed_students(folder: Path) -> list[InstalledStudent]:
    """List the students of a folder, by name; files that are none are left out."""
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            facts, _ = read_facts(path)
            found.append(InstalledStudent(path, student_name(path), dict(facts)))
        except UsageError:
            continue
    return found


def student_in_use(folder: Path) -> Path | None:
    """Give the weight file of the student in use; null when the model package is.

    Raises:
        UsageError: It is gone, damaged or no weight file.
    """
    marker = folder / _IN_USE
    if not marker.exists():
        return None
    path = folder / marker.read_text(encoding="utf-8").strip()
    read_facts(path)
    return path


def use(folder: Path, name: str) -> None:
    """Put a student to use, or go back to the model package ("teacher").

    A weight file that lies elsewhere is copied into the folder.

    Raises:
        UsageError: There is no such student, or its file is damaged.
    """
    marker = folder / _IN_USE
    if name == TEACHER:
        marker.unlink(missing_ok=True)
        return
    path = _student_path(folder, name)
    weights = read_weights(path)
    hidden = folder / f".{_IN_USE}"
    if path.resolve().parent != folder.resolve():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, hidden)
        path = hidden.replace(folder / f"{weights.name}{SUFFIX}")
    hidden.write_text(path.name, encoding="utf-8")
    hidden.replace(marker)


def choose_tagger(asked: str | None, folder: Path) -> str:
    """Say what `load_tagger` is to load.

    Args:
        asked: A model package, the name or weight file of a student, "teacher", or null for the
            student in use, else the best package.
        folder: The folder of students.

    Returns:
        A package, or the absolute path of a weight file.

    Raises:
        UsageError: It is not there.
    """
    if asked is None:
        in_use = student_in_use(folder)
        return str(in_use.resolve()) if in_use else default_package()
    if asked == TEACHER:
        return default_package()
    is_student = asked.startswith("student-") or asked.endswith(SUFFIX)
    chosen = str(_student_path(folder, asked).resolve()) if is_student else asked
    tagger_name(chosen)
    return chosen


def _student_path(folder: Path, name: str) -> Path:
    path = Path(name) if name.endswith(SUFFIX) else folder / f"{name}{SUFFIX}"
    if path.exists():
        return path
    known = [student.name for student in installed_students(folder)]
    raise UsageError(
        f"there is no student {name}; "
        + (f"there are {', '.join(known)}" if known else "make one with `onrecord models distil`")
    )
