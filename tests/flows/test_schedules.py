"""Schedules of one's own: what is wrong is said before any server is asked."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from filelock import FileLock

from flows import service
from flows.cli import main
from flows.schedules import (
    cron,
    interval,
    own_deployment,
    prefect_file,
    read_deployments,
)
from tasks.errors import UsageError

NOBODY = "http://127.0.0.1:9/api"
OPML = "<opml version='2.0'><body><outline xmlUrl='https://herald.example/rss.xml'/></body></opml>"


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.opml"
    path.write_text(OPML)
    return path


def deploy(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["deploy", *arguments])


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30m", timedelta(minutes=30)),
        ("90min", timedelta(minutes=90)),
        (" 2H ", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        ("1w", timedelta(weeks=1)),
    ],
)
def test_so_often(text: str, length: timedelta) -> None:
    assert interval(text) == length


@pytest.mark.parametrize("text", ["", "30", "m", "half an hour", "-5m", "0m", "30s", "54w", "1.5h"])
def test_no_such_interval(text: str) -> None:
    with pytest.raises(UsageError, match="--every"):
        interval(text)


@pytest.mark.parametrize("text", ["*/15 * * * *", "15 6 * * 1-5", "0 0 1,15 * *", "5 4 * * MON"])
def test_cron(text: str) -> None:
    assert cron(text, "Europe/Berlin") == text


@pytest.mark.parametrize(
    "text", ["", "61 * * * *", "* * * *", "@daily", "a b c d e", "0 0 * * * *"]
)
def test_no_cron(text: str) -> None:
    with pytest.raises(UsageError, match="no cron expression"):
        cron(text)


def test_no_such_time_zone() -> None:
    with pytest.raises(UsageError, match="Mars/Phobos"):
        cron("0 6 * * *", "Mars/Phobos")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--every", "30m"], "say what to ask"),
        (["--every", "30m", "no-such-feeds.opml"], "no file or folder no-such-feeds.opml"),
        (["--every", "30m", "ftp://herald.example/rss"], "no address of the web"),
        (["--every", "30m", "-"], "sources that stay"),
        (["--every", "30m", "https://h.example/rss?token=s3cr3t"], "token=*** holds a secret"),
        (["--every", "30m", "https://me:s3cr3t@h.example/rss"], "no address with a user"),
        (["--every", "often", "FEEDS"], "30m, 2h or 1d"),
        (["--cron", "61 * * * *", "FEEDS"], "no cron expression"),
        (["--cron", "0 6 * * *", "--timezone", "Nowhere", "FEEDS"], "no time zone"),
        (["--every", "30m", "--cron", "0 6 * * *", "FEEDS"], "one of --every and --cron"),
        (["FEEDS"], "say how often"),
        (["--every", "30m", "--name", "feeds", "FEEDS"], "onrecord's own"),
        (["--every", "30m", "--name", "a/b", "FEEDS"], "--name 'a/b'"),
        (["--every", "30m", "--api", NOBODY, "FEEDS"], "no Prefect server answers"),
        (["--api", NOBODY], "no Prefect server answers"),
    ],
)
def test_what_is_wrong_is_said_before_anything_happens(
    arguments: list[str], message: str, feeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("nothing may be started")

    monkeypatch.setattr(service, "run", started)
    monkeypatch.setattr(service, "start", started)
    given = [str(feeds) if one == "FEEDS" else one for one in arguments]
    result = deploy(*given, "--data", str(tmp_path))
    assert result.exit_code == (1 if NOBODY in arguments else 2), result.output
    assert message in result.output
    assert result.output.count("\n") == 1, "one line"


def test_a_deployment_of_ones_own_has_the_surroundings_of_ours(feeds: Path) -> None:
    own = own_deployment([str(feeds), "https://www.gazette.example/news"], {"interval": 1800.0})
    shipped = next(d for d in read_deployments() if d["name"] == "feeds")
    assert own["name"] == "feeds-opml"
    assert own["parameters"]["sources"] == [str(feeds), "https://www.gazette.example/news"]
    for same in ("entrypoint", "work_pool", "concurrency_limit"):
        assert own[same] == shipped[same]
    written = yaml.safe_load(prefect_file([own]))
    assert written["deployments"] == [own]
    assert written["pull"]


def test_the_name_follows_the_address() -> None:
    own = own_deployment(["https://www.gazette.example/news/rss.xml"], {"cron": "0 6 * * *"})
    assert own["name"] == "www-gazette-example-news-rss-xml"


def test_a_wrong_schedule_in_the_file_names_its_deployment(tmp_path: Path) -> None:
    path = tmp_path / "prefect.yaml"
    wrong: dict[str, Any] = {"name": "feeds", "schedules": [{"cron": "*/15 * * *"}]}
    path.write_text(yaml.safe_dump({"deployments": [wrong]}))
    with pytest.raises(UsageError, match="deployment feeds: "):
        read_deployments(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("deployments: some", "is no list"),
        ("deployments: [feeds]", "feeds has no name"),
        ("deployments: [{entrypoint: a}]", "has no name"),
        ("deployments: [{name: feeds, schedules: often}]", "deployment feeds: schedules"),
    ],
)
def test_a_file_whose_deployments_are_none(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "prefect.yaml"
    path.write_text(content)
    with pytest.raises(UsageError, match=message):
        read_deployments(path)


def test_yaml_that_cannot_be_read_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "prefect.yaml"
    path.write_text("deployments:\n  - name: feeds\n   - name: more\n")
    monkeypatch.setattr(read_deployments, "__defaults__", (path,))
    result = deploy("--api", NOBODY, "--data", str(tmp_path / "data"))
    assert result.exit_code == 2
    assert "is no file of deployments" in result.output
    assert "line 3" in result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("content", ["", "deployments", "a: [", "other: 1"])
def test_a_file_that_holds_no_deployments(content: str, tmp_path: Path) -> None:
    path = tmp_path / "prefect.yaml"
    path.write_text(content)
    with pytest.raises(UsageError, match="no file of deployments"):
        read_deployments(path)


def test_one_service_over_a_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "start", lambda *_: pytest.fail("nothing may be started"))
    (tmp_path / "state").mkdir()
    held = FileLock(tmp_path / "state" / "serve.lock")
    monkeypatch.setattr(service, "_check_free", lambda *_: None)
    with held:
        result = CliRunner().invoke(main, ["serve", "--data", str(tmp_path)])
    assert result.exit_code == 2, result.output
    assert "an `onrecord serve` runs over" in result.output
