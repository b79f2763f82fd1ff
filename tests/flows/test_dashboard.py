"""The dashboard, seen with a browser: a real server, worker and run, and what people are shown.

Screenshots are written to `screenshots/` (git-ignored), or over the one of the docs when
ONRECORD_WRITE_DOCS=1.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE_SECONDS = 180


@dataclass(frozen=True)
class Service:
    """A service that is up, after a run of its hourly deployment."""

    url: str
    run_id: str
    deployment_id: str
    data: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, ready) -> object:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            if answer := ready():
                return answer
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s for {what}")


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[Service]:
    data, port = tmp_path_factory.mktemp("service"), free_port()
    url = f"http://127.0.0.1:{port}"
    own = ("PREFECT_API_URL", "PREFECT_HOME", "PREFECT_API_DATABASE_CONNECTION_URL")
    environment = {name: value for name, value in os.environ.items() if name not in own}
    log = (data / "service.log").open("wb")
    command = [sys.executable, "-m", "flows.cli", "serve", "--port", str(port), "--data", str(data)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"{url}/api", timeout=20) as api:

            def hourly() -> str | None:
                assert process.poll() is None, (data / "service.log").read_text()[-3000:]
                found = api.post("/deployments/filter", json={}).json()
                return next((d["id"] for d in found if d["name"] == "hourly"), None)

            deployment_id = wait_for("the deployments", hourly)
            made = api.post(
                f"/deployments/{deployment_id}/create_flow_run",
                json={"parameters": {"sources": ["data/sample"]}, "state": {"type": "SCHEDULED"}},
            ).json()

            def done() -> bool:
                state = api.get(f"/flow_runs/{made['id']}").json()["state"]
                assert state["type"] not in {"FAILED", "CRASHED"}, state
                return bool(state["type"] == "COMPLETED")

            wait_for("the run", done)
        yield Service(url, made["id"], str(deployment_id), data)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        log.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with playwright.sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-background-networking"]
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def page(browser) -> Iterator[tuple[object, list[str]]]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("websocket", lambda websocket: asked.append(websocket.url))
    yield opened, asked
    opened.close()


def look(page, service: Service, path: str, shot: str, *expected: str) -> str:
    """Open a page, wait until the expected words are on it, and keep a picture."""
    page.goto(service.url + path)
    for words in expected:
        page.get_by_text(words).first.wait_for(timeout=30_000)
    page.wait_for_timeout(800)  # the run's timeline is drawn with an animation
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{shot}.png")
    return page.inner_text("body")


def artifact_id(service: Service, key: str) -> str:
    found = httpx.post(f"{service.url}/api/artifacts/filter", json={}, timeout=20).json()
    return next(artifact["id"] for artifact in found if artifact["key"] == key)


def test_run_list(service: Service, page) -> None:
    text = look(page[0], service, "/runs", "runs", "Completed")
    assert "ingest " in text
    assert "hourly" in text


def test_flow_run_with_its_tasks(service: Service, page) -> None:
    text = look(
        page[0], service, f"/runs/flow-run/{service.run_id}", "run", "Completed", "discover"
    )
    assert "hourly" in text
    if os.environ.get("ONRECORD_WRITE_DOCS"):
        page[0].screenshot(path=ROOT / "docs" / "dashboard.png")


def test_the_progress_bar_came_to_its_end(service: Service, page) -> None:
    path = f"/artifacts/artifact/{artifact_id(service, 'ingest-progress')}"
    assert "100" in look(page[0], service, path, "progress", "addresses found")


def test_the_report_adds_up(service: Service, page) -> None:
    path = f"/artifacts/artifact/{artifact_id(service, 'run-report')}"
    text = look(page[0], service, path, "report", "Time by stage")
    for words in ("found", "18", "not_article 1", "extract"):
        assert words in text


def test_failures_and_speakers(service: Service, page) -> None:
    path = f"/artifacts/artifact/{artifact_id(service, 'failures')}"
    assert "not_article" in look(page[0], service, path, "failures", "subscribe.html")
    path = f"/artifacts/artifact/{artifact_id(service, 'top-speakers')}"
    assert "quotes" in look(page[0], service, path, "speakers", "Anna Verrall")


def test_the_deployment_form_explains_itself(service: Service, page) -> None:
    path = f"/deployments/deployment/{service.deployment_id}/run"
    text = look(page[0], service, path, "form", "sources", "batch_size")
    assert "Articles that one task run works through" in text


def test_no_request_left_the_machine(service: Service, page) -> None:
    hosts = {urlsplit(url).hostname for url in page[1] if urlsplit(url).hostname}
    assert hosts == {"127.0.0.1"}


def test_schedules_are_on_and_runs_wait_in_line(service: Service) -> None:
    with httpx.Client(base_url=f"{service.url}/api", timeout=20) as api:
        found = {d["name"]: d for d in api.post("/deployments/filter", json={}).json()}
        assert set(found) >= {"hourly", "nightly", "revisit", "maintain", "reprocess"}
        for deployment in found.values():
            assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
            assert all(schedule["active"] for schedule in deployment["schedules"])

        def scheduled() -> bool:
            due = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
            return len(api.post("/flow_runs/filter", json=due).json()) >= 2

        assert wait_for("the scheduler", scheduled)
