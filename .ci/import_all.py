"""Import every dependency of a pyproject.toml and every module of the package."""

import importlib
import importlib.metadata
import pkgutil
import re
import sys
import tomllib
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
project = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["project"]
by_distribution: dict[str, set[str]] = {}
for module, distributions in importlib.metadata.packages_distributions().items():
    for distribution in distributions:
        by_distribution.setdefault(re.sub(r"[-_.]+", "-", distribution).lower(), set()).add(module)

# What only an extra brings may be missing: `pip install onrecord[train]` has torch.
extras = {
    re.match(r"[\w.-]+", requirement)[0]
    for requirements in project["optional-dependencies"].values()
    for requirement in requirements
}

count = 0
for requirement in project["dependencies"]:
    name = re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()
    modules = sorted(by_distribution[name])
    assert modules, requirement
    for module in modules:
        if not module.startswith("_"):
            importlib.import_module(module)
            count += 1
for package in ("tasks", "flows", "deployments"):
    root = importlib.import_module(package)
    for found in pkgutil.walk_packages(root.__path__, package + "."):
        try:
            importlib.import_module(found.name)
        except ModuleNotFoundError as error:
            if error.name not in extras:
                raise
        else:
            count += 1
sys.stdout.write(f"imported {count} modules\n")
