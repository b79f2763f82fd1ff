"""When an article was published and last changed: never guessed, never in the future."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

import htmldate
from lxml.html import HtmlElement

from tasks.clean.blocks import Block
from tasks.clean.document import STUMBLES
from tasks.clean.structured import PageFacts, text_of
from tasks.records import Precision

TOLERANCE = timedelta(hours=36)
"""Clocks and time zones: a date counts as future only beyond this."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No news page is older than the web."""

WEST, EAST = timedelta(hours=-11), timedelta(hours=14)
HALF_HOUR = timedelta(minutes=30)
"""Where people live, clocks differ from UTC by half hours, within these bounds (IANA tz database);
twelve hours behind it is rather an afternoon printed without its "pm"."""

_ISO = re.compile(
    r"^\W*(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T\s]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?)?",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero janeiro gennaio",
            "feb february februar février fevrier febrero fevereiro febbraio",
            "mar march märz maerz mars marzo março",
            "apr april avril abril aprile",
            "may mai mayo maio maggio",
            "jun june juni juin junio junho giugno",
            "jul july juli juillet julio julho luglio",
            "aug august août aout agosto",
            "sep sept september septembre septiembre setembro settembre",
            "oct october oktober octobre octubre outubro ottobre okt",
            "nov november novembre noviembre novembro",
            "dec december dezember décembre decembre diciembre dezembro dicembre dez",
        ),
        start=1,
    )
    for name in names.split()
}
_WORDED = (
    re.compile(
        r"\b(?P<day>\d{1,2})(?:st|nd|rd|th|\.|er)?\s+(?:de\s+)?(?P<month>[^\W\d]{3,10})\.?,?\s+(?:de\s+)?(?P<year>\d{4})\b"
    ),
    re.compile(
        r"\b(?P<month>[^\W\d]{3,10})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})\b"
    ),
)
_CLOCK = re.compile(
    r"\b(\d{1,2})[:.](\d\d)(?::(\d\d))?\s*([ap]\.?m\b\.?)?\s*(UTC|GMT|Z\b|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)")
_LABEL = re.compile(
    r"\b(?:published|posted|first published|veröffentlicht|erstellt|publié|publicado)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:updated|modified|aktualisiert|mis à jour|actualizado|güncelleme)\b", re.IGNORECASE
)
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time",
    "parsely-pub-date", "sailthru.date", "datepublished", "publish-date", "publishdate",
    "published_time", "publication_date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "dcterms.created", "dc.date.issued", "dcterms.date", "dc.date",
    "pubdate", "pdate", "article.published", "date", "last-published", "og:pubdate", "bt:pubdate",
    "article:post_date", "citation_publication_date",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified",
    "lastmod", "last-modified", "dcterms.modified",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that a page states."""

    at: datetime
    """UTC."""

    precision: Precision
    """How much of it was stated."""

    source: str
    """What stated it: json-ld, meta, time, text, url."""

    offset: timedelta = timedelta()
    """Offset from UTC of the zone it was stated in."""

    @property
    def local(self) -> datetime:
        """The same instant in the zone it was stated in: its date is the one printed."""
        return self.at.astimezone(timezone(self.offset))


def parse_moment(value: str | None, source: str) -> Moment | None:
    """Read a stated time: ISO 8601 in all its dialects, or words; null if it is none.

    A time without a zone is taken as UTC; a day alone has precision `day`.
    """
    if not value:
        return None
    match = _ISO.match(value)
    if match:
        year, month, day, hour, minute, second, zone = match.groups()
        return _moment((int(year), int(month), int(day)), (hour, minute, second), zone, source)
    numbers = _NUMBERS.search(value)
    if numbers:
        date = int(numbers["year"]), int(numbers["month"]), int(numbers["day"])
        clock = _CLOCK.search(value, numbers.end())
        return _moment(date, _clock_parts(clock) if clock else (None, None, None), None, source)
    for pattern in _WORDED:
        match = pattern.search(value)
        number = _MONTHS.get(match["month"].lower().rstrip(".")) if match else None
        if match and number:
            clock = _CLOCK.search(value.replace(match[0], " ", 1))
            parts = _clock_parts(clock) if clock else (None, None, None)
            return _moment(
                (int(match["year"]), number, int(match["day"])), parts, clock and clock[5], source
            )
    return None


def published(
    facts: PageFacts,
    tree: HtmlElement,
    head: Sequence[Block],
    url: str | None,
    latest: datetime | None,
) -> Moment | None:
    """When the article says it was published: JSON-LD, then meta, then time elements, then text.

    Args:
        facts: The page's claims.
        tree: The page, for what is only visible.
        head: The lines around the headline.
        url: Where it was had; some addresses hold a date.
        latest: A time by which the article existed; what is later is not believed.
    """
    claims: list[tuple[object, str]] = [
        (facts.article.get("datePublished"), "json-ld"),
        (facts.article.get("dateCreated"), "json-ld"),
        *((facts.first(name), "meta") for name in _PUBLISHED_META),
        *(((node.get("datePublished"), "json-ld")) for node in facts.nodes),
    ]
    stated = [parse_moment(text_of(value), source) for value, source in claims]
    credible = [moment for moment in stated if moment and _is_credible(moment, latest)]
    if credible:
        return _in_printed_zone(credible[0], credible[1:], head)
    return _shown_date(head, latest) or _visible_date(tree, url, latest)


def modified(facts: PageFacts, first: Moment | None, latest: datetime | None) -> Moment | None:
    """When the article says it was last changed; never before it was published."""
    claims: list[tuple[object, str]] = [
        (facts.article.get("dateModified"), "json-ld"),
        *((facts.first(name), "meta") for name in _MODIFIED_META),
    ]
    for value, source in claims:
        moment = parse_moment(text_of(value), source)
        if moment and _is_credible(moment, latest) and not (first and moment.at < first.at):
            return moment
    return None


def _moment(
    date: tuple[int, int, int],
    clock: tuple[str | None, str | None, str | None],
    zone: str | None,
    source: str,
) -> Moment | None:
    hour, minute, second = clock
    try:
        at = datetime(
            *date, int(hour or 0), int(minute or 0), min(59, int(second or 0)), tzinfo=UTC
        )
        offset = _offset(zone)
        at -= offset
    except (ValueError, OverflowError):
        return None
    precision: Precision = "day" if hour is None else "minute" if second is None else "second"
    return Moment(at, precision, source, offset)


def _offset(zone: str | None) -> timedelta:
    if not zone or zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -size if zone[0] == "-" else size


def _clock_parts(clock: re.Match[str]) -> tuple[str | None, str | None, str | None]:
    hour = int(clock[1])
    half = (clock[4] or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return str(hour), clock[2], clock[3]


def _is_credible(moment: Moment, latest: datetime | None) -> bool:
    return moment.at >= EARLIEST and (latest is None or moment.at <= latest + TOLERANCE)


def _shown_date(head: Sequence[Block], latest: datetime | None) -> Moment | None:
    """Read the date in the lines around the headline, first what says that it is of publication."""
    for labelled in (True, False):
        for block in head:
            if len(block.text) <= 120 and (not labelled or _LABEL.search(block.text)):
                moment = parse_moment(_first_date(block.text), "text")
                if moment and _is_credible(moment, latest):
                    return moment
    return None


def _in_printed_zone(moment: Moment, others: Sequence[Moment], head: Sequence[Block]) -> Moment:
    """Give a time stated in UTC the zone that the page states or prints the same instant in.

    JSON-LD has 03:22Z where the reader sees "Dec 22, 2023, 10:22 PM": the day printed is the 22nd.
    """
    if moment.offset or moment.precision == "day":
        return moment
    for other in others:
        if other.offset and other.at == moment.at:
            return replace(moment, offset=other.offset)
    minute = moment.at.replace(second=0, microsecond=0)
    for block in head:
        printed = parse_moment(_first_date(block.text), "text")
        if printed is None or printed.precision == "day":
            continue
        apart = printed.local.replace(tzinfo=UTC, second=0) - minute
        if WEST <= apart <= EAST and not apart % HALF_HOUR:
            return replace(moment, offset=apart)
    return moment


def _first_date(text: str) -> str:
    """Cut a line before what says when it was changed."""
    return _CHANGED.split(text, maxsplit=1)[0]


def _visible_date(tree: HtmlElement, url: str | None, latest: datetime | None) -> Moment | None:
    """Find the date that a page shows in its time elements, its address or its text."""
    for element in tree.iter("time"):
        if element.get("pubdate") is not None or (element.get("itemprop") or "") == "datePublished":
            moment = parse_moment(element.get("datetime") or element.text_content(), "time")
            if moment and _is_credible(moment, latest):
                return moment
    bound = (latest + TOLERANCE).date().isoformat() if latest else "2100-01-01"
    try:
        found = htmldate.find_date(
            tree,
            url=url,
            extensive_search=False,
            original_date=True,
            max_date=bound,
            min_date=EARLIEST.date().isoformat(),
        )
    except STUMBLES:
        return None  # htmldate stumbles over a few broken pages; no date is an answer
    in_url = bool(found and url and re.search(found.replace("-", "[-/_.]?"), url))
    return parse_moment(found, "url" if in_url else "text")
