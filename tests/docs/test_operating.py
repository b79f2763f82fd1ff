"""The operating guide knows every setting, every parameter and every reason code."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from flows.cli import main
from flows.settings_reference import settings_page
from tasks.fetch.policy import Limits, Policy
from tasks.settings import MAIL_VARIABLES, OWN_VARIABLES, VARIABLES

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
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    read = re.findall(r"\"(ONRECORD_\w+)\"", source())
    found = set(read) - set(OWN_VARIABLES)
    assert len(found) > 10
    assert {name for name in found if f"`{name}`" not in page} == set()


def test_the_reference_of_settings_is_current() -> None:
    assert settings_page() == (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_the_unit_and_the_files_of_the_guide_say_what_exists() -> None:
    guide = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"(?:bin/|^|`|… )onrecord ([a-z]+)", guide, re.MULTILINE))
    assert commands >= {"doctor", "serve", "worker", "migrate", "maintain"}
    assert commands <= set(main.commands)
    named = set(re.findall(r"ONRECORD_[A-Z_]+", guide))
    assert named <= {*VARIABLES, *MAIL_VARIABLES}


def test_every_parameter_of_fetching_is_explained() -> None:
    names = [field.name for kind in (Policy, Limits) for field in fields(kind)]
    assert [name for name in names if f"`{name}`" not in GUIDE] == []


def _parts(groups: str | tuple[str, ...]) -> list[str]:
    return [groups] if isinstance(groups, str) else [code for code in groups if code]
