"""Scoring runs what users run, on whatever gold is there."""

from pathlib import Path

import pytest

from flows.evaluate import evaluate, gold_sets
from tasks.errors import UsageError
from tasks.evaluate.score import table


def test_the_sample_is_always_there(tmp_path: Path) -> None:
    assert [gold.name for gold in gold_sets(tmp_path)] == ["sample"]
    scores = evaluate(shared=tmp_path)
    values = {score.measure: score.value or 0 for score in scores}
    assert values["marks recall"] > 95
    assert values["soft direct: F1"] > 90
    assert values["body 4-grams: F1"] > 95
    assert "| body 4-grams: F1 |" in table(scores)


def test_a_threshold_names_fewer_and_rightly(tmp_path: Path) -> None:
    every, sure = (
        {score.measure: score.value or 0 for score in evaluate(["sample"], tmp_path, threshold)}
        for threshold in (0.0, 0.8)
    )
    given, right = "marks speaker given, of found", "marks speaker right, of given"
    assert 0 < sure[given] < every[given]
    assert sure[right] >= every[right]
    assert sure["marks end-to-end F1"] == every["marks end-to-end F1"]


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no gold named nowhere; there is: sample"):
        evaluate(["nowhere"], tmp_path)
