"""What the tests of the store share."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave fsync out: it is most of the time, and only a power cut could tell the difference."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
