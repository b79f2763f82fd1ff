"""`onrecord doctor` and messages about wrong settings: at once, one line, nothing started."""

import errno
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import proxy_bypass

import pytest
from click.testing import CliRunner, Result

from flows import installation, surroundings
from flows.cli import main
from flows.finding import Finding, look
from flows.orchestration import check_folder, prepare
from tasks.errors import OnrecordError, StoreError, UsageError
from tasks.settings import VARIABLES
from tasks.store.transactions import open_store

STATES = {"ok", "warning", "wrong"}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def examined(*arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    result = run("doctor", "--json", *arguments)
    findings = json.loads(result.output)
    assert all(found["state"] in STATES for found in findings)
    return result.exit_code, {found["what"]: found for found in findings}


def test_a_sound_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_CONTACT", "desk@example.org")
    code, found = examined("--data", str(tmp_path))
    assert code == 0
    assert list(found) == [
        *("python", "packages", "machine", "model", "settings", "data", "tables", "ledger"),
        *("server", "channels", "clock"),
    ]
    assert {what: f["said"] for what, f in found.items() if f["state"] == "wrong"} == {}
    assert found["settings"]["said"] == "contact: desk@example.org"
    assert not list(tmp_path.iterdir()), "it only looks"


def test_everything_wrong_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    data.write_text("a file")
    monkeypatch.setenv("ONRECORD_DATA", str(data))
    monkeypatch.setenv("ONRECORD_FULL_TEXT", "perhaps")
    monkeypatch.setenv("PREFECT_API_URL", "http://me:s3cr3t-s3cr3t@127.0.0.1:9/api")
    code, found = examined()
    assert code == 1
    assert "ONRECORD_FULL_TEXT is 'perhaps'" in found["settings"]["said"]
    assert "is a file" in found["data"]["said"]
    assert "no Prefect server answers" in found["server"]["said"]
    assert "s3cr3t" not in json.dumps(found)


def test_a_setting_that_is_misspelt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_CONTCT", "desk@example.org")
    found = look("settings", lambda: surroundings.check_settings(tmp_path))
    assert found.state == "wrong"
    assert "did you mean ONRECORD_CONTACT?" in found.said


def test_a_variable_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Channels may name it; nothing else can be known of it."""
    monkeypatch.setenv("ONRECORD_NIGHT_DESK", "x")
    found = look("settings", lambda: surroundings.check_settings(tmp_path))
    assert found.state == "warning"
    assert "ONRECORD_NIGHT_DESK: no such setting" in found.said


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ONRECORD_FUL_TEXT", "no", "did you mean ONRECORD_FULL_TEXT?"),
        ("ONRECORD_SMTP_PASWORD", "s3cr3t", "did you mean ONRECORD_SMTP_PASSWORD?"),
        ("ONRECORD_ALLOW_ADDRESSES", "10.0.0.0/8, 300.1.1.1/8", "300.1.1.1/8"),
        ("ONRECORD_KB", "no-such-folder", "no such folder"),
        ("ONRECORD_LOG_FORMAT", "xml", "text or json"),
        ("ONRECORD_QUOTE_CONTEXT", "81", "0 to 80"),
        ("ONRECORD_ALERT_CHANNELS", "slack:desk", "is no channel"),
        ("ONRECORD_ALERT_CHANNELS", "mailto:desk@example.org", "set ONRECORD_SMTP_HOST"),
        ("ONRECORD_ALERT_CHANNELS", "webhook:https://h.example/${NOT_SET}", "NOT_SET is not set"),
        ("ONRECORD_ALERT_CHANNELS", "command:/no/such/program", "no program /no/such/program"),
        ("https_proxy", "nonsense", "https_proxy is 'nonsense'; write http://host:port"),
        ("all_proxy", "socks5://u:s3cr3t@proxy.example:1080", "all_proxy is 'socks5://u:***@"),
        ("ONRECORD_LEDGER_URL", "nonsense", "no address of a database"),
        ("ONRECORD_LEDGER_URL", "oddsql://h/d", "no address of a database"),
        ("ONRECORD_LEDGER_URL", "postgresql+psycopg2://u:s3cr3t@127.0.0.1:9/d", "needs a driver"),
        ("ONRECORD_LEDGER_URL", "postgresql+pg8000://u:s3cr3t@127.0.0.1:9/d", "cannot be had"),
    ],
)
def test_a_wrong_setting_ends_ingest_before_work_starts(
    name: str, value: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "pg8000" in value:
        pytest.importorskip("pg8000", reason="the driver is an extra")
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    result = run("ingest", "http://127.0.0.1:9/", "--data", str(tmp_path / "data"))
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert "\n" not in result.output.strip(), result.output
    assert "s3cr3t" not in result.output
    assert not (tmp_path / "data" / "tables").exists()


@pytest.mark.parametrize(
    "line",
    [
        "ingest . --data s3://keys:s3cr3t@bucket/data",
        "serve --data gs://bucket/data",
        "export s3://bucket/out",
    ],
)
def test_a_bucket_is_no_folder(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder named `s3:` was made, and the run failed when it had done everything."""
    monkeypatch.chdir(tmp_path)
    result = run(*line.split())
    assert result.exit_code == 2, result.output
    assert "must lie on a disk of this machine" in result.output
    assert result.output.count("\n") == 1
    assert "s3cr3t" not in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/api", "nonsense"])
def test_a_server_that_is_not_there_ends_ingest(url: str, tmp_path: Path) -> None:
    """In a process of its own: Prefect reads its environment once."""
    command = [sys.executable, "-m", "flows.cli", "ingest", ".", "--data", str(tmp_path / "data")]
    environment = os.environ | {"PREFECT_API_URL": url, "PREFECT_HOME": str(tmp_path / "prefect")}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=120
    )
    assert done.returncode == 1
    assert done.stderr.startswith("onrecord: no Prefect server answers")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data" / "tables").exists()


def test_a_proxy_is_not_asked_for_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prefect's client sent its events to the proxy, which refused them."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    for name in ("http_proxy", "all_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "intranet.example")
    prepare(tmp_path)
    assert os.environ["no_proxy"] == "intranet.example,127.0.0.1,localhost,::1"
    assert proxy_bypass("127.0.0.1:4200")
    assert not proxy_bypass("news.example")


def test_credentials_left_empty_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the file of variables of docs/installing.md: the server refused everybody."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    for name in ("PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING"):
        monkeypatch.setenv(name, "")
    prepare(tmp_path)
    assert not any("AUTH_STRING" in name for name in os.environ)


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        check_folder(tmp_path / "data" / "below")


def test_a_full_disk_is_wrong_and_a_small_one_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2_000_000))
    assert look("data", lambda: surroundings.check_data(tmp_path)).state == "wrong"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2_000_000_000))
    assert look("data", lambda: surroundings.check_data(tmp_path)).state == "warning"


def test_packages_that_do_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["click>=99", "no-such-package-of-ours", "pytest>=1", "absent; extra == 'plots'"]
    monkeypatch.setattr("importlib.metadata.requires", lambda _: asked)
    found = installation.check_packages()
    assert found.state == "wrong"
    assert "click is" in found.said
    assert "no-such-package-of-ours is missing" in found.said
    assert "pytest" not in found.said
    assert "absent" not in found.said


@pytest.mark.parametrize(
    ("version", "state"), [((3, 10, 9), "wrong"), ((3, 12, 1), "ok"), ((3, 14, 0), "warning")]
)
def test_versions_of_python(
    version: tuple[int, ...], state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert installation.check_python().state == state


def test_too_little_memory_for_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 10_000)
    found = installation.check_machine()
    assert found.state == "warning"
    assert "--workers" in str(found.advice)


def test_shared_memory_that_may_not_be_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("tasks.workers.have_locks", lambda: False)
    found = installation.check_machine()
    assert found.state == "warning"
    assert "/dev/shm" in str(found.advice)


def test_torn_tables_are_named(tmp_path: Path) -> None:
    open_store(tmp_path)
    for part in (tmp_path / "tables" / "quotes").glob("*.parquet"):
        part.write_bytes(b"PAR1 torn")
    assert look("tables", lambda: surroundings.check_tables(tmp_path)).state == "wrong"


def test_a_clock_that_went_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Then(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2019, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(surroundings, "datetime", Then)
    assert surroundings.check_clock(tmp_path).state == "wrong"


def test_a_run_from_the_future(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pandas as pd

    from tasks.store import read

    later = pd.Timestamp(datetime.now(UTC) + timedelta(days=2))
    monkeypatch.setattr(read, "runs", lambda **_: pd.DataFrame({"started_at": [later]}))
    assert surroundings.check_clock(sample_store).state == "wrong"


@pytest.mark.parametrize(
    "error", [StoreError("s3cr3t-s3cr3t"), OSError(errno.EIO, "I/O"), OnrecordError("no")]
)
def test_what_is_foreseen_becomes_a_finding(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_PASSWORD", "s3cr3t-s3cr3t")

    def check() -> Finding:
        raise error

    found = look("tables", check)
    assert found.state == "wrong"
    assert "s3cr3t" not in found.said
