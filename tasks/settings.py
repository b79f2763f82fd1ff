"""Facts of the machine, read from ONRECORD_* environment variables.

What a run does is a flow parameter, not a setting.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar

from tasks.errors import UsageError

VERSION = "0.1.0"

NO_CONTACT = "contact not set"
"""What the User-Agent says where nobody said how to be reached."""

Value = TypeVar("Value")

_ELSEWHERE = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]+):/", re.IGNORECASE)
"""How a place of another machine begins; two letters at least, as a disk may have one."""

_BETWEEN_CHANNELS = re.compile(r";\s*(?=(?:webhook|mailto|command):)")


@dataclass(frozen=True, slots=True)
class Settings:
    """Facts of the machine."""

    data: Path
    """The folder for everything a run writes; `--data` wins."""

    contact: str
    """How an outlet can reach you (an address or a page), part of the User-Agent. Set it before you
    ask anybody's server for pages."""

    allow_addresses: tuple[str, ...]
    """Address ranges (CIDR, separated by commas) that may be fetched though they are private: for
    tests and for archives inside your house."""

    ledger_url: str | None
    """Where the ledger lies: any SQLAlchemy URL, such as postgresql+pg8000://user@host/database;
    PostgreSQL when several machines fetch (needs the extra `postgres`)."""

    knowledge_base: Path | None
    """Folder of a bigger knowledge base than the one that ships."""

    keep_text: bool = True
    """yes or no. With `no` (or `--no-full-text` with ingest, revisit, reprocess) the tables hold no
    texts and no segments, only quotes, names, offsets and hashes. Archives and batches still hold
    the pages: throw them away soon (`maintain --drop-raw-older-than 1d --drop-work-older-than 1d`).
    """

    quote_context: int = 80
    """Characters kept on either side of a quote, 0 to 80."""

    alert_channels: tuple[str, ...] = ()
    """Where alerts about outlets are told, besides Prefect's events: webhook:…, mailto:…,
    command:…, separated by semicolons."""

    log_format: str = "text"
    """text or json; with `json` logs are an object a line, with run, batch, host and outlet."""

    @property
    def user_agent(self) -> str:
        """The honest User-Agent: who we are, and how to reach whoever runs us."""
        return f"onrecord/{VERSION} (+https://github.com/onrecord/onrecord; {self.contact})"


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that e-mail is sent with."""

    host: str
    """Its name."""

    port: int
    """Its port: 587 with starttls, 465 with tls, 25 with none."""

    security: str
    """starttls, tls or none."""

    sender: str
    """The address that mail comes from."""

    user: str | None = None
    """Who logs in."""

    password: str | None = field(default=None, repr=False)
    """With which password."""


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


VARIABLES = {
    "ONRECORD_DATA": ("data", "`./data`"),
    "ONRECORD_CONTACT": ("contact", f"`{NO_CONTACT}`"),
    "ONRECORD_ALLOW_ADDRESSES": ("allow_addresses", "none"),
    "ONRECORD_LEDGER_URL": ("ledger_url", "SQLite in `data/state`"),
    "ONRECORD_KB": ("knowledge_base", "the one that ships"),
    "ONRECORD_FULL_TEXT": ("keep_text", "`yes`"),
    "ONRECORD_QUOTE_CONTEXT": ("quote_context", "`80`"),
    "ONRECORD_ALERT_CHANNELS": ("alert_channels", "none"),
    "ONRECORD_LOG_FORMAT": ("log_format", "`text`"),
}
"""The variables: which field of `Settings` each fills, and what counts where it is not set."""

MAIL_VARIABLES = {
    "ONRECORD_SMTP_HOST": ("host", "none: no e-mail is sent"),
    "ONRECORD_SMTP_PORT": ("port", "as `ONRECORD_SMTP_SECURITY`"),
    "ONRECORD_SMTP_SECURITY": ("security", "`starttls`"),
    "ONRECORD_MAIL_FROM": ("sender", "none"),
    "ONRECORD_SMTP_USER": ("user", "nobody"),
    "ONRECORD_SMTP_PASSWORD": ("password", "none"),
}
"""The same for `MailServer`."""

OTHER_VARIABLES = {
    "ONRECORD_WEBHOOK_SECRET": ("not signed", "Key that messages to webhooks are signed with."),
}
"""Secrets that are read where they are used, and kept nowhere: what counts without, what for."""

OWN_VARIABLES = ("ONRECORD_HOME", "ONRECORD_SHARED", "ONRECORD_WRITE_DOCS", "ONRECORD_DEV_PACK")
"""Variables that our deployments and tests use among themselves."""

_LIKELY_SLIP = 0.8
"""Likeness to the name of a setting from which on a name is a misspelt one (0 to 1)."""


def settings(data: Path | str | None = None) -> Settings:
    """Read the settings.

    Args:
        data: Overrides ONRECORD_DATA.

    Raises:
        UsageError: A variable has a value that means nothing, or its name is misspelt: who meant
            ONRECORD_FULL_TEXT=no must not find texts kept.
    """
    for name in unknown_variables():
        if near := nearest_variable(name, _LIKELY_SLIP):
            raise UsageError(f"{name} is no setting; did you mean {near}?")
    return Settings(
        data=folder_here(data or os.environ.get("ONRECORD_DATA") or "data"),
        contact=os.environ.get("ONRECORD_CONTACT") or NO_CONTACT,
        allow_addresses=_address_ranges("ONRECORD_ALLOW_ADDRESSES"),
        ledger_url=os.environ.get("ONRECORD_LEDGER_URL") or None,
        knowledge_base=_folder("ONRECORD_KB"),
        keep_text=_one_of("ONRECORD_FULL_TEXT", {"yes": True, "no": False}, "yes"),
        quote_context=_one_of("ONRECORD_QUOTE_CONTEXT", {str(n): n for n in range(81)}, "80"),
        alert_channels=tuple(
            part.strip()
            for part in _BETWEEN_CHANNELS.split(os.environ.get("ONRECORD_ALERT_CHANNELS", ""))
            if part.strip()
        ),
        log_format=_one_of("ONRECORD_LOG_FORMAT", {"text": "text", "json": "json"}, "text"),
    )


def unknown_variables() -> list[str]:
    """List the variables ONRECORD_* of the environment that nothing reads.

    They need not be wrong: the address of a webhook may name variables of one's own.
    """
    known = {*VARIABLES, *MAIL_VARIABLES, *OTHER_VARIABLES, *OWN_VARIABLES}
    return sorted(name for name in os.environ if name.startswith("ONRECORD_") and name not in known)


def nearest_variable(name: str, likeness: float) -> str | None:
    """Name the setting whose name is most like this one, if one is so much alike (0 to 1)."""
    settings_by_tail = {
        known.removeprefix("ONRECORD_"): known
        for known in (*VARIABLES, *MAIL_VARIABLES, *OTHER_VARIABLES)
    }
    near = get_close_matches(name.removeprefix("ONRECORD_"), settings_by_tail, 1, likeness)
    return settings_by_tail[near[0]] if near else None


def folder_here(given: Path | str) -> Path:
    """Take a path for one of this machine's file systems.

    Raises:
        UsageError: It is an address: a folder of that name would be made where nobody looks.
    """
    if found := _ELSEWHERE.match(str(given)):
        raise UsageError(
            f"a folder must lie on a disk of this machine, not at {found['scheme']}://…; mount it, "
            "or copy afterwards"
        )
    return Path(given)


def _address_ranges(name: str) -> tuple[str, ...]:
    parts = [part.strip() for part in os.environ.get(name, "").split(",")]
    ranges = tuple(part for part in parts if part)
    for part in ranges:
        try:
            ip_network(part, strict=False)
        except ValueError as error:
            raise UsageError(
                f"{name} holds {part!r}, which is no range of addresses ({error}); "
                "write 192.168.7.0/24, several separated by commas"
            ) from error
    return ranges


def _folder(name: str) -> Path | None:
    given = os.environ.get(name)
    if not given:
        return None
    if not Path(given).is_dir():
        raise UsageError(f"{name} is {given!r}, but there is no such folder")
    return Path(given)


def _one_of(name: str, values: Mapping[str, Value], default: str) -> Value:
    given = os.environ.get(name) or default
    if given not in values:
        known = list(values)
        choice = " or ".join(known) if len(known) < 3 else f"{known[0]} to {known[-1]}"
        raise UsageError(f"{name} is {given!r}; it must be {choice}")
    return values[given]
