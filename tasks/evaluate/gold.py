"""What is known to be right, and what the pipeline says: the records that scoring compares.

Gold comes as JSON Lines in three shapes: quotations (`read_quote_gold`), named entities
(`read_entity_gold`) and cleaned pages (`read_page_gold`). The sample's own gold
(`tests/gold/sample.jsonl`) is read by `read_sample_gold` into the first and the last. Predictions
are the lines that `onrecord annotate` and `onrecord clean` write.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Stretch = tuple[int, int]
Row = Mapping[str, Any]
SourceForm = Literal["name", "pronoun", "nominal", "none"]
PRONOUNS = frozenset(["he", "she", "they", "it", "i", "we", "who"])


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A quotation as a person labelled it."""

    type: str
    """direct, mixed or indirect."""

    spans: tuple[Stretch, ...]
    """The parts, without marks."""

    source: tuple[Stretch, ...]
    """Where the source stands; empty if nobody is named there."""

    cue: tuple[Stretch, ...]
    """Where the cue stands; empty without one."""

    source_form: SourceForm
    """What kind of words the source is: a name, a pronoun, a noun phrase, or none."""

    speaker: str | None
    """Canonical name; null where it is not known."""

    is_silver: bool
    """Whether `speaker` was found by a machine (then only the surname is held against us)."""

    is_optional: bool
    """Whether it counts neither as missed nor, when found, as wrong."""


@dataclass(frozen=True, slots=True)
class GoldText:
    """A text and all quotations in it."""

    id: str
    text: str
    marks: tuple[Stretch, ...]
    """Every outermost stretch between quotation marks, quotation or not."""
    quotes: tuple[GoldQuote, ...]


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """A quotation as the pipeline found it."""

    spans: tuple[Stretch, ...]
    source: tuple[Stretch, ...]
    source_text: str
    cue: tuple[Stretch, ...]
    speaker: str | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A named mention as a person labelled it."""

    start: int
    end: int
    type: str | None
    entity: str | None
    """Which entity of the text it names; null where nobody said."""
    wikidata_id: str | None
    is_optional: bool
    """Whether it counts neither as missed nor as wrong."""


@dataclass(frozen=True, slots=True)
class GoldNames:
    """A text and the names in it."""

    id: str
    text: str
    window: Stretch
    """The stretch that was labelled."""
    mentions: tuple[GoldMention, ...]


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page and what is on it."""

    id: str
    set: str
    body: str
    headline: str | None
    authors: Sequence[str] | str | None
    """Names, or a byline; null where nobody looked, empty where the page names none."""
    published_on: str | None
    """Day, YYYY-MM-DD."""
    page: Path
    url: str | None
    outlet: str | None


def read_rows(path: Path) -> Iterator[Row]:
    """Read JSON Lines, xz-compressed or plain."""
    with path.open("rb") as file, lzma.open(file) if path.suffix == ".xz" else file as lines:
        for line in lines:
            yield json.loads(line)


def read_quote_gold(path: Path) -> list[GoldText]:
    """Read quotation gold: {"id", "text", "marks", "quotes": [{"type", "spans", "speaker", …}]}."""
    return [
        GoldText(
            row["id"],
            row["text"],
            stretches(row["marks"]),
            tuple(
                GoldQuote(
                    type=quote["type"],
                    spans=stretches(quote["spans"]),
                    source=stretches(quote["speaker"]),
                    cue=stretches(quote["cue"]),
                    source_form=quote["speaker_kind"],
                    speaker=quote["canonical"] or None,
                    is_silver=str(quote.get("canonical_src", "")).startswith(("silver", "corenlp")),
                    is_optional=quote["type"] == "indirect" and not quote["verbal"],
                )
                for quote in row["quotes"]
            ),
        )
        for row in read_rows(path)
    ]


def read_entity_gold(path: Path) -> list[GoldNames]:
    """Read entity gold: {"id", "text", "span"?, "mentions": [{"start", "end", "type", …}]}."""
    return [
        GoldNames(
            row["id"],
            row["text"],
            tuple(row.get("span") or (0, len(row["text"]))),
            tuple(
                GoldMention(
                    m["start"],
                    m["end"],
                    m.get("type"),
                    m.get("entity"),
                    m.get("qid"),
                    bool(m.get("optional")),
                )
                for m in row["mentions"]
            ),
        )
        for row in read_rows(path)
    ]


def read_page_gold(path: Path) -> list[GoldPage]:
    """Read page gold: {"id", "set", "html": path beside the file, "body", "title"?, …}."""
    return [
        GoldPage(
            id=row["id"],
            set=row["set"],
            body=row["body"],
            headline=row.get("title") or None,
            authors=(row["authors"] or ()) if "authors" in row else None,
            published_on=(row.get("date") or None),
            page=path.parent / row["html"],
            url=row.get("url"),
            outlet=row.get("outlet"),
        )
        for row in read_rows(path)
    ]


def read_sample_gold(path: Path, pages: Path) -> tuple[list[GoldText], list[GoldPage]]:
    """Read the sample's gold (see `tests/gold/README.md`): quotations of the bodies, and pages.

    Args:
        path: tests/gold/sample.jsonl.
        pages: data/sample.
    """
    rows = [row for row in read_rows(path) if "failure" not in row]
    texts = [
        GoldText(
            row["id"],
            row["text"],
            tuple(mark for mark in stretches(row["marks"]) if mark not in _open_marks(row)),
            tuple(_sample_quote(quote) for quote in row["quotes"] if quote["field"] == "body"),
        )
        for row in rows
    ]
    cleaned = [
        GoldPage(
            id=row["id"],
            set="sample",
            body=row["text"],
            headline=row["headline"],
            authors=tuple(row["authors"] or ()),
            published_on=row["published_at"] and row["published_at"][:10],
            page=pages / row["id"],
            url=row["canonical_url"],
            outlet=row["outlet"],
        )
        for row in rows
    ]
    return texts, cleaned


def found_quotes(row: Row) -> list[FoundQuote]:
    """Read the quotations of a line that `onrecord annotate` wrote."""
    return [
        FoundQuote(
            spans=stretches(quote["spans"]),
            source=stretches(quote.get("speaker")),
            source_text=quote.get("speaker_text") or "",
            cue=stretches(quote.get("cue")),
            speaker=quote["canonical"],
            confidence=quote.get("confidence"),
        )
        for quote in row.get("quotes") or []
    ]


def stretches(value: list[int] | list[list[int]] | None) -> tuple[Stretch, ...]:
    """Read null, [start, end] or [[start, end], …].

    >>> stretches([3, 9])
    ((3, 9),)
    """
    if not value:
        return ()
    if isinstance(value[0], int):
        return ((value[0], int(value[1])),)
    return tuple((pair[0], pair[1]) for pair in value)


def _open_marks(row: Row) -> set[Stretch]:
    """Give marked words of somebody the sentence does not name: judged neither way."""
    return {tuple(mark["span"]) for mark in row["unattributed_marks"] if mark["field"] == "body"}


def _sample_quote(quote: Row) -> GoldQuote:
    source = quote["source"]
    form: SourceForm = "none"
    if source:
        is_name = any(word[:1].isupper() for word in source.split()[-1:])
        form = "pronoun" if source.lower() in PRONOUNS else "name" if is_name else "nominal"
    return GoldQuote(
        type=quote["type"],
        spans=stretches(quote["spans"]),
        source=stretches(quote["source_span"]),
        cue=stretches(quote["cue_span"]),
        source_form=form,
        speaker=quote["speaker"],
        is_silver=False,
        is_optional=quote["type"] == "indirect" and quote["optional"],
    )
