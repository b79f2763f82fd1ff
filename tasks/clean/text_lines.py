"""The paragraphs of a plain text: one a line, or lines wrapped by hand that must be joined."""

from __future__ import annotations

import re
from itertools import pairwise

from tasks.clean.words import normalise

WIDEST = 120
NARROWEST = 40
"""Characters of a line between which texts are wrapped by hand."""

LONGEST_WORD = 80
"""Characters of a broken word that are looked at on either side."""

_SENTENCE_END = re.compile(r"[.!?…][\"”’')»\]]*$")
_HYPHEN = re.compile(r"(?<=[a-zà-ÿ])-$")
_MARKDOWN = re.compile(r"^#{1,6}\s+(?=\S)")


def text_paragraphs(text: str) -> list[str]:
    """List the paragraphs of a text, normalised, without empty ones.

    Args:
        text: Decoded; any line ends, form feeds too.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n\n").expandtabs(4)
    raw = [line.rstrip() for line in text.split("\n")]
    if raw and _MARKDOWN.match(raw[0]):
        raw = [_MARKDOWN.sub("", line) for line in raw]
    lines = _joined(raw) if _is_hard_wrapped(raw) else raw
    return [line for line in map(normalise, lines) if line]


def unwrapped(text: str) -> str:
    """Put a space for each line end inside a paragraph of a wrapped text; offsets stay.

    Args:
        text: Lines end in a line feed; a text that is not wrapped comes back as it is.
    """
    raw = text.split("\n")
    if not _is_hard_wrapped([line.rstrip() for line in raw]):
        return text
    begins = _beginnings([line.rstrip() for line in raw])
    parts = [raw[0]]
    for line, starts in zip(raw[1:], begins[1:], strict=True):
        parts += ["\n" if starts or not line.strip() else " ", line]
    return "".join(parts)


def _is_hard_wrapped(raw: list[str]) -> bool:
    """Tell lines of much the same length, most of which end inside a sentence."""
    filled = [line for line in raw if line.strip()]
    if len(filled) < 5:
        return False
    width = max(map(len, filled))
    if not NARROWEST <= width <= WIDEST:
        return False
    usual = _usual_indent(raw)
    followed = [
        line
        for line, after in pairwise(raw)
        if line.strip() and after.strip() and _indent(after) <= usual
    ]
    if len(followed) < 0.4 * len(filled):
        return False
    if sum(not _ends(line) for line in followed) < 0.6 * len(followed):
        return False  # one paragraph a line, all of them about as long
    return sum(len(line) >= width - 25 for line in followed) >= 0.7 * len(followed)


def _joined(raw: list[str]) -> list[str]:
    """Join the lines that were broken for want of room."""
    words = set(re.findall(r"[^\W\d_]+", " ".join(raw).lower()))
    paragraphs: list[list[str]] = []
    for line, begins in zip(raw, _beginnings(raw), strict=True):
        if begins:
            paragraphs.append([line.strip()])
        elif line.strip():
            lines = paragraphs[-1]
            lines[-1:] = _glued(lines[-1], line.strip(), words)
    return [" ".join(lines) for lines in paragraphs]


def _beginnings(raw: list[str]) -> list[bool]:
    """Tell of each line of a wrapped text whether it begins a paragraph; blank ones do not.

    A paragraph ends at a blank line, before an indented line, and where the next word would have
    found room on the line.
    """
    width = max(map(len, raw))
    usual = _usual_indent(raw)
    begins: list[bool] = []
    last = ""
    for line in raw:
        text = line.strip()
        room = width - len(last) - 1
        starts = (
            not last
            or _indent(line) > usual
            or (len(text.partition(" ")[0]) < room - 1 and _ends(last))
            or len(text.partition(" ")[0]) < room - 15
        )
        begins.append(bool(text and starts and not (last and _HYPHEN.search(last))))
        last = line if text else ""
    return begins


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _usual_indent(raw: list[str]) -> int:
    indents = sorted(_indent(line) for line in raw if line.strip())
    return indents[len(indents) // 2]


def _ends(line: str) -> bool:
    return bool(_SENTENCE_END.search(line))


def _glued(before: str, after: str, words: set[str]) -> list[str]:
    """Set two lines side by side; as one where a word is broken with a hyphen between them.

    The hyphen goes if the text has the word whole elsewhere.
    """
    if not _HYPHEN.search(before[-2:]) or not after[:1].islower():
        return [before, after]
    first = re.split(r"[^\w]", before[-LONGEST_WORD:-1])[-1]
    second = re.split(r"[^\w]", after[:LONGEST_WORD])[0]
    is_one_word = f"{first}{second}".lower() in words
    return [f"{before[:-1] if is_one_word else before}{after}"]
