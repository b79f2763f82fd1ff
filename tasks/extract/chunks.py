"""Chunks of a sentence: a letter for each group of words, so that rules are short patterns.

    N noun group      V finite verb       G -ing form     E past participle    I "to" and a verb
    P preposition     S subordinator      R relative      C and, or            B but, yet, nor
    T time            A adverb            Q quotation     , : ; - ( )          X anything else

The reading is shallow on purpose: it knows closed classes and some common verbs, and takes what is
left for noun groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tasks.extract.cue_forms import cue_forms, past_of, third_person
from tasks.extract.tokens import FUNCTION_WORDS, Token, auxiliaries
from tasks.lexicon.files import read_words

PLURALS = frozenset(["they", "we", "you", "i", "who", "people", "men", "women", "police", "children", "some", "many", "others", "that", "which", "and", "also"])
STANDALONE = frozenset(["this", "that", "these", "those", "all", "some", "many", "most", "few", "both", "several", "one", "another", "each", "neither", "none", "two", "three", "more"])
SURE_BASES = frozenset(["say", "argue", "believe", "insist", "agree", "warn", "describe", "acknowledge"])
LY_NOUNS = frozenset(["family", "supply", "assembly", "reply", "ally", "bully", "belly", "elderly", "daily", "weekly", "likely", "early"])
PUNCTUATION = {
    ",": ",",
    ":": ":",
    ";": ";",
    "—": "-",
    "–": "-",
    "--": "-",
    "---": "-",
    "-": "-",
    "(": "(",
    ")": ")",
    "[": "(",
    "]": ")",
    ".": ".",
    "!": ".",
    "?": ".",
    "…": ".",
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A group of tokens of one kind."""

    kind: str
    """One letter; see the module."""

    first: int
    """Number of its first token."""

    last: int
    """Number just past its last token."""


@lru_cache(maxsize=16)
def _words(section: str) -> frozenset[str]:
    return read_words(FUNCTION_WORDS, section)


@lru_cache(maxsize=1)
def finite_verbs() -> frozenset[str]:
    """Give forms that are read as finite verbs after a noun group."""
    forms = set(_words("verbs"))
    for base in _words("regular verbs"):
        forms |= {past_of(base), third_person(base), base}
    for form, readings in cue_forms().items():
        if any(r.tense in ("past", "present", "participle") for r in readings):
            forms.add(form)
        elif any(r.tense == "base" and r.complement in ("bare", "that") for r in readings):
            forms.add(form)
    return frozenset(forms)


@lru_cache(maxsize=1)
def base_verbs() -> frozenset[str]:
    """Give base forms: verbs only after a plural, "critics say", and nouns as often."""
    past = {"put", "cut", "set", "hit", "let", "hurt", "cost", "beat", "read", "shut", "quit"}
    bases = set(_words("regular verbs")) | {
        form
        for form, readings in cue_forms().items()
        if all(r.tense == "base" for r in readings)
    }
    bases |= {"make", "take", "get", "give", "go", "come", "find", "know", "think", "keep", "run"}
    bases |= {"become", "seem", "need", "want", "believe", "feel", "hope", "understand", "remain"}
    return frozenset(bases - past)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    """Kind of each word of a closed class; later entries win."""
    kinds: dict[str, str] = {}
    for section, kind in (
        ("adverbs", "A"),
        ("prepositions", "P"),
        ("subordinators", "S"),
        ("relatives", "R"),
        ("auxiliaries", "V"),
        ("pronouns", "O"),
        ("determiners", "D"),
        ("times", "T"),
    ):
        kinds |= dict.fromkeys(_words(section), kind)
    kinds |= {"and": "C", "or": "C", "but": "B", "yet": "B", "nor": "B", "to": "I", "as": "S"}
    kinds |= {"not": "A", "never": "A", "n't": "A", "&": "C", "that": "S", "what": "S", "may": "V"}
    kinds |= {"whose": "R", "which": "R", "like": "P", "march": "T", "her": "D", "no": "D", "one": "D"}
    return kinds


def chunk(tokens: list[Token]) -> list[Chunk]:
    """Group the tokens of a sentence."""
    kinds = _kinds()
    verbs = finite_verbs()
    chunks: list[Chunk] = []
    total = len(tokens)
    i = 0
    while i < total:
        token = tokens[i]
        low = token.low
        kind = PUNCTUATION.get(token.word)
        if kind is None:
            if token.is_quotation:
                kind = "Q"
            elif token.is_capital and low in ("will", "may", "mark") and _before_capital(tokens, i):
                kind = "w"
            elif token.is_capital and low in kinds and _is_inside(tokens, i) and not _may_be_closed(token, kinds):
                kind = "w"
            else:
                kind = kinds.get(low, "w")
        previous = chunks[-1].kind if chunks else ""
        if kind == "w" and (not token.is_capital or _is_sentence_verb(tokens, i, low)):
            kind = _open_class(tokens, i, low, previous, chunks, verbs)
        if kind == "E" and previous in ("", ",", "C", "V", "S", "Q") and _is_adjective(tokens, i, kinds):
            kind = "w"
        if kind == "T" and low == "may" and not token.is_capital:
            kind = "V"
        if low == "since" and previous == "V":
            kind = "A"
        if kind in "DOwN":
            i = _noun_group(tokens, i, kind, kinds, verbs, chunks)
            continue
        if kind == "I":
            if i + 1 < total and _is_base_verb(tokens, i + 1, kinds):
                chunks.append(Chunk("I", i, i + 2))
                i += 2
                continue
            quoted = i + 1 < total and tokens[i + 1].is_quotation
            kind = "I" if quoted else "P"
        if kind == "V" and previous == "V" and tokens[i - 1].low in auxiliaries():
            chunks[-1] = Chunk("V", chunks[-1].first, i + 1)
        else:
            chunks.append(Chunk(kind, i, i + 1))
        i += 1
    return chunks


def _is_sentence_verb(tokens: list[Token], i: int, low: str) -> bool:
    """Whether a sentence begins with a verb: "Speaking in …", "Asked about …", "Said Ms Reid"."""
    if i or len(tokens) < 2:
        return False
    following = tokens[1]
    if following.low in cue_forms() and following.low.endswith(("ed", "said", "says")):
        return False
    if low.endswith("ing") and len(low) > 5:
        return following.low in _kinds() or following.is_quotation or not following.is_capital
    if low in ("said", "says", "added", "wrote"):
        return following.is_capital or _kinds().get(following.low) in ("D", "O")
    return low.endswith("ed") and len(low) > 4 and _kinds().get(following.low, "") in ("P", "S", "I", "A", "D")


def _is_inside(tokens: list[Token], i: int) -> bool:
    """Whether a capital stands inside a sentence, where function words have none."""
    return i > 0 and not tokens[i - 1].is_quotation and tokens[i - 1].word not in (":", "(", "—", "–", "...", "…")


def _before_capital(tokens: list[Token], i: int) -> bool:
    return i + 1 < len(tokens) and tokens[i + 1].is_capital


def _may_be_closed(token: Token, kinds: dict[str, str]) -> bool:
    """Whether a capitalised word may still be a function word: not in "The View" or "US"."""
    return kinds[token.low] == "T" or token.word == "I"


def _is_base_verb(tokens: list[Token], i: int, kinds: dict[str, str]) -> bool:
    token = tokens[i]
    if token.is_capital or token.is_quotation or token.is_possessive:
        return False
    if i > 1 and tokens[i - 2].low == "according":
        return False
    if token.low in ("be", "have", "do"):
        return True
    if token.low in kinds or not token.low[0].isalpha():
        return False
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if token.low.endswith(("s", "ing", "ers", "tion")) and token.low[-2:] != "ss":
        return False
    # "to reporters", "to court" are places to go; "to win the vote" is something to do.
    return following is not None


def _is_adjective(tokens: list[Token], i: int, kinds: dict[str, str]) -> bool:
    """Whether a participle belongs to the noun after it: "retired surgeon Anil Mehta"."""
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if following is None or following.is_quotation or following.word in PUNCTUATION:
        return False
    if tokens[i].low in cue_forms() or following.low in kinds:
        return False
    return not following.is_capital and not following.low.endswith(("ly", "ed", "ing"))


def _open_class(
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
    if low.endswith("ing") and len(low) > 4 and low not in ("during", "evening", "morning"):
        if previous == "V":
            return "V" if chunks[-1].last == i else "G"
        return "G" if previous != "D" else "w"
    if before in ("to",) and previous == "P":
        return "w"
    if low in base_verbs() and not (previous in ("V", "A") or _after_plural(tokens, i)):
        if not (low in SURE_BASES and _is_plural_group(tokens, chunks[:-1])):
            return "w"
    if low in verbs:
        if previous in ("N", "R", "A", "V", "T", ")", ",", "C", "B", "Q", "-", "", "O", "E", ":", "."):
            if previous == "N" and tokens[i - 1].is_possessive:
                return "w"
            return _verb_kind(tokens, i, low, previous, chunks)
        if previous == "S" and low.endswith("ed"):
            return "E"
        return "w" if not low.endswith("ed") else "E"
    if low.endswith("ed") and len(low) > 4:
        if previous in ("N", "R", "O", "A", ",", "C", "V", ")", "Q", "T"):
            return _verb_kind(tokens, i, low, previous, chunks)
        return "E" if previous in ("", "S", "B") else "w"
    return "w"


def _after_plural(tokens: list[Token], i: int) -> bool:
    """Whether the word before may be a plural subject: "critics say", "they argue"."""
    before = tokens[i - 1] if i else None
    if before is None or before.is_possessive:
        return False
    return before.low.endswith("s") or before.low in PLURALS or before.is_quotation


def _is_plural_group(tokens: list[Token], chunks: list[Chunk]) -> bool:
    """Whether the head before a preposition is a plural: "analysts at the bank say"."""
    if len(chunks) < 2 or chunks[-1].kind != "P" or chunks[-2].kind != "N":
        return False
    return tokens[chunks[-2].last - 1].low.endswith("s")


def _verb_kind(
    tokens: list[Token], i: int, low: str, previous: str, chunks: list[Chunk]
) -> str:
    """Tell finite verbs from participles by what follows them."""
    following = tokens[i + 1].low if i + 1 < len(tokens) else ""
    if previous == "V":
        return "V" if tokens[i - 1].low in auxiliaries() else "E"
    if previous == "":
        return "V" if low in ("said", "says", "added", "wrote") else "E"
    if low.endswith("ed") and following == "by":
        return "E"
    if previous == "," and low.endswith("ed") and low not in cue_forms():
        return "V" if _closes_relative(chunks) or _closes_apposition(chunks) else "E"
    return "V"


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
    kinds = "".join(piece.kind for piece in chunks)
    return "V" not in kinds and kinds.count(",") > 1 and kinds.startswith("N")


def _noun_group(
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
            and (kinds.get(following.low) in ("V", "P", "A") or following.low in verbs)
        )
        if stands_alone:
            chunks.append(Chunk("N", i, i + 1))
            return i + 1
    i += 1
    while i < total:
        token = tokens[i]
        low = token.low
        if token.word in PUNCTUATION or token.is_quotation:
            break
        if token.is_capital:
            if low in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"):
                break
            i += 1
            continue
        known = kinds.get(low)
        determined = kinds.get(tokens[i - 1].low) == "D"
        adverb = known == "A" or (low.endswith("ly") and len(low) > 4 and low not in LY_NOUNS)
        if adverb and not determined and low not in ("once", "long", "far", "well", "online"):
            break
        if known is not None and known not in ("A",):
            if known == "D" and tokens[i - 1].low in ("all", "half", "both", "such", "many", "no"):
                i += 1
                continue
            if known == "D" and low in ("two", "three", "four", "five", "six", "other", "many", "more"):
                i += 1
                continue
            break
        if low in verbs or low.endswith("ed"):
            # "the accused man" has a participle, "the man accused" a verb.
            head = tokens[i - 1]
            participle = i - 1 == start and head.low.endswith(("ed", "ing"))
            after_head = not (kinds.get(head.low) == "D" or head.is_possessive or participle)
            if low in base_verbs() and not _after_plural(tokens, i):
                after_head = low in SURE_BASES and _is_plural_group(tokens, chunks)
            if after_head and not _is_noun_here(tokens, i, low):
                break
            i += 1
            continue
        if low.endswith("ing") and len(low) > 5 and kinds.get(tokens[i - 1].low) != "D":
            if not (tokens[i - 1].is_possessive or _is_noun_here(tokens, i, low)):
                break
        i += 1
    last = tokens[i - 1]
    times = _words("time nouns")
    is_time = (
        last.low in times
        and tokens[start].low
        in _words("time adjectives") | {"this", "that", "the", "one", "every", "two", "three"}
        and i - start <= 3
        and (tokens[start].low != "the")
    )
    chunks.append(Chunk("T" if is_time else "N", start, i))
    return i


def _is_noun_here(tokens: list[Token], i: int, low: str) -> bool:
    """Whether a form that may be verb or noun is a noun, by what follows it."""
    if low.endswith("ed"):
        return False
    if tokens[i - 1].is_capital and i > 1 and tokens[i - 2].is_quotation:
        return False
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if low not in _words("verbs that are nouns") and not low.endswith("ing"):
        return False
    if following is None:
        return True
    if following.is_quotation:
        return False
    kind = _kinds().get(following.low)
    return (
        following.word in (",", ".", ";", ":", ")")
        or following.low in ("of", "by", "in", "on", "at", "for", "was", "is", "are", "were", "has",
                             "had", "have", "said", "says", "from", "with")
        or (kind == "V" and following.low not in ("it's", "he's"))
        or following.low in finite_verbs()
    )
