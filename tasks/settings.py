"""Facts of the machine, read from ONRECORD_* environment variables.

What a run does is a flow parameter, not a setting.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Settings:
    """Facts of the machine."""

    data: Path
    """Where everything a run writes lies (ONRECORD_DATA; ./data)."""

    contact: str
    """How an outlet can reach whoever runs this, part of the User-Agent (ONRECORD_CONTACT)."""

    allow_addresses: tuple[str, ...]
    """Address ranges (CIDR) that may be fetched though they are private, such as 127.0.0.0/8 for
    tests (ONRECORD_ALLOW_ADDRESSES, separated by commas)."""

    ledger_url: str | None
    """SQLAlchemy URL of the ledger (ONRECORD_LEDGER_URL); SQLite under data/state when null."""

    knowledge_base: Path | None
    """Folder of a bigger knowledge base than the one shipped (ONRECORD_KB)."""

    @property
    def user_agent(self) -> str:
        """The honest User-Agent: who we are, and how to reach whoever runs us."""
        return f"onrecord/{VERSION} (+https://github.com/onrecord/onrecord; {self.contact})"


def settings(data: Path | str | None = None) -> Settings:
    """Read the settings.

    Args:
        data: Overrides ONRECORD_DATA.
    """
    kb = os.environ.get("ONRECORD_KB")
    return Settings(
        data=Path(data or os.environ.get("ONRECORD_DATA") or "data"),
        contact=os.environ.get("ONRECORD_CONTACT") or "contact not set",
        allow_addresses=tuple(
            part.strip()
            for part in os.environ.get("ONRECORD_ALLOW_ADDRESSES", "").split(",")
            if part.strip()
        ),
        ledger_url=os.environ.get("ONRECORD_LEDGER_URL") or None,
        knowledge_base=Path(kb) if kb else None,
    )
