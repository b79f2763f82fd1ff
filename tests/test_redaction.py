"""Secrets do not come through, whatever they stand in; other words do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.redaction import MASK, environment_secrets, redact

SECRET = "hunter2-Zq"


@pytest.mark.parametrize(
    "text",
    [
        f"https://desk:{SECRET}@herald.example/rss",
        f"https://{SECRET}@herald.example/rss",
        f"postgresql+pg8000://onrecord:{SECRET}@db:5432/ledger",
        f"https://herald.example/rss?page=2&token={SECRET}",
        f"https://herald.example/rss?access_token={SECRET}&page=2",
        f"https://herald.example/rss?apikey={SECRET}#top",
        f"https://herald.example/rss?api-key={SECRET}",
        f"https://cdn.example/a.warc?X-Amz-Signature={SECRET}&X-Amz-Expires=60",
        f"https://herald.example/?clientSecret={SECRET}",
        f"could not log in: password={SECRET}, user=desk",
        f"SMTP_PASSWORD={SECRET} onrecord ingest",
        f'{{"user": "desk", "smtp_password": "{SECRET}"}}',
        f"{{'headers': {{'Authorization': 'Bearer {SECRET}'}}}}",
        f"Authorization: Basic {SECRET}",
        f"sent Proxy-Authorization: {SECRET}",
        f"Cookie: session={SECRET}",
        f"asked with cookie: page=2; session={SECRET}; theme=dark, and got 403",
        f"{{'Set-Cookie': 'sid={SECRET}; Path=/'}}",
    ],
)
def test_no_secret_comes_through(text: str) -> None:
    assert SECRET not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://herald.example/2025/07/a-token-of-thanks.html?page=2&keyword=harbour",
        "“The secret is patience,” she said: the password is long forgotten.",
        "monkey=banana, turnkey=yes",
        "timeout after 30 s: http://[::1]:4200/api?limit=5",
        "write to desk@herald.example",
        "2 failed: http_404",
        "The recipe for a cookie: two cups of flour. Cookie consent: none",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert redact(text) == text


@given(st.text())
def test_what_is_redacted_stays_so(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(
    st.text(
        st.characters(
            codec="ascii", exclude_characters="/?#@'\"<> :%\\", categories=("L", "N", "P")
        ),
        min_size=8,
    )
)
def test_a_known_secret_goes_wherever_it_stands(secret: str) -> None:
    url = f"postgresql://desk:{secret}@db/ledger"
    known = environment_secrets({"ONRECORD_LEDGER_URL": url})
    assert secret not in redact(f"connecting with «{secret}» to {url}", known).replace(MASK, "")


def test_secrets_of_the_environment() -> None:
    known = environment_secrets(
        {
            "ONRECORD_SMTP_PASSWORD": "p4ss word",
            "PREFECT_API_AUTH_STRING": "admin:gr33n",
            "ONRECORD_LEDGER_URL": "postgresql://me:a%20b%20c@db/ledger",
            "ONRECORD_CONTACT": "desk@herald.example",
            "HOME": "/home/desk",
            "SHORT_TOKEN": "abc",
        }
    )
    assert known == {"p4ss word", "admin:gr33n", "a%20b%20c", "a b c"}
