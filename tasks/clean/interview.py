"""Printed interviews: questions set off from their answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tasks.clean.blocks import Block

QUESTIONS = 3
"""So many questions, each followed by an answer, make an interview."""

_LABEL = re.compile(r"^(?:Q|Question|Frage|Pregunta)\s*[:.]", re.IGNORECASE)

_SPEAKER = re.compile(r"^([A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{1,30}):\s")


def is_interview(blocks: Sequence[Block], choice: Sequence[bool]) -> bool:
    """Tell an interview by questions in bold or with a label, each followed by an answer.

    Args:
        blocks: Of the page.
        choice: Its body; empty if that is unknown.
    """
    if not choice:
        return False
    body = [block for block, keep in zip(blocks, choice, strict=True) if keep]
    asked = sum(
        _is_question(block) and not _is_question(answer) and len(answer.text) > 40
        for block, answer in pairwise(body)
    )
    if asked >= QUESTIONS and asked >= 0.15 * len(body):
        return True
    labels = [match[1] for match in (_SPEAKER.match(block.text) for block in body) if match]
    return len(labels) >= 2 * QUESTIONS and 2 <= len(set(labels)) <= 4


def _is_question(block: Block) -> bool:
    if _LABEL.match(block.text):
        return True
    return block.text.endswith("?") and block.emphasis_share > 0.9 and block.tag not in ("h1", "li")
