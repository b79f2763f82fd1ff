"""Sources become batches; what was forgotten stays out."""

from pathlib import Path

from tasks.batch import Batch, read_batch
from tasks.fetch.batch import discover_batches, without
from tasks.fetch.policy import Limits, Policy
from tasks.records import Address, Skip


def nothing(url: str) -> bool:
    return False


def test_there_is_always_a_batch_to_carry_what_failed(tmp_path: Path) -> None:
    [ref] = discover_batches(["none.txt"], tmp_path, 200, Policy(), Limits(), nothing)
    batch = read_batch(ref, Address)
    assert batch.items == ()
    assert [failure.stage for failure in batch.failures] == ["discover"]


def test_batches_have_the_size_asked_for(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(5):
        (pages / f"{number}.txt").write_text(f"The {number}th page of the parish newsletter.\n")
    refs = discover_batches([str(pages)], tmp_path, 2, Policy(), Limits(), nothing)
    assert [ref.items for ref in refs] == [2, 2, 1]
    again = discover_batches([str(pages)], tmp_path, 2, Policy(), Limits(), nothing)
    assert [ref.batch_id for ref in again] == [ref.batch_id for ref in refs]


def test_forgotten_addresses_are_skipped() -> None:
    addresses = tuple(Address(f"https://x.example/{n}", "url", "urls.txt") for n in range(3))
    found = without(Batch(addresses), lambda url: url.endswith("/1"))
    assert [address.location[-1] for address in found.items] == ["0", "2"]
    assert found.skipped == (Skip("https://x.example/1", "forgotten"),)
