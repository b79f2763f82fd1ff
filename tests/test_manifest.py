"""What was finished is not done again, unless something it depends on has changed or is gone."""

from pathlib import Path

import pytest

from tasks.batch import Batch, BatchRef, read_batch, write_batch
from tasks.manifest import stage_key, stage_version, work_through
from tasks.records import Address, Skip


def given(folder: Path, *locations: str) -> BatchRef:
    addresses = tuple(Address(location, "url", "urls.txt") for location in locations)
    return write_batch(Batch(addresses, (), (Skip("x", "duplicate"),)), folder, "b1", "discover")


class Step:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, batch: Batch[Address]) -> Batch[Skip]:
        self.calls += 1
        return Batch(tuple(Skip(a.location, "seen") for a in batch.items), (), batch.skipped)


def run(ref: BatchRef, folder: Path, step: Step, key: str = "k") -> tuple[BatchRef, bool]:
    return work_through(ref, Address, "fetch", folder, key, step)


def test_a_second_time_is_answered_from_the_manifest(tmp_path: Path) -> None:
    step, ref = Step(), given(tmp_path, "a", "b")
    first, was_known = run(ref, tmp_path, step)
    again, is_known = run(ref, tmp_path, step)
    assert (was_known, is_known, step.calls) == (False, True, 1)
    assert again.digest == first.digest
    assert again.seconds == 0
    assert read_batch(again, Skip).items == (Skip("a", "seen"), Skip("b", "seen"))
    assert read_batch(again, Skip).skipped == (Skip("x", "duplicate"),)


@pytest.mark.parametrize("harm", ["other key", "batch gone", "batch damaged", "manifest damaged"])
def test_it_counts_only_while_all_is_as_it_was(tmp_path: Path, harm: str) -> None:
    step, ref = Step(), given(tmp_path, "a")
    made, _ = run(ref, tmp_path, step)
    path = Path(made.path)
    if harm == "batch gone":
        path.unlink()
    elif harm == "batch damaged":
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    elif harm == "manifest damaged":
        path.with_suffix(".manifest").write_bytes(b"{")
    again, known = run(ref, tmp_path, step, "other" if harm == "other key" else "k")
    assert not known
    assert step.calls == 2
    assert read_batch(again, Skip).items == (Skip("a", "seen"),)


def test_a_key_names_stage_code_input_and_what_was_learned() -> None:
    assert stage_key("clean", "d1") != stage_key("clean", "d2")
    assert stage_key("clean", "d1") != stage_key("clean", "d1", "sites-3")
    assert stage_version("clean") != stage_version("extract")
    assert stage_version("clean") in stage_key("clean", "d1")
