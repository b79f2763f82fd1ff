"""Channels, on real servers: a web server, a mail server, a program."""

import hashlib
import hmac
import json
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tasks.errors import DeliveryError, UsageError
from tasks.watch import command
from tasks.watch.channels import open_channel, parse_channel
from tasks.watch.finding import Watchlist
from tasks.watch.message import Message, hit_item, message_of
from tasks.watch.watchlist import make_watch
from tests.watch.stories import war_story

NOW = datetime(2025, 5, 1, tzinfo=UTC)


@pytest.fixture
def unused_tcp() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def message() -> Message:
    watch = make_watch("Ri Yong-ho", "person", NOW)
    found = Watchlist([watch]).find_hits([war_story().made()], "run-1", NOW)
    return message_of([hit_item(hit, watch.name) for hit in found])


@dataclass
class Desk:
    """A web server that takes messages."""

    port: int = 0
    status: int = 204
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def desk() -> Iterator[Desk]:
    state = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.got.append((self.path, dict(self.headers), body))
            self.send_response(state.status)
            self.send_header("Location", f"http://127.0.0.1:{state.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_gets_the_hits(
    desk: Desk, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_WEBHOOK_SECRET", "signed, sealed")
    monkeypatch.setenv("DESK_TOKEN", "hunter2")
    open_channel(f"webhook:http://127.0.0.1:{desk.port}/hook/${{DESK_TOKEN}}").send(message)
    ((path, headers, body),) = desk.got
    assert path == "/hook/hunter2"
    signature = hmac.new(b"signed, sealed", body, hashlib.sha256).hexdigest()
    assert headers["X-Onrecord-Signature"] == f"sha256={signature}"
    assert headers["Idempotency-Key"] == message.message_id
    items = json.loads(body)["items"]
    assert [item["reason"] for item in items] == ["speaker", "speaker", "quote"]
    assert items[0]["quote"] == "a declaration of war"
    assert "channels" not in items[0]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_other_answers_are_failures(desk: Desk, message: Message, status: int) -> None:
    desk.status = status
    with pytest.raises(DeliveryError, match=str(status)):
        open_channel(f"webhook:http://127.0.0.1:{desk.port}/").send(message)
    assert len(desk.got) == 1  # no redirect is followed


def test_no_failure_tells_the_address(
    message: Message, unused_tcp: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_TOKEN", "hunter2")
    with pytest.raises(DeliveryError) as caught:
        open_channel(f"webhook:http://127.0.0.1:{unused_tcp}/${{DESK_TOKEN}}").send(message)
    assert "hunter2" not in str(caught.value)
    assert str(unused_tcp) not in str(caught.value)
    with pytest.raises(DeliveryError, match="NOT_THERE is not set"):
        open_channel("webhook:https://desk.example/${NOT_THERE}")


@pytest.mark.parametrize(
    "text",
    [
        "webhook:https://me:hunter2@desk.example/",
        "webhook:https://desk.example/?token=hunter2",
        "webhook:ftp://desk.example/",
        "webhook:desk.example",
        "mailto:",
        "mailto:desk",
        "mailto:desk@herald.example, nobody",
        "mailto:desk@herald.example\nBcc: all@herald.example",
        "command:",
        "command:'page",
        "pigeon:coop",
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_channel(text)
    assert "hunter2" not in str(caught.value)


@pytest.fixture
def mailbox(unused_tcp: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """A real mail server that keeps what it gets."""
    controller = pytest.importorskip("aiosmtpd.controller")
    from aiosmtpd.handlers import Message as Handler

    kept: list[object] = []

    class Keeping(Handler):  # type: ignore[misc]
        def handle_message(self, message: object) -> None:
            kept.append(message)

    server = controller.Controller(Keeping(), hostname="127.0.0.1", port=unused_tcp)
    server.start()
    monkeypatch.setenv("ONRECORD_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("ONRECORD_SMTP_PORT", str(unused_tcp))
    monkeypatch.setenv("ONRECORD_SMTP_SECURITY", "none")
    monkeypatch.setenv("ONRECORD_MAIL_FROM", "onrecord@herald.example")
    yield kept
    server.stop()


def test_mail_arrives(mailbox: list, message: Message) -> None:
    open_channel("mailto:desk@herald.example,night@herald.example").send(message)
    (mail,) = mailbox
    assert mail["To"] == "desk@herald.example, night@herald.example"
    assert mail["Subject"] == "[onrecord] Ri Yong-ho: Minister warns of war and 2 more"
    assert mail["Message-ID"] == f"<{message.message_id}@onrecord.invalid>"
    text, attached = mail.get_payload()
    assert "“The planes may be shot down”" in text.get_payload(decode=True).decode()
    assert len(json.loads(attached.get_payload(decode=True))["items"]) == 3


def test_no_password_goes_over_a_plain_line(
    mailbox: list, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_SMTP_USER", "onrecord")
    monkeypatch.setenv("ONRECORD_SMTP_PASSWORD", "hunter2")
    with pytest.raises(DeliveryError, match="no password"):
        open_channel("mailto:desk@herald.example").send(message)
    monkeypatch.setenv("ONRECORD_SMTP_SECURITY", "starttls")  # which this server has not
    with pytest.raises(DeliveryError) as caught:
        open_channel("mailto:desk@herald.example").send(message)
    assert "hunter2" not in str(caught.value)
    assert mailbox == []


def test_mail_without_a_server(message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONRECORD_SMTP_HOST", raising=False)
    with pytest.raises(DeliveryError, match="ONRECORD_SMTP_HOST"):
        open_channel("mailto:desk@herald.example").send(message)


def test_a_command_gets_the_message(message: Message, tmp_path: Path) -> None:
    got = tmp_path / "got; touch nothing"
    script = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"
    open_channel(f"command:'{sys.executable}' -c \"{script}\" '{got}'").send(message)
    assert json.loads(got.read_bytes()) == message.payload


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"'{sys.executable}' -c 'raise SystemExit(3)'", "code 3"),
        ("/no/such/program", "cannot be run"),
        (f"'{sys.executable}' -c 'import time; time.sleep(60)'", "took more than"),
    ],
)
def test_a_command_that_fails(
    message: Message, line: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "TIMEOUT", 1.0)
    with pytest.raises(DeliveryError, match=why):
        open_channel(f"command:{line}").send(message)


def test_a_command_that_does_not_read(message: Message) -> None:
    big = Message("id", "subject", "text", {"items": ["x" * 1_000_000]})
    open_channel(f"command:'{sys.executable}' -c 'pass'").send(big)
