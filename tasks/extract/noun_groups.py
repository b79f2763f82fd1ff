"""Read noun groups: where they start, and where they end."""

from __future__ import annotations

from tasks.extract.cue_forms import cue_forms, speaking_nouns
from tasks.extract.open_words import (
    after_plural,
    is_never_noun,
    is_noun_here,
    is_plural_group,
    is_saying,
)
from tasks.extract.tokens import Chunk, Token
from tasks.extract.verb_forms import base_verbs, function_words
from tasks.extract.word_kinds import LY_NOUNS, NUMERALS, SIGNS, SURE_BASES
from tasks.lexicon.files import read_words

POSSESSIVES = frozenset(["his", "her", "its", "their", "my", "our", "your"])
PLURAL_DETERMINERS = NUMERALS | frozenset(
    ["all", "many", "most", "some", "few", "several", "both", "these", "those", "other", "more"]
)
PLURAL_NOUNS = frozenset(
    form
    for form, readings in cue_forms().items()
    if form.endswith("s") and form not in ("says", "tells") and readings[0].tense == "present"
)
WEEKDAYS = frozenset(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
TIME_DETERMINERS = frozenset(["this", "that", "one", "every", "two", "three"])
COUNTS = frozenset(["two", "three", "four", "five", "six", "other", "many", "more"])
RANKS = frozenset(["chief", "deputy", "vice"])
NO_GERUNDS = frozenset(["morning", "evening", "ceiling", "sibling", "spring", "string"])
CROWDS = frozenset(["thousands", "hundreds", "dozens", "scores", "millions"])

AUDIENCES = frozenset(
    [
        "court", "jury", "jurors", "inquest", "hearing", "tribunal", "inquiry", "committee",
        "reporters", "journalists", "officers", "police", "meeting", "paper", "newspaper",
        "programme", "program", "show", "website", "assembly", "parliament", "mps", "lawmakers",
        "investigators", "detectives",
    ]
)  # fmt: skip
ADDRESSED = frozenset(["tell", "inform", "remind", "assure", "warn"])

STANDALONE = frozenset(
    [
        "this",
        "that",
        "these",
        "those",
        "all",
        "some",
        "many",
        "most",
        "few",
        "both",
        "several",
        "one",
        "another",
        "each",
        "neither",
        "none",
        "two",
        "three",
        "more",
    ]
)


def _agrees_not(determiner: str, verb: str) -> bool:
    """Whether a word after "one" or "this" is a noun: "one point", for a verb would be "points"."""
    return determiner in ("one", "this", "that", "another", "each") and verb in base_verbs()


def _is_plural_noun(first: Token, token: Token) -> bool:
    """Whether a form in -s belongs to a plural: "six swing states", where a verb has no -s."""
    return first.low in PLURAL_DETERMINERS and token.low in PLURAL_NOUNS


def _starts_anew(tokens: list[Token], start: int, i: int) -> bool:
    """Whether a capital begins the next group: "told the court Mr Reid", "in 2019 Reid"."""
    before = tokens[i - 1]
    if i - 1 == start and start and len(before.word) == 4 and before.word.isdigit():
        return tokens[start - 1].low in ("in", "since", "by", "until", "from")
    if before.low not in AUDIENCES or before.is_capital or not start:
        return False
    return any(reading.lemma in ADDRESSED for reading in cue_forms().get(tokens[start - 1].low, ()))


def _is_rank(tokens: list[Token], i: int) -> bool:
    """Whether a form in -ing belongs to a title: "chief operating officer"."""
    following = tokens[i + 1].low if i + 1 < len(tokens) else ""
    return tokens[i - 1].low in RANKS and following in speaking_nouns()


def _starts_relative(tokens: list[Token], start: int, i: int) -> bool:
    """Whether a plural begins a clause about a single thing: "a change analysts said was late"."""
    if tokens[start].low not in ("a", "an") or i - start < 2 or i + 1 >= len(tokens):
        return False
    if tokens[i].low not in speaking_nouns() or tokens[i].is_possessive:
        return False
    readings = cue_forms().get(tokens[i + 1].low, ())
    return any(r.tense == "past" for r in readings)


def _is_in_name(tokens: list[Token], i: int) -> bool:
    """Whether "and" is part of a body's name: the Oil and Gas Regulatory Authority."""
    if i < 2 or not tokens[i - 1].is_capital or tokens[i - 1].is_possessive:
        return False
    end = i + 1
    while end < len(tokens) and tokens[end].is_capital:
        end += 1
    if end - i < 3 or tokens[end - 1].low not in read_words("speakers.txt", "organisations"):
        return False
    return tokens[i - 2].low == "the"


def is_said_by_brand(tokens: list[Token], i: int, kinds: dict[str, str]) -> bool:
    """Whether a past tense after a name in ’s is its verb: "Wetherell’s said it", "added that"."""
    head, following = tokens[i - 1], tokens[i + 1] if i + 1 < len(tokens) else None
    if following is None or not (head.is_possessive and head.is_capital):
        return False
    readings = cue_forms().get(tokens[i].low, ())
    is_past = any(reading.tense == "past" and reading.complement == "bare" for reading in readings)
    return is_past and (following.low == "that" or kinds.get(following.low) in ("O", "D"))


def _is_time(tokens: list[Token], i: int) -> bool:
    return i < len(tokens) and tokens[i].low in function_words("time nouns")


def noun_group(
    tokens: list[Token],
    i: int,
    kind: str,
    kinds: dict[str, str],
    verbs: frozenset[str],
    chunks: list[Chunk],
) -> int:
    """Read a noun group from token i on; append its chunk and give the number after it."""
    start = i
    total = len(tokens)
    if kind == "O" or (kind == "D" and tokens[i].low in STANDALONE):
        following = tokens[i + 1] if i + 1 < total else None
        stands_alone = kind == "O" or (
            following is not None
            and not following.is_capital
            and (
                kinds.get(following.low) in ("V", "P", "A")
                or (
                    following.low in verbs
                    and not _agrees_not(tokens[i].low, following.low)
                    and not _is_plural_noun(tokens[i], following)
                )
            )
        )
        if stands_alone:
            chunks.append(Chunk("N", i, i + 1))
            return i + 1
    i += 1
    while i < total:
        token = tokens[i]
        low = token.low
        if token.word in SIGNS:
            break
        if token.is_capital:
            if low in WEEKDAYS or _starts_anew(tokens, start, i):
                break
            i += 1
            continue
        if low in ("and", "&") and _is_in_name(tokens, i):
            i += 2
            continue
        known = kinds.get(low)
        adverb = known == "A" or (low.endswith("ly") and len(low) > 4 and low not in LY_NOUNS)
        ends = adverb and low not in ("once", "long", "far", "well", "online")
        if ends and kinds.get(tokens[i - 1].low) != "D":
            break
        if known is not None and known != "A":
            superlative = low == "most" and (
                tokens[i - 1].is_possessive or tokens[i - 1].low in POSSESSIVES
            )
            if superlative or (
                known == "D" and tokens[i - 1].low in ("all", "half", "both", "such", "many", "no")
            ):
                i += 1
                continue
            if known == "D" and low in COUNTS:
                i += 1
                continue
            break
        if low in ("last", "this", "next") and _is_time(tokens, i + 1):
            break
        if _is_plural_noun(tokens[start], token):
            i += 1
            continue
        if low.endswith("s") and _starts_relative(tokens, start, i):
            break
        if is_saying(tokens, i) or is_never_noun(tokens, i) or is_said_by_brand(tokens, i, kinds):
            break
        if low in verbs or low.endswith("ed"):
            # "the accused man" has a participle, "the man accused" a verb.
            head = tokens[i - 1]
            participle = i - 1 == start and not head.is_capital and head.low.endswith(("ed", "ing"))
            bare = kinds.get(head.low) == "D" and head.low not in CROWDS
            # "the 78-year-old retired driver", but "the 78-year-old asked"
            aged = head.low.endswith("-old") and low.endswith("ed") and low not in cue_forms()
            after_head = not (bare or head.is_possessive or participle or aged)
            if low in base_verbs() and not after_plural(tokens, i):
                after_head = low in SURE_BASES and is_plural_group(tokens, chunks)
            if after_head and not is_noun_here(tokens, i, low):
                break
            i += 1
            continue
        gerund = low.endswith("ing") and len(low) > 5 and low not in NO_GERUNDS
        gerund = gerund and not _is_rank(tokens, i)
        gerund = gerund and kinds.get(tokens[i - 1].low) != "D"
        if gerund and not (tokens[i - 1].is_possessive or is_noun_here(tokens, i, low)):
            break
        i += 1
    is_time = (
        i - start <= 3
        and tokens[i - 1].low in function_words("time nouns")
        and (
            tokens[start].low in TIME_DETERMINERS
            or tokens[start].low in function_words("time adjectives")
        )
    )
    chunks.append(Chunk("T" if is_time else "N", start, i))
    return i
