"""Runs watch the outlets and tell people what they wait for; a failure there fails no run."""

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from tasks.notices import Delivery, Hit
from tasks.store.notice_rows import read_notices
from tasks.store.verify import verify
from tests.flows.test_cli import run

pytestmark = pytest.mark.prefect

KEEP = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read() + b'\\n')"


def ingest(sample: Path, data: Path) -> None:
    from flows.ingest import ingest as flow

    flow([str(sample)], data)


def told(path: Path) -> list[dict[str, object]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [item for line in lines for item in json.loads(line)["items"]]


@pytest.fixture(scope="module")
def watched(
    prefect_server: None, sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A store that a first run has filled, with two watches, and what one of them was told."""
    folder = tmp_path_factory.mktemp("watched")
    data, got = folder / "data", folder / "got.jsonl"
    command = f"command:'{sys.executable}' -c \"{KEEP}\" '{got}'"
    for arguments in (
        ["Anna Verrall", "--notify", command, "--notify", "command:/no/such/program"],
        ["the storm", "--kind", "phrase"],
    ):
        assert run("watch", "add", *arguments, "--data", str(data)).exit_code == 0
    ingest(sample, data)
    return data, got


def test_every_hit_is_told_once(watched: tuple[Path, Path], sample: Path) -> None:
    data, got = watched
    hits = read_notices(Hit, data)
    quotes = pd.read_parquet(data / "tables" / "quotes")
    said = set(quotes[quotes["speaker"] == "Anna Verrall"]["quote_id"])
    assert len(said) > 5
    speaking = {h.quote_id for h in hits if h.reason == "speaker"}
    assert speaking == said
    mails = told(got)
    of_person = [h for h in hits if len(h.channels) == 3]
    assert sorted(m["hit_id"] for m in mails) == sorted(h.hit_id for h in of_person)
    before = read_notices(Delivery, data)
    assert {(d.channel, d.state) for d in before if d.channel == "event"} == {
        ("event", "delivered")
    }
    assert {d.state for d in before if "/no/such" in d.channel} == {"failed"}
    ingest(sample, data)
    assert [h.hit_id for h in read_notices(Hit, data)] == [h.hit_id for h in hits]
    assert told(got) == mails
    after = {(d.item_id, d.channel): d for d in read_notices(Delivery, data)}
    assert {d.attempts for d in after.values() if "/no/such" in d.channel} == {2}
    assert {d.attempts for d in after.values() if "/no/such" not in d.channel} == {1}
    assert verify(data) == []


def test_hits_stand_where_they_say(watched: tuple[Path, Path]) -> None:
    data, _ = watched
    texts = pd.read_parquet(data / "tables" / "articles").set_index("revision_id")
    old = pd.read_parquet(data / "tables" / "revisions").set_index("revision_id")
    for hit in read_notices(Hit, data):
        row = (texts if hit.revision_id in texts.index else old).loc[hit.revision_id]
        text = row["text" if hit.field == "body" else hit.field]
        assert text[hit.start : hit.end] == hit.matched


def test_events_reach_the_server(watched: tuple[Path, Path]) -> None:
    import time

    from prefect.client.orchestration import get_client
    from prefect.events.worker import EventsWorker

    data, _ = watched
    EventsWorker.drain_all()
    wanted = {hit.hit_id for hit in read_notices(Hit, data)}
    found: set[str] = set()
    with get_client(sync_client=True) as client:
        for _ in range(40):
            answer = client.request(
                "POST",
                "/events/filter",
                json={"filter": {"event": {"name": ["onrecord.watch.hit"]}}, "limit": 50},
            ).json()
            found = {event["payload"]["hit_id"] for event in answer["events"]}
            if answer["total"] >= len(wanted):
                break
            time.sleep(0.25)
    assert answer["total"] == len(wanted)
    assert found <= wanted
    resource = answer["events"][0]["resource"]
    assert resource["prefect.resource.id"].startswith("onrecord.watch.")


def test_reading_anew_tells_nobody(watched: tuple[Path, Path]) -> None:
    from flows.reprocess import reprocess

    data, got = watched
    before, mails = read_notices(Hit, data), told(got)
    added = run("watch", "add", "Marisol Teague", "--data", str(data))
    assert added.exit_code == 0
    reprocess("enrich", data)
    after = read_notices(Hit, data)
    new = [hit for hit in after if hit.hit_id not in {h.hit_id for h in before}]
    assert new
    assert {hit.channels for hit in new} == {()}
    assert told(got) == mails
    listed = run("watch", "hits", "marisol teague", "--data", str(data))
    assert f"{len(new)} hits" in listed.output


def test_a_crash_while_telling_fails_no_run(
    prefect_server: None, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import flows.notices

    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a mistake of ours")

    data = tmp_path / "data"
    run("watch", "add", "Anna Verrall", "--data", str(data))
    monkeypatch.setattr(flows.notices, "tell", crash)
    monkeypatch.setattr(flows.notices, "judge_sources", crash)
    ingest(sample, data)
    runs = pd.read_parquet(data / "tables" / "runs")
    assert list(runs["state"]) == ["completed"]
    monkeypatch.undo()
    ingest(sample, data)
    assert {d.state for d in read_notices(Delivery, data)} == {"delivered"}


def test_removed_and_tested(watched: tuple[Path, Path]) -> None:
    data, _ = watched
    tried = run("watch", "test", "Anna Verrall", "--data", str(data))
    assert tried.exit_code == 1
    assert "arrived" in tried.output
    assert "cannot be run" in tried.output
    assert run("watch", "remove", "the storm", "--data", str(data)).exit_code == 0
    listed = run("watch", "list", "--data", str(data)).output
    assert "phrase the storm" not in listed
    assert "Anna Verrall" in listed
    assert run("watch", "remove", "nobody at all", "--data", str(data)).exit_code == 2


def test_the_example_automations_are_ones(prefect_server: None) -> None:
    import asyncio

    import yaml
    from prefect.client.orchestration import get_client
    from prefect.events import AutomationCore

    path = Path(__file__).parents[2] / "deployments" / "automations.yaml"
    made = [AutomationCore(**a) for a in yaml.safe_load(path.read_text())["automations"]]

    async def create() -> list[str]:
        async with get_client() as client:
            ids = [await client.create_automation(automation) for automation in made]
            names = [automation.name for automation in await client.read_automations()]
            for automation_id in ids:
                await client.delete_automation(automation_id)
            return names

    assert set(asyncio.run(create())) >= {automation.name for automation in made}
