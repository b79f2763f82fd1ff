"""What onrecord tells people of by itself: alerts about outlets, and hits of watchlists.

As in `tasks.records`, the docstring under a field is its entry in the data dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tasks.records import QuoteField

AlertKind = Literal["silent", "flood", "layout", "failures"]
Severity = Literal["warning", "critical"]
WatchKind = Literal["person", "organisation", "phrase"]
HitReason = Literal["speaker", "quote", "article"]
DeliveryState = Literal["delivered", "failed", "given_up"]

EVERYWHERE = "*"
"""Stands for the outlet in an alert that concerns most of them at once."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is unlike the usual at an outlet, for as long as it lasts."""

    alert_id: str
    """Stable identifier: 20 hex digits."""

    outlet: str
    """Registered domain of the outlet; `*` when most outlets are concerned at once, which points
    at one's own network or schedule."""

    kind: AlertKind
    """silent (far too few articles), flood (far too many), layout (pages are read differently: text
    length, quotes, speakers, what is dropped, dates) or failures (pages cannot be had)."""

    measure: str
    """What was compared: articles, text_length, quote_count, attributed, dropped, undated or
    failed."""

    since: datetime
    """Since when it has lasted (UTC), as far as the tables tell."""

    expected: float
    """What was usual: articles in the window, or the median or share of the measure."""

    observed: float
    """What was seen instead."""

    severity: Severity
    """critical (next to nothing comes through) or warning."""

    detail: str
    """What happened, for a person to read."""

    raised_at: datetime
    """When it was noticed (UTC)."""

    run_id: str
    """The run that noticed it."""

    resolved_at: datetime | None = None
    """When it was seen to have ended (UTC); null while it lasts."""

    resolved_run_id: str | None = None
    """The run that saw so."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Somebody or something to be told about."""

    watch_id: str
    """Identifier: 8 hex digits."""

    kind: WatchKind
    """person, organisation or phrase."""

    name: str
    """The name or the words, as the user gave them."""

    created_at: datetime
    """When it was added (UTC); what was stored before gives no hits."""

    names: tuple[str, ...] = ()
    """Other names that count as the same person or organisation."""

    entity_ids: tuple[str, ...] = ()
    """Entity ids that count as it: wd:Q… and the like; local ids follow from the names."""

    outlets: tuple[str, ...] = ()
    """Only in these outlets (registered domains); empty means all."""

    channels: tuple[str, ...] = ()
    """Where notifications go: webhook:…, mailto:…, command:…; secrets only by name."""

    removed_at: datetime | None = None
    """When it was removed (UTC); null while it is active."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in an article that a watch was waiting for."""

    hit_id: str
    """Stable identifier of watch and quote (of watch and article where quote_id is null)."""

    watch_id: str
    """The watch."""

    article_id: str
    """The article."""

    revision_id: str
    """The text of it that the offsets count into."""

    quote_id: str | None
    """The quote; null when the article has the name or the words, but no quote that does."""

    reason: HitReason
    """speaker (the quote is theirs), quote (the quote names them, or has the phrase) or article."""

    field: QuoteField
    """Where the match stands: body, headline or standfirst."""

    start: int
    """Offset of the match in that field."""

    end: int
    """Offset just past the match."""

    matched: str
    """The words that matched: the source of a speaker's quote (the quote itself if it has none),
    the mention, or the phrase as written."""

    found_at: datetime
    """When it was found (UTC)."""

    run_id: str
    """The run that found it."""

    channels: tuple[str, ...]
    """Where it is told: event, and those of the watch; none for what reprocessing found."""

    context_before: str | None = None
    """Up to 80 characters before the match."""

    context_after: str | None = None
    """Up to 80 characters after it."""

    quote: str | None = None
    """The words of the quote."""

    speaker: str | None = None
    """Canonical name of its speaker."""

    outlet: str | None = None
    """Registered domain of the publisher."""

    url: str | None = None
    """Address of the article."""

    headline: str | None = None
    """The headline."""

    published_at: datetime | None = None
    """When the article says it was published (UTC)."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of telling one hit or alert on one channel."""

    item_id: str
    """The hit_id or alert_id (for the end of an alert, alert_id and `-resolved`)."""

    channel: str
    """The channel."""

    state: DeliveryState
    """delivered, failed (tried again in the next run) or given_up."""

    attempts: int
    """Runs that have tried."""

    tried_at: datetime
    """When it was last tried (UTC)."""

    run_id: str
    """The run that last tried."""

    error: str | None = None
    """Why it failed, without addresses or secrets."""
