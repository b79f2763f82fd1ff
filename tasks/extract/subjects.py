"""Find who speaks: the noun group that a cue belongs to."""

from __future__ import annotations

import re

from tasks.extract.cue import Cue
from tasks.extract.cue_forms import document_nouns, speaking_nouns
from tasks.extract.cue_nouns import OWNED_WORDS
from tasks.extract.subject_patterns import (
    PARENTHESISED,
    SUBJECT,
    WINDOW,
    office_end,
    owner,
    subject_left,
    subject_right,
    to_tokens,
)
from tasks.extract.tokens import Chunk, Token

APPOSED = re.compile(r"N,[^,VWQ]*P$")  # "Reid, the first to lead the Agency (SA), said"
PARTED = re.compile(r"[AT]*(?P<head>N)(?:PN)*,")  # "The security firm Vantro, has said"
AGAIN = re.compile(r"[VW](?:T|PN)?,")
JOINED = re.compile(r",[CB]A*N(?:P[NT])*A*(?P<verb>[VW])[^VWCB;]*,$")
RELATIVE_DEED = re.compile(r"(?P<relative>R)[AT]*V[ATNI]*P$")
# Who is told what somebody said there: "a jury was told he lied".
HEARING = frozenset(
    ["court", "jury", "jurors", "inquest", "inquiry", "tribunal", "hearing", "magistrates"]
)
NEVER_INVERTED = frozenset(
    ["tell", "inform", "remind", "assure", "reassure", "notify", "call", "describe"]
)


def find_subject(
    tokens: list[Token],
    chunks: list[Chunk],
    kinds: str,
    cue: Cue,
    earlier: list[tuple[Cue, tuple[int, int]]],
    pauses: frozenset[int] = frozenset(),
) -> tuple[int, int] | None:
    """Find the source of a cue as token numbers (first, just past the last).

    Args:
        tokens: The sentence.
        chunks: Its chunks.
        kinds: Their letters, as `heads_of` writes them.
        cue: The cue.
        earlier: Cues before it in the sentence with their sources.
        pauses: Offsets of the quotations that end in a comma.
    """
    number = cue.chunk_no
    if cue.mood == "noun":
        return owner(tokens, chunks[number])
    if cue.lemma in OWNED_WORDS and cue.mood == "according":
        return owner(tokens, chunks[number + 1])
    if cue.mood == "according":
        return _after_according(tokens, chunks, cue)
    if cue.mood in ("passive", "participle"):
        if cue.is_thought:
            return None
        return _agent(tokens, chunks, kinds, cue)
    if cue.mood in ("ing", "infinitive"):
        return _of_nonfinite(tokens, chunks, kinds, cue, earlier)
    if cue.is_thought:
        found = subject_left(kinds, number)
        return to_tokens(tokens, chunks, found) if found else None
    return _of_finite(tokens, chunks, kinds, cue, earlier, pauses)


def _of_finite(
    tokens: list[Token],
    chunks: list[Chunk],
    kinds: str,
    cue: Cue,
    earlier: list[tuple[Cue, tuple[int, int]]],
    pauses: frozenset[int],
) -> tuple[int, int] | None:
    number = cue.chunk_no
    left = kinds[:number].rstrip("ATVW")
    quoted = left.rstrip(",-").endswith("Q") and not _is_inside(tokens, chunks, left, pauses)
    parenthesised = PARENTHESISED.search(left)
    at = parenthesised.start() if parenthesised is not None else -1
    if at >= 0 and not (left.endswith(",") and APPOSED.search(left[:at])):
        if left[max(at - 2, 0) : at] == "NP":
            head = tokens[chunks[at - 2].last - 1]  # a spokesman for the League (RWL) said
            if not head.is_capital and head.low in speaking_nouns():
                return chunks[at - 2].first, chunks[at].last
        return to_tokens(tokens, chunks, (at, at + 1))
    inverted = subject_right(kinds, number) if _may_invert(cue, quoted) else None
    if inverted is not None and quoted and not _opens_clause(tokens, chunks, kinds, inverted):
        return to_tokens(tokens, chunks, inverted)
    found = subject_left(kinds, number)
    if found is not None:
        first = found[0] - 2  # "a letter from his doctor that says": the letter does
        if kinds[number - 1] == "S" and kinds[max(first, 0) : found[0]] == "NP":
            document = tokens[chunks[first].last - 1].low in document_nouns()
            found = (first, first + 1) if document else found
        return to_tokens(tokens, chunks, found)
    if inverted is not None and (not left or left[-1] in ",.-:") and _ends_clause(kinds, inverted):
        return to_tokens(tokens, chunks, inverted)
    parted = PARTED.fullmatch(left)
    if parted is not None:
        return to_tokens(tokens, chunks, parted.span("head"))
    if left and left[-1] in "CB,-":
        return _shared(tokens, chunks, kinds, number, earlier)
    return None


def _is_inside(tokens: list[Token], chunks: list[Chunk], left: str, pauses: frozenset[int]) -> bool:
    """Whether marks before a verb hold its adverb: the board “never once” asked the players."""
    if not left.endswith("NQ"):
        return False
    return tokens[chunks[len(left) - 1].first].start not in pauses


def _may_invert(cue: Cue, quoted: bool) -> bool:
    """Whether a subject may follow the cue: never "told Ms Reid", nor "mocked Ms Reid"."""
    if "_" in cue.lemma or cue.lemma in NEVER_INVERTED:
        return False
    return quoted or cue.complement == "bare"


def _opens_clause(
    tokens: list[Token], chunks: list[Chunk], kinds: str, inverted: tuple[int, int]
) -> bool:
    """Whether what follows a cue is the subject of what it reports: "…” said he was late"."""
    pronoun = tokens[chunks[inverted[0]].first].low in ("he", "she", "they", "it", "there")
    return pronoun and kinds[inverted[1] : inverted[1] + 1] in ("V", "W")


def _ends_clause(kinds: str, inverted: tuple[int, int]) -> bool:
    rest = kinds[inverted[1] :].lstrip("PNTA")
    return not rest.startswith(("V", "W"))


def _shared(
    tokens: list[Token],
    chunks: list[Chunk],
    kinds: str,
    number: int,
    earlier: list[tuple[Cue, tuple[int, int]]],
    *,
    nearest: bool = False,
) -> tuple[int, int] | None:
    """Find the subject that a coordinated or participial cue shares with an earlier verb."""
    if earlier and kinds[:number].endswith("C") and kinds[earlier[-1][0].chunk_no] == kinds[number]:
        return earlier[-1][1]
    spoken = [
        subject
        for cue, subject in earlier
        if cue.mood in ("finite", "passive")
        and cue.chunk_no < number
        and not cue.is_thought
        and not (kinds[number] == "G" and _is_in_relative(chunks, kinds, subject))
    ]
    if spoken and not nearest:
        if kinds[number] != "G":
            return spoken[-1]
        other = _other_clause(tokens, chunks, kinds, number, earlier)
        return other or spoken[0]
    contrasted = kinds[:number].rstrip("ATVW").endswith("B")
    verbs = range(number) if contrasted else range(number - 1, -1, -1)
    if kinds[:number].endswith("-C") and (dash := kinds.rfind("-", 0, number - 2)) > 0:
        verbs = range(dash - 1, -1, -1)  # "… — something that hurt him — and said"
    for verb in verbs:
        if kinds[verb] not in "VW" or (verb and kinds[verb - 1] == "R"):
            continue
        found = subject_left(kinds, verb)
        if found is not None:
            return to_tokens(tokens, chunks, found)
    return None


def _other_clause(
    tokens: list[Token],
    chunks: list[Chunk],
    kinds: str,
    number: int,
    earlier: list[tuple[Cue, tuple[int, int]]],
) -> tuple[int, int] | None:
    """Find the subject of a clause between the last cue and a participle.

    "He called her a gem, and her rival sent flowers, gushing that …"; "the wall was weak, the
    driver recalled, adding that …".
    """
    cue, subject = earlier[-1]
    if cue.mood == "finite" and not cue.is_thought and AGAIN.fullmatch(kinds, cue.chunk_no, number):
        return subject
    start = cue.chunk_no
    joined = JOINED.search(kinds, start, number)
    if joined is None:
        return None
    found = subject_left(kinds, joined.end("verb") - 1)
    return to_tokens(tokens, chunks, found) if found is not None and found[0] > start else None


def _is_in_relative(chunks: list[Chunk], kinds: str, subject: tuple[int, int]) -> bool:
    """Whether a subject begins a clause about the noun before: "videos he calls a show"."""
    at = next(n for n, piece in enumerate(chunks) if piece.last > subject[0])
    return kinds[at - 1 : at + 1] == "NN"


def _of_nonfinite(
    tokens: list[Token],
    chunks: list[Chunk],
    kinds: str,
    cue: Cue,
    earlier: list[tuple[Cue, tuple[int, int]]],
) -> tuple[int, int] | None:
    number = cue.chunk_no
    if cue.mood == "ing":
        left = kinds[:number].rstrip("AT")
        at = len(left) - 1
        if left.endswith("N") and tokens[chunks[at].last - 1].low not in document_nouns():
            before = chunks[at - 1] if at else None
            with_group = before is not None and tokens[before.first].low == "with"
            if with_group and at > 2 and kinds[at - 3 : at - 1] in ("NG", "NE"):
                return to_tokens(
                    tokens, chunks, (at - 3, at - 2)
                )  # "an aide travelling with him saying"
            if with_group or at == 0 or kinds[at - 1] in "SCB,-":
                return to_tokens(tokens, chunks, (at, at + 1))
            # "a spokesman for the group saying": the head of the whole group.
            if kinds[at - 1] == "P" and at > 1:
                head = SUBJECT.search(left[max(0, at - WINDOW) :])
                if head is not None:
                    shift = max(0, at - WINDOW)
                    span = (head.start("head") + shift, head.end("head") + shift)
                    return to_tokens(tokens, chunks, span)
        if left.endswith("NP") and tokens[chunks[at].first].low == "for":
            return to_tokens(tokens, chunks, (at - 1, at))
    if cue.mood == "ing" and (whose := RELATIVE_DEED.search(kinds[:number])) is not None:
        at = whose.start("relative")  # "a barista who was sacked for telling"
        return to_tokens(tokens, chunks, (at, at + 1))
    crowd = cue.lemma in ("chant", "sing", "shout", "yell", "scream", "cheer", "heckle")
    shared = _shared(tokens, chunks, kinds, number, earlier, nearest=crowd)
    if shared is not None:
        return shared
    # "Outlining the plan, she insisted": the subject comes later.
    for verb in range(number + 1, len(kinds)):
        if kinds[verb] in "VW":
            found = subject_left(kinds, verb)
            if found is not None and found[0] > number and kinds[found[0]] == "N":
                return to_tokens(tokens, chunks, found)
    return None


def _agent(
    tokens: list[Token], chunks: list[Chunk], kinds: str, cue: Cue
) -> tuple[int, int] | None:
    """Find who speaks in a passive: the subject that is quoted, or the agent after "by"."""
    if cue.lemma == "tell":
        heard = subject_left(kinds, cue.chunk_no)
        if heard is not None and tokens[chunks[heard[1] - 1].last - 1].low in HEARING:
            return to_tokens(tokens, chunks, heard)
    if cue.lemma in ("quote", "cite", "hear", "report"):
        found = subject_left(kinds, cue.chunk_no)
        if found is not None and tokens[chunks[found[0]].first].low != "it":
            return to_tokens(tokens, chunks, found)
    for number in range(cue.chunk_no + 1, min(cue.chunk_no + 7, len(chunks) - 1)):
        if kinds[number] in ",;:":
            break
        if tokens[chunks[number].first].low == "by" and kinds[number + 1] == "N":
            return to_tokens(tokens, chunks, (number + 1, number + 2))
    return None


def _after_according(tokens: list[Token], chunks: list[Chunk], cue: Cue) -> tuple[int, int] | None:
    for number in range(cue.chunk_no, len(chunks)):
        chunk = chunks[number]
        if chunk.last <= cue.last:
            continue
        if chunk.kind == "N":
            last = number + 1
            while (
                last + 1 < len(chunks)
                and chunks[last].kind == "P"
                and tokens[chunks[last].first].low
                in ("of", "for", "at", "by", "from", "in", "with")
                and chunks[last + 1].kind == "N"
            ):
                last += 2
            last = office_end(tokens, chunks, number, last)
            return max(chunk.first, cue.last), chunks[last - 1].last
        if chunk.kind not in "PAGEw":
            return None
    return None
