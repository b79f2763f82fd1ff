"""Sentences that lost the space between them: "makes all the difference.Police said"."""

from __future__ import annotations

import re

_GLUED = re.compile(
    r"(?<=[a-zà-ÿ]{2}[.!?])(?=[“‘]?[A-ZÀ-Þ][a-zà-ÿ’']*[\s,’'-])"
    r"|(?<=[a-zà-ÿ][.!?][”\"’])(?=[A-ZÀ-Þ][a-zà-ÿ’']*[\s,’'-])"
)

_CANDIDATE = re.compile(r"[.!?][”\"’']?[“‘A-ZÀ-Þ]")


def split_glued(paragraph: str) -> list[str]:
    """Cut a paragraph where one sentence is glued to the next.

    Returns:
        The pieces; joined by nothing they are the paragraph.
    """
    if not _CANDIDATE.search(paragraph):
        return [paragraph]
    return [piece for piece in _GLUED.split(paragraph) if piece]


def unglue(paragraph: str) -> str:
    """Put the missing spaces back between glued sentences."""
    return _GLUED.sub(" ", paragraph)
