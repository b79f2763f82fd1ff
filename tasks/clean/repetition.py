"""Passages that a text holds twice.

Pages print a body for phones and one for desks, and set a sentence of it large in the margin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from tasks.clean.blocks import HEADINGS

LONG = 100
"""Folded characters of a paragraph that nobody writes twice by chance. Shorter ones (a refrain, an
ingredient, a label) are repeated on purpose: of 16 on the dev pages 14 stood in gold twice."""

PULLED = 30
"""Folded characters that a pull quote has at least, where only its marks set it apart."""

SET_APART = 18
"""The same where an element does."""

PULL_TAGS = frozenset({"blockquote", "aside", "figcaption", "figure", "q"})
"""Elements that a pull quote is set in. Headings are none: reviews head a product's part with its
name, which the first sentence has again."""

MOST = 500
"""A text with more paragraphs that may be pull quotes is made of quotations, none of them pulled;
and to look for each of them in all of it takes long."""

_MARKS = "“”\"„«»‘’'"


def repeated(keys: Sequence[str], texts: Sequence[str], tags: Sequence[str]) -> dict[int, str]:
    """Find the paragraphs that repeat another one.

    Args:
        keys: The folded paragraphs.
        texts: The same as written.
        tags: The elements they stood in.

    Returns:
        Number of a paragraph -> id of the rule that names it: repeated_passage or pull_quote.
    """
    found = dict.fromkeys(_repeated_passages(keys, tags), "repeated_passage")
    for number in _pull_quotes(keys, texts, tags):
        found.setdefault(number, "pull_quote")
    return found


def _repeated_passages(keys: Sequence[str], tags: Sequence[str]) -> list[int]:
    """Find long paragraphs that came before, and runs of shorter ones that came as such a run."""
    listed = HEADINGS | {"li", "tr", "td", "dt", "dd"}
    first: dict[str, int] = {}
    earlier: list[int | None] = []
    for number, key in enumerate(keys):
        place = first.setdefault(key, number)
        earlier.append(place if place < number and key else None)
    found = [
        number
        for number, place in enumerate(earlier)
        if place is not None and len(keys[number]) >= LONG
    ]
    for number, after in pairwise(range(len(keys))):
        before, following = earlier[number], earlier[after]
        if before is None or following is None or following != before + 1:
            continue
        if tags[number] in listed or tags[after] in listed:
            continue
        if following < number and len(keys[number]) + len(keys[after]) >= LONG:
            found += [number, after]
    return found


def _pull_quotes(keys: Sequence[str], texts: Sequence[str], tags: Sequence[str]) -> list[int]:
    candidates = [
        number
        for number, (key, text, tag) in enumerate(zip(keys, texts, tags, strict=True))
        if _may_be_pulled(key, text, tag)
    ]
    if not 0 < len(candidates) <= MOST:
        return []
    whole = "\n".join(f" {key} " for key in keys)
    copies = Counter(keys)
    return [
        number for number in candidates if whole.count(f" {keys[number]} ") > copies[keys[number]]
    ]


def _may_be_pulled(key: str, text: str, tag: str) -> bool:
    if tag in PULL_TAGS:
        return len(key) >= SET_APART and key.count(" ") >= 3
    is_quoted = text[:1] in _MARKS and text.rstrip(".,")[-1:] in _MARKS
    return is_quoted and tag not in HEADINGS and len(key) >= PULLED and key.count(" ") >= 5
