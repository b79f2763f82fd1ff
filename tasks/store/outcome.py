"""Outcomes: what became of each article of a batch, kept until its run has ended.

Any process may publish a batch of any run, and may die right afterwards. So the outcomes are
written with the transaction itself, and a run reads its own when it counts its funnel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.store.disk import read_json
from tasks.store.layout import Layout
from tasks.store.settling import Verb


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one capture."""

    run_id: str
    """The run that brought it."""

    key: str
    """The batch that brought it."""

    article_id: str
    """The article."""

    verb: Verb
    """new, revised, unchanged, repeated (the run brought the same text before), reread or forgotten
    (left out because somebody asked for that)."""


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What a publish did."""

    sequence: int
    """Number of the store's last transaction."""

    batches: int
    """Batches taken from the inbox."""

    outcomes: tuple[Outcome, ...] = ()
    """What became of each capture in them; of other runs' batches, too."""

    def count(self, verb: Verb) -> int:
        """Count the captures with one outcome."""
        return sum(outcome.verb == verb for outcome in self.outcomes)

    @property
    def new(self) -> int:
        """Articles stored for the first time."""
        return self.count("new")

    @property
    def revised(self) -> int:
        """Texts that took the place of an earlier one, or came late into the history."""
        return self.count("revised")

    @property
    def unchanged(self) -> int:
        """Captures of a text that was known."""
        return self.count("unchanged")

    @property
    def repeated(self) -> int:
        """Captures of a text that the same run had brought already."""
        return self.count("repeated")

    @property
    def reread(self) -> int:
        """Articles that were read anew from the same capture."""
        return self.count("reread")

    @property
    def forgotten(self) -> int:
        """Articles left out because somebody asked for that."""
        return self.count("forgotten")


def outcomes(data: Path, run_id: str) -> list[Outcome]:
    """Read what became of the captures of a run so far, whoever published them.

    Kept until the run's row with `finished_at` is published.
    """
    folder = Layout(data).published / run_id
    return [
        outcome
        for path in (sorted(folder.glob("*.json")) if folder.is_dir() else ())
        for outcome in from_json(run_id, path.stem, read_json(path))
    ]


def count_outcomes(found: Iterable[Outcome]) -> Mapping[Verb, int]:
    """Count outcomes by kind."""
    return Counter(outcome.verb for outcome in found)


def to_json(found: Iterable[Outcome]) -> dict[str, list[str]]:
    """List article ids by outcome."""
    content: dict[str, list[str]] = {}
    for outcome in found:
        content.setdefault(outcome.verb, []).append(outcome.article_id)
    return content


def from_json(run_id: str, key: str, content: Mapping[Verb, list[str]]) -> list[Outcome]:
    """Read outcomes back."""
    return [
        Outcome(run_id, key, article_id, verb)
        for verb, article_ids in content.items()
        for article_id in article_ids
    ]
