"""Runs: what a run is, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What is known of a run when it starts; every row it stores names it."""

    run_id: str
    """Identifier of the run: letters, digits, hyphens."""

    flow: str
    """The flow: ingest, reprocess, revisit …"""

    started_at: datetime
    """When it began (UTC)."""

    pipeline_version: str
    """Version of onrecord."""

    host: str = ""
    """Name of the machine."""

    parameters: str = "{}"
    """Parameters of the flow, as JSON."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a flow, as the `runs` table keeps it."""

    run_id: str
    """Identifier of the run."""

    flow: str
    """The flow: ingest, reprocess, revisit …"""

    started_at: datetime
    """When it began (UTC)."""

    state: str
    """running, completed, failed or crashed."""

    pipeline_version: str
    """Version of onrecord."""

    host: str = ""
    """Name of the machine."""

    parameters: str = "{}"
    """Parameters of the flow, as JSON."""

    finished_at: datetime | None = None
    """When it ended (UTC); null while it runs."""

    found: int = 0
    """Addresses that the sources named."""

    fetched: int = 0
    """Pages that were had."""

    unchanged: int = 0
    """Articles whose text the tables held already."""

    new: int = 0
    """Articles stored for the first time."""

    revised: int = 0
    """Articles stored with another text than before."""

    skipped: int = 0
    """Addresses left alone on purpose: not due, filtered or repeated."""

    skipped_reasons: str = "{}"
    """How many were skipped for which reason, as a JSON object."""

    failed: int = 0
    """Addresses that could not go on; each has a row in failures."""

    quotes: int = 0
    """Quotes of the articles it stored."""

    entities: int = 0
    """Entities of the articles it stored."""

    @property
    def adds_up(self) -> bool:
        """Whether every address found went somewhere."""
        parts = self.new + self.revised + self.unchanged + self.skipped + self.failed
        return self.found == parts
