"""A run that finds nothing notices that an outlet is silent, and says so everywhere."""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tasks.notices import Alert, Delivery
from tasks.observe.intake import DAY, Intake
from tasks.store.notice_rows import open_alerts, read_notices
from tests.flows.test_cli import run
from tests.flows.test_watching import KEEP, told
from tests.observe.newsroom import intake, silenced, world
from tests.observe.tables import write_store


def news_until_yesterday() -> Intake:
    """Ten weeks of nightly runs; outlet 3 has brought nothing for three days."""
    made = world(12, 84, seed=4, low=30, high=60)
    runs = np.arange(6, 84 * 24, 24)
    last = int(runs[-1])
    past = intake(silenced(made, 3, last - 71, 9999), runs, last)
    shift = time.time() - 0.5 * DAY - past.end  # half a day ago
    return replace(past, end=past.end + shift, runs=past.runs + shift, seen_at=past.seen_at + shift)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    write_store(tmp_path / "data", news_until_yesterday())
    return tmp_path / "data"


def test_health_says_it(store: Path) -> None:
    result = run("health", "--data", str(store))
    assert result.exit_code == 4
    assert "outlet3.example" in result.output
    assert "no article in" in result.output
    assert "1 silent" in result.output
    one = run("health", "outlet3.example", "--json", "--data", str(store))
    assert one.exit_code == 4
    (outlet,) = json.loads(one.output)["outlets"]
    assert (outlet["state"], outlet["observed"]) == ("silent", 0)
    assert outlet["verdicts"][0]["since"].startswith("20")
    assert run("health", "outlet4.example", "--data", str(store)).exit_code == 0
    assert run("health", "outlet99.example", "--data", str(store)).exit_code == 2


def test_health_says_that_runs_have_stopped(tmp_path: Path) -> None:
    past = news_until_yesterday()
    ago = 6 * DAY
    write_store(
        tmp_path,
        replace(past, end=past.end - ago, runs=past.runs - ago, seen_at=past.seen_at - ago),
    )
    result = run("health", "outlet4.example", "--data", str(tmp_path))
    assert result.exit_code == 4
    assert "usually there is one every 24 hours" in result.output


def test_health_says_what_all_have(tmp_path: Path) -> None:
    past = news_until_yesterday()
    kept = past.seen_at < past.end - 1.5 * DAY
    write_store(
        tmp_path,
        replace(
            past,
            **{
                name: getattr(past, name)[kept]
                for name in (
                    *("outlet", "seen_at", "text_length", "quote_count", "attributed"),
                    *("dropped_length", "is_undated"),
                )
            },
        ),
    )
    result = run("health", "--data", str(tmp_path))
    assert result.exit_code == 4
    assert "critical: everywhere silent: 0 articles" in result.output
    assert json.loads(run("health", "--json", "--data", str(tmp_path)).output)["everywhere"]


@pytest.mark.prefect
def test_a_run_that_finds_nothing_raises_an_alert(
    prefect_server: None, store: Path, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client

    from flows.ingest import ingest

    got = store / "got.jsonl"
    command = f"command:'{sys.executable}' -c \"{KEEP}\" '{got}'"
    monkeypatch.setenv("ONRECORD_ALERT_CHANNELS", f"{command}; command:/no/such/program")
    funnel = ingest([str(sample / "tidewatch" / "torn-page.html")], store)
    assert funnel.new == 0
    (alert,) = open_alerts(store)
    assert (alert.outlet, alert.kind, alert.severity) == ("outlet3.example", "silent", "critical")
    assert [(item["what"], item["outlet"]) for item in told(got)] == [("alert", "outlet3.example")]
    states = {d.channel.split("/")[1:2][0] if "/no" in d.channel else d.channel: d.state
              for d in read_notices(Delivery, store)}  # fmt: skip
    assert states == {"event": "delivered", command: "delivered", "no": "failed"}
    again = ingest([str(sample / "tidewatch" / "torn-page.html")], store)
    assert again.new == 0
    assert len(read_notices(Alert, store)) == 1
    assert len(told(got)) == 1
    with get_client(sync_client=True) as client:
        shown = client.request(
            "POST",
            "/artifacts/filter",
            json={"artifacts": {"key": {"any_": ["outlets"]}}, "sort": "CREATED_DESC"},
        ).json()
    rows = json.loads(shown[0]["data"])
    assert (rows[0]["outlet"], rows[0]["state"]) == ("outlet3.example", "silent")
