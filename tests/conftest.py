"""What all tests share: no network but loopback, and one Prefect server a session."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.orchestration import DEFAULTS

for name, value in DEFAULTS.items():
    os.environ.setdefault(name, value)

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def sample() -> Path:
    """The sample of invented outlets."""
    return ROOT / "data" / "sample"


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A Prefect server with a database of its own, started once a session."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield
