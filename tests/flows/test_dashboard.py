"""The dashboard, seen with a browser: a real server, worker and run, and what people are shown.

Screenshots are written to `screenshots/` (git-ignored), or over the one of the docs when
ONRECORD_WRITE_DOCS=1.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from flows.orchestration import DEFAULTS

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "screenshots"
PATIENCE_SECONDS = 400
"""For a machine that others use, too: the server alone takes up to two minutes there."""


@dataclass(frozen=True)
class Service:
    """A service that is up, after a run of its deployment for feeds, and of the digest."""

    url: str
    run_id: str
    digest_id: str
    deployment_id: str
    data: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, ready: Callable[[], Any], service_log: Path | None = None) -> Any:
    """Ask until there is an answer; a server that is busy (503) or slow is asked again."""
    end, trouble = time.monotonic() + PATIENCE_SECONDS, ""
    while time.monotonic() < end:
        try:
            if answer := ready():
                return answer
        except httpx.HTTPError as error:
            trouble = f"; the last answer was {error!r}"
        time.sleep(0.5)
    log = service_log.read_text(errors="replace")[-3000:] if service_log else ""
    raise AssertionError(f"waited {PATIENCE_SECONDS} s for {what}{trouble}\n{log}")


def ask(api: httpx.Client, path: str, json: object = None) -> Any:
    """Ask Prefect's API, with a body by POST and without one by GET; trouble is an HTTPError."""
    answer = api.get(path) if json is None else api.post(path, json=json)
    answer.raise_for_status()
    return answer.json()


def run_to_the_end(
    api: httpx.Client, deployment_id: str, parameters: dict[str, object], log: Path
) -> str:
    """Run a deployment; again, if just then its schedule had a run under way, which wins."""
    path = f"/deployments/{deployment_id}/create_flow_run"
    for attempt in range(3):
        asked = {
            "parameters": parameters,
            "state": {"type": "SCHEDULED"},
            "idempotency_key": f"attempt-{attempt}",  # asked twice, it is made once
        }
        made = wait_for("the run to be made", partial(ask, api, path, asked), log)

        def end() -> str | None:
            state = ask(api, f"/flow_runs/{made['id']}")["state"]  # noqa: B023
            assert state["type"] not in {"FAILED", "CRASHED"}, state
            return str(state["type"]) if state["type"] in {"COMPLETED", "CANCELLED"} else None

        if wait_for("the run to end", end, log) == "COMPLETED":
            return str(made["id"])
    raise AssertionError("the run was cancelled again and again")


def digested(api: httpx.Client) -> list[Any]:
    """List the runs that have written a digest."""
    runs = ask(api, "/flow_runs/filter", {"flows": {"name": {"any_": ["report"]}}})
    return [run for run in runs if run["state"]["type"] == "COMPLETED"]


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[Service]:
    data, port = tmp_path_factory.mktemp("service"), free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PREFECT_") or name in DEFAULTS
    }
    path = data / "service.log"
    command = [sys.executable, "-m", "flows.cli", "serve", "--port", str(port), "--data", str(data)]
    with path.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:

        def is_up() -> bool:
            said = path.read_text(errors="replace")
            assert process.poll() is None, said[-3000:]
            return f"The dashboard is at {url}" in said

        wait_for("the service", is_up, path)
        with httpx.Client(base_url=f"{url}/api", timeout=60) as api:
            found = wait_for("the deployments", partial(ask, api, "/deployments/filter", {}), path)
            ids = {deployment["name"]: str(deployment["id"]) for deployment in found}
            run_id = run_to_the_end(api, ids["feeds"], {"sources": ["data/sample"]}, path)
            wait_for("the digest of yesterday", lambda: digested(api), path)
            digest_id = run_to_the_end(api, ids["digest"], {"day": "2025-04-11"}, path)
        yield Service(url, run_id, digest_id, ids["feeds"], data)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=120)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def page(browser) -> Iterator[tuple[object, list[str]]]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("websocket", lambda websocket: asked.append(websocket.url))
    yield opened, asked
    opened.close()


def look(page, service: Service, path: str, shot: str, *expected: str) -> str:
    """Open a page, wait until the expected words are on it, and keep a picture.

    A page whose questions a busy server did not answer does not ask again; it is opened anew.
    """
    from playwright.sync_api import TimeoutError as TooLate

    for attempt in range(4):
        try:
            page.goto(service.url + path, timeout=60_000)
            for words in expected:
                page.get_by_text(words).first.wait_for(timeout=60_000)
            break
        except TooLate:
            if attempt == 3:
                raise
    page.wait_for_timeout(800)  # the run's timeline is drawn with an animation
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{shot}.png")
    return page.inner_text("body")


def artifact_id(service: Service, key: str) -> str:
    """Find an artifact of our runs: a schedule may have started others meanwhile."""
    runs = [service.run_id, service.digest_id]
    ours = {"artifacts": {"flow_run_id": {"any_": runs}, "key": {"any_": [key]}}}
    with httpx.Client(base_url=f"{service.url}/api", timeout=60) as api:
        found = wait_for(f"the artifact {key}", partial(ask, api, "/artifacts/filter", ours))
    return str(found[0]["id"])


def test_run_list(service: Service, page) -> None:
    text = look(page[0], service, "/runs", "runs", "Completed")
    assert "ingest " in text
    assert "feeds" in text


def test_flow_run_with_its_tasks(service: Service, page) -> None:
    text = look(
        page[0], service, f"/runs/flow-run/{service.run_id}", "run", "Completed", "discover"
    )
    assert "feeds" in text
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


def wait_for_picture(page) -> None:
    """Wait until a picture on the page has come out."""
    drawn = "[...document.images].some(image => image.complete && image.naturalWidth > 300)"
    page.wait_for_function(drawn, timeout=60_000)


def test_outlets_and_names_of_the_run(service: Service, page) -> None:
    path = f"/artifacts/artifact/{artifact_id(service, 'outlets-of-run')}"
    text = look(page[0], service, path, "outlets-of-run", "tidewatch.example")
    assert "with a speaker" in text
    path = f"/artifacts/artifact/{artifact_id(service, 'new-names')}"
    assert "PERSON" in look(page[0], service, path, "new-names", "Anna Verrall")


def test_the_chart_of_the_run_is_drawn(service: Service, page) -> None:
    path = f"/artifacts/artifact/{artifact_id(service, 'quotes-by-outlet')}"
    look(page[0], service, path, "chart", "Quotes by outlet in this run")
    wait_for_picture(page[0])


def test_the_digest_of_a_day(service: Service, page) -> None:
    path = f"/artifacts/artifact/{artifact_id(service, 'digest')}"
    text = look(page[0], service, path, "digest", "Most quoted")
    assert "Friday 11 April 2025" in text
    assert "New names" in text
    wait_for_picture(page[0])
    path = f"/artifacts/artifact/{artifact_id(service, 'digest-page')}"
    assert "2025-04-11.html" in look(page[0], service, path, "digest-link", "The page of")
    page[0].goto((service.data / "reports" / "2025-04-11.html").as_uri())
    page[0].screenshot(path=SHOTS / "digest-page.png", full_page=True)
    assert "On the record, Friday 11 April 2025" in page[0].inner_text("body")


def test_the_day_before_was_digested_by_itself_once(service: Service) -> None:
    with httpx.Client(base_url=f"{service.url}/api", timeout=60) as api:
        days = [run["parameters"]["day"] for run in digested(api)]
    assert min(days) == "2025-04-11", "the one that was asked for"
    assert len(days) == 2


def test_the_tables_are_assets_that_automations_can_wait_for(service: Service) -> None:
    made = {"filter": {"event": {"prefix": ["prefect.asset.materialization.succeeded"]}}}
    with httpx.Client(base_url=f"{service.url}/api", timeout=60) as api:

        def noted() -> dict[str, int]:
            events = ask(api, "/events/filter", made)["events"]
            return {e["resource"]["prefect.resource.id"]: e["payload"]["rows"] for e in events}

        rows = wait_for("the assets", noted)
    assert rows["onrecord://tables/articles"] == 15
    assert rows["onrecord://tables/quotes"] > 100


def test_the_deployment_form_explains_itself(service: Service, page) -> None:
    path = f"/deployments/deployment/{service.deployment_id}/run"
    text = look(page[0], service, path, "form", "sources", "batch_size")
    assert "Articles that one task run works through" in text
    assert "Seconds between the end of one request to a host and the next" in text, "policy, too"


def test_no_request_left_the_machine(service: Service, page) -> None:
    hosts = {urlsplit(url).hostname for url in page[1] if urlsplit(url).hostname}  # no file, data
    assert hosts == {"127.0.0.1"}


def test_schedules_are_on_and_runs_wait_in_line(service: Service) -> None:
    with httpx.Client(base_url=f"{service.url}/api", timeout=60) as api:
        listed = wait_for("the deployments", partial(ask, api, "/deployments/filter", {}))
        found = {deployment["name"]: deployment for deployment in listed}
        ours = {"feeds", "sitemaps", "archives", "revisit", "maintain", "digest", "reprocess"}
        assert set(found) >= ours
        for deployment in found.values():
            assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
            is_on = deployment["name"] != "archives"
            assert all(schedule["active"] is is_on for schedule in deployment["schedules"])

        def scheduled() -> bool:
            due = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
            return len(ask(api, "/flow_runs/filter", due)) >= 2

        assert wait_for("the scheduler", scheduled)
