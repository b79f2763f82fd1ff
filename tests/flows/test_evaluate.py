"""Scoring runs on whatever gold is there, with any annotator and cleaner."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from flows.evaluate import Part, evaluate, gold_sets
from tasks.clean.pages import clean_rows
from tasks.errors import UsageError
from tasks.evaluate.gold import Row
from tasks.evaluate.score import table


def silent(rows: Iterable[Mapping[str, Any]], part: Part) -> Iterator[Row]:
    for row in rows:
        assert row["text"]
        yield {"id": row["id"], part: []}


def test_the_sample_is_always_there(tmp_path: Path) -> None:
    assert [gold.name for gold in gold_sets(tmp_path)] == ["sample"]
    scores = evaluate(silent, clean_rows, shared=tmp_path)
    values = {score.measure: score.value for score in scores}
    assert values["marks recall"] == 0
    assert (values["body 4-grams: F1"] or 0) > 90
    assert "| body 4-grams: F1 |" in table(scores)


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no gold named nowhere; there is: sample"):
        evaluate(silent, clean_rows, ["nowhere"], tmp_path)
