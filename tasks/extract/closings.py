"""Find where a reported clause ends: before the next cue, an aside, or the main clause."""

from __future__ import annotations

import re

from tasks.extract.cue import Cue
from tasks.extract.cue_forms import cue_nouns
from tasks.extract.tokens import Chunk, Token

OCCASIONS = frozenset(
    [
        "statement",
        "interview",
        "tweet",
        "email",
        "e-mail",
        "letter",
        "speech",
        "post",
        "message",
        "conference",
        "release",
        "call",
        "appearance",
        "memo",
        "briefing",
        "report",
        "twitter",
        "facebook",
        "telegram",
        "x",
        "comments",
        "remarks",
        "op-ed",
        "video",
        "testimony",
        "hearing",
    ]
)
# Nouns by which a reporter comments on what was said: ", a claim that …", ", a nod to …".
COMMENTS = frozenset(
    [
        "reference",
        "nod",
        "jab",
        "dig",
        "swipe",
        "allusion",
        "charge",
        "echo",
        "line",
        "position",
        "view",
        "stance",
        "conclusion",
        "point",
        "phrase",
        "term",
        "figure",
        "move",
        "sign",
    ]
)
# A clause after a comma: its subject and its verb.
MAIN_CLAUSE = re.compile(r"[AT]*N(?:P[NT])*[AT]*[VW]")
# A quotation with the next cue after it, apart from what stands before: ": “…,” she said".
DIRECT_BEFORE = re.compile(r"[:,-]+Q[,.-]*$")
SILENT = re.compile(r",?B[VA]*$")  # ", but would not say"
# Where and when somebody speaks, before who does: ", at a rally on Sunday he said".
PLACE = re.compile(r",(?:P[NT]+|T)+A*$")
# What leads from a cue to words in marks that stand apart: "retorted: “…”", "told them, “…”".
SPEAKING = re.compile(r"(?:N|P[NT]|[TA])*[:,]Q")
# What somebody does before he speaks: "and carrying signs saying".
DEED = re.compile(r",?CG[NPT]+$")
# The start of what a clause is said about: ", which she called", ", in what he described as".
ASIDE = re.compile(r",(?:P?R|PS|N)$")
# A judgement that ends its sentence, or a part of it.
LAST_WORDS = re.compile(r"[NPTASI]*Q(?:C?Q|[PNTA])*(?:[,.]?$|[;-]|,?[CB][AT]*V)")
OCCASION = re.compile(r"PN(?:P[NT]|T){0,3}\.?")  # "in an interview with the paper on Sunday"
SUBORDINATING = frozenset(
    [
        "when",
        "while",
        "as",
        "after",
        "before",
        "if",
        "although",
        "though",
        "because",
        "since",
        "once",
    ]
)


def close_content(
    tokens: list[Token],
    chunks: list[Chunk],
    kinds: str,
    start: int,
    frames: list[tuple[int, int, Cue]],
    pauses: frozenset[int] = frozenset(),
) -> int:
    """Find where a reported clause ends: the chunk just past its last.

    Args:
        tokens: The sentence.
        chunks: Its chunks.
        kinds: Their letters.
        start: The chunk it starts with.
        frames: First and last chunk of the later cues with their subjects, in reading order.
        pauses: Chunks of quotations that end in a comma.
    """
    end = len(chunks)
    semicolon = kinds.find(";", start)
    if semicolon > start:
        end = semicolon
    for first, last, cue in frames:
        if first <= start:
            continue
        if cue.is_modal:
            silent = SILENT.search(kinds, start, first) if cue.is_negated else None
            if silent is None:
                continue
            end = min(end, silent.start())
            break
        own = _own_clause(tokens, chunks, kinds, start, (first, last), cue)
        if own is not None:
            end = min(end, own)
            break
        while first - 1 > start and kinds[first - 1] in "AT":
            first -= 1
        place = PLACE.search(kinds, start, first)
        if place is not None:
            first = place.start() + 1
        before = "," if first - 1 in pauses else kinds[first - 1] if first else ""
        apart = DIRECT_BEFORE.search(kinds, start, first)
        if apart is not None:
            end = min(end, apart.start())
            break
        if cue.mood == "according":
            end = min(end, first)
            break
        if before in ("C", "B", ",", ";", "-"):
            cut = first - 1 if first - 1 not in pauses else first
            while cut > start and kinds[cut - 1] in ",CB":
                cut -= 1
            end = min(end, cut)
            break
    end = _before_aside(tokens, chunks, kinds, start, end, pauses)
    while end > start and kinds[end - 1] in ".,;:-CB":
        end -= 1
    return end


def _own_clause(
    tokens: list[Token],
    chunks: list[Chunk],
    kinds: str,
    start: int,
    bounds: tuple[int, int],
    cue: Cue,
) -> int | None:
    """Find where the clause of a later cue begins that introduces words in marks of its own.

    "…, to which Mr Reid retorted: “…”", "…, before adding: “…”", "…, which she called “a joke”."

    Returns:
        The chunk that the reported words end before, or null.
    """
    first, last = bounds
    if cue.mood == "ing":
        deed = DEED.search(kinds, start, first)
        if deed is not None and SPEAKING.match(kinds, last + 1):
            return deed.start()
        joined = kinds[first - 1] == "S" and tokens[chunks[first - 1].first].low in SUBORDINATING
        return first - 1 if joined and SPEAKING.match(kinds, last + 1) else None
    if cue.mood != "finite" or cue.is_thought:
        return None
    aside = ASIDE.search(kinds, start, first)
    if aside is not None and LAST_WORDS.match(kinds, last + 1):
        head = tokens[chunks[first - 1].first].low
        if kinds[first - 1] == "R" or head in ("a", "an", "something", "what"):
            return aside.start()
    if SPEAKING.match(kinds, last + 1):
        comma = max(kinds.rfind(sign, start, first) for sign in ",;-")
        if comma > start and _has_verb(kinds[start:comma]):
            return comma
    return None


def clause_limit(
    tokens: list[Token],
    chunks: list[Chunk],
    kinds: str,
    subject: int,
    start: int,
    pauses: frozenset[int],
) -> int | None:
    """Find where the main clause goes on after a report in a subordinate one.

    "When Mr Reid said it was late, the others left"; "Ms Hale, who says it was late, has left".

    Args:
        tokens: The sentence.
        chunks: Its chunks.
        kinds: Their letters.
        subject: The chunk of the cue's subject.
        start: The chunk the reported words start with.
        pauses: Chunks of quotations that end in a comma.

    Returns:
        The chunk that the reported words end before, or null.
    """
    relative = kinds[subject] == "R" and kinds[subject - 1 : subject] == ","
    # "For someone who says it was late, Ms Hale has done well"
    leading = kinds[subject] == "R" and kinds[:subject].lstrip("A") == "PN"
    if not relative and not leading and not _is_subordinate(tokens, chunks, kinds, subject):
        return None
    for number in range(start, len(kinds) - 1):
        pause = number in pauses
        if not pause and kinds[number] != ",":
            continue
        rest = kinds[number + 1 :]
        if relative and re.match("[AT]*V", rest) and kinds[number - 1] != "C":
            return number + pause
        if not relative and MAIN_CLAUSE.match(rest) and _has_verb(kinds[start : number + pause]):
            return number + pause
    return None


def _has_verb(kinds: str) -> bool:
    return "V" in kinds or "Q" in kinds


def _is_subordinate(tokens: list[Token], chunks: list[Chunk], kinds: str, subject: int) -> bool:
    before = subject - 1
    if before < 0 or kinds[before] != "S":
        return False
    if tokens[chunks[before].first].low not in SUBORDINATING:
        return False
    return not kinds[:before].strip("A") or kinds[before - 1] in ",;BC"


def _before_aside(
    tokens: list[Token],
    chunks: list[Chunk],
    kinds: str,
    start: int,
    end: int,
    pauses: frozenset[int],
) -> int:
    """Cut the reporter's own words at the end: ", diverging from …", "in a statement"."""
    for number in range(start + 1, end - 1):
        pause = number in pauses
        if kinds[number] not in ",-" and not pause:
            continue
        if _has_verb(kinds[start : number + pause]) and _is_comment(
            tokens, chunks, kinds, number + 1
        ):
            end = number + pause
            break
    for number in range(start + 1, end - 1):
        if (
            kinds[number - 1] not in "GI"  # "accused him of sitting on the report"
            and OCCASION.fullmatch(kinds, number, end)
            and tokens[chunks[number + 1].last - 1].low in OCCASIONS
            and tokens[chunks[number].first].low in ("in", "on", "during")
        ):
            return number
    return end


def _is_comment(tokens: list[Token], chunks: list[Chunk], kinds: str, number: int) -> bool:
    """Whether what follows a comma is the reporter's: "adding to …", "a claim he denies"."""
    if kinds[number] == "G":
        return kinds[number - 1] != "-" and kinds[number + 1 : number + 2] not in (
            "C",
            ",",
            ".",
            "",
        )
    if kinds[number] != "N":
        return False
    piece = chunks[number]
    head = tokens[piece.last - 1].low
    return tokens[piece.first].low in ("a", "an") and (head in cue_nouns() or head in COMMENTS)
