"""Find sentences; a quotation never splits the sentence around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tasks.extract.cue_forms import cue_forms
from tasks.extract.masking import VEIL, veil, veiled_span
from tasks.lexicon.files import read_words
from tasks.records import Mark, Span

LONGEST_SENTENCE = 1500  # characters without quotations; longer ones are lists or tables
LONGEST_TAG = 60  # characters in which a tag such as `Ms Reid asked.` names its verb

_PARAGRAPH = re.compile(r"[^\n]+")
_BOUNDARY = re.compile(
    rf"(?P<stop>[.?!…]+[)\]]*)(?=\s+[(\[—–-]?\s?[A-Z0-9À-Þ“‘\"'#@•{VEIL}])"
    rf"|(?P<said>{VEIL}[.?!…]?)(?=\s+[A-Z0-9À-Þ{VEIL}]|[A-ZÀ-Þ])"
)
_SPACE = re.compile(r"\s")
_FIRST_WORD = re.compile(
    r"(?:The|This|That|These|Those|He|She|It|They|We|You|There|But|And)\b"
)  # of a sentence, and never a surname
_LAST_WORD = re.compile(r"[\w.&'’-]+$")
_WORD = re.compile(r"[\w'’.-]+")


def find_sentences(text: str, marks: tuple[Mark, ...]) -> tuple[Span, ...]:
    """Find the sentences of a text, in reading order, without white space around them.

    Args:
        text: Paragraphs separated by line feeds; no sentence crosses one.
        marks: Its stretches between quotation marks.
    """
    return find_veiled_sentences(text, veil(text, marks), marks)


def find_veiled_sentences(text: str, view: str, marks: tuple[Mark, ...]) -> tuple[Span, ...]:
    """Find the sentences of a text whose veiled view is at hand."""
    ends = {veiled_span(text, mark).end: mark for mark in marks}
    sentences: list[Span] = []
    for paragraph in _PARAGRAPH.finditer(view):
        start = paragraph.start()
        for boundary in _BOUNDARY.finditer(view, paragraph.start(), paragraph.end()):
            if boundary.end() > start and _is_end(text, view, boundary, ends):
                sentences += _pieces(view, start, boundary.end())
                start = boundary.end()
        sentences += _pieces(view, start, paragraph.end())
    return tuple(trimmed for span in sentences if (trimmed := _trimmed(text, span)) is not None)


def _pieces(view: str, start: int, end: int) -> Iterator[Span]:
    """Cut what is too long for a sentence at white space, never inside a quotation."""
    while end - start > LONGEST_SENTENCE:
        space = _SPACE.search(view, start + LONGEST_SENTENCE, end)
        if space is None:
            break
        yield Span(start, space.start())
        start = space.end()
    yield Span(start, end)


def _is_end(text: str, view: str, boundary: re.Match[str], ends: dict[int, Mark]) -> bool:
    if boundary["said"] is not None:
        return _ends_in_marks(text, view, boundary, ends)
    stop = boundary["stop"]
    if stop[0] != ".":
        return True
    word = _LAST_WORD.search(view, max(boundary.start() - 20, 0), boundary.start())
    if word is None or len(stop) > 1:
        return True
    return not _is_abbreviation(word.group(), view[boundary.end() : boundary.end() + 20].lstrip())


def _ends_in_marks(text: str, view: str, boundary: re.Match[str], ends: dict[int, Mark]) -> bool:
    mark = ends.get(boundary.start() + 1)
    if mark is None:
        return False
    last = boundary["said"][1:] or text[mark.start : mark.end].rstrip("”’'\" )")[-1:]
    if last not in ".?!…":
        return False
    if boundary["said"][1:] == ".":
        return True
    if last == "." and not boundary["said"][1:] and text[mark.end - 3 : mark.end] != "...":
        return True
    return not _is_tag(view, boundary.end())


def _is_tag(view: str, start: int) -> bool:
    """Whether what follows a quotation that ends in ? or ! says who uttered it."""
    words = _WORD.findall(view[start : start + LONGEST_TAG].replace(".,", ","))[:7]
    forms = cue_forms()
    for number, word in enumerate(words):
        readings = forms.get(word.rstrip(".,"))
        if readings and readings[0].tense in ("past", "present") and number:
            if readings[0].is_thought:
                return False
            return readings[0].complement != "marks" or (words[0][0].isupper() and number < 3)
        if word[-1] in ".?!" and word.lower().rstrip(".") not in _abbreviations():
            return False
    return False


def _is_abbreviation(word: str, following: str) -> bool:
    """Whether the full stop behind a word belongs to it, and the sentence goes on."""
    low = word.lower()
    if low == "st" and _FIRST_WORD.match(following):
        return False  # "on Main St. The road", but "St. Louis"
    if low in _abbreviations():
        return True
    if following[:1].isdigit() and (word == "No" or low in _before_numbers()):
        return True
    if len(word) == 1 and word.isupper():  # "George W. Bush", but "Plan B. It failed"
        return not (_FIRST_WORD.match(following) or (word == "I" and following))
    first = _WORD.match(following)
    if low in ("a.m", "p.m"):
        return first is not None and first.group().lower().rstrip(".") in _after_hours()
    if ("." in word and word.replace(".", "").isupper()) or (
        word[0].isupper() and low in _within_names()
    ):
        # U.S. Senate goes on; "in the U.S. He said" does not.
        return first is not None and first.group().lower() not in _openers()
    return False


def _before_numbers() -> frozenset[str]:
    return read_words("function_words.txt", "abbreviations before numbers")


def _within_names() -> frozenset[str]:
    return read_words("function_words.txt", "abbreviations within names")


def _after_hours() -> frozenset[str]:
    return read_words("function_words.txt", "words after the hour")


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[str]:
    return read_words("function_words.txt", "honorific abbreviations") - {
        "no",
        "co",
        "inc",
        "ltd",
        "corp",
    }


@lru_cache(maxsize=1)
def _openers() -> frozenset[str]:
    name = "function_words.txt"
    return (
        read_words(name, "pronouns")
        | read_words(name, "determiners")
        | read_words(name, "subordinators")
        | read_words(name, "prepositions")
        | frozenset(("but", "and"))
    )


def _trimmed(text: str, span: Span) -> Span | None:
    """Take the white space off both ends; null when nothing is left."""
    words = text[span.start : span.end]
    inner = words.strip()
    if len(inner) == len(words):
        return span if inner else None
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(inner)) if inner else None
