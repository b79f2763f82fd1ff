"""What a day of news came to: its quotes, who was quoted, new names, how each outlet is doing.

A day is a UTC day of publication; an article that does not say when it was published counts on the
day it was first seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CHART_DAYS = 14
"""Days in the chart, the day itself the last."""


@dataclass(frozen=True, slots=True)
class Said:
    """A quote of the day."""

    quote: str
    """The words."""

    speaker: str
    """Who said them."""

    role: str | None
    """The speaker's role, as the article has it."""

    outlet: str | None
    """Where it stood."""

    headline: str | None
    """In which article."""

    url: str | None
    """The article's address."""

    outlets: int
    """In how many outlets the same words stood that day."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody quoted that day."""

    name: str
    """The canonical name."""

    quotes: int
    """Quotes that day."""

    words: int
    """Words of these quotes."""

    outlets: int
    """Outlets they stood in."""


@dataclass(frozen=True, slots=True)
class NewName:
    """A person or organisation that no article named before."""

    name: str
    """The canonical name."""

    type: str
    """PERSON or ORG."""

    articles: int
    """Articles of the day that name it."""

    description: str | None
    """What an article says it is."""


@dataclass(frozen=True, slots=True)
class OutletDay:
    """What came of one outlet that day."""

    outlet: str
    """Registered domain."""

    articles: int
    """Articles of the day."""

    usual: float | None
    """Articles that are usual in 24 hours; null while that is being learned."""

    quotes: int
    """Quotes in them."""

    attributed: float | None
    """Share of the quotes with a named speaker; null without quotes."""

    failures: int
    """Addresses that failed that day and have not come through since."""

    state: str
    """How it was at the end of the day, as `onrecord health` says: ok, learning, silent, flood …"""

    wrong: tuple[str, ...] = ()
    """What was wrong, the gravest first."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of the chart."""

    day: date
    """The day."""

    articles: int
    """Its articles."""

    quotes: int
    """Their quotes."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a day came to."""

    day: date
    """The day (UTC)."""

    articles: int
    """Articles."""

    quotes: int
    """Quotes in them."""

    attributed: int
    """Of these with a named speaker."""

    said: tuple[Said, ...]
    """Quotes to read, one a speaker, those printed most widely first."""

    speakers: tuple[Speaker, ...]
    """Most quoted first."""

    new_names: tuple[NewName, ...]
    """In most articles first."""

    outlets: tuple[OutletDay, ...]
    """Those with something wrong first, then those with most articles."""

    reasons: tuple[tuple[str, int], ...]
    """Failures of the day by reason, most frequent first."""

    days: tuple[DayCount, ...]
    """The last days, oldest first."""

    @property
    def title(self) -> str:
        """The day, written out: Tuesday 1 April 2025."""
        return f"{self.day:%A} {self.day.day} {self.day:%B %Y}"

    @property
    def sum(self) -> str:
        """The day in a line."""
        articles = "1 article" if self.articles == 1 else f"{self.articles:,} articles"
        quotes = "1 quote" if self.quotes == 1 else f"{self.quotes:,} quotes"
        return f"{articles}, {quotes}, {self.attributed:,} with a speaker."
