"""The deployments say what the flows accept, and never run over each other."""

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOYMENTS = yaml.safe_load((ROOT / "deployments" / "prefect.yaml").read_text())["deployments"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_the_flow_accepts_the_parameters(deployment: dict[str, Any]) -> None:
    path, _, name = deployment["entrypoint"].partition(":")
    flow = getattr(import_module(path.removesuffix(".py").replace("/", ".")), name)
    asked = deployment["parameters"]
    assert set(asked) <= set(inspect.signature(flow.fn).parameters)
    flow.validate_parameters({**asked, "data": "data"})
    assert asked["data"] == "{{ $ONRECORD_DATA }}"


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_it_runs_alone_and_explains_itself(deployment: dict[str, Any]) -> None:
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    assert deployment["work_pool"]["name"] == "onrecord"
    assert "onrecord" in deployment["tags"]
    assert len(deployment["description"]) > 40


def minutes(cron: str) -> set[int]:
    """Which minutes of an hour a cron expression of ours names."""
    field = cron.split()[0]
    if "/" not in field:
        return {int(field)}
    first, _, last = field.partition("/")[0].partition("-")
    return set(range(int(first), int(last) + 1, int(field.partition("/")[2])))


def test_no_two_start_in_the_same_minute() -> None:
    starts = [minutes(s["cron"]) for d in DEPLOYMENTS for s in d.get("schedules", [])]
    assert len(starts) == 5
    assert sum(map(len, starts)) == len(set().union(*starts))


def test_how_often_each_runs() -> None:
    crons = {d["name"]: [s["cron"] for s in d.get("schedules", [])] for d in DEPLOYMENTS}
    assert len(minutes(crons["feeds"][0])) == 4, "every quarter of an hour"
    assert crons["feeds"][0].split()[1:] == crons["revisit"][0].split()[1:] == ["*"] * 4
    for nightly in ("sitemaps", "maintain", "archives"):
        assert crons[nightly][0].split()[1].isdigit()
    assert crons["digest"] == crons["reprocess"] == [], "by an event, by hand"


def test_only_the_back_fill_waits_to_be_switched_on() -> None:
    off = {
        d["name"] for d in DEPLOYMENTS for s in d.get("schedules", []) if s.get("active") is False
    }
    assert off == {"archives"}


def test_a_run_of_feeds_is_over_before_the_next() -> None:
    [feeds] = [d for d in DEPLOYMENTS if d["name"] == "feeds"]
    assert feeds["parameters"]["policy"]["time_budget"] < 15 * 60


def test_the_digest_waits_for_the_event_that_ingest_sends() -> None:
    [digest] = [d for d in DEPLOYMENTS if d["name"] == "digest"]
    [trigger] = digest["triggers"]
    assert trigger["expect"] == ["onrecord.day.complete"]
    assert trigger["parameters"] == {"day": "{{ event.payload.day }}"}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_every_field_of_the_form_is_explained(deployment: dict[str, Any]) -> None:
    from prefect.utilities.callables import parameter_schema

    path, _, name = deployment["entrypoint"].partition(":")
    flow = getattr(import_module(path.removesuffix(".py").replace("/", ".")), name)
    schema = parameter_schema(flow.fn).model_dump()
    fields = dict(schema["properties"])
    for record, described in schema["definitions"].items():
        fields |= {f"{record}.{name}": field for name, field in described["properties"].items()}
    assert {
        name for name, field in fields.items() if len(field.get("description", "")) < 10
    } == set()


def test_every_deployment_is_in_the_readme() -> None:
    readme = (ROOT / "deployments" / "README.md").read_text(encoding="utf-8")
    for deployment in DEPLOYMENTS:
        flow = deployment["entrypoint"].partition(":")[2]
        assert f"`{flow}/{deployment['name']}`" in readme
