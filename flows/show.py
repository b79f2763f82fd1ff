"""Show an article in the terminal: quotes, speakers, and what cleaning dropped, in their places."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from rich.console import Console
from rich.text import Text

from tasks.store.read import StoredArticle

SPEAKER_STYLES = ("cyan", "green", "magenta", "yellow", "blue", "red")
DROPPED_STYLE = "dim strike"
SOURCE_STYLE = "underline"
CUE_STYLE = "italic"


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to mark in the text."""

    start: int
    end: int
    style: str


def print_article(console: Console, stored: StoredArticle, *, dropped: bool) -> None:
    """Print an article with its quotes marked.

    Args:
        console: Where to.
        stored: The article and its rows.
        dropped: Whether to put back, struck through, what cleaning dropped.
    """
    article = stored.row
    console.print(Text(article["headline"] or "(no headline)", style="bold"))
    if article["standfirst"]:
        console.print(Text(article["standfirst"], style="italic"))
    console.print(Text(_facts(article), style="dim"), soft_wrap=True)
    console.print()
    text = article["text"]
    if text is None:
        console.print("The text is not kept (no-full-text mode).")
    else:
        console.print(marked_text(text, stored.quotes, stored.segments if dropped else None))
    console.print()
    for quote in stored.quotes.itertuples():
        console.print(_attribution(quote), soft_wrap=True)


def marked_text(text: str, quotes: pd.DataFrame, segments: pd.DataFrame | None) -> Text:
    """Mark quotes in the colour of their speaker, sources and cues, and put dropped pieces back.

    Args:
        text: The body.
        quotes: Rows of the quotes table.
        segments: Rows of the segments table; null leaves them out.
    """
    marked = Text(text)
    for piece in pieces(quotes):
        marked.stylize(piece.style, piece.start, piece.end)
    if segments is None:
        return marked
    whole, last = Text(), 0
    for segment in segments.sort_values(["position", "segment_no"]).to_dict("records"):
        position = int(segment["position"])
        whole.append_text(marked[last:position])
        if whole.plain and not whole.plain.endswith("\n"):
            whole.append("\n")  # what stood below the last paragraph begins a line of its own
        note = f"[{segment['role']}, {segment['rule_id']}] {segment['segment']}"
        whole.append(note + "\n", style=DROPPED_STYLE)
        last = position
    whole.append_text(marked[last:])
    return whole


def pieces(quotes: pd.DataFrame) -> list[Piece]:
    """List what to mark: the parts of each quote of the body, its source and its cue."""
    found: list[Piece] = []
    styles: dict[str, str] = {}
    for quote in quotes[quotes["field"] == "body"].to_dict("records"):
        speaker = quote["speaker"]
        if isinstance(speaker, str):
            style = styles.setdefault(speaker, SPEAKER_STYLES[len(styles) % len(SPEAKER_STYLES)])
        else:
            style = "bold"
        found += [Piece(span["start"], span["end"], style) for span in quote["spans"]]
        for name, mark in (("source", SOURCE_STYLE), ("cue", CUE_STYLE)):
            if not pd.isna(quote[f"{name}_start"]):
                found.append(Piece(int(quote[f"{name}_start"]), int(quote[f"{name}_end"]), mark))
    return found


def _attribution(quote: object) -> Text:
    values = {name: getattr(quote, name) for name in ("speaker", "resolution", "cue", "rule_id")}
    known = {name: value if isinstance(value, str) else None for name, value in values.items()}
    line = Text(f"{known['speaker'] or 'speaker unknown'}: ", style="bold")
    line.append(str(getattr(quote, "quote", "")), style="not bold")
    how = ", ".join(
        part
        for part in (
            known["resolution"],
            f"cue {known['cue']!r}" if known["cue"] else None,
            f"rule {known['rule_id']}",
            f"confidence {getattr(quote, 'confidence', 0):.2f}",
        )
        if part
    )
    line.append(f"  ({how})", style="dim not bold")
    return line


def _facts(article: dict[str, object]) -> str:
    authors = article["authors"]
    parts = (
        article["outlet"],
        ", ".join(authors) if isinstance(authors, list | tuple) else None,
        str(article["published_at"]) if article["published_at"] else None,
        f"revision {article['revision']}",
        article["article_id"],
        article["url"],
    )
    return " · ".join(str(part) for part in parts if part)
