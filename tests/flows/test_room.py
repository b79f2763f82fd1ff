"""A disk that becomes full while a run is under way is named, however it shows."""

import errno
import shutil
from pathlib import Path

import httpx
import pytest

from flows.orchestration import _server_errors
from flows.room import FULL_BYTES, RoomErrors, check_not_full
from tasks.errors import OnrecordError, StoreError, UsageError


def leave(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    room = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: room)


@pytest.mark.parametrize(
    "error",
    [
        httpx.HTTPError("Server error '500 Internal Server Error'"),
        RuntimeError("sqlite3.OperationalError: database or disk I/O error"),
        OnrecordError("2 of 4 batches could not be worked through"),
        OSError(errno.EIO, "Input/output error"),
    ],
)
def test_whatever_breaks_on_a_full_disk(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(monkeypatch, FULL_BYTES - 1)
    full = "is full; free some space and run again"
    with pytest.raises(OnrecordError, match=full) as raised, RoomErrors(tmp_path / "not there"):
        raise error
    assert raised.value.__cause__ is error
    leave(monkeypatch, FULL_BYTES)
    with pytest.raises(type(error)) as passed, RoomErrors(tmp_path):
        raise error
    assert passed.value is error


def fail_to_write(number: int) -> None:
    try:
        raise OSError(number, "No space left")
    except OSError as error:
        raise RuntimeError("the batch was not written") from error


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_quota_is_known_by_its_error(number: int, tmp_path: Path) -> None:
    with pytest.raises(OnrecordError, match="is full"), RoomErrors(tmp_path):
        fail_to_write(number)


def test_what_says_so_already_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(monkeypatch, 0)
    said = StoreError("cannot publish to data: the disk is full; free some space and run again")
    for error in (said, UsageError("no such source"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as raised, RoomErrors(tmp_path):
            raise error
        assert raised.value is error


def test_a_disk_that_fills_up_while_a_server_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_not_full(tmp_path)
    leave(monkeypatch, FULL_BYTES - 1)
    with pytest.raises(OnrecordError, match="is full"):
        check_not_full(tmp_path)


def test_a_server_that_goes_away_is_one_line() -> None:
    api = "http://me:hunter2@news.invalid/api"
    with pytest.raises(OnrecordError, match="went away or failed") as raised, _server_errors(api):
        raise httpx.ConnectError("All connection attempts failed")
    assert "http://me:***@news.invalid/api" in str(raised.value)
    assert "All connection attempts failed" in str(raised.value)
