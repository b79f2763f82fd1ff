"""One bad article does not stop the others, and a batch survives its way through a file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.batch import Batch, batch_id, is_intact, read_batch, write_batch
from tasks.errors import CleanError
from tasks.records import Address, Failure, Skip


def address(location: str) -> Address:
    return Address(location=location, source_kind="url", source="urls.txt")


def refuse_short(item: Address) -> str:
    if len(item.location) < 3:
        raise CleanError("too_short", "2 characters")
    return item.location.upper()


def test_a_failing_item_is_set_aside() -> None:
    batch = Batch((address("long"), address("x"), address("other"))).through("clean", refuse_short)
    assert batch.items == ("LONG", "OTHER")
    assert batch.failures == (Failure("x", "clean", "too_short", "2 characters"),)


def test_what_is_unexpected_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        Batch((1,)).through("clean", lambda item: item // 0)


@given(
    st.lists(st.text(max_size=30), max_size=5),
    st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=3),
)
def test_a_batch_survives_a_file(tmp_path_factory, locations, skips) -> None:
    folder: Path = tmp_path_factory.mktemp("work")
    batch = Batch(
        tuple(address(location) for location in locations), (), tuple(Skip(*skip) for skip in skips)
    )
    ref = write_batch(batch, folder, "b1", "fetch")
    assert is_intact(ref)
    assert read_batch(ref, Address) is batch
    Path(ref.path).touch()
    assert read_batch(ref, Address) == batch
    assert ref.items == len(locations)


def test_a_damaged_file_is_noticed(tmp_path: Path) -> None:
    ref = write_batch(Batch((address("a"),)), tmp_path, "b1", "fetch")
    path = Path(ref.path)
    path.write_bytes(path.read_bytes()[:-3])
    assert not is_intact(ref)
    with pytest.raises(ValueError, match="delete it and run again"):
        read_batch(ref, Address)


def test_the_same_addresses_make_the_same_batch() -> None:
    assert batch_id([address("a"), address("b")]) == batch_id([address("a"), address("b")])
    assert batch_id([address("a")]) != batch_id([address("b")])
