"""Which batch goes first: the furthest, and at the end the one with most to come."""

from collections.abc import Mapping

import pytest

from flows.chains import next_batch
from tasks.records import Stage


@pytest.mark.parametrize(
    ("ready", "workers", "number"),
    [
        ({4: "clean"}, 1, 4),
        ({4: "clean", 3: "clean"}, 1, 3),
        ({3: "clean", 1: "extract", 2: "enrich"}, 1, 2),
        ({5: "enrich", 2: "enrich", 1: "extract"}, 1, 2),
        ({1: "extract", 2: "clean", 3: "clean", 4: "clean"}, 2, 1),
        ({1: "extract", 2: "clean", 3: "clean"}, 2, 2),
        ({1: "enrich", 2: "extract"}, 2, 2),
        ({1: "enrich", 2: "extract"}, 1, 1),
    ],
)
def test_the_batch_that_goes_first(ready: Mapping[int, Stage], workers: int, number: int) -> None:
    assert next_batch(ready, workers) == number
    assert next_batch(dict(reversed(ready.items())), workers) == number
