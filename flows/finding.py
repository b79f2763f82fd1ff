"""What `onrecord doctor` finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tasks.errors import OnrecordError
from tasks.redaction import environment_secrets, redact

State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of looking at one thing."""

    what: str
    """What was looked at: python, packages, model, data …"""

    state: State
    """ok, warning (it runs, but somebody should look) or wrong (it will not run)."""

    said: str
    """What was found."""

    advice: str | None = None
    """What to do about it; null when nothing is to be done."""


def look(what: str, check: Callable[[], Finding]) -> Finding:
    """Look at one thing; an error that is foreseen becomes a finding."""
    try:
        found = check()
    except (OnrecordError, OSError) as error:
        found = Finding(what, "wrong", str(error))
    secrets = environment_secrets()
    return Finding(
        found.what,
        found.state,
        redact(found.said, secrets),
        redact(found.advice, secrets) if found.advice else None,
    )
