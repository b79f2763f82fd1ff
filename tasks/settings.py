"""Facts of the machine, read from ONRECORD_* environment variables.

What a run does is a flow parameter, not a setting.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tasks.errors import UsageError

VERSION = "0.1.0"

Value = TypeVar("Value")

_BETWEEN_CHANNELS = re.compile(r";\s*(?=(?:webhook|mailto|command):)")


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

    keep_text: bool = True
    """Whether the tables hold the articles' texts; quotes and offsets are kept in any case
    (ONRECORD_FULL_TEXT, yes or no)."""

    quote_context: int = 80
    """Characters kept on either side of a quote (ONRECORD_QUOTE_CONTEXT, 0 to 80)."""

    alert_channels: tuple[str, ...] = ()
    """Where alerts about outlets are told, besides Prefect's events: webhook:…, mailto:…,
    command:… (ONRECORD_ALERT_CHANNELS, separated by semicolons)."""

    log_format: str = "text"
    """How logs are written (ONRECORD_LOG_FORMAT, text or json); `json`: one object a line, with
    run, batch, host and outlet."""

    @property
    def user_agent(self) -> str:
        """The honest User-Agent: who we are, and how to reach whoever runs us."""
        return f"onrecord/{VERSION} (+https://github.com/onrecord/onrecord; {self.contact})"


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that e-mail is sent with."""

    host: str
    """Its name (ONRECORD_SMTP_HOST)."""

    port: int
    """Its port (ONRECORD_SMTP_PORT; 587, 465 with tls, 25 with none)."""

    security: str
    """starttls, tls or none (ONRECORD_SMTP_SECURITY; starttls)."""

    sender: str
    """The address that mail comes from (ONRECORD_MAIL_FROM)."""

    user: str | None = None
    """Who logs in (ONRECORD_SMTP_USER); nobody when null."""

    password: str | None = field(default=None, repr=False)
    """With which password (ONRECORD_SMTP_PASSWORD)."""


_SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def mail_server() -> MailServer:
    """Read which server e-mail is sent with.

    Raises:
        UsageError: None is named, or a variable has a value that means nothing.
    """
    host, sender = os.environ.get("ONRECORD_SMTP_HOST"), os.environ.get("ONRECORD_MAIL_FROM")
    if not host or not sender:
        raise UsageError("to send e-mail, set ONRECORD_SMTP_HOST and ONRECORD_MAIL_FROM")
    security = _one_of("ONRECORD_SMTP_SECURITY", {name: name for name in _SMTP_PORTS}, "starttls")
    port = os.environ.get("ONRECORD_SMTP_PORT") or str(_SMTP_PORTS[security])
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"ONRECORD_SMTP_PORT is {port!r}; it must be a port")
    return MailServer(
        host=host,
        port=int(port),
        security=security,
        sender=sender,
        user=os.environ.get("ONRECORD_SMTP_USER") or None,
        password=os.environ.get("ONRECORD_SMTP_PASSWORD") or None,
    )


def settings(data: Path | str | None = None) -> Settings:
    """Read the settings.

    Args:
        data: Overrides ONRECORD_DATA.

    Raises:
        UsageError: A variable has a value that means nothing.
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
        keep_text=_one_of("ONRECORD_FULL_TEXT", {"yes": True, "no": False}, "yes"),
        quote_context=_one_of("ONRECORD_QUOTE_CONTEXT", {str(n): n for n in range(81)}, "80"),
        alert_channels=tuple(
            part.strip()
            for part in _BETWEEN_CHANNELS.split(os.environ.get("ONRECORD_ALERT_CHANNELS", ""))
            if part.strip()
        ),
        log_format=_one_of("ONRECORD_LOG_FORMAT", {"text": "text", "json": "json"}, "text"),
    )


def _one_of(name: str, values: Mapping[str, Value], default: str) -> Value:
    given = os.environ.get(name) or default
    if given not in values:
        known = list(values)
        choice = " or ".join(known) if len(known) < 3 else f"{known[0]} to {known[-1]}"
        raise UsageError(f"{name} is {given!r}; it must be {choice}")
    return values[given]
