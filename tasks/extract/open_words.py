"""Tell verbs from nouns among words of the open classes, by what stands around them."""

from __future__ import annotations

import re

from tasks.extract.cue_forms import cue_forms, speaking_nouns
from tasks.extract.tokens import Chunk, Token, auxiliaries
from tasks.extract.verb_forms import base_verbs, finite_verbs, function_words
from tasks.extract.word_kinds import LY_NOUNS, PLURALS, SURE_BASES, word_kinds

QUESTIONED = frozenset(["asked", "pressed", "questioned", "quizzed", "challenged"])
# Before "remarks" and "tweets" these make nouns of them.
ADJECTIVES = frozenset(
    ["opening", "closing", "concluding", "recent", "latest", "previous", "prepared", "public",
     "earlier", "final", "own", "other", "new", "past"]
)  # fmt: skip
LEADING = re.compile(r"^[ATP]+(?:NP|[NAT])*,")  # "In October, "
FARTHEST_COMMA = 20  # tokens after "asked"


def open_class(
    tokens: list[Token],
    i: int,
    low: str,
    previous: str,
    chunks: list[Chunk],
    verbs: frozenset[str],
) -> str:
    """Tell verbs from nouns among words of the open classes."""
    if low.endswith("ly") and len(low) > 4 and low not in LY_NOUNS:
        return "A"
    if previous == "R" and tokens[i - 1].low in ("who", "which"):
        return "V"
    before = tokens[i - 1].low if i else ""
    if low in function_words("participles") and previous in ("N", ","):
        return "E"
    if low.endswith("ing") and len(low) > 4 and low not in ("during", "evening", "morning"):
        if previous == "V":
            if _addresses(tokens[i - 1]):
                return "w"  # "told fishing crews that …"
            return "G" if reports_clause(tokens[i - 1]) or chunks[-1].last != i else "V"
        return "G" if previous != "D" else "w"
    if before == "to" and previous == "P":
        return "w"
    base = low in base_verbs() and previous not in ("V", "A") and not after_plural(tokens, i)
    if base and low in SURE_BASES and _is_sure(tokens, i, previous):
        return "V"
    if base and not (low in SURE_BASES and is_plural_group(tokens, chunks[:-1])):
        return "w"
    if previous == "A" and before == "earlier" and low.endswith("s"):
        return "w"  # "earlier remarks"
    if low in verbs:
        if previous in (
            "N",
            "R",
            "A",
            "V",
            "T",
            ")",
            ",",
            "C",
            "B",
            "Q",
            "-",
            "",
            "O",
            "E",
            ":",
            ".",
        ):
            if previous == "N" and tokens[i - 1].is_possessive:
                return "w"
            return _verb_kind(tokens, i, low, previous, chunks)
        if previous == "S" and _is_relative_that(tokens, i, chunks):
            return "V"
        if previous == "S" and low.endswith("ed"):
            return "E"
        return "w" if not low.endswith("ed") else "E"
    if low.endswith("ed") and len(low) > 4:
        if previous in ("N", "R", "O", "A", ",", "C", "V", ")", "Q", "T"):
            return _verb_kind(tokens, i, low, previous, chunks)
        return "E" if previous in ("", "S", "B") else "w"
    return "w"


def _addresses(token: Token) -> bool:
    """Whether a verb names whom it addresses: what follows "told" is somebody."""
    readings = cue_forms().get(token.low, ())
    return any(r.lemma in ("tell", "inform", "remind", "assure") for r in readings)


def reports_clause(token: Token) -> bool:
    """Whether a verb takes a clause: after "said" a form in -ing is its subject."""
    readings = cue_forms().get(token.low, ())
    clause = any(r.complement == "bare" for r in readings)
    return clause and token.low not in auxiliaries()


def is_never_noun(tokens: list[Token], i: int) -> bool:
    """Whether a base form after a noun is its verb: "one in 10 say", but not "a final say"."""
    before = tokens[i - 1]
    if tokens[i].low not in SURE_BASES or before.is_possessive:
        return False
    return word_kinds().get(before.low) != "D" and before.low not in ("final", "much", "big")


def _is_sure(tokens: list[Token], i: int, previous: str) -> bool:
    """Whether a base form that is no noun is a finite verb: "Critics, among them two MPs, say"."""
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if previous in ("Q", ")", "T", "N") and is_never_noun(tokens, i):
        return True
    return previous in (",", "-") and i > 1 and following is not None and following.word != ","


def after_plural(tokens: list[Token], i: int) -> bool:
    """Whether the word before may be a plural subject: "critics say", "they argue"."""
    before = tokens[i - 1] if i else None
    if before is None or before.is_possessive:
        return False
    opens = i == 1 and before.low in speaking_nouns()  # "Prosecutors allege he lied"
    named = before.is_capital and before.low not in PLURALS
    if named and not opens and tokens[i].low not in SURE_BASES:
        return False
    return (before.low.endswith("s") and before.low[-2:] != "ss") or before.low in PLURALS


def is_plural_group(tokens: list[Token], chunks: list[Chunk]) -> bool:
    """Whether the head before a preposition is a plural: "analysts at the bank say"."""
    if len(chunks) < 2 or chunks[-1].kind != "P" or chunks[-2].kind != "N":
        return False
    return tokens[chunks[-2].last - 1].low.endswith("s")


def _is_relative_that(tokens: list[Token], i: int, chunks: list[Chunk]) -> bool:
    """Whether "that" before a verb stands for the noun before it: "a message that said"."""
    at = len(chunks) - 2
    while at > 0 and chunks[at].kind == "T":
        at -= 1
    if tokens[i - 1].low != "that" or at < 0 or chunks[at].kind != "N":
        return False
    readings = cue_forms().get(tokens[i].low, ())
    if tokens[i].low in function_words("verbs that are nouns"):
        return False
    return any(r.tense in ("past", "present") for r in readings)


def _verb_kind(tokens: list[Token], i: int, low: str, previous: str, chunks: list[Chunk]) -> str:
    """Tell finite verbs from participles by what follows them."""
    following = tokens[i + 1].low if i + 1 < len(tokens) else ""
    if previous == "V":
        if tokens[i - 1].low in auxiliaries():
            return "V"
        return "E" if low.endswith("ed") else "w"
    if previous == "":
        return "V" if low in ("said", "says", "added", "wrote") else "E"
    if following == "by" and (low.endswith("ed") or low in function_words("agent participles")):
        deed = tokens[i + 2].low if i + 2 < len(tokens) else ""
        return "V" if deed.endswith("ing") and deed in cue_forms() else "E"  # "ended by saying"
    if low == "made" and following == "available":
        return "E"
    if following in ("out", "up") and i + 2 < len(tokens) and tokens[i + 2].low == "by":
        return "E"
    if previous == "," and low in QUESTIONED and _is_questioned(tokens, i, chunks):
        return "E"
    if previous == "," and low.endswith("ed") and low not in cue_forms():
        return "V" if _closes_relative(chunks) or _closes_apposition(chunks) else "E"
    return "V"


def _is_questioned(tokens: list[Token], i: int, chunks: list[Chunk]) -> bool:
    """Whether somebody is asked before he speaks: "Thorne, asked for a response, said …"."""
    if len(chunks) < 2 or chunks[-2].kind != "N" or i + 1 >= len(tokens):
        return False
    if tokens[i + 1].low not in ("for", "about", "whether", "if", "how", "why", "what", "by", "to"):
        return False
    commas = [at for at in range(i, min(i + FARTHEST_COMMA, len(tokens))) if tokens[at].word == ","]
    said = [tokens[at + 1].low for at in commas if at + 1 < len(tokens)]
    return any(word in cue_forms() and not word.endswith("ing") for word in said)


def _closes_relative(chunks: list[Chunk]) -> bool:
    """Whether the last comma ends a "which" clause: the main verb comes next."""
    for piece in reversed(chunks[:-1]):
        if piece.kind == ",":
            return False
        if piece.kind == "R":
            return True
    return False


def _closes_apposition(chunks: list[Chunk]) -> bool:
    """Whether a second comma comes before any verb: "Tracy Holm, the boy's aunt, issued"."""
    kinds = LEADING.sub("", "".join(piece.kind for piece in chunks))
    return "V" not in kinds and kinds.count(",") > 1 and kinds.startswith("N")


def is_saying(tokens: list[Token], i: int) -> bool:
    """Whether a form in -ing opens reported words: "a message to members saying: …"."""
    if i + 1 >= len(tokens):
        return False
    following = tokens[i + 1]
    if following.word == "," and i + 2 < len(tokens):
        following = tokens[i + 2]
    if not following.is_quotation and tokens[i + 1].word != ":":
        return False
    readings = cue_forms().get(tokens[i].low, ())
    return bool(readings) and readings[0].tense == "ing" and readings[0].complement == "bare"


def _is_counted(tokens: list[Token], i: int, low: str) -> bool:
    """Whether a form in -s is a plural: "1,600 emails", "opening remarks", "tweets accusing her".

    "Channel 4 reports" is none.
    """
    if not low.endswith("s"):
        return False
    before, following = tokens[i - 1], tokens[i + 1] if i + 1 < len(tokens) else None
    if before.word[0].isdigit():
        return i < 3 or not tokens[i - 2].is_capital
    if before.low in ADJECTIVES:
        return True
    return following is not None and following.low.endswith("ing") and len(following.low) > 5


def is_noun_here(tokens: list[Token], i: int, low: str) -> bool:
    """Whether a form that may be verb or noun is a noun, by what follows it."""
    if low.endswith("ed"):
        return False
    if tokens[i - 1].is_capital and i > 1 and tokens[i - 2].is_quotation:
        return False
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if low not in function_words("verbs that are nouns") and not low.endswith("ing"):
        return False
    if following is None or _is_counted(tokens, i, low):
        return True
    if following.is_quotation:
        return False
    adverb = following.low in ("back", "out", "up", "off") or i == 1
    if adverb and any(r.particle == following.low for r in cue_forms().get(low, ())):
        return False  # "the minister hit back", but "her calls for a ban"
    kind = word_kinds().get(following.low)
    return (
        following.word in (",", ".", ";", ":", ")")
        or following.low
        in (
            "of",
            "by",
            "in",
            "on",
            "at",
            "for",
            "was",
            "is",
            "are",
            "were",
            "has",
            "had",
            "have",
            "said",
            "says",
            "from",
            "with",
        )
        or (kind == "V" and following.low not in ("it's", "he's"))
        or following.low in finite_verbs()
    )
