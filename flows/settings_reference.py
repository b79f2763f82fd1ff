"""docs/settings.md: every setting and parameter of fetching, made from the code that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from tasks.fetch.policy import Limits, Policy
from tasks.settings import MAIL_VARIABLES, OTHER_VARIABLES, VARIABLES, MailServer, Settings
from tasks.store.columns import field_docstrings

_HEAD = """# Settings

Made by `onrecord settings --write`; do not edit it, but the docstrings in `tasks/settings.py` and
`tasks/fetch/policy.py`.

## Facts of the machine

Read from the environment of the command, or of the worker that runs a deployment. `onrecord
settings` prints those in use, `onrecord doctor` finds misspelt ones.

| variable | where it is not set | what |
|---|---|---|
"""

_MAIL = """
## E-mail and webhooks

For the channels `mailto:` and `webhook:` of alerts and watchlists.

| variable | where it is not set | what |
|---|---|---|
"""

_POLICY = """
## How pages are fetched

Fields of `policy` in the dashboard's form and in `deployments/prefect.yaml`.

| field | default | what |
|---|---|---|
"""

_LIMITS = """
## Which pages are wanted

Fields of `limits`, there too.

| field | default | what |
|---|---|---|
"""


def settings_page() -> str:
    """Write the page."""
    return "".join(
        (
            *(_HEAD, _variables(VARIABLES, Settings)),
            *(_MAIL, _variables(MAIL_VARIABLES, MailServer)),
            *(_row(f"`{name}`", *told) for name, told in OTHER_VARIABLES.items()),
            *(_POLICY, _table(Policy), _LIMITS, _table(Limits)),
        )
    )


def _variables(variables: Mapping[str, tuple[str, str]], record: type) -> str:
    meant = field_docstrings(record)
    return "".join(
        _row(f"`{name}`", default, meant[field]) for name, (field, default) in variables.items()
    )


def _table(record: type) -> str:
    meant = field_docstrings(record)
    return "".join(
        _row(f"`{field.name}`", _shown(field.default), meant[field.name])
        for field in fields(record)
    )


def _shown(value: Any) -> str:
    match value:
        case None | ():
            return "none"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(map(_shown, value))
        case int() | float():
            return f"{value:,.0f}".replace(",", " ")
        case _:
            return f"`{value}`"


def _row(name: str, default: str, meaning: str) -> str:
    return f"| {name} | {default} | {meaning.replace('|', chr(92) + '|')} |\n"
