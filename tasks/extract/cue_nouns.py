"""Find cues that hold a noun: "his claim that", "made the claim that", "in the words of"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from tasks.extract.cue import Cue, Mood
from tasks.extract.cue_forms import (
    CUES,
    Complement,
    Tense,
    cue_forms,
    cue_nouns,
    irregular_verbs,
    tenses,
)
from tasks.extract.tokens import Chunk, Token
from tasks.lexicon.files import read_words

FARTHEST = 8  # tokens from "his call for" to the words in marks
VIEWS = frozenset(["view", "opinion"])
OWN = frozenset(["admission", "account", "reckoning", "estimate", "estimation", "description"])
OWNED_WORDS = frozenset(["words", "own words", "own", "in_view"])
"""Lemmas of cues that hold their source: "in her words"."""
INSISTING = frozenset(["adamant", "insistent"])
STAYING = frozenset(
    ["is", "are", "was", "were", "be", "been", "am", "remain", "remains", "remained", "seemed"]
)


def noun_cue(tokens: list[Token], chunks: list[Chunk], number: int) -> Cue | None:
    """Find "his claim that …", "his claim is that …", "the statement that …"."""
    chunk = chunks[number]
    head = tokens[chunk.last - 1].low
    cue_class = cue_nouns().get(head)
    if cue_class is None or chunk.last >= len(tokens):
        return None
    if number and tokens[chunks[number - 1].first].low == "in":
        return None
    following = tokens[chunk.last]
    if following.is_quotation and _is_reported(tokens, chunks, number):
        return None
    wanting = following.low in ("to", "for", "of") and any(
        token.is_quotation for token in tokens[chunk.last : chunk.last + FARTHEST]
    )
    equated = (
        following.low in ("is", "was")
        and chunk.last + 1 < len(tokens)
        and tokens[chunk.last + 1].low == "that"
    )
    claims = following.low == "that" or _that_after_group(tokens, chunks, number)
    if not (claims or following.is_quotation or wanting or equated):
        return None
    owner = any(tokens[i].is_possessive for i in range(chunk.first, chunk.last)) or tokens[
        chunk.first
    ].low in ("his", "her", "their", "its", "my", "our")
    if not owner:
        return None
    complement: Complement = "marks" if wanting else "that"
    return Cue(number, chunk.last - 1, chunk.last, head, "noun", complement, cue_class)


def _is_reported(tokens: list[Token], chunks: list[Chunk], number: int) -> bool:
    """Whether a noun group is the subject of what is said: "she said his claim “is absurd”"."""
    before = chunks[number - 1] if number else None
    if before is None or before.kind not in "VGIS":
        return False
    readings = cue_forms().get(tokens[before.last - 1].low, ())
    return tokens[before.first].low == "that" or any(r.complement == "bare" for r in readings)


def _that_after_group(tokens: list[Token], chunks: list[Chunk], number: int) -> bool:
    """Whether a group or a time stands before the clause: "her claim in court that …"."""
    kinds = "".join(piece.kind for piece in chunks[number + 1 : number + 4])
    at = number + (2 if kinds.startswith("TS") else 3 if kinds.startswith(("PNS", "PTS")) else 0)
    return at > number and tokens[chunks[at].first].low == "that"


def light_cue(tokens: list[Token], chunks: list[Chunk], number: int) -> Cue | None:
    """Find a verb that reports by its object: "expressed concern that", "issued a warning that"."""
    chunk = chunks[number]
    lemma = _light_verbs().get(tokens[chunk.last - 1].low)
    if lemma is None or chunk.kind not in "VGI" or number + 1 >= len(chunks):
        return None
    thing = chunks[number + 1]
    head = tokens[thing.last - 1].low
    if thing.kind != "N" or thing.last >= len(tokens) or tokens[thing.last].low != "that":
        return None
    if head not in cue_nouns() and head not in read_words(CUES, "noun feelings"):
        return None
    if any(tokens[i].is_possessive for i in range(thing.first, thing.last)):
        return None
    mood: Mood = "finite" if chunk.kind == "V" else "ing" if chunk.kind == "G" else "infinitive"
    cue_class = cue_nouns().get(head, "neutral")
    return Cue(number, chunk.last - 1, thing.last, lemma, mood, "that", cue_class)


def words_cue(tokens: list[Token], chunks: list[Chunk], number: int) -> Cue | None:
    """Find "in the words of Ms Reid", "in her words", "in her view", "by her own admission"."""
    chunk = chunks[number]
    if number + 1 >= len(chunks) or chunks[number + 1].kind != "N":
        return None
    low, words = tokens[chunk.first].low, chunks[number + 1]
    head = tokens[words.last - 1].low
    following = tokens[words.last].low if words.last < len(tokens) else ""
    viewed = (
        head in VIEWS
        and following in (",", "of")
        and (number == 0 or chunks[number - 1].kind in ",-BC")
    )
    if low == "in" and (head in ("words", "phrase") or viewed):
        lemma = "in_view" if viewed else "words"
        if following == "of" and tokens[words.first].low == "the":
            last = words.last + 1
            return Cue(number, chunk.first, last, f"{lemma} of", "according", "bare", "neutral")
        if not _has_owner(tokens, words) or tokens[words.first].low in ("my", "our"):
            return None
        return Cue(number, words.last - 1, words.last, lemma, "according", "bare", "neutral")
    own = any(tokens[i].low == "own" for i in range(words.first, words.last))
    if low == "by" and own and head in OWN and _has_owner(tokens, words):
        return Cue(number, words.last - 1, words.last, "own", "according", "bare", "neutral")
    return None


def adamant_cue(tokens: list[Token], chunks: list[Chunk], number: int) -> Cue | None:
    """Find "is adamant that": what somebody keeps saying, told as how they are."""
    chunk = chunks[number]
    if tokens[chunk.last - 1].low not in STAYING:
        return None
    at = number + (2 if chunks[number + 1 : number + 2] and chunks[number + 1].kind == "A" else 1)
    if at >= len(chunks) or tokens[chunks[at].last - 1].low not in INSISTING:
        return None
    last = chunks[at].last
    return Cue(number, last - 1, last, "adamant", "finite", "bare", "strong")


def quoting_cue(tokens: list[Token], chunks: list[Chunk], number: int) -> Cue | None:
    """Find "to quote Ms Reid," before words in marks, where the reporter quotes."""
    chunk = chunks[number]
    ahead = "".join(piece.kind for piece in chunks[number + 1 : number + 4])
    if tokens[chunk.last - 1].low != "quote" or not ahead.startswith(("N,Q", "NQ", "N:Q")):
        return None
    if number and chunks[number - 1].kind not in ",C-B":
        return None
    return Cue(number, chunk.first, chunk.last, "words of", "according", "bare", "neutral")


def _has_owner(tokens: list[Token], chunk: Chunk) -> bool:
    if tokens[chunk.first].low in ("his", "her", "their", "its", "my", "our"):
        return True
    return any(tokens[i].is_possessive for i in range(chunk.first, chunk.last))


@lru_cache(maxsize=1)
def _light_verbs() -> Mapping[str, str]:
    irregular = irregular_verbs()
    forms: dict[str, str] = {}
    for base in read_words(CUES, "light verbs"):
        made: dict[Tense, str] = tenses(base, irregular)
        forms |= dict.fromkeys(made.values(), base)
    return forms
