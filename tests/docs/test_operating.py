"""The operating guide knows every setting, every parameter and every reason code."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tasks.fetch.policy import Limits, Policy

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
RAISED = re.compile(r"\b(?:Article|Clean|Discover|Fetch|Extract)Error\(\s*\"([a-z_0-9]+)\"")
GIVEN = re.compile(r"Failure\([^()]*?\"discover\",\s*\"([a-z_]+)\"|reason=\"([a-z_]+)\"")
SKIPPED = re.compile(r"\bSkip\([^()]*,\s*\"([a-z_]+)\"\)")


def source() -> str:
    """Everything the program says."""
    paths = [*(ROOT / "tasks").rglob("*.py"), *(ROOT / "flows").glob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(paths))


@pytest.mark.parametrize("pattern", [RAISED, GIVEN, SKIPPED], ids=["raised", "given", "skipped"])
def test_every_reason_code_is_explained(pattern: re.Pattern[str]) -> None:
    found = {code for groups in pattern.findall(source()) for code in _parts(groups)}
    assert len(found) > 2
    assert {code for code in found if f"`{code}`" not in GUIDE} == set()


def test_every_setting_is_explained() -> None:
    found = set(re.findall(r"\"(ONRECORD_\w+)\"", (ROOT / "tasks" / "settings.py").read_text()))
    assert len(found) > 3
    assert {name for name in found if f"`{name}`" not in GUIDE} == set()


def test_every_parameter_of_fetching_is_explained() -> None:
    names = [field.name for kind in (Policy, Limits) for field in fields(kind)]
    assert [name for name in names if f"`{name}`" not in GUIDE] == []


def _parts(groups: str | tuple[str, ...]) -> list[str]:
    return [groups] if isinstance(groups, str) else [code for code in groups if code]
