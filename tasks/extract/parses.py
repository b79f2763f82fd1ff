"""A sentence as the rules see it: tokens, chunks, cues with their sources."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.extract.chunks import chunk
from tasks.extract.cue import Cue
from tasks.extract.cue_forms import document_nouns, speaking_nouns
from tasks.extract.cues import find_cues, telling_cues
from tasks.extract.subject_patterns import heads_of, kinds_of
from tasks.extract.subjects import find_subject
from tasks.extract.tokens import Chunk, Token, tokenize
from tasks.extract.verb_forms import function_words
from tasks.lexicon.files import read_phrases
from tasks.records import Span

NAMING = frozenset(["call", "name", "title", "dub", "label", "style", "term", "nickname"])
FINDING = 4  # tokens from "found" to its "that"
MOST_CUES = 40  # in a sentence; one with more is a list or rubbish


@dataclass(frozen=True, slots=True)
class Parse:
    """A sentence as the rules see it."""

    span: Span
    """The sentence."""

    tokens: list[Token]
    chunks: list[Chunk]
    kinds: str
    """Letters of the chunks."""

    heads: str
    """The same with W for verbs that take a clause."""

    capitals: frozenset[int]
    """Offsets of the quotations that begin like a sentence."""

    pauses: frozenset[int]
    """Offsets of the quotations that end in a comma, as if one followed."""

    predicates: frozenset[int]
    """Offsets of the quotations that begin with a verb: “is like a dream”."""

    frames: list[tuple[Cue, tuple[int, int]]]
    """Cues with their sources as token numbers."""


def parse(
    view: str,
    span: Span,
    capitals: frozenset[int] = frozenset(),
    titles: frozenset[int] = frozenset(),
    pauses: frozenset[int] = frozenset(),
    predicates: frozenset[int] = frozenset(),
) -> Parse:
    """Read a sentence of the veiled view.

    Args:
        view: The whole text with the words in marks veiled.
        span: The sentence.
        capitals: Offsets of the quotations that begin with a capital.
        titles: Offsets of marked stretches that are names, not quotations.
        pauses: Offsets of the quotations that end in a comma.
        predicates: Offsets of the quotations that begin with a verb.
    """
    tokens = tokenize(view, span.start, span.end, titles, pauses)
    chunks = chunk(tokens)
    kinds, heads = kinds_of(chunks), heads_of(tokens, chunks)
    frames: list[tuple[Cue, tuple[int, int]]] = []
    cues = find_cues(tokens, chunks)[:MOST_CUES]
    if pauses and "Q" in kinds:
        cues += telling_cues(tokens, chunks, kinds, pauses, cues)
    for cue in cues:
        subject = find_subject(tokens, chunks, heads, cue, frames, pauses)
        if subject is not None and _is_supposed(tokens, chunks, subject):
            cue = replace(cue, is_negated=True)
        if subject is not None and not _is_empty(tokens, cue, subject):
            frames.append((cue, subject))
    return Parse(span, tokens, chunks, kinds, heads, capitals, pauses, predicates, frames)


def _is_empty(tokens: list[Token], cue: Cue, subject: tuple[int, int]) -> bool:
    """Whether the subject says nothing: "it is too soon to say", "the shop carries"."""
    first = tokens[subject[0]].low
    if cue.lemma == "find" and not _is_finding(tokens, cue, subject):
        return True
    if cue.lemma in NAMING and _is_named(tokens, cue, subject):
        return True
    if cue.cue_class == "document" and cue.complement == "marks":
        head = tokens[subject[1] - 1]
        return not head.is_capital and head.low not in document_nouns()
    if first in ("one", "you") and subject[1] - subject[0] == 1 and cue.is_modal:
        return True
    return first in ("there", "it's", "that's") or (first == "it" and cue.mood == "infinitive")


def _is_finding(tokens: list[Token], cue: Cue, subject: tuple[int, int]) -> bool:
    """Whether somebody states a finding: "the inquiry found that", not "she found a coin"."""
    clause = any(token.low == "that" for token in tokens[cue.last : cue.last + FINDING])
    nouns = {tokens[at].low for at in range(*subject)}
    return clause and cue.mood == "finite" and bool(nouns & speaking_nouns())


def _is_named(tokens: list[Token], cue: Cue, subject: tuple[int, int]) -> bool:
    """Whether a thing only has the name in marks: "a part of the app called “settings”"."""
    if cue.last >= len(tokens) or not tokens[cue.last].is_quotation or cue.mood != "finite":
        return False
    head = subject[0]
    while head + 1 < subject[1] and tokens[head + 1].low not in function_words("prepositions"):
        head += 1
    name = tokens[head]
    return not (
        name.is_capital
        or name.low in speaking_nouns() - document_nouns()
        or name.low in function_words("pronouns")
        or name.low in function_words("relatives")
        or name.low.endswith("s")
        or tokens[head].low in function_words("determiners")
        or (subject[0] and tokens[subject[0] - 1].low in ("what", "that", "which", "whom"))
        or not tokens[cue.last - 1].low.endswith("ed")
    )


def _is_supposed(tokens: list[Token], chunks: list[Chunk], subject: tuple[int, int]) -> bool:
    """Whether a clause only supposes that somebody says so: "if he says", "unless she agrees"."""
    before = tokens[subject[0] - 1].low if subject[0] else ""
    return before in ("if", "unless", "whether", "until")


def source_span(sentence: Parse, tokens: tuple[int, int]) -> Span:
    """Give the characters of a source, without a possessive ending.

    Where nothing is owned, the ending is the name's: "Pellman’s, the baker, warned".
    """
    start = name_start(sentence.tokens, tokens)
    first, last = sentence.tokens[start], sentence.tokens[tokens[1] - 1]
    end = last.end
    if last.is_possessive and not _owns_nothing(sentence, tokens[1]):
        end -= 2 if last.word[-1] in "sS" and last.word[-2] in "'’" else 1
    return Span(first.start, end)


def _owns_nothing(sentence: Parse, following: int) -> bool:
    """Whether a comma or a verb follows a possessive."""
    if following >= len(sentence.tokens):
        return False
    number = chunk_of(sentence, following)
    return sentence.chunks[number].first == following and sentence.kinds[number] in ",V"


def name_start(tokens: list[Token], group: tuple[int, int]) -> int:
    """Find where the name starts in a noun group that ends in one: past the job title.

    "union leader Pat Moroney" -> "Pat Moroney"; "Mr Lavrov" and "President Obi" stay whole.
    """
    first, last = group
    if any(tokens[i].low in ("and", "&", ",") for i in range(first, last)):
        return first
    at = last
    while at > first and tokens[at - 1].is_capital and not tokens[at - 1].is_quotation:
        at -= 1
        if at < last - 1 and tokens[at].is_possessive:
            at += 1
            break
    if last - at < 2 or any(not tokens[i].word[0].isalpha() for i in range(at, last)):
        return first
    titled = at
    for number in range(at, last - 2):
        if tokens[number].low.rstrip(".") in job_titles():
            titled = number + 1
    if titled == last - 2 and tokens[titled].low in job_titles():
        titled = at  # "Attorney General Voss" stays whole
    if titled == at and at > first and tokens[at - 1].low not in speaking_nouns():
        return first
    return titled if titled > at or at > first else first


@lru_cache(maxsize=1)
def job_titles() -> frozenset[str]:
    """Give capitalised titles that are no part of how a source is named (lower case)."""
    groups = ("political", "legal", "service", "other")
    phrases = frozenset(p for g in groups for p in read_phrases("honorifics.txt", g))
    words = frozenset(word.lower().rstrip(".") for phrase in phrases for word in phrase.split())
    return words - {"of", "and", "lord", "mr", "mrs", "ms"}


def chunk_span(sentence: Parse, chunks: tuple[int, int] | None) -> Span | None:
    """Give the characters of some chunks."""
    if chunks is None:
        return None
    first, last = sentence.chunks[chunks[0]], sentence.chunks[chunks[1] - 1]
    return source_span(sentence, (first.first, last.last))


def is_predicate(sentence: Parse, number: int) -> bool:
    """Whether a quotation begins with a verb: “is like a dream”."""
    return sentence.tokens[sentence.chunks[number].first].start in sentence.predicates


def is_capital(sentence: Parse, number: int) -> bool:
    """Whether a quotation begins with a capital."""
    return sentence.tokens[sentence.chunks[number].first].start in sentence.capitals


def chunk_of(sentence: Parse, token: int) -> int:
    """Give the number of the chunk that a token stands in."""
    return max(bisect_right(sentence.chunks, token, key=lambda piece: piece.first) - 1, 0)


def starts_clause(sentence: Parse, number: int) -> bool:
    """Whether only a connective stands before a quotation."""
    return sentence.kinds[:number].strip("QCBA,-.(") == "" or sentence.kinds[number - 1] == ":"


def clause_start(sentence: Parse, number: int) -> int:
    """Find the chunk a clause starts with, past "Meanwhile," and "but"."""
    kinds = sentence.kinds
    start = max(kinds.rfind(";", 0, number) + 1, 0)
    while start < number and (
        kinds[start] in "CB," or (kinds[start] in "AT" and kinds[start + 1 : start + 2] == ",")
    ):
        start += 1
    return start


def quotation(sentence: Parse, number: int) -> Span:
    """Give the span of a quotation with its marks; they are taken off later."""
    token = sentence.tokens[sentence.chunks[number].first]
    return Span(token.start, token.end)


def stretch(sentence: Parse, first: int, last: int) -> Span:
    """Give the characters from one chunk to just before another."""
    start = sentence.tokens[sentence.chunks[first].first].start
    end = sentence.tokens[sentence.chunks[last - 1].last - 1].end
    return Span(start, end)
