"""Settings are read from the environment, and a value that means nothing is named."""

from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.settings import settings


def test_without_any_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "CONTACT", "LEDGER_URL", "KB", "FULL_TEXT", "QUOTE_CONTEXT"):
        monkeypatch.delenv(f"ONRECORD_{name}", raising=False)
    known = settings()
    assert known.data == Path("data")
    assert known.keep_text
    assert known.quote_context == 80
    assert known.knowledge_base is None
    assert "contact not set" in known.user_agent


def test_a_folder_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_DATA", "elsewhere")
    assert settings().data == Path("elsewhere")
    assert settings("here").data == Path("here")


@pytest.mark.parametrize(
    ("name", "value", "choice"),
    [
        ("ONRECORD_FULL_TEXT", "perhaps", "yes or no"),
        ("ONRECORD_QUOTE_CONTEXT", "81", "0 to 80"),
        ("ONRECORD_QUOTE_CONTEXT", "-1", "0 to 80"),
    ],
)
def test_a_value_that_means_nothing(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, choice: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=f"{name} is '{value}'; it must be {choice}"):
        settings()
