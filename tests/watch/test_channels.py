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


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate of this machine, which programs here trust; its key lies in the same file."""
    import ipaddress
    from datetime import timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.herald.example")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "mail.pem"
    plain = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.mark.parametrize(("password", "arrives"), [("hunter2", True), ("hunter3", False)])
def test_mail_by_starttls_with_a_password(
    message: Message,
    certificate: Path,
    unused_tcp: int,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
    arrives: bool,
) -> None:
    import ssl

    controller = pytest.importorskip("aiosmtpd.controller")
    from aiosmtpd.handlers import Sink
    from aiosmtpd.smtp import AuthResult, LoginPassword

    tried: list[bytes] = []

    def check(_server: object, _session: object, _envelope: object, _mechanism: str, given: object):
        assert isinstance(given, LoginPassword)
        tried.append(given.password)
        return AuthResult(success=given.password == b"hunter2", handled=False)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = controller.Controller(
        Sink(), hostname="127.0.0.1", port=unused_tcp, tls_context=context,
        require_starttls=True, auth_required=True, authenticator=check,
    )  # fmt: skip
    server.start()
    try:
        for name, value in (
            ("SMTP_HOST", "127.0.0.1"),
            ("SMTP_PORT", str(unused_tcp)),
            ("SMTP_SECURITY", "starttls"),
            ("SMTP_USER", "desk"),
            ("SMTP_PASSWORD", password),
            ("MAIL_FROM", "onrecord@herald.example"),
        ):
            monkeypatch.setenv(f"ONRECORD_{name}", value)
        channel = open_channel("mailto:desk@herald.example")
        if arrives:
            channel.send(message)
        else:
            with pytest.raises(DeliveryError, match=r"refused it \(535\)") as caught:
                channel.send(message)
            assert password not in str(caught.value)
        assert tried
        monkeypatch.delenv("SSL_CERT_FILE")  # a server that nobody vouches for gets nothing
        tried.clear()
        with pytest.raises(DeliveryError, match="SSL"):
            channel.send(message)
        assert tried == []
    finally:
        server.stop()


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
