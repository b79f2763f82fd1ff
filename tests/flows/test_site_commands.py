"""`onrecord sites`: what was learned of each site."""

from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from flows.cli import main
from tasks.clean.lesson import Lesson
from tasks.clean.site_files import learn
from tasks.clean.site_template import READY


def run(data: Path) -> str:
    result = CliRunner().invoke(main, ["sites", "--data", str(data)])
    assert result.exit_code == 0, result.output
    return result.output


def test_nothing_was_learned_yet(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    assert "nothing was learned yet" in run(tmp_path)


def test_sites_are_listed_with_their_health(tmp_path: Path) -> None:
    lessons = [Lesson("x.example", (("p", 500, 0),), ("a line",), 500) for _ in range(READY)]
    few = Lesson("y.example", (("p", 90, 0),), ("a line",), 90)
    learn(tmp_path / "state" / "sites", [*lessons, few], datetime(2031, 5, 14, tzinfo=UTC))
    listed = {line.split()[0]: line for line in run(tmp_path).splitlines()[3:]}
    assert listed["x.example"].endswith("in use")
    assert "2031-05-14" in listed["x.example"]
    assert " 0.0% " in listed["x.example"]
    assert listed["y.example"].endswith("too few pages")
    assert "snapshot in use: 00000" in run(tmp_path)
