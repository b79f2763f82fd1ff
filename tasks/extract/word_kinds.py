"""What kind of word a token is, by itself and by what stands before it."""

from __future__ import annotations

from functools import lru_cache

from tasks.extract.cue_forms import cue_forms, speaking_nouns
from tasks.extract.masking import VEIL
from tasks.extract.tokens import Token
from tasks.extract.verb_forms import function_words

PLURALS = function_words("plurals")


SURE_BASES = function_words("sure bases")


NUMERALS = function_words("numerals")


LY_NOUNS = function_words("nouns in ly")


PUNCTUATION = {
    ",": ",",
    ":": ":",
    ";": ";",
    "—": "-",
    "–": "-",
    "―": "-",
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

SIGNS = PUNCTUATION | {VEIL: "Q"}


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


def is_sentence_verb(tokens: list[Token], low: str) -> bool:
    """Whether a sentence begins with a verb: "Speaking in …", "Asked about …", "Said Ms Reid"."""
    if len(tokens) < 2:
        return False
    following = tokens[1]
    if following.low in cue_forms() and following.low.endswith(("ed", "said", "says")):
        return False
    if low.endswith("ing") and len(low) > 5:
        named = len(tokens) > 2 and tokens[2].is_capital
        if named and following.low in speaking_nouns() and low not in cue_forms():
            return False  # "Catering firm Marlow & Sons said"
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


def is_number(token: Token) -> bool:
    """Whether a word is a number: 4,000, four, two-thirds."""
    if token.word[0].isdigit():
        return True
    return token.low.partition("-")[0] in NUMERALS


def infinitive_end(tokens: list[Token], i: int, verbs: frozenset[str]) -> int:
    """Give the number of the token after an infinitive: "to have told", "to have been asked"."""
    if tokens[i - 1].low != "have":
        return i
    at = i + 1 if i < len(tokens) and tokens[i].low == "been" else i
    if at >= len(tokens):
        return i
    low = tokens[at].low
    participle = low.endswith("ed") or low in function_words("participles")
    told = low in verbs and any(r.tense != "base" for r in cue_forms().get(low, ()))
    return at + 1 if participle or told else i


MOST_NOUNS = 3  # before a name: "retired bus company driver Al Ray"


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


def describes_speaker(tokens: list[Token], i: int) -> bool:
    """Whether a participle after a quotation belongs to who says it: "retired driver Al Ray said".

    Without the verb of saying behind the name, it may be one itself: "barked coach Al Ray".
    """
    if not tokens[i].low.endswith(("ed", "en", "wn")) or tokens[i].low in cue_forms():
        return False
    at = i + 1
    while at < len(tokens) and not tokens[at].is_capital and at - i <= MOST_NOUNS:
        if tokens[at].word in PUNCTUATION or tokens[at].low in word_kinds():
            return False
        at += 1
    named = at
    while at < len(tokens) and tokens[at].is_capital:
        at += 1
    return i + 1 < named < at < len(tokens) and tokens[at].low in cue_forms()
