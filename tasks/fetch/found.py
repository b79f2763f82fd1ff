"""What discovery finds in feeds, sitemaps and pages, before limits and the ledger are asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tasks.records import Address

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)"
    r"(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?)?)?\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Found:
    """An address and the time by which it is sorted and limited."""

    address: Address
    """The address."""

    moment: datetime | None = None
    """When it was published, changed or captured (UTC); null if nobody says."""


@dataclass(frozen=True, slots=True)
class Link:
    """A feed or sitemap that another document names."""

    url: str
    """Its address."""

    changed_at: datetime | None = None
    """When it last changed (UTC), if the index says so."""


_UNSTORED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\s]+")
_LONGEST_HINT = 500


def hint(text: object) -> str | None:
    """Make what a feed or sitemap says of a page fit to keep: one line, not long, only characters.

    Null if nothing is left.
    """
    words = _UNSTORED.sub(" ", str(text)[: _LONGEST_HINT * 4]).strip() if text is not None else ""
    return words[:_LONGEST_HINT] or None


def moment(text: str | None) -> datetime | None:
    """Read a date as feeds and sitemaps write it: W3C, ISO 8601 or RFC 822; None if it is neither.

    A date without a time zone is taken as UTC; impossible dates are nobody's.
    """
    if not text:
        return None
    found = _DATE.match(text.strip())
    try:
        if found is None:
            parsed = parsedate_to_datetime(text.strip())
        else:
            year, month, day, hour, minute, second, zone = found.groups()
            parsed = datetime.fromisoformat(
                f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}"
                f":{second or '00'}{zone or '+00:00'}"
            )
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=UTC)
        return parsed.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
