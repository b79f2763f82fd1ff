"""compose.yaml: a compose file, pinned, complete, and its commands run, on a real PostgreSQL.

There is no container engine in it: what cannot be had without one is that the image is built.
"""

import copy
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import yaml
from click.testing import CliRunner

from flows.cli import main
from flows.orchestration import DEFAULTS
from flows.run import new_run
from tasks.settings import VARIABLES, VERSION
from tasks.store import read
from tasks.store.transactions import open_store

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deployments" / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (ROOT / "deployments" / "compose.env.example").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "deployments" / "Dockerfile").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[?-])(?P<rest>[^}]*))?\}")
NOBODY = 65_534
PATIENCE_SECONDS = 240
PASSWORD = "hunter2hunter2"


def interpolated(value: str, given: dict[str, str]) -> str:
    """Do what Docker Compose does with ${NAME:?…} and ${NAME:-…}."""

    def put(found: re.Match[str]) -> str:
        name = found["name"]
        if not given.get(name) and found["kind"] == "?":
            raise KeyError(name)
        return given.get(name) or (found["rest"] if found["kind"] == "-" else "") or ""

    return VARIABLE.sub(put, value)


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    image = SERVICES[name]["image"]
    assert re.fullmatch(r"[\w/.-]+:\d+\.\d+[\w.-]*", image), "a version, not latest"
    if "build" in SERVICES[name]:
        assert image == f"onrecord:{VERSION}"
        assert (ROOT / SERVICES[name]["build"]["dockerfile"]).is_file()


def test_the_image_is_built_from_what_is_there() -> None:
    assert re.search(r"^FROM python:3\.1[1-3]\.\d+-", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^USER (?!root)", DOCKERFILE, re.MULTILINE)
    own = {m.partition(":")[2] for s in SERVICES.values() for m in s.get("volumes", [])}
    made = re.search(r"install --directory --owner onrecord (.+)", DOCKERFILE)
    assert made
    assert own - set(made[1].split()) == {"/var/lib/postgresql/data"}, "a volume would be root's"
    ignored = (ROOT / ".dockerignore").read_text().split()
    for sources in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
            assert f"!{source}" in ignored


@pytest.mark.parametrize("name", [n for n in SERVICES if SERVICES[n].get("restart") != "no"])
def test_what_stays_up_is_watched_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    check = service["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)
    assert service["logging"]["options"]["max-size"], "logs do not fill the disk"


def test_names_lead_somewhere() -> None:
    for service in SERVICES.values():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[needed]
            else:
                assert SERVICES[needed]["restart"] == "no"
        for mount in service.get("volumes", []):
            assert mount.partition(":")[0] in COMPOSE["volumes"]
        assert set(service["networks"]) <= set(COMPOSE["networks"])


def test_only_this_machine_reaches_it() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"server": ["127.0.0.1:4200:4200"]}
    assert SERVICES["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_variables_are_known_and_secrets_are_none_of_the_files() -> None:
    for name, service in SERVICES.items():
        for variable, value in service["environment"].items():
            if variable.startswith("ONRECORD_"):
                assert variable in VARIABLES
            if re.search("PASSWORD|AUTH_STRING|CONNECTION_URL", variable):
                assert VARIABLE.search(value), f"{name}: {variable} is written out"
    asked = {found["name"] for found in VARIABLE.finditer(yaml.safe_dump(COMPOSE))}
    offered = set(re.findall(r"^(\w+)=$", EXAMPLE, re.MULTILINE))
    assert asked == offered
    for name in (
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED",
        "PREFECT_SERVER_DATABASE_TIMEOUT",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE",
    ):
        assert SERVICES["server"]["environment"][name] == DEFAULTS[name]


def test_every_variable_means_something_to_whoever_reads_it() -> None:
    import prefect.settings

    asked = {name for service in SERVICES.values() for name in service["environment"]}
    asked |= set(re.findall(r"\b((?:ONRECORD|PREFECT)_\w+)=", DOCKERFILE))
    for name in asked:
        if name.startswith("PREFECT_"):
            assert getattr(prefect.settings, name, None) is not None, name
        elif name.startswith("ONRECORD_"):
            assert name in VARIABLES
        else:
            assert name in {"DO_NOT_TRACK", "POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD"}


def test_no_secret_stands_in_the_files() -> None:
    assert re.findall(r"://[^/@:\s]*:(?!\$\{)[^/@\s]+@", yaml.safe_dump(COMPOSE) + DOCKERFILE) == []
    assert re.findall(r"^\w+=(?=\S)", EXAMPLE, re.MULTILINE) == [], "to be filled in"
    assert "/deployments/.env" in (ROOT / ".gitignore").read_text().split()
    assert "deployments/.env" in (ROOT / ".dockerignore").read_text().split()


def validated(content: dict[str, Any]) -> None:
    """Read it as the Compose specification says; ValueError says what is wrong."""
    spec = pytest.importorskip("compose_spec", reason="there are wheels for Linux on x86-64 only")
    spec.PyCompose.from_yaml(yaml.safe_dump(content))


def test_it_is_what_the_specification_asks_for() -> None:
    validated(COMPOSE)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("services", "server", "healtcheck"), {"test": ["CMD", "true"]}),
        (("services", "server", "depends_on", "database", "condition"), "healthy"),
        (("services", "server", "healthcheck", "interval"), "15 seconds"),
        (("services", "server", "ports"), ["here:there"]),
        (("services", "worker", "restart"), "sometimes"),
        (("services", "worker", "build", "dockerfle"), "Dockerfile"),
        (("service",), {}),
    ],
)
def test_a_slip_would_be_noticed(path: tuple[str, ...], value: object) -> None:
    wrong = copy.deepcopy(COMPOSE)
    place = wrong
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(ValueError):
        validated(wrong)


def test_docker_compose_takes_it(tmp_path: Path) -> None:
    """Its command `config` needs no engine."""
    command = compose_command()
    (tmp_path / "env").write_text(EXAMPLE.replace("=\n", "=filled-in\n"))
    arguments = ["--env-file", str(tmp_path / "env"), "-f", "deployments/compose.yaml", "config"]
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) == set(SERVICES)
    (tmp_path / "env").write_text(EXAMPLE)
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "is missing a value" in done.stderr


def compose_command() -> list[str]:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            done = subprocess.run(
                [*command, "version", "--short"],
                capture_output=True, text=True, timeout=20, check=False,
            )  # fmt: skip
            if done.returncode == 0 and re.match(r"v?([2-9]|\d\d)\.", done.stdout):
                return command
    pytest.skip("no Docker Compose 2 on this machine")


def test_commands_exist() -> None:
    for service in SERVICES.values():
        command = service.get("command", [])
        if command[:1] == ["onrecord"]:
            assert CliRunner().invoke(main, [*command[1:], "--help"]).exit_code == 0
        check = service.get("healthcheck", {"test": ["CMD", "onrecord"]})["test"]
        assert check[:2] in (["CMD", "onrecord"], ["CMD", "python"], ["CMD", "pg_isready"])
        if check[1] == "python":
            compile(check[3], "healthcheck", "exec")


@pytest.fixture
def postgres() -> Iterator[int]:
    """A cluster as the service `database` makes it; gives its port."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    path = os.pathsep.join([os.environ["PATH"], *map(str, reversed(programs))])
    if not all(shutil.which(name, path=path) for name in ("initdb", "pg_ctl")):
        pytest.skip("no PostgreSQL on this machine (Debian: apt install postgresql)")
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="onrecord-pg-"))
    if user:
        os.chown(folder, NOBODY, NOBODY)
    (folder / "password").write_text(PASSWORD)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"

    def call(name: str, *arguments: str) -> None:
        program = shutil.which(name, path=path)
        assert program
        subprocess.run([program, "-D", f"{folder}/db", *arguments], check=True, timeout=60,
                       cwd=folder, stdout=subprocess.DEVNULL, **user)  # fmt: skip

    call("initdb", "-U", "prefect", "-A", "scram-sha-256", f"--pwfile={folder}/password",
         "--no-sync", "-E", "UTF8")  # fmt: skip
    call("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield port
    finally:
        call("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """The services of compose.yaml as processes on this machine."""

    def __init__(self, folder: Path, database: int) -> None:
        self.data, self.port = folder / "data", free_port()
        self._folder, self._database = folder, database
        self.credentials = "editor:correct-horse"

    def environment(self, service: str) -> dict[str, str]:
        """Fill the variables in, with this machine's addresses for those of the containers."""
        given = {
            "POSTGRES_PASSWORD": PASSWORD,
            "PREFECT_AUTH_STRING": self.credentials,
            "ONRECORD_CONTACT": "desk@example.org",
        }
        places = {
            "database:5432/prefect": f"127.0.0.1:{self._database}/postgres",
            "server:4200": f"127.0.0.1:{self.port}",
            "127.0.0.1:4200": f"127.0.0.1:{self.port}",
        }
        own = {
            name: v for name, v in os.environ.items() if not name.startswith(("PREFECT_", "ONR"))
        }
        for name, value in SERVICES[service]["environment"].items():
            filled = interpolated(str(value), given)
            for theirs, ours in places.items():
                filled = filled.replace(theirs, ours)
            if filled.startswith(("/data", "/prefect")):  # volumes
                filled = f"{self._folder}{filled}"
            own[name] = filled
        return own

    def start(self, service: str) -> subprocess.Popen[bytes]:
        command = [*SERVICES[service]["command"]]
        module = {"prefect": "prefect", "onrecord": "flows.cli"}[command[0]]
        arguments = [
            a.replace("4200", str(self.port)).replace("0.0.0.0", "127.0.0.1") for a in command[1:]
        ]
        with (self._folder / f"{service}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=self.environment(service),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self, service: str) -> str:
        return (self._folder / f"{service}.log").read_text(encoding="utf-8")[-3000:]

    @contextmanager
    def running(self, service: str) -> Iterator[subprocess.Popen[bytes]]:
        process = self.start(service)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(what: str, ready) -> Any:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            if answer := ready():
                return answer
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s for {what}")


def left_by_a_power_cut(api: httpx.Client, data: Path) -> str:
    """Leave a run Running, as a machine does that loses its power; gives Prefect's id of it."""
    open_store(data)
    [flow] = [f for f in api.post("/flows/filter", json={}).json() if f["name"] == "maintain"]
    made = api.post("/flow_runs/", json={"flow_id": flow["id"], "state": {"type": "RUNNING"}})
    markers = data / "state" / "runs"
    markers.mkdir(parents=True)
    run = new_run("maintain", {})
    marker = msgspec.json.encode({"run": run, "flow_run_id": made.json()["id"]})
    (markers / f"{run.run_id}.json").write_bytes(marker)
    return str(made.json()["id"])


@pytest.mark.slow
@pytest.mark.prefect
def test_the_stack_runs_on_postgresql(postgres: int, tmp_path: Path) -> None:
    stack = Stack(tmp_path, postgres)
    base = f"http://127.0.0.1:{stack.port}/api"
    user, _, password = stack.credentials.partition(":")
    with stack.running("server") as server, httpx.Client(base_url=base, timeout=20) as api:

        def healthy() -> bool:
            assert server.poll() is None, stack.log("server")
            return api.get("/health").is_success

        def state(run_id: str) -> str:
            return str(api.get(f"/flow_runs/{run_id}").json()["state"]["type"])

        wait_for("the server", healthy)
        assert api.post("/flows/filter", json={}).status_code == 401, "no credentials, no answer"
        pages = {path.parent.name for path in (tmp_path / "prefect" / "ui").glob("*/index.html")}
        assert pages, "the dashboard lies where the service's user may write"
        assert "<html" in httpx.get(base.removesuffix("api"), follow_redirects=True).text.lower()
        api.auth = (user, password)
        deploy = stack.start("deploy")
        assert deploy.wait(timeout=PATIENCE_SECONDS) == 0, stack.log("deploy")
        left = left_by_a_power_cut(api, stack.data)
        with stack.running("worker"):
            wait_for("the dead run to be closed", lambda: state(left) == "CRASHED")
            # `archives` has no schedule that is on: no other run of it can come between.
            found = {d["name"]: d for d in api.post("/deployments/filter", json={}).json()}

            def start(name: str, parameters: dict[str, Any]) -> str:
                asked = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
                made = api.post(f"/deployments/{found[name]['id']}/create_flow_run", json=asked)
                return str(made.json()["id"])

            ended = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
            run_id = start("archives", {"sources": ["data/sample"]})
            assert wait_for("the run", lambda: ended & {state(run_id)}) == {"COMPLETED"}
            assert len(read.articles(data=stack.data)) >= 15

            digest = {"flows": {"name": {"any_": ["report"]}}}

            def digested() -> list[Any]:
                runs = api.post("/flow_runs/filter", json=digest).json()
                return [run for run in runs if run["state"]["type"] == "COMPLETED"]

            wait_for("the digest, which the first run of a day sets off", digested)
            assert list((stack.data / "reports").glob("*.html"))

            again = start("archives", {"sources": ["data/sample"]})
            assert wait_for("the second run", lambda: ended & {state(again)}) == {"COMPLETED"}
            time.sleep(5)
            assert len(api.post("/flow_runs/filter", json=digest).json()) == 1, "once a day"
    secrets = (PASSWORD, password)
    for service in ("server", "deploy", "worker"):
        assert not any(secret in stack.log(service) for secret in secrets)
