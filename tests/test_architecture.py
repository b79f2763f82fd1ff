"""Imports point one way: records <- stages <- task.py <- flows <- cli, deployments."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "tasks").rglob("*.py"))
STAGES = {"fetch", "clean", "extract", "enrich", "store", "evaluate", "observe", "watch"}
SHARED = {
    *("records", "notices", "batch", "errors", "settings"),
    *("kept", "lexicon", "manifest", "guard", "lifeline", "redaction", "workers"),
}
BANNED = {"utils", "helpers", "common", "base", "models", "manager"}


def imported(path: Path, *, lazily: bool = True) -> set[str]:
    """Names of the modules a file imports; without `lazily`, only those at its top level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree)) if lazily else list(tree.body)
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_task_modules_know_prefect(path: Path) -> None:
    assert "flows" not in packages(path)
    assert "deployments" not in packages(path)
    assert "prefect" not in packages(path) or path.name == "task.py"


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_stages_do_not_import_each_other(stage: str) -> None:
    for path in (ROOT / "tasks" / stage).rglob("*.py"):
        used = {name.split(".")[1] for name in imported(path) if name.startswith("tasks.")}
        if path.name != "task.py":  # a task may bring two stages together; a stage may not
            assert used <= SHARED | {stage}, path


@pytest.mark.parametrize("name", sorted(SHARED - {"lexicon"}))
def test_shared_modules_know_no_stage(name: str) -> None:
    used = {
        n.split(".")[1] for n in imported(ROOT / "tasks" / f"{name}.py") if n.startswith("tasks.")
    }
    assert used <= SHARED


def test_package_inits_import_nothing() -> None:
    for path in ROOT.glob("tasks/**/__init__.py"):
        assert not imported(path), path


def test_the_command_line_imports_prefect_lazily() -> None:
    names = imported(ROOT / "flows" / "cli.py", lazily=False)
    assert not any(name.partition(".")[0] == "prefect" for name in names)


def test_modules_are_named_after_things() -> None:
    for path in [*MODULES, *ROOT.glob("flows/*.py")]:
        assert path.stem not in BANNED, path
