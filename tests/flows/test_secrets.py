"""A drill: secrets wherever a user may put one, errors provoked; none may come to light.

What is searched: all that the commands print, and every file below the data folder: tables decoded,
gzip unpacked, databases (Prefect's, too) read cell by cell. Two places may hold some, because that
is what they are for: archives the addresses that were asked and the cookies that sites set, and the
ledger the addresses that will be asked again. No cookie is sent back to a site.
"""

import gzip
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.fetch.conftest import load_internet

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
FEED = """<rss version="2.0"><channel><title>Desk</title><item><title>Quay to close</title>
<link>{link}</link></item></channel></rss>"""


def secret(number: int) -> str:
    """A word that stands nowhere else."""
    return f"zq{number:02d}Kv7harbour{number * 7919:06d}"


def variables(proxy: int = 9) -> dict[str, str]:
    """Secrets in the environment, as services get them; `proxy` is the port of one that works."""
    return {
        "http_proxy": f"http://proxyuser:{secret(1)}@127.0.0.1:{proxy}",
        "https_proxy": f"http://proxyuser:{secret(2)}@127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "AKIA0000EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": secret(3),
        "AWS_SESSION_TOKEN": secret(4),
        "ONRECORD_SMTP_HOST": "127.0.0.1",
        "ONRECORD_SMTP_PORT": "9",
        "ONRECORD_SMTP_SECURITY": "none",
        "ONRECORD_MAIL_FROM": "onrecord@example.org",
        "ONRECORD_SMTP_USER": "desk",
        "ONRECORD_SMTP_PASSWORD": secret(5),
        "ONRECORD_WEBHOOK_SECRET": secret(6),
        "DESK_TOKEN": secret(7),
        "DESK_COOKIE": f"session={secret(27)}",
        "ONRECORD_COOKIE": f"session={secret(28)}",
        "PREFECT_API_AUTH_STRING": f"editor:{secret(8)}",
        "PREFECT_SERVER_API_AUTH_STRING": f"editor:{secret(8)}",
        "PREFECT_API_KEY": secret(9),
        "PGPASSWORD": secret(10),
        "ONRECORD_ALLOW_ADDRESSES": "127.0.0.0/8",
        "ONRECORD_CONTACT": "desk@example.org",
    }


def feeds(port: int) -> list[str]:
    """Secrets in addresses: one feed that works, and others that fail in all ways."""
    return [
        f"http://{HOST}:{port}/rss?token={secret(12)}",
        f"http://{HOST}:{port}/gone/rss?api_key={secret(14)}",
        f"http://desk:{secret(11)}@{HOST}:{port}/rss?token={secret(13)}",
        f"http://news.invalid/rss?access_token={secret(16)}",
        f"http://{secret(17)}@{HOST}:9/rss?X-Amz-Signature={secret(18)}",
        f"https://{HOST}:{port}/rss?password={secret(20)}",
    ]


def direct(port: int) -> list[str]:
    """Secrets in addresses that are named on the command line."""
    return [
        f"http://{HOST}:{port}/feed?token={secret(22)}",
        f"http://{HOST}:{port}/nothing/rss?secret={secret(24)}",
    ]


SECRETS = {secret(number) for number in range(1, 31)}
ASKED = {secret(number) for number in (12, 14, 16, 20, 22, 24)}
"""Those in addresses that were asked as they are: archives hold them."""

SET_BY_SITES = {secret(29), secret(30)}


class Desk:
    """Somebody at a terminal; all that is printed is kept."""

    def __init__(self, data: Path) -> None:
        self.data, self.printed, self.proxy = data, "", 9

    def run(self, *arguments: str, code: int | None = 0, **more: str) -> None:
        own = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "ONRECORD_"))}
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", *arguments, "--data", str(self.data)],
            cwd=ROOT, env=own | variables(self.proxy) | more, capture_output=True, text=True,
            timeout=300, check=False,
        )  # fmt: skip
        self.printed += f"\n$ {arguments[0]}: {done.returncode}\n{done.stdout}{done.stderr}"
        assert code in (None, done.returncode), self.printed


def strings(data: Path) -> Iterator[tuple[str, str]]:
    """Give everything that is written below a folder, with where it stands."""
    for path in sorted(p for p in data.rglob("*") if p.is_file()):
        name = str(path.relative_to(data))
        if name.endswith(("-shm", "-wal")):
            continue  # read with their database
        body = path.read_bytes()
        if path.suffix == ".parquet":
            yield name, str(pq.read_table(path).to_pylist())
        elif body.startswith(b"SQLite format 3"):
            if path.name != "ledger.sqlite":
                yield from ((f"{name} {table}", text) for table, text in cells(path))
        else:
            plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
            yield name, plain.decode("utf-8", "replace")


def cells(path: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in names:
            rows: list[Any] = database.execute(f'SELECT * FROM "{table}"').fetchall()
            yield table, str(rows)


@pytest.mark.slow
@pytest.mark.prefect
def test_no_secret_comes_to_light(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data")
    internet = load_internet()
    with internet.serving() as site:
        desk.proxy = site.port
        pages = [site.article(HOST, f"/{n}", f"Quay number {n} to close") for n in range(2)]
        site.put(HOST, f"/rss?token={secret(12)}", FEED.format(link=pages[0]))
        site.put(HOST, f"/feed?token={secret(22)}", FEED.format(link=pages[1]))
        for number, path in enumerate(("/2025/far-quay.html", "/2025/wall.html")):
            crumb = ("Set-Cookie", f"sid={secret(29 + number)}; Path=/")
            body = internet.ARTICLE.format(title="Far quay to close").encode()
            answer = internet.Reply(
                body, (200, 403)[number], [("Content-Type", "text/html"), crumb]
            )
            site.put("harbour.example", path, answer)
        far = [f"http://harbour.example/2025/{name}.html" for name in ("far-quay", "wall")]
        listed = tmp_path / "feeds.txt"
        listed.write_text("\n".join(feeds(site.port)))
        asked = [str(listed), *direct(site.port), *far, "--gap", "0"]
        hook = "webhook:http://127.0.0.1:9/hook/${DESK_TOKEN}"
        desk.run("watch", "add", "Maren Holt", "--notify", hook,
                        "--notify", "mailto:desk@example.org")  # fmt: skip
        plain = f"webhook:http://127.0.0.1:9/hook?token={secret(25)}"
        desk.run("watch", "add", "Port Ellery", "--notify", plain, code=2)
        desk.run("ingest", *asked)
        desk.run("ingest", *asked, "--refetch", ONRECORD_LOG_FORMAT="json")
        through_proxy = [seen for seen in site.seen if seen.host == "harbour.example"]
        assert any("proxy-authorization" in seen.headers for seen in through_proxy)
        assert not any("cookie" in seen.headers for seen in site.seen)
    ledger = f"postgresql+pg8000://onrecord:{secret(26)}@127.0.0.1:9/ledger"
    nowhere = f"http://editor:{secret(8)}@127.0.0.1:9/api"
    desk.run("ingest", str(listed), ONRECORD_LEDGER_URL=ledger, code=2)
    desk.run("ingest", str(listed), PREFECT_API_URL=nowhere, code=1)
    desk.run("deploy", "--every", "30m", direct(9)[0], "--api", nowhere, code=2)
    desk.run("deploy", "--every", "30m", f"http://me:{secret(21)}@news.invalid/rss", code=2)
    desk.run("ingest", f"http://me:{secret(23)}@news.invalid/rss", code=2)
    desk.run("worker", "--api", nowhere, code=1)
    desk.run("watch", "test", "Maren Holt", code=1)
    for line in ("doctor", "settings", "health", "watch list", "watch hits", "ledger due", "sites"):
        desk.run(*line.split(), code=None, ONRECORD_LEDGER_URL=ledger if line == "doctor" else "")
    desk.run("report")
    desk.run("export", str(tmp_path / "out"), "--format", "csv")

    assert "new        3" in desk.printed, desk.printed
    written = list(strings(tmp_path / "data")) + list(strings(tmp_path / "out"))
    assert {"artifact", "flow_run", "log", "events"} <= {name.split()[-1] for name, _ in written}
    assert any("Maren Holt" in text for name, text in written if name.startswith("tables/quotes"))
    found = {(word, name) for name, text in written for word in SECRETS if word in text
             and not (name.startswith("raw/") and word in ASKED | SET_BY_SITES)}  # fmt: skip
    found |= {(word, "printed") for word in SECRETS if word in desk.printed}
    assert sorted(found) == []
