"""Pages that answer 200 and are not the article: not-found pages, consent walls, robot checks.

Only a page with little text is looked at, and only its title and headings: an article about
captchas stays an article.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from tasks.fetch import locations, markup
from tasks.fetch.kinds import narrow, text_of
from tasks.lexicon.files import read_sections

MOST_WORDS = 220
"""A page with more words than this outside scripts and links has something to say."""

MOST_REFRESH_BYTES = 20_000
"""A page with more bytes is none that only sends its reader on."""

_HEAD_BYTES = 300_000
_UNSEEN = ("script", "style", "noscript", "template", "svg", "select", "nav", "footer")
_TITLE = re.compile(rb"<(?=[th])(title|h[12])\b[^<>]*>", re.IGNORECASE)
_LONGEST_TITLE = 1_000
_ARTICLE = re.compile(r"\"(?:News|Reportage|Opinion)\w*Article\"|<article\b", re.IGNORECASE)
_REFRESH = re.compile(
    r"<meta\b(?=[^<>]*http-equiv\s*=\s*[\"']?refresh)[^<>]*content\s*=\s*[\"']?\s*(\d+)"
    r"(?:\.\d+)?\s*[;,]\s*url\s*=\s*[\"']?([^\"'>]+)",
    re.IGNORECASE,
)
_SOON = 5
_TITLES = 8


def verdict(body: bytes) -> tuple[str, str] | None:
    """Recognise a page that is not what was asked for.

    Returns:
        Reason code (soft_404, consent, captcha or empty) and detail; None for any other page.
    """
    if not body.strip():
        return "empty", "the answer is empty"
    if len(body) > _HEAD_BYTES:
        return None
    found = next(filter(None, map(_named, _titles(narrow(body)))), None)
    if found is None:
        return None
    text = text_of(body)
    if _ARTICLE.search(text):
        return None
    seen = markup.without(markup.without(text, *_UNSEEN), "a", "button")
    return None if markup.word_count(seen) > MOST_WORDS else found


def _titles(page: bytes) -> Iterator[str]:
    for start in islice(_TITLE.finditer(page), _TITLES):
        within = page[start.end() : start.end() + _LONGEST_TITLE]
        end = within.lower().find(b"</" + start[1].lower())
        if end >= 0:
            yield within[:end].decode("utf-8", "replace")


def _named(title: str) -> tuple[str, str] | None:
    words = _folded(title)
    for code, pattern in _patterns():
        if pattern.fullmatch(words):
            return code, f"the page says {words[:80]!r}"
    return None


def refresh_target(body: bytes, url: str) -> str | None:
    """Find where a page sends its reader at once by `<meta http-equiv=refresh>`; None if not.

    A page with something to say is not left: articles refresh themselves for their adverts.
    """
    if len(body) > MOST_REFRESH_BYTES or b"refresh" not in body.lower():
        return None
    text = text_of(body)
    found = _REFRESH.search(text)
    if found is None or int(found[1]) > _SOON:
        return None
    if markup.word_count(markup.without(text, *_UNSEEN)) > MOST_WORDS:
        return None
    return locations.joined(url, html.unescape(found[2]))


def _folded(title: str) -> str:
    text = html.unescape(markup.untagged(title)).replace("’", "'")
    return " ".join(text.split()).casefold()


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (code, re.compile("|".join(map(_pattern, phrases)), re.DOTALL))
        for code, phrases in read_sections("blocked_pages.txt").items()
        if phrases
    )


def _pattern(phrase: str) -> str:
    return ".*".join(map(re.escape, phrase.casefold().split("*")))
