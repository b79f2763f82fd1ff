"""Quotations that no cue of their sentence claims: who goes on speaking, paragraph by paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from tasks.extract.attributions import Attribution
from tasks.extract.introductions import (
    afterword,
    announcement,
    clause_source,
    label_source,
    signature,
    that_clause,
    topic,
)
from tasks.extract.parses import Parse
from tasks.extract.turns import Turn, next_speaker, read_turn
from tasks.records import Mark, Span

TAIL = re.compile(r"Q(?:P[NT])+\.")
FARTHEST = 6  # paragraphs back in which a floating quotation looks for its speaker


@dataclass(slots=True)
class Thread:
    """Who has been speaking so far, while the text is read from its start."""

    text: str = ""
    """The article."""

    found: list[Attribution] = field(default_factory=list)
    """What has been found, in reading order."""

    turns: list[Turn] = field(default_factory=list)
    """Paragraphs that begin with somebody's words in marks."""

    joined: dict[int, list[Span]] = field(default_factory=dict)
    """Number in `found` -> parts that were joined to it later."""

    holder: dict[int, int] = field(default_factory=dict)
    """Offset of a quotation placed on its own -> number in `found` of what it is part of."""

    spoken: int | None = None
    """Number in `found` of the last attribution with words in marks."""

    spoken_in: int = -1
    """The paragraph it stands in."""

    reported: int | None = None
    """Number in `found` of the last attribution of any kind."""

    reported_in: int = -1
    """The paragraph it stands in."""

    mentioned: Span | None = None
    """The subject of the last sentence that attributes nothing, if a name or he or she."""

    mentioned_in: int = -1
    """The paragraph it stands in."""

    announced: Attribution | None = None
    """A paragraph that ended in a colon: whose words come next."""

    before: int = 0
    """Length of `found` when the paragraph began."""

    open_mark: int | None = None
    """Number in `found` of an attribution whose last mark was not closed."""


def thread_paragraph(
    thread: Thread,
    paragraph_no: int,
    sentences: list[tuple[Parse, list[Attribution]]],
    marks: dict[int, Mark],
) -> None:
    """Read one paragraph: take in what its sentences attribute, place the quotations left over.

    Args:
        thread: What was read so far; changed in place.
        paragraph_no: Number of the paragraph.
        sentences: Its sentences with their attributions.
        marks: Marks of the text by the offset at which their veil starts.
    """
    signed = signature(sentences[0][0]) if len(sentences) == 1 else None
    told = signed or afterword(sentences[0][0])
    if told is not None and thread.spoken is not None and thread.spoken_in == paragraph_no - 1:
        last = thread.found[thread.spoken]
        if last.rule_id.startswith("floating"):
            thread.found[thread.spoken] = replace(last, rule_id="direct.signed", source=told)
    if signed is not None:
        return
    thread.before = len(thread.found)
    waiting: list[tuple[Mark, Span]] = []
    here: int | None = None
    for sentence, attributions in sentences:
        base = len(thread.found)
        for made in attributions:
            thread.found.append(made)
        covered = [part for made in attributions for part in made.parts]
        if attributions:
            quoted = [base + n for n, made in enumerate(attributions) if _has_marks(made, marks)]
            if quoted:
                here = thread.spoken = (
                    quoted[0] if attributions[0].rule_id == "direct.first" else quoted[-1]
                )
                thread.spoken_in = paragraph_no
                if waiting and attributions[quoted[0] - base].rule_id == "direct.first":
                    _prepend(thread, quoted[0], [span for _, span in waiting])
                    waiting = []
            thread.reported, thread.reported_in = base + len(attributions) - 1, paragraph_no
            thread.mentioned = None
        elif waiting and (told := afterword(sentence)) is not None:
            spans = tuple(span for _, span in waiting)
            here = _append(thread, paragraph_no, Attribution(spans, "direct.signed", source=told))
            waiting = []
        elif mentioned := topic(sentence):
            thread.mentioned, thread.mentioned_in = mentioned, paragraph_no
        _join_broken(thread, base, marks)
        quotations = [number for number, kind in enumerate(sentence.kinds) if kind == "Q"]
        for number in quotations:
            token = sentence.tokens[sentence.chunks[number].first]
            span = Span(token.start, token.end)
            if any(part.start <= span.start and span.end <= part.end for part in covered):
                continue
            here = _place(thread, paragraph_no, sentence, number, span, marks, here, waiting)
        thread.announced = announcement(sentence) or (
            thread.announced if not sentence.tokens else None
        )
    for mark, span in waiting:
        _float(thread, paragraph_no, mark, span)
    _remember_open(thread, sentences, marks)
    spoken = thread.spoken if thread.spoken_in == paragraph_no else None
    if spoken is not None and sentences[0][0].kinds.startswith("Q"):
        said = [marks[start] for start in _quoted(sentences)]
        thread.turns += read_turn(thread.text, paragraph_no, thread.found[spoken], said)


def _join_broken(thread: Thread, base: int, marks: dict[int, Mark]) -> None:
    """Join a quotation that a line break cut to the part whose cue has now been read."""
    if thread.open_mark is None or thread.open_mark >= base or base >= len(thread.found):
        return
    made, cut = thread.found[base], thread.found[thread.open_mark]
    mark = marks.get(made.parts[0].start) if made.parts else None
    if mark is None or not mark.is_continued or not cut.rule_id.startswith("floating"):
        return
    earlier = (*cut.parts, *thread.joined.pop(thread.open_mark, ()))
    thread.found[base] = replace(made, parts=(*earlier, *made.parts))
    thread.found[thread.open_mark] = replace(cut, parts=())
    thread.open_mark = None


def _place(
    thread: Thread,
    paragraph_no: int,
    sentence: Parse,
    number: int,
    span: Span,
    marks: dict[int, Mark],
    here: int | None,
    waiting: list[tuple[Mark, Span]],
) -> int | None:
    mark = marks[span.start]
    named = label_source(sentence, number)
    if named is not None:
        return _append(thread, paragraph_no, Attribution((span,), named[0], source=named[1]))
    whole = sentence.kinds.strip("Q.,CBA-") == ""
    if whole:
        if mark.is_continued and thread.open_mark is not None:
            _extend(thread, thread.open_mark, span)
            thread.spoken, thread.spoken_in = thread.open_mark, paragraph_no
            return thread.open_mark
        if here is not None:
            _extend(thread, here, span)
            return here
        if thread.announced is not None:
            announced = replace(thread.announced, parts=(span,))
            thread.announced = None
            return _append(thread, paragraph_no, announced)
        if thread.mentioned is not None and thread.mentioned_in == paragraph_no:
            beat = Attribution((span,), "floating.beat", source=thread.mentioned)
            return _append(thread, paragraph_no, beat)
        waiting.append((mark, span))
        return None
    if number == 0 and here is not None and TAIL.fullmatch(sentence.kinds):
        # “That is the fight we are taking” to the rest of the country.
        _extend(thread, here, Span(span.start, sentence.tokens[-1].start))
        return here
    found = clause_source(sentence, number)
    if found is not None and found[0] == "mixed.headline" and here is not None:
        found = None  # Ms Reid said so. The council “has failed us.”
    if found is None and here is not None:
        found = "mixed.carried", thread.found[here].source or span
    if found is None and thread.reported is not None:
        source = thread.found[thread.reported].source
        found = ("mixed.carried", source) if source else None
    if found is not None:
        part = that_clause(sentence, number) if found[0] == "mixed.subject" else None
        thread.found.append(Attribution((part or span,), found[0], source=found[1]))
    else:
        thread.found.append(Attribution((span,), "mixed.unclaimed"))
    return here


def _has_marks(made: Attribution, marks: dict[int, Mark]) -> bool:
    return made.rule_id.startswith("direct") or any(part.start in marks for part in made.parts)


def _append(thread: Thread, paragraph_no: int, made: Attribution) -> int:
    thread.found.append(made)
    for part in made.parts:
        thread.holder[part.start] = len(thread.found) - 1
    thread.spoken = thread.reported = len(thread.found) - 1
    thread.spoken_in = thread.reported_in = paragraph_no
    return thread.spoken


def _extend(thread: Thread, number: int, span: Span) -> None:
    thread.joined.setdefault(number, []).append(span)
    thread.holder[span.start] = number


def _prepend(thread: Thread, number: int, spans: list[Span]) -> None:
    made = thread.found[number]
    thread.found[number] = replace(made, parts=(*spans, *made.parts))


def _float(thread: Thread, paragraph_no: int, mark: Mark, span: Span) -> None:
    """Attribute a quotation that stands alone to whoever was speaking."""
    if thread.mentioned is not None and thread.mentioned_in == paragraph_no - 1:
        made = Attribution((span,), "floating.mentioned", source=thread.mentioned)
        _append(thread, paragraph_no, made)
        return
    words = thread.text[mark.start : mark.end]
    other = next_speaker(thread.turns, paragraph_no, words) if mark.is_closed else None
    if other is not None:
        _append(thread, paragraph_no, Attribution((span,), "floating.turn", source=other))
        return
    last, rule = thread.spoken, "floating.spoken"
    if (
        last is None
        or paragraph_no - thread.spoken_in > FARTHEST
        or thread.reported_in > thread.spoken_in
    ):
        last, rule = thread.reported, "floating.reported"
    if last is None or paragraph_no - thread.reported_in > FARTHEST:
        _append(thread, paragraph_no, Attribution((span,), "floating.unclaimed"))
        return
    if (
        thread.reported is not None
        and thread.reported > last
        and thread.reported_in == thread.spoken_in
        and thread.found[last].rule_id == "mixed.fragment"
    ):
        last = thread.reported  # "Reid, who calls it a “farce”, said he would leave"
    source = thread.found[last].source
    _append(thread, paragraph_no, Attribution((span,), rule, source=source))


def _quoted(sentences: list[tuple[Parse, list[Attribution]]]) -> list[int]:
    """Give the offsets of the veils in a paragraph."""
    return [
        sentence.tokens[piece.first].start
        for sentence, _ in sentences
        for piece in sentence.chunks
        if piece.kind == "Q"
    ]


def _remember_open(
    thread: Thread, sentences: list[tuple[Parse, list[Attribution]]], marks: dict[int, Mark]
) -> None:
    """Note which quotation the paragraph left open, for the next one to go on with."""
    thread.open_mark = None
    starts = _quoted(sentences)
    if not starts or marks[starts[-1]].is_closed:
        return
    start = starts[-1]
    if start in thread.holder:
        thread.open_mark = thread.holder[start]
        return
    for number in range(len(thread.found) - 1, thread.before - 1, -1):
        if any(part.start <= start < part.end for part in thread.found[number].parts):
            thread.open_mark = number
            return


def gathered(thread: Thread) -> list[Attribution]:
    """Give everything found, with the parts joined to it."""
    return [
        replace(made, parts=(*made.parts, *thread.joined[number]))
        if number in thread.joined
        else made
        for number, made in enumerate(thread.found)
    ]
