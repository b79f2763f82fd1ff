"""The noun group that a verb belongs to, by patterns over chunk letters."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.extract.cue_forms import cue_forms, document_nouns, speaking_nouns
from tasks.extract.tokens import Chunk, Token

# Verbs besides the bare reporting ones after which a clause may follow without "that".
CLAUSE_TAKING = frozenset(
    ["believe", "think", "hope", "feel", "know", "expect", "fear", "understand"]
)
# Bodies whose names may join what they are in charge of by "and".
OFFICES = frozenset(
    [
        "department", "ministry", "office", "institute", "authority", "agency", "centre", "center",
        "council", "board", "commission", "committee", "bureau", "association", "federation",
        "union", "society", "school", "college", "faculty", "academy", "administration",
        "directorate", "secretariat", "museum", "chamber", "alliance", "coalition", "guild",
        "foundation", "trust", "organisation", "organization", "agency", "confederation", "forum",
        "league", "network", "service", "campaign", "court",
    ]
)  # fmt: skip
NOMINATIVE = frozenset(["he", "she", "they", "we"])
WINDOW = 40  # chunks to the left of a cue that are looked at

# What may follow the head of a subject: prepositional groups and times, one reduced or relative
# clause, and commas or dashes around apposition that holds no finite verb of its own.
_TAIL = (
    r"(?:P+[NTQ]|T|A|\([^()]*\))*(?:(?:[EGI]|R[NTA]*[VW]|,R[NTA]*V|S[VW])[ANPTIGEQC]*"
    r"(?:S[AT]*N[PNTA]*V[ANPT]*)?)?"
)
_ASIDE = r"(?:(?:[,-](?:[^VWQ,;:-]*(?:[RS][^Q,;:-]*)?))+[,-])?"
_HEAD = r"(?P<head>N(?:(?:,N)*,?CN)?)"
SUBJECT = re.compile(rf"(?<![PGIVE]){_HEAD}{_TAIL}{_ASIDE}[AT]*(?:V(?:P[NT]|[AT])+)?$")
RELATIVE = re.compile(r"(?P<relative>R)(?:,[^,VW]*,|-[^-VW]*-)?(?:[ATVW]|P[NT])*$")
THAT = re.compile(r"NT*S$")
OBJECT = re.compile(r"(?P<head>N)[AT]*$")
PARENTHESISED = re.compile(r"N\(N\),?$")  # Carla Whitmire (R-Idaho), said
JOINED = re.compile(r"(?:,N)*,?CN(?![VW])")
INVERTED = re.compile(r"[ATEG]*(?P<head>N(?:CN)?)")


def kinds_of(chunks: list[Chunk]) -> str:
    """Write a sentence's chunks as a string of letters."""
    return "".join(chunk.kind for chunk in chunks)


def heads_of(tokens: list[Token], chunks: list[Chunk]) -> str:
    """Write the letters with W for verbs that take a clause: a noun group after one is a subject.

    "He said Russia supported it": Russia is no object of "said". An "and" before "he" joins
    clauses, not nouns, and is written B.
    """
    taking = _clause_taking_forms()
    letters: list[str] = []
    for number, piece in enumerate(chunks):
        letter = piece.kind
        following = chunks[number + 1] if letter == "C" and number + 1 < len(chunks) else None
        if following is not None and tokens[following.first].low in NOMINATIVE:
            letter = "B"
        if letter == "V" and tokens[piece.last - 1].low in taking:
            letter = "W"
        letters.append(letter)
    return "".join(letters)


@lru_cache(maxsize=1)
def _clause_taking_forms() -> frozenset[str]:
    return frozenset(
        form
        for form, readings in cue_forms().items()
        if any(r.lemma in CLAUSE_TAKING or r.complement == "bare" for r in readings)
    )


def subject_left(kinds: str, number: int) -> tuple[int, int] | None:
    """Find the subject to the left of a verb.

    Args:
        kinds: Letters of the sentence's chunks, as `heads_of` writes them.
        number: The chunk of the verb.

    Returns:
        First chunk and chunk just past the last, or null.
    """
    start = max(number - WINDOW, 0)
    start = max(start, kinds.rfind(";", start, number) + 1, kinds.rfind(":", start, number) + 1)
    left = kinds[start:number]
    while left and left[-1] in "VW":
        left = left[:-1]
    that = THAT.search(left)
    if that is not None:  # "a letter that says", "a letter on Friday that says"
        return start + that.start(), start + that.start() + 1
    m = RELATIVE.search(left)
    if m is None:
        m = SUBJECT.search(left)
        if m is None:
            return None
        return start + m.start("head"), start + m.end("head")
    return start + m.start("relative"), start + m.end("relative")


def subject_right(kinds: str, number: int) -> tuple[int, int] | None:
    """Find the subject to the right of an inverted verb: `…,” said Ms Reid`."""
    m = INVERTED.match(kinds, number + 1)
    return None if m is None else (m.start("head"), m.end("head"))


def owner(tokens: list[Token], chunk: Chunk) -> tuple[int, int] | None:
    """Find the possessor in a noun group, as token numbers: "Mr Lavrov" in "Mr Lavrov’s claim"."""
    if tokens[chunk.first].low in ("his", "her", "their", "its", "my", "our"):
        return chunk.first, chunk.first + 1
    for number in range(chunk.first, chunk.last):
        if tokens[number].is_possessive:
            return chunk.first, number + 1
    return None


def _is_name(head: Token) -> bool:
    return head.is_capital and head.low not in speaking_nouns()


def _linking(head: Token) -> tuple[str, ...]:
    """Give the prepositions that keep a group with its head: a source close *to* the player."""
    if head.low == "close":
        return ("to",)
    if head.low in document_nouns():  # a tweet by Ms Reid
        return ("of", "for", "at", "from", "with", "in", "by")
    return ("of", "for", "at", "from", "with", "in")


def _office_start(tokens: list[Token], chunks: list[Chunk], head: int) -> int:
    """Find where a body's name starts that "and" joins: the Department of Health and Social Care.

    Returns:
        The chunk of the department, or the head as it was.
    """
    at = head
    while at > 1 and tokens[chunks[at].first].is_capital and chunks[at - 1].kind in ",C":
        at -= 2
        if chunks[at].kind != "N" or not tokens[chunks[at].first].is_capital:
            return head
    if at == head and (chunks[head].last - chunks[head].first < 3 or not at):
        return head
    before = chunks[at - 1] if at > 1 else None
    if before is None or tokens[before.first].low not in ("of", "for"):
        return head
    body = tokens[chunks[at - 2].last - 1]
    return at - 2 if body.is_capital and body.low in OFFICES else head


def office_end(tokens: list[Token], chunks: list[Chunk], first: int, last: int) -> int:
    """Find where a body's name ends that "and" joins: said the Department of Health and Care."""
    if last - first < 3:
        return last
    body = tokens[chunks[first].last - 1]
    if not body.is_capital or body.low not in OFFICES:
        return last
    joined = JOINED.match(kinds_of(chunks[last:]))
    if joined is None:
        return last
    names = [piece for piece in chunks[last : last + joined.end()] if piece.kind == "N"]
    return last + joined.end() if all(tokens[n.first].is_capital for n in names) else last


def to_tokens(tokens: list[Token], chunks: list[Chunk], found: tuple[int, int]) -> tuple[int, int]:
    """Turn chunk numbers into token numbers, with the "of" and "for" groups after the head."""
    first, last = found
    first = _office_start(tokens, chunks, first)
    while (
        last + 1 < len(chunks)
        and chunks[last].kind == "P"
        and tokens[chunks[last].first].low in _linking(tokens[chunks[last - 1].last - 1])
        and chunks[last + 1].kind == "N"
        and not _is_name(tokens[chunks[last - 1].last - 1])
    ):
        last += 2
    last = office_end(tokens, chunks, first, last)
    return chunks[first].first, chunks[last - 1].last
