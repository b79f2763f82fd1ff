"""Quotations that no cue of their sentence claims: who goes on speaking, paragraph by paragraph."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tasks.extract.attributions import Attribution, Parse, source_span
from tasks.extract.cues import Cue
from tasks.extract.subjects import owner, subject_left, to_tokens
from tasks.records import Mark, Span

FARTHEST = 6  # paragraphs back in which a floating quotation looks for its speaker


@dataclass(slots=True)
class Thread:
    """Who has been speaking so far, while the text is read from its start."""

    found: list[Attribution] = field(default_factory=list)
    """What has been found, in reading order."""

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

    open_mark: int | None = None
    """Number in `found` of an attribution whose last mark was not closed."""


def label_source(sentence: Parse, number: int) -> tuple[str, Span] | None:
    """Find who is named where no verb reports: `Reid: “…”`, `“…” – Jane Reid`."""
    kinds, chunks, tokens = sentence.kinds, sentence.chunks, sentence.tokens
    before = kinds[:number]
    if before.endswith(":"):
        head = before[:-1].rstrip("TAP,")
        if head.endswith("N") and "V" not in head and len(head) <= 7:
            first = head.find("N")
            return "direct.label", source_span(sentence, to_tokens(tokens, chunks, (first, first + 1)))
        return None
    after = kinds[number + 1 :]
    if before.strip("QCA") == "" and after[:2] == "-N" and "V" not in after[:4]:
        return "direct.dash", source_span(sentence, (chunks[number + 2].first, chunks[number + 2].last))
    return None


def topic(sentence: Parse) -> Span | None:
    """Find whom a sentence without quotation is about: its subject, if a name or he or she."""
    verb = next((n for n, kind in enumerate(sentence.heads) if kind in "VW"), None)
    if verb is None or "Q" in sentence.kinds:
        return None
    found = subject_left(sentence.heads, verb)
    if found is None or sentence.kinds[found[0]] != "N":
        return None
    head = sentence.chunks[found[0]]
    first, last = sentence.tokens[head.first], sentence.tokens[head.last - 1]
    if first.low in ("he", "she") or (last.is_capital and first.low not in ("the", "it")):
        return source_span(sentence, (head.first, head.last))
    return None


def signature(sentence: Parse) -> Span | None:
    """Find the name in a line that signs the quotation above it: `— Jane Reid`."""
    kinds = sentence.kinds.rstrip(".")
    if kinds[:2] != "-N" or len(kinds) > 6 or "V" in kinds or "Q" in kinds:
        return None
    head = sentence.chunks[1]
    if not sentence.tokens[head.first].is_capital:
        return None
    return source_span(sentence, (head.first, head.last))


def clause_source(sentence: Parse, number: int) -> tuple[str, Span] | None:
    """Find whose words a mark inside a clause without a cue may be: its owner or its subject."""
    kinds, chunks, tokens = sentence.kinds, sentence.chunks, sentence.tokens
    if number and kinds[number - 1] == "N":
        possessor = owner(tokens, chunks[number - 1])
        if possessor is not None:
            return "mixed.possessive", source_span(sentence, possessor)
    frames = [(cue, source) for cue, source in sentence.frames if cue.chunk_no < number]
    if frames:
        return "mixed.frame", source_span(sentence, frames[-1][1])
    for verb in range(number - 1, -1, -1):
        if kinds[verb] != "V":
            continue
        found = subject_left(sentence.heads, verb)
        if found is not None and kinds[found[0]] == "N":
            return "mixed.subject", source_span(sentence, to_tokens(tokens, chunks, found))
    for cue, source in sentence.frames:
        if cue.chunk_no > number:
            return "mixed.later", source_span(sentence, source)
    for verb in range(number + 1, len(kinds)):
        if kinds[verb] == "V":
            found = subject_left(sentence.heads, verb)
            if found is not None and found[0] > number and kinds[found[0]] == "N":
                return "mixed.after", source_span(sentence, to_tokens(tokens, chunks, found))
    return None


def that_clause(sentence: Parse, number: int) -> Span | None:
    """Find the clause around a mark after "made it clear that …"."""
    kinds = sentence.kinds
    start = kinds.rfind("S", 0, number)
    if start < 1 or kinds[start - 1] in "N,." or sentence.tokens[sentence.chunks[start].first].low != "that":
        return None
    end = len(kinds)
    for stop in range(number + 1, len(kinds)):
        if kinds[stop] in ";.":
            end = stop
            break
    first = sentence.tokens[sentence.chunks[start + 1].first]
    last = sentence.tokens[sentence.chunks[end - 1].last - 1]
    return Span(first.start, last.end)


def announcement(sentence: Parse) -> Attribution | None:
    """Find who a sentence that ends in a colon announces: `She went on:`."""
    ending = sentence.kinds.rstrip(".")[-1:]
    if ending not in (":", ",") or (ending == "," and not sentence.frames):
        return None
    spoken = [(cue, source) for cue, source in sentence.frames if cue.mood != "noun"]
    if spoken:
        cue, source = spoken[-1]
        return _announced(sentence, source, cue)
    kinds = sentence.kinds
    for verb in range(len(kinds) - 1, -1, -1):
        if kinds[verb] == "V":
            found = subject_left(sentence.heads, verb)
            if found is not None:
                return _announced(sentence, to_tokens(sentence.tokens, sentence.chunks, found), None)
    first = kinds.find("N")
    if first >= 0:
        return _announced(sentence, to_tokens(sentence.tokens, sentence.chunks, (first, first + 1)), None)
    return None


def _announced(sentence: Parse, source: tuple[int, int], cue: Cue | None) -> Attribution:
    span = None
    if cue is not None:
        span = Span(sentence.tokens[cue.first].start, sentence.tokens[cue.last - 1].end)
    return Attribution(
        parts=(),
        rule_id="direct.announced",
        source=source_span(sentence, source),
        cue=span,
        cue_class=cue.cue_class if cue else None,
        lemma=cue.lemma if cue else "",
    )


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
    if signed is not None and thread.spoken is not None and thread.spoken_in == paragraph_no - 1:
        last = thread.found[thread.spoken]
        if last.rule_id.startswith("floating"):
            thread.found[thread.spoken] = replace(last, rule_id="direct.signed", source=signed)
        return
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
                here = thread.spoken = quoted[0] if attributions[0].rule_id == "direct.first" else quoted[-1]
                thread.spoken_in = paragraph_no
                if waiting and attributions[quoted[0] - base].rule_id == "direct.first":
                    _prepend(thread, quoted[0], [span for _, span in waiting])
                    waiting = []
            thread.reported, thread.reported_in = base + len(attributions) - 1, paragraph_no
            thread.mentioned = None
        elif mentioned := topic(sentence):
            thread.mentioned, thread.mentioned_in = mentioned, paragraph_no
        _join_broken(thread, base, marks)
        for number, kind in enumerate(sentence.kinds):
            if kind != "Q":
                continue
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


def _join_broken(thread: Thread, base: int, marks: dict[int, Mark]) -> None:
    """Join a quotation that a line break cut to the part whose cue has now been read."""
    if thread.open_mark is None or thread.open_mark >= base or base >= len(thread.found):
        return
    made, cut = thread.found[base], thread.found[thread.open_mark]
    mark = marks.get(made.parts[0].start) if made.parts else None
    if mark is None or not mark.is_continued or not cut.rule_id.startswith("floating"):
        return
    thread.found[base] = replace(made, parts=(*cut.parts, *made.parts))
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
    found = clause_source(sentence, number)
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
    thread.spoken = thread.reported = len(thread.found) - 1
    thread.spoken_in = thread.reported_in = paragraph_no
    return thread.spoken


def _extend(thread: Thread, number: int, span: Span) -> None:
    made = thread.found[number]
    thread.found[number] = replace(made, parts=(*made.parts, span))


def _prepend(thread: Thread, number: int, spans: list[Span]) -> None:
    made = thread.found[number]
    thread.found[number] = replace(made, parts=(*spans, *made.parts))


def _float(thread: Thread, paragraph_no: int, mark: Mark, span: Span) -> None:
    """Attribute a quotation that stands alone to whoever was speaking."""
    if thread.mentioned is not None and thread.mentioned_in == paragraph_no - 1:
        made = Attribution((span,), "floating.mentioned", source=thread.mentioned)
        _append(thread, paragraph_no, made)
        return
    last, rule = thread.spoken, "floating.spoken"
    if last is None or paragraph_no - thread.spoken_in > FARTHEST or thread.reported_in > thread.spoken_in:
        last, rule = thread.reported, "floating.reported"
    if last is None or paragraph_no - thread.reported_in > FARTHEST:
        _append(thread, paragraph_no, Attribution((span,), "floating.unclaimed"))
        return
    source = thread.found[last].source
    _append(thread, paragraph_no, Attribution((span,), rule, source=source))


def _remember_open(
    thread: Thread, sentences: list[tuple[Parse, list[Attribution]]], marks: dict[int, Mark]
) -> None:
    """Note which quotation the paragraph left open, for the next one to go on with."""
    thread.open_mark = None
    spans = [
        sentence.tokens[piece.first]
        for sentence, _ in sentences
        for piece in sentence.chunks
        if piece.kind == "Q"
    ]
    if not spans or marks[spans[-1].start].is_closed:
        return
    for number in range(len(thread.found) - 1, -1, -1):
        parts = thread.found[number].parts
        if any(part.start <= spans[-1].start < part.end for part in parts):
            thread.open_mark = number
            return
