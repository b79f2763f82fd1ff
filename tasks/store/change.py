"""Changes: what became of an article's quotes, headline and body between two revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ChangeKind = Literal[
    "quote_removed",
    "quote_reworded",
    "quote_reattributed",
    "quote_added",
    "headline_changed",
    "standfirst_changed",
    "body_changed",
]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between a revision of an article and the one before it."""

    article_id: str
    """The article."""

    revision: int
    """The revision that made the change."""

    change_no: int
    """Order among the changes of this revision, from 0."""

    kind: ChangeKind
    """quote_removed, quote_reworded, quote_reattributed, quote_added, headline_changed,
    standfirst_changed or body_changed."""

    revision_id_before: str
    """The text before."""

    revision_id_after: str
    """The text after."""

    changed_at: datetime
    """When the changed page was captured (UTC): the change happened before this."""

    before: str | None = None
    """The words before: of the quote, headline, standfirst, or the paragraphs that went; null
    where there were none."""

    after: str | None = None
    """The words after; null where there are none."""

    quote_id_before: str | None = None
    """The quote before; null if it was added or no quote is concerned."""

    quote_id_after: str | None = None
    """The quote after; null if it was removed or no quote is concerned."""

    speaker_before: str | None = None
    """Whose words they were said to be before; null when unsure."""

    speaker_after: str | None = None
    """Whose words they are said to be after; null when unsure."""

    similarity: float | None = None
    """How alike the words before and after are, from 0 to 1; null where one of them is missing."""

    hours_since_publication: float | None = None
    """Hours from publication to the capture that shows the change; null if either is unknown."""

    outlet: str | None = None
    """Registered domain of the publisher."""

    headline: str | None = None
    """The headline after."""

    published_at: datetime | None = None
    """When the article says it was published (UTC)."""
