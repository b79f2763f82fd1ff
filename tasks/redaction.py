"""Take secrets out of what is written for people: logs, messages, pages of the dashboard.

What is secret is known by where it stands (the password of a URL, a query's token, an Authorization
header, a cookie) and by name: the values of variables of the environment that are called a
password, a token, a key, a cookie or a secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

MASK = "***"

_STRONG = (
    r"(?:token|secret|passwd|passwort|password|pwd|apikey|signature|authorization|credentials?)"
)
_SHORT = r"(?:api[-_]?key|key|sig|auth|sid|jwt|session(?:id)?|hash)"
_IN_URL = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?P<user>[^\s/?#:@'\"<>]*)"
                     r"(?P<password>:[^\s/?#'\"<>]*)?@", re.IGNORECASE)  # fmt: skip
_IN_QUERY = re.compile(
    rf"(?P<name>(?<![\w.-])(?:[\w.-]*{_STRONG}|(?:[\w.-]*[_.-])?{_SHORT})=)(?P<value>[^&;#\s\"'<>,)]+)",
    re.IGNORECASE,
)
_IN_JSON = re.compile(
    rf"(?P<name>[\"'][\w.-]*{_STRONG}[\"']\s*:\s*)(?P<quote>[\"'])(?:\\.|(?!(?P=quote)).)*(?P=quote)",
    re.IGNORECASE,
)
_IN_HEADER = re.compile(
    r"(?P<name>\b(?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token)?\s*)[^\s,\"']+",
    re.IGNORECASE,
)
_NAME_AND_VALUE = r"[^\s;=:<>\"']+=[^\s<>\"']+"
_IN_COOKIE = re.compile(
    rf"(?P<name>\b(?:set-)?cookie[\"']?\s*:\s*[\"']?){_NAME_AND_VALUE}(?:\s{_NAME_AND_VALUE})*",
    re.IGNORECASE,
)
_SECRET_NAME = re.compile(
    r"(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_KEY|AUTH_STRING|_KEY|COOKIES?|CREDENTIALS?)$"
)
_SHORTEST = 4
"""A secret shorter than this would be found in half of all words."""


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Put `***` in the place of secrets.

    >>> redact("asked https://me:hunter2@herald.example/rss?token=abc&page=2")
    'asked https://me:***@herald.example/rss?token=***&page=2'

    Args:
        text: Any text.
        secrets: Values known to be secret, wherever they stand.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _IN_URL.sub(_without_password, text)
    text = _IN_HEADER.sub(rf"\g<name>{MASK}", text)
    text = _IN_COOKIE.sub(rf"\g<name>{MASK}", text)
    text = _IN_QUERY.sub(rf"\g<name>{MASK}", text)
    return _IN_JSON.sub(rf"\g<name>\g<quote>{MASK}\g<quote>", text)


def environment_secrets(environment: Mapping[str, str] | None = None) -> frozenset[str]:
    """List the secrets among the variables of the environment, passwords inside URLs included.

    >>> sorted(environment_secrets({"ONRECORD_LEDGER_URL": "postgresql://me:s3cret@db/ledger"}))
    ['s3cret']
    """
    found: set[str] = set()
    for name, value in (os.environ if environment is None else environment).items():
        if _SECRET_NAME.search(name):
            found.add(value)
        elif "://" in value and "@" in value:
            found |= _passwords(value)
    return frozenset(secret for secret in found if len(secret) >= _SHORTEST)


def _without_password(found: re.Match[str]) -> str:
    user = found["user"] if found["password"] is not None else MASK
    return f"{found['scheme']}{user}{':' + MASK if found['password'] is not None else ''}@"


def _passwords(url: str) -> set[str]:
    passwords = [found["password"][1:] for found in _IN_URL.finditer(url) if found["password"]]
    return {form for password in passwords for form in (password, unquote(password))}
