"""Liveblogs: an introduction written as an article, and posts that follow it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from tasks.clean.blocks import HEADINGS, Block

POSTS = 2
"""So many alike containers, each with a heading and a paragraph, are posts."""

INTRO = 300
"""A liveblog whose introduction has fewer characters has none: its posts are its text."""

LIVE = 0.5
"""Share of a text that must stand in elements whose class says that they are of a liveblog."""

_LIVE_CLASS = re.compile(r"live-?blog", re.IGNORECASE)
_LIVE_TITLE = re.compile(
    r"\blive(?:[ -]?(?:blog|updates?|ticker|coverage))?\s*[:|–—-]|^live\b|[:|–—-]\s*live\b|"
    r"\b(?:live[ -]?updates|liveblog|liveticker|newsblog|live blog|as it happened|en direct|"
    r"en directo|última hora|minuto a minuto)\b",
    re.IGNORECASE,
)
_LIVE_PATH = re.compile(
    r"/(?:live|live-?blogs?|live-?updates|liveticker|en-direct|directo)(?:[/-]|$)"
    r"|-live(?:-?(?:updates|blog|ticker|news))?(?:-[a-z]*\d{5,}|/|\.html?|$)",
    re.IGNORECASE,
)


def is_liveblog(headline: str | None, path: str) -> bool:
    """Tell a liveblog by its headline or the path of its address."""
    return bool(_LIVE_PATH.search(path) or (headline and _LIVE_TITLE.search(headline)))


def is_marked_live(blocks: Sequence[Block], choice: Sequence[bool]) -> bool:
    """Tell a liveblog by the class names around its text."""
    marked = total = 0
    for block, keep in zip(blocks, choice, strict=False):
        if keep:
            total += len(block.text)
            marked += len(block.text) if any(map(_LIVE_CLASS.search, block.path)) else 0
    return marked > LIVE * total


def introduction(blocks: Sequence[Block], choice: Sequence[bool]) -> tuple[bool, ...] | None:
    """Choose the introduction of a liveblog alone.

    Args:
        blocks: Of the page.
        choice: Its body, posts included.

    Returns:
        The choice without the posts; null where there are no posts, or nothing before them.
    """
    posts: dict[tuple[str, ...], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, (block, keep) in enumerate(zip(blocks, choice, strict=True)):
        if keep:
            for level in range(min(6, len(block.path))):
                posts[block.path[level:]][block.elements[level]].append(number)
    starts = sorted(
        min(min(numbers) for numbers in alike)
        for alike in (_posts(blocks, instances) for instances in posts.values())
        if len(alike) >= POSTS
    )
    for first in starts:
        intro = tuple(keep and number < first for number, keep in enumerate(choice))
        size = sum(len(block.text) for block, keep in zip(blocks, intro, strict=True) if keep)
        if size >= INTRO:
            return intro
    return None


def _posts(blocks: Sequence[Block], instances: dict[int, list[int]]) -> list[list[int]]:
    """Keep the containers that read like posts: a heading, then prose."""
    return [
        numbers
        for numbers in instances.values()
        if any(blocks[number].tag in HEADINGS for number in numbers[:3])
        and any(len(blocks[number].text) > 80 for number in numbers)
    ]
