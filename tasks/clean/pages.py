"""Many pages as rows: what `onrecord clean` reads and writes.

In:  {"id", "html": path relative to the folder, or "page": text, "url"?, "outlet"?}
Out: {"id", "text", "headline", "standfirst", "authors", "published_at", "modified_at", "language",
      "credit_line", "segments": [...], "seconds": CPU seconds}, or {"id", "error"}.

A row says what the page prints, as corpora do: `text` opens with the standfirst where an HTML page
prints one (the articles table has it only in a column of its own), and times keep the zone they
were stated in.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tasks.clean.article import Cleaned
from tasks.clean.learning import Sites
from tasks.errors import ArticleError, CleanError
from tasks.records import Address, Page, Snapshot


def clean_rows(
    rows: Iterable[Mapping[str, Any]], folder: Path, now: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """Clean pages one by one; what is learned of a site holds for its later pages.

    Args:
        rows: As described above.
        folder: What paths are relative to.
        now: A time by which the pages existed.

    Yields:
        A row for every row, in order, with "error" where the page could not be cleaned.
    """
    sites = Sites()
    for row in rows:
        start = time.process_time()
        try:
            cleaned = sites.clean(_page(row, folder), now)
        except ArticleError as error:
            yield {"id": row.get("id"), "error": str(error), "seconds": time.process_time() - start}
            continue
        yield _row(row.get("id"), cleaned, time.process_time() - start)


def _page(row: Mapping[str, Any], folder: Path) -> Page:
    """Make the page of a row.

    Raises:
        CleanError: The row names no page, or one that cannot be read.
    """
    path = row.get("html")
    if isinstance(row.get("page"), str):
        body = row["page"].encode("utf-8", "replace")
        # A row that gives the text itself has decoded it already.
        body = b"\xef\xbb\xbf" + body
    elif isinstance(path, str):
        try:
            if (folder / path).exists() and not (folder / path).is_file():
                raise CleanError("unreadable", f"{path} is no regular file")
            body = (folder / path).read_bytes()
        except (OSError, ValueError) as error:
            raise CleanError("unreadable", f"{path}: {error}") from error
    else:
        raise CleanError("unreadable", 'the line has neither "html" nor "page"')
    url = row.get("url") if isinstance(row.get("url"), str) else None
    name = path if isinstance(path, str) else str(row.get("id"))
    address = Address(url or name, "html_file", name)
    return Page(Snapshot(address, name, None, "", url=url), body)


def _row(name: object, cleaned: Cleaned, seconds: float) -> dict[str, Any]:
    article, meta = cleaned.article, cleaned.meta
    return {
        "id": name,
        "text": "\n".join([*cleaned.printed_standfirst, article.text]),
        "headline": article.headline,
        "standfirst": article.standfirst,
        "authors": list(article.authors) if article.authors else None,
        "published_at": meta.published.local.isoformat() if meta.published else None,
        "modified_at": meta.modified.local.isoformat() if meta.modified else None,
        "language": article.language,
        "credit_line": article.credit_line,
        "segments": [asdict(segment) for segment in article.segments],
        "seconds": round(seconds, 6),
    }
