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


def test_no_two_start_in_the_same_minute() -> None:
    minutes = [s["cron"].split()[0] for d in DEPLOYMENTS for s in d.get("schedules", [])]
    assert len(set(minutes)) == len(minutes) == 4


def test_every_deployment_is_in_the_readme() -> None:
    readme = (ROOT / "deployments" / "README.md").read_text(encoding="utf-8")
    for deployment in DEPLOYMENTS:
        flow = deployment["entrypoint"].partition(":")[2]
        assert f"`{flow}/{deployment['name']}`" in readme
