"""Find quotes: direct, mixed and indirect, with their cues and sources, in a text of an article."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.extract.attributions import Attribution, attribute
from tasks.extract.cue_forms import cue_forms, cue_nouns
from tasks.extract.cue_nouns import INSISTING, VIEWS
from tasks.extract.discourse import Thread, gathered, thread_paragraph
from tasks.extract.english import is_english
from tasks.extract.headlines import plain_headlines
from tasks.extract.interviews import find_turns
from tasks.extract.introductions import SAYINGS
from tasks.extract.mark_traits import is_title, mark_traits
from tasks.extract.marks import find_marks
from tasks.extract.masking import VEIL, veil, veiled_span
from tasks.extract.not_a_quote import QUOTATION, quotation_probability
from tasks.extract.parses import parse
from tasks.extract.parts import bare_part, type_of
from tasks.extract.prose import is_prose, may_name
from tasks.extract.sentences import find_veiled_sentences
from tasks.extract.tokens import auxiliaries
from tasks.extract.unattributed import words_in_marks
from tasks.records import Article, Mark, Quote, QuoteField, Span

FRONT_QUOTATION = 0.25  # the same in a headline, where marks are kept for what was said
LONGEST_AUXILIARY = 10  # characters, with the space behind it
# Rules for quotations that are a paragraph each.
ALONE = frozenset(["floating.mentioned", "floating.turn", "direct.announced", "direct.signed"])
CONTEXT = 80  # characters before and after a quote, the customary TextQuoteSelector length

_WORD = re.compile(r"\w+")
_LETTER_RUN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class TextQuotes:
    """What was found in a text."""

    quotes: tuple[Quote, ...]
    marks: tuple[Mark, ...]
    sentences: tuple[Span, ...]


def annotate_text(
    text: str, field: QuoteField = "body", article_id: str = "", *, english: bool = True
) -> TextQuotes:
    """Find the marks, sentences and quotes of a text.

    Args:
        text: Paragraphs separated by line feeds.
        field: The field of the article that the text is.
        article_id: Part of the quotes' ids.
        english: Whether the article is. Who says what in other languages is not known; of them
            quotes are what stands in marks and looks like words that were said.
    """
    marks = find_marks(text)
    view = plain_headlines(veil(text, marks))
    sentences = find_veiled_sentences(text, view, marks)
    sure = QUOTATION if field == "body" else FRONT_QUOTATION
    if english:
        found = _attributions(text, view, marks, sentences, sure)
    else:
        found = list(words_in_marks(text, marks))
    quotes = _records(text, field, article_id, marks, found)
    return TextQuotes(quotes, marks, sentences)


def find_quotes(
    text: str, field: QuoteField = "body", article_id: str = "", *, english: bool = True
) -> tuple[Quote, ...]:
    """Find the quotes of a text, in reading order, their sources not yet resolved to speakers."""
    return annotate_text(text, field, article_id, english=english).quotes


def find_article_quotes(article: Article) -> tuple[Quote, ...]:
    """Find the quotes of headline, standfirst and body, numbered in this order."""
    quotes: list[Quote] = []
    english = is_english(article.text)
    fields: tuple[tuple[QuoteField, str | None], ...] = (
        ("headline", article.headline),
        ("standfirst", article.standfirst),
        ("body", article.text),
    )
    for field, text in fields:
        if text:
            quotes += find_quotes(text, field, article.article_id, english=english)
    return identified(quotes, article.article_id)


def identified(quotes: list[Quote], article_id: str) -> tuple[Quote, ...]:
    """Give quotes numbers, and ids made of article, folded words and ordinal among equals."""
    seen: Counter[str] = Counter()
    result: list[Quote] = []
    for number, quote in enumerate(quotes):
        folded = fold_words(quote.quote)
        ordinal = seen[folded]
        seen[folded] += 1
        result.append(
            replace(quote, quote_no=number, quote_id=_digest(article_id, folded, str(ordinal)))
        )
    return tuple(result)


def fold_words(words: str) -> str:
    """Fold the words of a quote for comparison: no case, accents or punctuation."""
    plain = unicodedata.normalize("NFKD", words.replace("’", "").replace("'", ""))
    return " ".join(_WORD.findall(plain.casefold()))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def _attributions(
    text: str,
    view: str,
    marks: tuple[Mark, ...],
    sentences: tuple[Span, ...],
    sure: float = QUOTATION,
) -> list[tuple[int, Attribution]]:
    """Read the text paragraph by paragraph; give its attributions, each with its paragraph."""
    by_veil = {veiled_span(text, mark).start: mark for mark in marks}
    veils = sorted(by_veil)
    capitals = frozenset(
        start for start, mark in by_veil.items() if text[mark.start : mark.start + 1].isupper()
    )
    titles = frozenset(
        start for start, mark in by_veil.items() if is_title(mark_traits(text, mark))
    )
    pauses = frozenset(
        start
        for start, mark in by_veil.items()
        if text[mark.end - 1 : mark.end] == "," or text[mark.end + 1 : mark.end + 2] == ","
    )
    predicates = frozenset(
        start
        for start, mark in by_veil.items()
        if text[mark.start : mark.start + LONGEST_AUXILIARY].partition(" ")[0] in auxiliaries()
    )
    thread = Thread(text)
    breaks = [m.start() for m in re.finditer(r"\n", text)]
    grouped: dict[int, list[Span]] = {}
    for sentence in sentences:
        grouped.setdefault(bisect_right(breaks, sentence.start), []).append(sentence)
    filled = {line: number for number, line in enumerate(sorted(grouped))}
    answers = {bisect_right(breaks, turn.label.start): turn for turn in find_turns(text)}
    for line, spans in grouped.items():
        if line in answers:
            turn = answers[line]
            thread.found.append(Attribution((turn.words,), "interview.label", source=turn.label))
            continue
        if not is_prose(text[spans[0].start : spans[-1].end]):
            thread.announced = None
            continue
        read = []
        has_marks = VEIL in view[spans[0].start : spans[-1].end]
        for span in spans:
            quoted = bisect_right(veils, span.end - 1) > bisect_right(veils, span.start - 1)
            leads = has_marks or (
                span is spans[-1] and view[span.end : span.end + 4].lstrip().startswith(VEIL)
            )
            if not quoted and not leads and not _may_report(view, span):
                continue
            parsed = parse(view, span, capitals, titles, pauses, predicates)
            read.append((parsed, attribute(parsed)))
        if read:
            thread_paragraph(thread, filled[line], read, by_veil)
        else:
            thread.announced = None
    return [
        (filled.get(bisect_right(breaks, kept.parts[0].start), 0), kept)
        for made in gathered(thread)
        if (made.source is None or may_name(text[made.source.start : made.source.end]))
        and (kept := _quoted(text, by_veil, made, sure)).parts
    ]


def _quoted(text: str, by_veil: dict[int, Mark], made: Attribution, sure: float) -> Attribution:
    """Leave out parts that are nothing but a marked title, nickname or term."""
    parts = tuple(
        part
        for part in made.parts
        if (mark := by_veil.get(part.start)) is None
        or part.end > mark.end + 2
        or quotation_probability(text, mark, made) >= sure
        or _stands_alone(text, mark, made)
    )
    return made if len(parts) == len(made.parts) else replace(made, parts=parts)


def _stands_alone(text: str, mark: Mark, made: Attribution) -> bool:
    """Whether a marked sentence, however short, is a paragraph of its own."""
    if made.rule_id not in ALONE or text[mark.end - 1 : mark.end] not in (".", "?", "!"):
        return False
    before, after = text[max(mark.start - 2, 0) : mark.start - 1], text[mark.end + 1 : mark.end + 2]
    return before in ("", "\n") and after in ("", "\n") and made.source is not None


def _may_report(view: str, span: Span) -> bool:
    if view[span.end - 1] in ":," or view[span.start] in "—–-":
        return True
    words = view[span.start : span.end].lower().split()
    return not _reporting_words().isdisjoint([word.strip(",.:;—–-()") for word in words])


@lru_cache(maxsize=1)
def _reporting_words() -> frozenset[str]:
    nouns = frozenset(cue_nouns()) | SAYINGS | VIEWS | INSISTING
    return frozenset(cue_forms()) | nouns | {"according", "words"}


def _records(
    text: str,
    field: QuoteField,
    article_id: str,
    marks: tuple[Mark, ...],
    found: list[tuple[int, Attribution]],
) -> tuple[Quote, ...]:
    starts = [mark.start for mark in marks]
    quotes = [
        quote
        for paragraph_no, made in found
        if (quote := _record(text, field, marks, starts, paragraph_no, made)) is not None
    ]
    quotes.sort(key=lambda quote: (quote.start, quote.end))
    return identified(quotes, article_id)


def _record(
    text: str,
    field: QuoteField,
    marks: tuple[Mark, ...],
    starts: list[int],
    paragraph_no: int,
    made: Attribution,
) -> Quote | None:
    parts = tuple(
        part
        for raw in sorted(made.parts, key=lambda p: p.start)
        if (part := bare_part(text, raw, marks, starts))
    )
    if not parts:
        return None
    words = " ".join(text[part.start : part.end] for part in parts)
    word_count = len(_LETTER_RUN.findall(words))
    if not word_count:
        return None
    start, end = parts[0].start, parts[-1].end
    source, cue = made.source, made.cue
    return Quote(
        quote_no=0,
        quote_id="",
        field=field,
        quote=words,
        type=type_of(text, parts, marks, starts, made.rule_id),
        start=start,
        end=end,
        spans=parts,
        paragraph_no=paragraph_no,
        rule_id=made.rule_id,
        confidence=0.5,
        word_count=word_count,
        quote_hash=_digest(fold_words(words)),
        source=_words(text, source),
        source_start=source.start if source else None,
        source_end=source.end if source else None,
        via=_words(text, made.via),
        cue=_words(text, cue),
        cue_class=made.cue_class,
        cue_start=cue.start if cue else None,
        cue_end=cue.end if cue else None,
        addressee=_words(text, made.addressee),
        context_before=text[max(start - CONTEXT, 0) : start] or None,
        context_after=text[end : end + CONTEXT] or None,
    )


def _words(text: str, span: Span | None) -> str | None:
    return text[span.start : span.end] if span else None
