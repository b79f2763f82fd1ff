from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tasks.batch import Batch
from tasks.fetch.discover import discover
from tasks.fetch.ledger_schema import close_ledger
from tasks.fetch.pages import fetch_batch
from tasks.fetch.policy import Policy
from tasks.records import Address, Snapshot
from tasks.settings import Settings

SWIFT = Policy(gap=0.0, deadline=1.0, backoff=0.01, longest_wait=0.5, breaker=1_000)


def load_internet() -> ModuleType:
    """Load the little server beside this file (tests are no package)."""
    name = "onrecord_tests_internet"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / "internet.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def internet() -> Iterator[Any]:
    with load_internet().serving() as internet:
        yield internet


@pytest.fixture
def reply() -> Any:
    return load_internet().Reply


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(
        data=tmp_path / "data",
        contact="tests@example.org",
        allow_addresses=("127.0.0.0/8",),
        ledger_url=None,
        knowledge_base=None,
    )
    yield settings
    close_ledger(settings)


Fetch = Callable[..., Batch[Snapshot]]


@pytest.fixture
def fetch(internet: Any, box: Settings) -> Fetch:
    """Fetch addresses from the little internet."""

    def run(*urls: str | Address, policy: Policy = SWIFT, **options: Any) -> Batch[Snapshot]:
        addresses = [u if isinstance(u, Address) else Address(u, "url", u) for u in urls]
        settings = options.pop("settings", box)
        return fetch_batch(
            Batch(tuple(addresses)),
            raw=settings.data / "raw",
            settings=settings,
            policy=policy,
            resolver=options.pop("resolver", internet.resolve),
            **options,
        )

    return run


@pytest.fixture
def find(internet: Any, box: Settings) -> Callable[..., Batch[Address]]:
    """Discover addresses in the little internet."""

    def run(*sources: str, policy: Policy = SWIFT, **options: Any) -> Batch[Address]:
        return discover(sources, settings=box, policy=policy, resolver=internet.resolve, **options)

    return run
