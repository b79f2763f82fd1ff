"""What a cue reports without marks: a clause after it, before it, or around it."""

from __future__ import annotations

import re

from tasks.extract.closings import clause_limit, close_content
from tasks.extract.contents import Opening
from tasks.extract.cue import Cue
from tasks.extract.cue_forms import speaking_nouns
from tasks.extract.interruptions import interrupted
from tasks.extract.parses import Parse, clause_start, stretch
from tasks.extract.requests import request_end, requested
from tasks.extract.tokens import auxiliaries
from tasks.records import Span

# Verbs that go with "that", but not always: "denied he had known".
BARE_AS_WELL = frozenset(
    ["deny", "dispute", "agree", "concur", "complain", "protest", "boast", "brag", "lament",
     "counter", "contend", "attest", "affirm", "imply", "signal", "project", "emphasise",
     "emphasize", "guarantee", "aver", "depose", "submit", "caution", "proclaim", "assure",
     "reassure", "remind"]
)  # fmt: skip
ASSURING = frozenset(["assure", "reassure", "remind"])
SHOWING = frozenset(["suggest", "indicate", "reveal", "signal", "hint", "confirm", "predict"])


LINKS = (",", "C", "-", "A", "")  # what stands before "saying he was late"
# "As protests continue, …" reports nothing.
PROCEEDING = frozenset(["continue", "answer", "declare", "comment", "respond", "reply", "read"])
NOTHING = frozenset(["nothing", "something", "anything", "everything", "little"])
# An object and the main clause: "To announce the news, he held a party".
OBJECT_FIRST = re.compile(r"N(?:PN)*,[AT]*N[^,]*V")
# An object and another clause: "announce a truce, and the army would ignore it".
TWO_CLAUSES = re.compile(r"[AT]*N(?:(?:P[NT]|[TA])*,[CB]S?[AT]*N[^,]*V|[PTA]*,V)")
FEWEST_WORDS = 5  # of a reported clause in which no verb is recognised


def closed(
    sentence: Parse, start: int, later: list[tuple[int, int, Cue]], limit: int | None = None
) -> int:
    """Find where a reported clause ends: the chunk just past its last."""
    end = close_content(
        sentence.tokens, sentence.chunks, sentence.kinds, start, later, _pauses(sentence)
    )
    return end if limit is None or limit <= start else min(end, limit)


def limit_of(sentence: Parse, subject: int, start: int) -> int | None:
    """Find where a main clause goes on after a report in a subordinate one."""
    return clause_limit(
        sentence.tokens, sentence.chunks, sentence.kinds, subject, start, _pauses(sentence)
    )


def _pauses(sentence: Parse) -> frozenset[int]:
    return frozenset(
        number
        for number, piece in enumerate(sentence.chunks)
        if piece.kind == "Q" and sentence.tokens[piece.first].start in sentence.pauses
    )


def indirect(
    sentence: Parse,
    cue: Cue,
    bounds: tuple[int, int],
    opening: Opening,
    later: list[tuple[int, int, Cue]],
) -> tuple[str, tuple[Span, ...], Opening | None] | None:
    """Find the clause that a cue reports where the sentence has no marks for it."""
    if cue.is_negated or cue.is_thought:
        return None
    if cue.lemma in SHOWING and not _may_speak(sentence, cue):
        return None
    kinds = sentence.kinds
    asked = requested(sentence, cue) if _may_speak(sentence, cue) else None
    if asked is not None:
        end = request_end(sentence, asked, closed(sentence, asked, later, opening.limit))
        return "indirect.request", (stretch(sentence, asked, end),), opening
    if cue.complement == "marks":
        return None
    around = interrupted(sentence, cue, bounds)
    if around is not None:
        first, stop, go_on = around
        end = closed(sentence, go_on, later)
        parts = stretch(sentence, first, stop), stretch(sentence, go_on, max(end, go_on + 1))
        return "indirect.around", parts, None
    noted = _as_noted(sentence, cue, bounds, later)
    if noted is not None:
        return "indirect.as", (noted,), None
    start = opening.chunk_no
    if start < len(kinds) and sentence.tokens[sentence.chunks[start].first].low in NOTHING:
        return None
    end = closed(sentence, start, later, opening.limit)
    equated = kinds[cue.chunk_no + 1 : cue.chunk_no + 3] == "VS"
    if cue.mood == "noun" and not equated and "V" not in kinds[: cue.chunk_no]:
        # "His claim that the vote was rigged was rejected": the last verb is the claim's.
        end = kinds.rfind("V", start, end)
        if kinds.find("V", start) >= end:
            return None
    body = kinds[start:end]
    if start < end and "V" in body and (not opening.has_colon or opening.word):
        if opening.word == "that":
            return "indirect.that", (stretch(sentence, start, end),), opening
        asked = opening.word in ("whether", "if") or cue.complement == "asks"
        if opening.word and (asked or opening.word not in ("when", "which", "whom", "where")):
            return "indirect.wh", (stretch(sentence, start, end),), opening
        loose = cue.mood == "ing" and kinds[cue.chunk_no - 1 : cue.chunk_no] not in LINKS
        loose = loose or body.startswith((",G", ",E"))
        # "a treasurer who admitted stealing it was jailed": the verb is the main clause's.
        relative = kinds[cue.chunk_no - 1 : cue.chunk_no] == "R"
        loose = loose or (relative and body.startswith("G"))
        loose = loose or (cue.mood == "infinitive" and bool(OBJECT_FIRST.match(body)))
        takes = cue.complement == "bare" or _is_bare_after_that_verb(sentence, cue, start, body)
        if takes and _is_clause(body) and body[0] not in "IEP" and not loose:
            return "indirect.bare", (stretch(sentence, start, end),), opening
    if cue.complement == "bare" and cue.mood == "finite" and _is_relative(sentence, bounds):
        start = bounds[1] + 1
        end = max(closed(sentence, start, later), start + 1)
        return "indirect.relative", (stretch(sentence, start, end),), opening
    if (
        cue.lemma in ("say", "tell")
        and cue.mood == "finite"
        and _may_be_clause(sentence, start, end)
    ):
        return "indirect.bare", (stretch(sentence, start, end),), opening
    if cue.complement == "bare" and cue.mood in ("finite", "passive") and bounds[0] > 1:
        comma = kinds[bounds[0] - 1] == ","
        first = clause_start(sentence, bounds[0] - 1)
        told_twice = _is_told_twice(sentence, cue, first)
        if comma and not told_twice and _may_come_first(sentence, first, bounds):
            return _content_first(sentence, first, bounds)
    return None


def _is_bare_after_that_verb(sentence: Parse, cue: Cue, start: int, body: str) -> bool:
    """Whether a clause follows a verb that seldom goes without "that": "denied he had known"."""
    if cue.lemma not in BARE_AS_WELL or cue.mood != "finite" or body[:2] != "NV":
        return False
    between = sentence.kinds[cue.chunk_no + 1 : start].strip("AT")
    if between != ("N" if cue.lemma in ASSURING else ""):
        return False  # "bragged about the show they had made"
    source = next(source for other, source in sentence.frames if other is cue)
    if sentence.tokens[source[0]].low in ("it", "this", "that", "which"):
        return False
    return sentence.tokens[sentence.chunks[start + 1].first].low in auxiliaries()


def _is_relative(sentence: Parse, bounds: tuple[int, int]) -> bool:
    """Whether a cue stands inside a relative clause: "the loan that she said would be repaid"."""
    kinds, before = sentence.kinds, bounds[0] - 1
    if before < 0 or kinds[bounds[1] + 1 : bounds[1] + 2] != "V":
        return False
    word = sentence.tokens[sentence.chunks[before].first].low
    # "a change analysts said was late"
    return kinds[before] == "R" or word in ("that", "what", "a", "an")


def _as_noted(
    sentence: Parse, cue: Cue, bounds: tuple[int, int], later: list[tuple[int, int, Cue]]
) -> Span | None:
    """Find what is said in "As the report notes, rents rose" and "Rents rose, as it notes"."""
    kinds, before = sentence.kinds, bounds[0] - 1
    if cue.complement != "bare" or cue.mood != "finite" or before < 0:
        return None
    if cue.lemma in PROCEEDING or not _may_speak(sentence, cue):
        return None
    if sentence.tokens[sentence.chunks[before].first].low != "as":
        return None
    stop = bounds[1] + 1
    if not kinds[:before].strip("AB") and kinds[stop : stop + 1] == ",":
        end = closed(sentence, stop + 1, later)
        return stretch(sentence, stop + 1, end) if "V" in kinds[stop + 1 : end] else None
    if kinds[before - 1] == "," and kinds[stop:].strip(".") == "":
        start = clause_start(sentence, before - 1)
        said = kinds[start : before - 1]
        return stretch(sentence, start, before - 1) if "V" in said and "Q" not in said else None
    return None


def _may_speak(sentence: Parse, cue: Cue) -> bool:
    """Whether the subject of "suggests" is somebody or a document, not a visit or a trend."""
    source = next(source for other, source in sentence.frames if other is cue)
    head = sentence.tokens[source[1] - 1]
    if head.is_capital or source[1] - source[0] == 1:
        return head.low not in ("it", "this", "that", "these", "those")
    nouns = {sentence.tokens[at].low for at in range(source[0], source[1])}
    return bool(nouns & speaking_nouns())


def _may_be_clause(sentence: Parse, start: int, end: int) -> bool:
    """Whether words after "said" are a clause though no verb in them is known."""
    body = sentence.kinds[start:end]
    if not body.startswith("N") or ":" in body:
        return False
    return sentence.chunks[end - 1].last - sentence.chunks[start].first >= FEWEST_WORDS


def _is_told_twice(sentence: Parse, cue: Cue, first: int) -> bool:
    """Whether "he said" only repeats who speaks: "Mr Holm said the wall fell, he said"."""
    source = next(source for other, source in sentence.frames if other is cue)
    return sentence.tokens[source[0]].low in ("he", "she", "they") and any(
        other.complement == "bare" and other.mood == "finite"
        for other, _ in sentence.frames
        if first <= other.chunk_no < cue.chunk_no
    )


def _may_come_first(sentence: Parse, first: int, bounds: tuple[int, int]) -> bool:
    """Whether what stands before ", he said" is a clause, or the start of one that goes on."""
    kinds = sentence.kinds
    body = kinds[first : bounds[0] - 1]
    if "V" in body:
        return True
    if kinds[bounds[1] + 1 : bounds[1] + 3] == ",V":
        return True
    words = sentence.chunks[bounds[0] - 2].last - sentence.chunks[first].first
    ends = kinds[bounds[1] + 1 :].strip("PNT.") == ""
    return body.startswith("N") and "," not in body and ends and words >= FEWEST_WORDS - 1


def _content_first(
    sentence: Parse, first: int, bounds: tuple[int, int]
) -> tuple[str, tuple[Span, ...], None]:
    kinds = sentence.kinds
    parts = [stretch(sentence, first, bounds[0] - 1)]
    rest = kinds[bounds[1] + 1 :]
    if rest.startswith(",") and "V" not in kinds[first : bounds[0] - 1].rstrip("V") and "V" in rest:
        parts.append(stretch(sentence, bounds[1] + 2, len(kinds.rstrip(".;:,-"))))
    return "indirect.first", tuple(parts), None


def _is_clause(body: str) -> bool:
    """Whether chunks make a clause with a subject and a verb of its own."""
    verb = body.find("V")
    if TWO_CLAUSES.match(body):
        return False
    if body[verb - 1 : verb] in ("C", "B", "R"):
        return False
    if body[verb - 1 : verb + 2] in ("SV:", "SVQ"):  # posted a message that read: “…”
        return False
    return body.startswith("SV") or not {"N", "Q", "G"}.isdisjoint(body[:verb])
