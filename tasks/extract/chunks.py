"""Chunks of a sentence: a letter for each group of words, so that rules are short patterns.

    N noun group      V finite verb       G -ing form     E past participle    I "to" and a verb
    P preposition     S subordinator      R relative      C and, or            B but, yet, nor
    T time            A adverb            Q quotation     , : ; - ( )          X anything else

The reading is shallow on purpose: it knows closed classes and some common verbs, and takes what is
left for noun groups.
"""

from __future__ import annotations

from tasks.extract.noun_groups import is_said_by_brand, noun_group
from tasks.extract.open_words import open_class, reports_clause
from tasks.extract.tokens import Chunk, Token, auxiliaries
from tasks.extract.verb_forms import finite_verbs
from tasks.extract.word_kinds import (
    SIGNS,
    before_capital,
    describes_speaker,
    infinitive_end,
    is_adjective,
    is_base_verb,
    is_inside,
    is_number,
    is_sentence_verb,
    may_be_closed,
    word_kinds,
)

DAY_PARTS = frozenset(["morning", "afternoon", "evening", "night"])  # after "Tuesday"
# Prepositions that only make a number approximate: "about four in 10 voters say".
APPROXIMATE = frozenset(["about", "around", "over", "under"])
# Prepositions that belong to the verb before where no noun follows: "sat down and said".
STRANDED = frozenset(["down", "up", "out", "off", "away", "back", "in", "on", "over", "around"])
# Words whose kind depends on their neighbours.
SHIFTING = (
    APPROXIMATE
    | DAY_PARTS
    | STRANDED
    | {"may", "sat", "late", "early", "having", "being", "since", "once"}
)


def chunk(tokens: list[Token]) -> list[Chunk]:
    """Group the tokens of a sentence."""
    kinds = word_kinds()
    verbs = finite_verbs()
    chunks: list[Chunk] = []
    total = len(tokens)
    i = 0
    while i < total:
        token = tokens[i]
        low = token.low
        kind = SIGNS.get(token.word) or kinds.get(low, "w")
        if (
            token.is_capital
            and kind != "w"
            and (
                (low in ("will", "may", "mark") and before_capital(tokens, i))
                or (is_inside(tokens, i) and not may_be_closed(token, kinds))
            )
        ):
            kind = "w"
        previous = chunks[-1].kind if chunks else ""
        if kind == "w" and (not token.is_capital or (i == 0 and is_sentence_verb(tokens, low))):
            kind = open_class(tokens, i, low, previous, chunks, verbs)
        if (
            kind == "E"
            and previous in ("", ",", "C", "V", "S", "Q")
            and is_adjective(tokens, i, kinds)
        ):
            kind = "w"
        if kind == "V" and previous == "Q" and describes_speaker(tokens, i):
            kind = "w"
        if kind == "w" and previous == "N" and is_said_by_brand(tokens, i, kinds):
            kind = "V"
        if low in SHIFTING:
            kind = _shifted(tokens, i, kind, previous)
        if low == "up" and i + 2 < total and tokens[i + 1].low == "to" and is_number(tokens[i + 2]):
            chunks.append(Chunk("A", i, i + 2))  # "up to half of them"
            i += 2
            continue
        if kind in "DOwN":
            i = noun_group(tokens, i, kind, kinds, verbs, chunks)
            continue
        if kind == "I":
            if i + 1 < total and is_base_verb(tokens, i + 1, kinds):
                end = infinitive_end(tokens, i + 2, verbs)
                chunks.append(Chunk("I", i, end))
                i = end
                continue
            quoted = i + 1 < total and tokens[i + 1].is_quotation
            kind = "I" if quoted else "P"
        if kind == "V" and previous == "V" and tokens[i - 1].low in auxiliaries():
            chunks[-1] = Chunk("V", chunks[-1].first, i + 1)
        else:
            chunks.append(Chunk(kind, i, i + 1))
        i += 1
    return chunks


def _shifted(tokens: list[Token], i: int, kind: str, previous: str) -> str:
    """Give the kind of a word that its neighbours change: "late Tuesday", "about four in 10"."""
    token = tokens[i]
    low = token.low
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if low in STRANDED and previous == "V" and following is not None and following.low == "and":
        return "A"
    if low in APPROXIMATE:
        return "A" if following is not None and is_number(following) else kind
    if low in ("may", "sat"):
        return "V" if kind == "T" and not token.is_capital else kind
    if low in DAY_PARTS:
        return "T" if previous == "T" else kind
    if low in ("late", "early"):
        is_time = following is not None and word_kinds().get(following.low) == "T"
        return "T" if is_time else kind
    if low in STRANDED:
        return kind
    if low == "once":
        spoken = following is not None and following.low in finite_verbs()
        return "A" if previous in ("N", "R") and spoken else kind
    if low == "since":
        return "A" if previous == "V" else kind
    opens = previous in ("P", "S") or (previous == "V" and reports_clause(tokens[i - 1]))
    return "G" if opens else kind
