"""Channels: where people are told, written in one line: webhook:…, mailto:…, command:….

Secrets stand in them by name only, `${NAME}`: the value is taken from the environment when
something is sent. So no table, log or list of watches ever holds one.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from typing import Protocol

from tasks.errors import DeliveryError, UsageError
from tasks.redaction import redact
from tasks.settings import mail_server
from tasks.watch.command import Command, make_command
from tasks.watch.mail import Mail, make_mail
from tasks.watch.message import Message
from tasks.watch.webhook import Webhook, make_webhook

_SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Channel(Protocol):
    """Something that messages can be sent on."""

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            DeliveryError: It did not arrive; the reason names no address and no secret.
        """


def parse_channel(text: str) -> Channel:
    """Read a channel as the user wrote it; names of secrets are left as they are.

    Args:
        text: webhook:URL, mailto:ADDRESS (several with commas) or command:PROGRAM ARGUMENTS.

    Raises:
        UsageError: It is none, or holds a secret in plain text.
    """
    kind, _, rest = text.partition(":")
    if kind == "mailto":
        return make_mail(rest)
    if kind == "command":
        return make_command(rest)
    if kind != "webhook":
        raise UsageError(
            f"{redact(text)!r} is no channel; write webhook:URL, mailto:ADDRESS or command:PROGRAM"
        )
    plain = _SECRET.sub("", rest)
    if redact(plain) != plain:
        raise UsageError(
            "the address of the webhook holds a secret; put that into a variable of the"
            " environment and write ${NAME} in its place"
        )
    return make_webhook(rest if not _SECRET.search(rest) else None, rest)


def open_channel(text: str, environment: Mapping[str, str] | None = None) -> Channel:
    """Read a channel and put its secrets in, ready to send.

    Args:
        text: As it was added.
        environment: Where secrets are; that of the process when null.

    Raises:
        DeliveryError: A secret is not set, or the channel means nothing with it.
    """
    known = os.environ if environment is None else environment
    try:
        if text.startswith("webhook:"):
            missing = [name for name in _SECRET.findall(text) if not known.get(name)]
            if missing:
                raise DeliveryError(f"the variable {missing[0]} is not set")
            filled = _SECRET.sub(lambda found: known[found[1]], text.removeprefix("webhook:"))
            return make_webhook(filled, text)
        return parse_channel(text)
    except UsageError as error:
        raise DeliveryError("the channel means nothing; see `onrecord watch list`") from error


def check_channel(text: str, environment: Mapping[str, str] | None = None) -> None:
    """Look whether something could be sent on a channel; nothing is.

    Args:
        text: As it was added.
        environment: Where secrets are; that of the process when null.

    Raises:
        UsageError: It is no channel.
        DeliveryError: A secret, the mail server or the program is missing.
    """
    parse_channel(text)
    channel = open_channel(text, environment)
    if isinstance(channel, Mail):
        try:
            mail_server()
        except UsageError as error:
            raise DeliveryError(str(error)) from error
    if isinstance(channel, Command) and shutil.which(channel.arguments[0]) is None:
        raise DeliveryError(f"there is no program {channel.arguments[0]}")


__all__ = [
    "Channel",
    "Command",
    "Mail",
    "Webhook",
    "check_channel",
    "open_channel",
    "parse_channel",
]
