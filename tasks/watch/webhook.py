"""Webhooks: messages by HTTP POST, as JSON.

The address is the user's own, so private ones are allowed, unlike for pages
(`tasks.fetch.network`); but no redirect is followed, and only the status of the answer is looked
at.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, field

import httpx

from tasks.errors import DeliveryError, UsageError
from tasks.settings import VERSION
from tasks.watch.message import Message

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
"""A run waits for it: whoever takes longer should take the message and work later."""

SIGNING_KEY = "ONRECORD_WEBHOOK_SECRET"
"""Variable with the key that messages are signed with, if it is set."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that messages are posted to."""

    url: str = field(repr=False)
    """http or https."""

    def send(self, message: Message) -> None:
        """Post a message; any answer of 2xx counts as arrived.

        Raises:
            DeliveryError: It did not arrive.
        """
        body = message.body
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"onrecord/{VERSION}",
            "Idempotency-Key": message.message_id,
        }
        if key := os.environ.get(SIGNING_KEY):
            signature = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
            headers["X-Onrecord-Signature"] = f"sha256={signature}"
        try:
            # the answer's body is not waited for: it may be long, or never end
            with httpx.stream(
                "POST", self.url, content=body, headers=headers, timeout=TIMEOUT
            ) as got:
                code, has_arrived = got.status_code, got.is_success
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # what httpx says may name the address, and so a secret
            raise DeliveryError(f"the webhook did not answer ({type(error).__name__})") from None
        if not has_arrived:
            raise DeliveryError(f"the webhook answered {code}")


def make_webhook(url: str | None, written: str) -> Webhook:
    """Make a webhook.

    Args:
        url: Its address; null while a secret in it is not known.
        written: As the user wrote it.

    Raises:
        UsageError: It is no address of the web.
    """
    if url is None:
        return Webhook(written)
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageError("the webhook is no address") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise UsageError("a webhook begins with https:// or http://")
    return Webhook(url)
