"""Is everything in place for a run? What `onrecord doctor` looks at, in this order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from flows import alerting, installation, surroundings
from flows.finding import Finding, look


def examine(data: Path) -> list[Finding]:
    """Look at everything a run depends on; nothing is changed, nothing outside is asked.

    Args:
        data: The data folder.
    """
    checks: dict[str, Callable[[], Finding]] = {
        "python": installation.check_python,
        "packages": installation.check_packages,
        "machine": installation.check_machine,
        "model": installation.check_model,
        "settings": partial(surroundings.check_settings, data),
        "data": partial(surroundings.check_data, data),
        "tables": partial(surroundings.check_tables, data),
        "ledger": partial(surroundings.check_ledger, data),
        "server": surroundings.check_server,
        "channels": partial(alerting.check_channels, data),
        "clock": partial(surroundings.check_clock, data),
    }
    return [look(what, check) for what, check in checks.items()]
