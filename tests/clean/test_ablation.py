"""What each rule does is measured by leaving it out."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import main
from tasks.clean.ablation import NAMES, ablate, effect_table, shingle_scores
from tasks.errors import UsageError

BODY = [
    f"The council said on Monday that the bridge at post {n} would stay closed until the spring."
    for n in range(8)
]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two pages: one ends with a prompt that gold has not, one with a label that it has."""
    prompt = "Sign up for our weekly newsletter and get the best of the town in your inbox"
    rows = []
    for name, last, body in (("a", prompt, BODY), ("b", "Advertisement", [*BODY, "Advertisement"])):
        paragraphs = "".join(f"<p>{text}</p>" for text in [*BODY, last])
        (tmp_path / f"{name}.html").write_text(
            f"<html><body><article><h1>Bridge stays shut</h1>{paragraphs}</article></body></html>"
        )
        rows.append({"html": f"{name}.html", "body": "\n".join(body), "set": "town"})
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_gains_and_losses_are_told(gold: Path) -> None:
    rows = [json.loads(line) for line in gold.read_text().splitlines()]
    effects = {effect.rule: effect for effect in ablate(rows, gold.parent)}
    assert set(effects) == set(NAMES)
    good, bad, idle = effects["newsletter"], effects["advert"], effects["cookie"]
    assert (good.better, good.worse) == (1, 0)
    assert good.precision_gain > 2
    assert good.recall_gain == 0
    assert (bad.better, bad.worse) == (0, 1)
    assert bad.recall_gain < 0
    assert (idle.precision_gain, idle.recall_gain, idle.better, idle.worse) == (0, 0, 0, 0)
    lines = effect_table(effects.values()).splitlines()
    assert lines[0] == "| rule | town |"
    assert lines[2].startswith("| newsletter | +")
    assert lines[2].endswith("(1:0) |")
    assert "| cookie | . |" in lines
    assert lines[-1].startswith("| advert |")


def test_the_command_prints_the_table(gold: Path) -> None:
    result = CliRunner().invoke(main, ["evaluate", "--ablate", str(gold), "--rule", "newsletter"])
    assert result.exit_code == 0
    assert result.output.splitlines()[2].startswith("| newsletter | +")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rule", "newsletters"], "no rule is called newsletters; there are: vouched"),
        (["sample"], "name no sets"),
    ],
)
def test_wrong_usage_is_told(gold: Path, arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["evaluate", "--ablate", str(gold), *arguments])
    assert result.exit_code == 2
    assert message in result.output


def test_a_rule_without_pages_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["evaluate", "--rule", "advert"])
    assert result.exit_code == 2
    assert "--ablate" in result.output


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"html": "a.html"}, 'line 1 needs "html"'),
        ({"html": "none.html", "body": "x"}, "line 1: none.html cannot be read"),
    ],
)
def test_a_row_without_page_or_gold_is_named(
    tmp_path: Path, row: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        list(ablate([row], tmp_path))


def test_no_text_is_right_where_gold_has_none() -> None:
    assert shingle_scores("", "") == (1, 1)
    assert shingle_scores("a b c d", "") == (0, 0)
