"""Find what a cue reports: where the reported clause starts and ends."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.extract.cue import Cue
from tasks.extract.tokens import Chunk, Token
from tasks.extract.word_kinds import is_number

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
        "put_it_to",
    ]
)
# Verbs that always do.
ALWAYS_ADDRESSING = frozenset(["tell", "inform", "remind", "assure", "reassure", "notify"])
# Verbs after "said that" whose subject "that" is; others are taken for nouns or ellipses.
POINTING = frozenset(["is", "was", "would", "will", "could", "wasn’t", "isn’t", "wasn't", "isn't"])
FARTHEST_THAT = 10  # chunks after a cue in which its "that" is looked for
MOST_GROUPS = 2  # prepositional groups between a finite cue and the words it reports
# Adverbs that belong to the number after them: "said about 200 people were there".
COUNTING = frozenset(
    [
        "about", "around", "over", "under", "nearly", "almost", "roughly", "approximately", "up",
        "only", "just", "barely",
    ]
)  # fmt: skip
PLACING = frozenset(["from", "in", "on", "at"])
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

    limit: int | None = None
    """The chunk they end before at the latest, where the cue's clause is a subordinate one."""


def open_content(tokens: list[Token], chunks: list[Chunk], kinds: str, cue: Cue) -> Opening:
    """Read on from a cue to where the reported words start."""
    number = after(chunks, cue)
    if cue.mood == "noun" and kinds[number : number + 2] == "VS":
        number += 1
    addressee: tuple[int, int] | None = None
    total = len(chunks)
    lemma = cue.lemma
    quoted = tokens[cue.last - 1].low == "saying"  # "was quoted as saying the talks …"
    quoted = quoted or (cue.mood == "passive" and lemma == "tell")  # "a jury was told he lied"
    if number < total and kinds[number] == "N" and lemma in ADDRESSING and not quoted:
        end = group_end(tokens, chunks, kinds, number)
        follows = kinds[end] if end < total else ""
        if lemma in ALWAYS_ADDRESSING or follows in "SQ:,I" or (follows == "N" and end < total):
            addressee = (number, end)
            number = end
    colon = False
    start = number
    groups = MOST_GROUPS if cue.mood in ("finite", "passive") else cue.mood in ("noun", "ing")
    while number < total:
        kind = kinds[number]
        low = tokens[chunks[number].first].low
        if kind == "A" and low in COUNTING and _counts(tokens, chunks, number):
            break
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
            end = group_end(tokens, chunks, kinds, number + 1)
            while groups > 0 and kinds[end : end + 3] == "PNN" and _is_he(tokens, chunks, end + 2):
                end += 2  # "in a note to clients it now sees"
            if low == "to" and addressee is None:
                addressee = (number + 1, end)
            following = kinds[end : end + 1]
            groups -= 1
            if cue.mood == "ing" and (following not in ("N", "S") or low not in PLACING):
                break
            if groups < 0 and following != ":":
                break
            leads = following in ("S", ":", "Q", "I") or (
                following == "," and kinds[end + 1 : end + 2] in ("S", "Q")
            )
            if leads or (following in ("N", "T") and end < total) or (following == ","):
                number = end
            else:
                break
        else:
            break
    if number + 1 < total and _points_back(tokens, chunks, kinds, number):
        return Opening(number, None, addressee, colon)
    if number < total and kinds[number] == "S" and tokens[chunks[number].first].low == "that":
        return Opening(number + 1, "that", addressee, colon)
    if number < total and tokens[chunks[number].first].low in WH:
        return Opening(number, tokens[chunks[number].first].low, addressee, colon)
    if number < total and kinds[number] == "C" and kinds[number + 1 : number + 2] == "S":
        return Opening(number + 2, "that", addressee, colon)
    ahead = _that_ahead(tokens, chunks, kinds, number, is_told=addressee is not None)
    if ahead is not None and cue.mood != "noun":
        return Opening(ahead + 1, "that", addressee, colon)
    if number >= total or kinds[number] == ".":
        number = start
    return Opening(number, None, addressee, colon)


def _points_back(tokens: list[Token], chunks: list[Chunk], kinds: str, number: int) -> bool:
    """Whether "that" is the subject of what is reported: "said that was for others to decide"."""
    word, verb = tokens[chunks[number].first].low, tokens[chunks[number + 1].first].low
    return word == "that" and kinds[number + 1] == "V" and verb in POINTING


def _that_ahead(
    tokens: list[Token], chunks: list[Chunk], kinds: str, number: int, *, is_told: bool
) -> int | None:
    """Find a "that" past places and times: "told a rally in Salem, Ohio, on Monday that …".

    One that is the subject or object of a relative clause is none: "a storm that nobody saw".
    """
    for at in range(number, min(number + FARTHEST_THAT, len(kinds) - 1)):
        kind = kinds[at]
        if kind == "S":
            word = tokens[chunks[at].first].low
            if word in ("after", "before") and kinds[at + 1] == "N":
                continue
            opens = at > number and kinds[at + 1] not in "VWRS,"
            opens = opens and word == "that"
            if opens and is_told and kinds[at - 2 : at + 2] == ",NSQ":
                return at
            return at if opens and not _is_relative(tokens, chunks, at) else None
        if kind not in "PNTA,":
            return None
    return None


def _is_relative(tokens: list[Token], chunks: list[Chunk], at: int) -> bool:
    before, head = chunks[at - 2] if at > 1 else None, tokens[chunks[at - 1].last - 1]
    if chunks[at - 1].kind != "N" or head.is_capital:
        return False
    if before is None or before.kind != "P":
        return True
    subject = tokens[chunks[at + 1].first].low
    about = tokens[before.first].low in ("of", "about", "against", "for")
    return about and subject not in ("he", "she", "it", "they", "there")


def after(chunks: list[Chunk], cue: Cue) -> int:
    """Give the number of the first chunk after a cue."""
    number = cue.chunk_no
    while number < len(chunks) and chunks[number].last <= cue.last:
        number += 1
    return number


def _is_he(tokens: list[Token], chunks: list[Chunk], number: int) -> bool:
    return tokens[chunks[number].first].low in ("he", "she", "it", "they", "there")


def _counts(tokens: list[Token], chunks: list[Chunk], number: int) -> bool:
    return number + 1 < len(chunks) and is_number(tokens[chunks[number + 1].first])


def _only_aside(kinds: str, number: int) -> bool:
    """Whether a comma after the cue leads on to the reported words."""
    return kinds[number + 1 : number + 2] in ("Q", "S", "P", "T", "A", "N")


def group_end(tokens: list[Token], chunks: list[Chunk], kinds: str, number: int) -> int:
    """Give the chunk past a noun group with its "of", "for" and "at" groups."""
    end = number + 1
    while (
        kinds[end : end + 2] in ("PN", "CN")
        and tokens[chunks[end].first].low in ("of", "for", "at", "in", "from", "with", "and", "on")
        and kinds[end + 2 : end + 3] != "V"
    ):
        end += 2
    return end
