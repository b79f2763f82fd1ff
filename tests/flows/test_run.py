"""Runs under way: those that end leave nothing, those that die are found."""

from pathlib import Path

import pytest

from flows.run import run_under_way, take_dead_runs


def leftovers(data: Path) -> list[Path]:
    return list((data / "state" / "runs").iterdir())


def test_a_run_that_ends_leaves_nothing(tmp_path: Path) -> None:
    with run_under_way("ingest", tmp_path, {"sources": ["a.txt"]}, None):
        assert leftovers(tmp_path)
    assert leftovers(tmp_path) == []
    assert take_dead_runs(tmp_path) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_run_that_breaks_off_is_closed_by_the_next(
    tmp_path: Path, error: type[BaseException]
) -> None:
    with (
        pytest.raises(error),
        run_under_way("ingest", tmp_path, {"sources": ["a.txt"]}, "flow-run-1"),
    ):
        raise error
    [(run, flow_run_id)] = take_dead_runs(tmp_path)
    assert (run.state, flow_run_id) == ("crashed", "flow-run-1")
    assert run.finished_at
    assert "a.txt" in run.parameters
    assert leftovers(tmp_path) == []
    assert take_dead_runs(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b'{"run": {"run_id"', b"{}", b"[]", b"\xff\x00"])
def test_a_damaged_marker_bars_nobody(tmp_path: Path, content: bytes) -> None:
    """As a full disk or a power cut may leave it."""
    with pytest.raises(ValueError), run_under_way("ingest", tmp_path, {}, None):
        raise ValueError
    (tmp_path / "state/runs/20250701T080000-abcdef.json").write_bytes(content)
    assert len(take_dead_runs(tmp_path)) == 1
    assert leftovers(tmp_path) == []


def test_a_run_under_way_is_left_alone(tmp_path: Path) -> None:
    with run_under_way("ingest", tmp_path, {}, None) as one:
        assert take_dead_runs(tmp_path) == []
        with run_under_way("ingest", tmp_path, {}, None) as other:
            assert one.run_id != other.run_id
    assert leftovers(tmp_path) == []
