"""The funnel of a run: where every address that was found has gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Funnel:
    """Where every address that was found has gone; the parts always add up to `found`."""

    found: int = 0
    """Addresses the sources held."""

    new: int = 0
    """Articles stored for the first time."""

    revised: int = 0
    """Articles stored with a changed text."""

    unchanged: int = 0
    """Articles the tables already held, word for word."""

    reread: int = 0
    """Articles read anew from what was stored, their rows replaced."""

    skipped: Mapping[str, int] = field(default_factory=dict)
    """Addresses left alone on purpose, by reason."""

    failed: Mapping[str, int] = field(default_factory=dict)
    """Addresses that could not be made an article, by reason."""

    run_id: str = ""
    """The run."""

    def adds_up(self) -> bool:
        """Tell whether nothing was lost."""
        parts = self.new + self.revised + self.unchanged + self.reread
        return self.found == parts + sum(self.skipped.values()) + sum(self.failed.values())

    def lines(self) -> list[tuple[str, int, str]]:
        """Lay the funnel out as rows of name, count and reasons."""
        reread = [("read anew", self.reread, "")] if self.reread else []
        return [
            ("found", self.found, ""),
            ("new", self.new, ""),
            ("revised", self.revised, ""),
            ("unchanged", self.unchanged, ""),
            *reread,
            ("skipped", sum(self.skipped.values()), by_reason(self.skipped)),
            ("failed", sum(self.failed.values()), by_reason(self.failed)),
        ]


def by_reason(counts: Mapping[str, int]) -> str:
    """List counts by reason, the most frequent first.

    >>> by_reason({"timeout": 1, "http_404": 3})
    'http_404 3, timeout 1'
    """
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{reason} {count}" for reason, count in ranked)
