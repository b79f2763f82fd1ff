"""What kind of word a token is, by itself and by what stands before it."""

from __future__ import annotations

from functools import lru_cache

from tasks.extract.cue_forms import cue_forms
from tasks.extract.tokens import Chunk, Token, auxiliaries
from tasks.extract.verb_forms import base_verbs, finite_verbs, function_words

PLURALS = function_words("plurals")


SURE_BASES = function_words("sure bases")


LY_NOUNS = function_words("nouns in ly")


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


@lru_cache(maxsize=1)
def word_kinds() -> dict[str, str]:
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
        kinds |= dict.fromkeys(function_words(section), kind)
    kinds |= {"and": "C", "or": "C", "but": "B", "yet": "B", "nor": "B", "to": "I", "as": "S"}
    kinds |= {"not": "A", "never": "A", "n't": "A", "&": "C", "that": "S", "what": "S", "may": "V"}
    kinds |= {
        "whose": "R",
        "which": "R",
        "like": "P",
        "march": "T",
        "her": "D",
        "no": "D",
        "one": "D",
    }
    return kinds


def is_sentence_verb(tokens: list[Token], i: int, low: str) -> bool:
    """Whether a sentence begins with a verb: "Speaking in …", "Asked about …", "Said Ms Reid"."""
    if i or len(tokens) < 2:
        return False
    following = tokens[1]
    if following.low in cue_forms() and following.low.endswith(("ed", "said", "says")):
        return False
    if low.endswith("ing") and len(low) > 5:
        return following.low in word_kinds() or following.is_quotation or not following.is_capital
    if low in ("said", "says", "added", "wrote"):
        return following.is_capital or word_kinds().get(following.low) in ("D", "O")
    return (
        low.endswith("ed")
        and len(low) > 4
        and word_kinds().get(following.low, "") in ("P", "S", "I", "A", "D")
    )


def is_inside(tokens: list[Token], i: int) -> bool:
    """Whether a capital stands inside a sentence, where function words have none."""
    return (
        i > 0
        and not tokens[i - 1].is_quotation
        and tokens[i - 1].word not in (":", "(", "—", "–", "...", "…")
    )


def before_capital(tokens: list[Token], i: int) -> bool:
    """Whether a capitalised word follows."""
    return i + 1 < len(tokens) and tokens[i + 1].is_capital


def may_be_closed(token: Token, kinds: dict[str, str]) -> bool:
    """Whether a capital inside a sentence is a month, a day or "I"."""
    """Whether a capitalised word may still be a function word: not in "The View" or "US"."""
    return kinds[token.low] == "T" or token.word == "I"


def is_base_verb(tokens: list[Token], i: int, kinds: dict[str, str]) -> bool:
    """Whether the word after "to" is a verb: not in "to reporters", "to the court"."""
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


def is_adjective(tokens: list[Token], i: int, kinds: dict[str, str]) -> bool:
    """Whether a participle belongs to the noun after it: "retired surgeon Anil Mehta"."""
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if following is None or following.is_quotation or following.word in PUNCTUATION:
        return False
    if tokens[i].low in cue_forms() or following.low in kinds:
        return False
    if following.is_capital:
        return i > 0 and (tokens[i - 1].is_quotation or tokens[i - 1].word == ",")
    return not following.low.endswith(("ly", "ed", "ing"))


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
    if low.endswith("ing") and len(low) > 4 and low not in ("during", "evening", "morning"):
        if previous == "V":
            return "V" if chunks[-1].last == i else "G"
        return "G" if previous != "D" else "w"
    if before == "to" and previous == "P":
        return "w"
    base = low in base_verbs() and previous not in ("V", "A") and not after_plural(tokens, i)
    if base and previous == "Q" and low in SURE_BASES:
        return "V"
    if base and not (low in SURE_BASES and is_plural_group(tokens, chunks[:-1])):
        return "w"
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
        if previous == "S" and low.endswith("ed"):
            return "E"
        return "w" if not low.endswith("ed") else "E"
    if low.endswith("ed") and len(low) > 4:
        if previous in ("N", "R", "O", "A", ",", "C", "V", ")", "Q", "T"):
            return _verb_kind(tokens, i, low, previous, chunks)
        return "E" if previous in ("", "S", "B") else "w"
    return "w"


def after_plural(tokens: list[Token], i: int) -> bool:
    """Whether the word before may be a plural subject: "critics say", "they argue"."""
    before = tokens[i - 1] if i else None
    if before is None or before.is_possessive:
        return False
    if before.is_capital and before.low not in PLURALS and tokens[i].low not in SURE_BASES:
        return False
    return before.low.endswith("s") or before.low in PLURALS


def is_plural_group(tokens: list[Token], chunks: list[Chunk]) -> bool:
    """Whether the head before a preposition is a plural: "analysts at the bank say"."""
    if len(chunks) < 2 or chunks[-1].kind != "P" or chunks[-2].kind != "N":
        return False
    return tokens[chunks[-2].last - 1].low.endswith("s")


def _verb_kind(tokens: list[Token], i: int, low: str, previous: str, chunks: list[Chunk]) -> str:
    """Tell finite verbs from participles by what follows them."""
    following = tokens[i + 1].low if i + 1 < len(tokens) else ""
    if previous == "V":
        if tokens[i - 1].low in auxiliaries():
            return "V"
        return "E" if low.endswith("ed") else "w"
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


def is_noun_here(tokens: list[Token], i: int, low: str) -> bool:
    """Whether a form that may be verb or noun is a noun, by what follows it."""
    if low.endswith("ed"):
        return False
    if tokens[i - 1].is_capital and i > 1 and tokens[i - 2].is_quotation:
        return False
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if low not in function_words("verbs that are nouns") and not low.endswith("ing"):
        return False
    if following is None:
        return True
    if following.is_quotation:
        return False
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
