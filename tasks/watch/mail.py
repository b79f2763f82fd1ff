"""E-mail: messages by SMTP, with the mail server that the environment names."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, getaddresses

from tasks.errors import DeliveryError, UsageError
from tasks.settings import MailServer, mail_server
from tasks.watch.message import Message

TIMEOUT = 20.0
"""Seconds; mail servers greet late on purpose."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Addresses that messages are mailed to."""

    to: tuple[str, ...]
    """One at least."""

    def send(self, message: Message) -> None:
        """Mail a message, the payload attached as JSON.

        Raises:
            DeliveryError: No server took it.
        """
        server = _server()
        mail = EmailMessage()
        mail["Subject"] = message.subject
        mail["From"] = server.sender
        mail["To"] = ", ".join(self.to)
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message.message_id}@onrecord.invalid>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        mail.add_attachment(message.body, "application", "json", filename="onrecord.json")
        try:
            with _connected(server) as connection:
                if server.user is not None:
                    connection.login(server.user, server.password or "")
                connection.send_message(mail)
        except smtplib.SMTPResponseException as error:
            # the server's words may repeat what it was told
            raise DeliveryError(f"the mail server refused it ({error.smtp_code})") from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise DeliveryError(f"the mail server failed ({type(error).__name__})") from None


def make_mail(addresses: str) -> Mail:
    """Read addresses, separated by commas.

    Raises:
        UsageError: One is none.
    """
    found = tuple(address for _, address in getaddresses([addresses]) if address)
    is_whole = len(found) == addresses.count(",") + 1
    if not is_whole or any(
        "@" not in address.strip("@") or not address.isprintable() or " " in address
        for address in found
    ):
        raise UsageError(f"{addresses!r} is no e-mail address; write mailto:desk@paper.example")
    return Mail(found)


def _server() -> MailServer:
    try:
        return mail_server()
    except UsageError as error:
        raise DeliveryError(str(error)) from error


def _connected(server: MailServer) -> smtplib.SMTP:
    """Connect; the password never goes over a line that others can read."""
    context = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.security == "starttls":
            connection.starttls(context=context)
        elif server.user is not None:
            raise DeliveryError("ONRECORD_SMTP_SECURITY is none: no password is sent like that")
    except BaseException:
        connection.close()
        raise
    return connection
