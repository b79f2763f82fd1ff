"""Find what a cue reports: where the reported clause starts and ends."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.extract.cues import Cue
from tasks.extract.tokens import Chunk, Token

# Verbs that name whom they address before they say what: "told reporters that …".
ADDRESSING = frozenset(
    [
        "tell",
        "ask",
        "inform",
        "advise",
        "remind",
        "assure",
        "reassure",
        "notify",
        "warn",
        "caution",
        "promise",
        "text",
        "email",
        "message",
        "brief",
        "show",
        "challenge",
        "quote",
        "urge",
        "encourage",
        "beg",
        "press",
        "order",
        "implore",
        "exhort",
        "call_on",
        "appeal",
    ]
)
# Verbs that always do.
ALWAYS_ADDRESSING = frozenset(["tell", "inform", "remind", "assure", "reassure", "notify"])
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
MOST_GROUPS = 2  # prepositional groups between a finite cue and the words it reports
WH = frozenset(["whether", "if", "how", "why", "what", "who", "where", "when", "which", "whom"])


@dataclass(frozen=True, slots=True)
class Opening:
    """What stands between a cue and the words it reports."""

    chunk_no: int
    """The chunk the reported words start with."""

    word: str | None
    """"that", "whether" … if one introduces them; it is no part of them, but for question words."""

    addressee: tuple[int, int] | None
    """Chunks of the person addressed."""

    has_colon: bool
    """Whether a colon or comma leads to them."""


def open_content(tokens: list[Token], chunks: list[Chunk], kinds: str, cue: Cue) -> Opening:
    """Read on from a cue to where the reported words start."""
    number = after(chunks, cue)
    addressee: tuple[int, int] | None = None
    total = len(chunks)
    lemma = cue.lemma
    if number < total and kinds[number] == "N" and lemma in ADDRESSING:
        end = _group_end(tokens, chunks, kinds, number)
        follows = kinds[end] if end < total else ""
        if lemma in ALWAYS_ADDRESSING or follows in "SQ:,I" or (follows == "N" and end < total):
            addressee = (number, end)
            number = end
    colon = False
    start = number
    groups = MOST_GROUPS if cue.mood in ("finite", "passive") else 0
    while number < total:
        kind = kinds[number]
        low = tokens[chunks[number].first].low
        if kind in "TA" and low not in ("not", "never"):
            number += 1
        elif kind == "E" and number > start and kinds[number + 1 : number + 3] == "PN":
            number += 3
        elif kind == ":" or (kind == "," and _only_aside(kinds, number)):
            colon = True
            number += 1
            if kind == ":":
                start = number
        elif kind == "P" and number + 1 < total and kinds[number + 1] in "NTQ":
            end = _group_end(tokens, chunks, kinds, number + 1)
            if low == "to" and addressee is None:
                addressee = (number + 1, end)
            following = kinds[end : end + 1]
            groups -= 1
            if groups < 0 and following != ":":
                break
            leads = following in ("S", ":", "Q") or (
                following == "," and kinds[end + 1 : end + 2] in ("S", "Q")
            )
            if leads or (following in ("N", "T") and end < total) or (following == ","):
                number = end
            else:
                break
        else:
            break
    if number < total and kinds[number] == "S" and tokens[chunks[number].first].low == "that":
        return Opening(number + 1, "that", addressee, colon)
    if number < total and tokens[chunks[number].first].low in WH:
        return Opening(number, tokens[chunks[number].first].low, addressee, colon)
    if number < total and kinds[number] == "C" and kinds[number + 1 : number + 2] == "S":
        return Opening(number + 2, "that", addressee, colon)
    if number >= total or kinds[number] == ".":
        number = start
    return Opening(number, None, addressee, colon)


def after(chunks: list[Chunk], cue: Cue) -> int:
    """Give the number of the first chunk after a cue."""
    number = cue.chunk_no
    while number < len(chunks) and chunks[number].last <= cue.last:
        number += 1
    return number


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
    for first, _, cue in frames:
        if first <= start:
            continue
        while first - 1 > start and kinds[first - 1] in "AT":
            first -= 1
        before = "," if first - 1 in pauses else kinds[first - 1] if first else ""
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
        if (
            (kinds[number] == "," or pause)
            and kinds[number + 1] == "G"
            and "V" in kinds[start:number]
        ):
            end = number + pause
            break
    tail = kinds[start:end]
    if tail.endswith(("PN", "PN.")):
        at = end - 2 if tail.endswith("PN") else end - 3
        head = tokens[chunks[at + 1].last - 1].low
        if (
            head in OCCASIONS
            and tokens[chunks[at].first].low in ("in", "on", "during")
            and at > start
        ):
            end = at
    return end


def _only_aside(kinds: str, number: int) -> bool:
    """Whether a comma after the cue leads on to the reported words."""
    return kinds[number + 1 : number + 2] in ("Q", "S", "P", "T", "A", "N")


def _group_end(tokens: list[Token], chunks: list[Chunk], kinds: str, number: int) -> int:
    """Give the chunk past a noun group with its "of", "for" and "at" groups."""
    end = number + 1
    while (
        kinds[end : end + 2] in ("PN", "CN")
        and tokens[chunks[end].first].low in ("of", "for", "at", "in", "from", "with", "and", "on")
        and kinds[end + 2 : end + 3] != "V"
    ):
        end += 2
    return end
