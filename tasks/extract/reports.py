"""What a cue reports when the sentence holds quotations: direct and mixed quotes."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from tasks.extract.according import according
from tasks.extract.contents import Opening, open_content
from tasks.extract.cue import Cue
from tasks.extract.indirect import closed, indirect, limit_of
from tasks.extract.interruptions import interrupted
from tasks.extract.parses import (
    Parse,
    chunk_of,
    clause_start,
    is_capital,
    quotation,
    starts_clause,
    stretch,
)
from tasks.extract.parts import MARK_CHARACTERS
from tasks.extract.requests import requested
from tasks.extract.sequels import before_main_verb, before_own_deed, before_verb, is_uttered
from tasks.records import Span

# Verbs that name or judge: only the marked words are their subject's.
FRAGMENTING = frozenset(
    [
        "call",
        "name",
        "dub",
        "term",
        "label",
        "title",
        "style",
        "brand",
        "describe",
        "characterise",
        "characterize",
        "refer_to",
        "denounce",
        "condemn",
        "decry",
        "dismiss",
        "thank",
        "greet",
        "welcome",
        "praise",
        "hail",
        "quote",
        "cite",
        "speak_of",
        "talk_of",
        "talk_about",
        "mock",
        "portray",
        "depict",
    ]
)


LEAD = re.compile(r"(?:N:)?A*")  # a dateline, if anything
OTHER_REMARK = re.compile(r"(?:,|(?<=Q))B[AT]*N[PNTA]*V[NPTA]*:")
LIKENING = frozenset(["liken", "compare", "credit"])
CALLING = frozenset(["call", "calls", "demand", "demands", "plea", "pleas", "appeal", "appeals"])
TOPICAL = frozenset(["of", "about", "for", "against", "on", "over"])
# What a noun group goes on with: "“a ban” on flights entering the country".
GROUPS = re.compile(r"(?:PN|GN|CN)*")
PAUSES = ",-:."
SUMMING = frozenset(["put_it", "sum_up", "describe", "recall", "remember", "express", "explain"])
DEMANDING = frozenset(
    ["call_for", "warn", "demand", "push", "press", "promise", "offer", "propose", "caution"]
)


def content_of(
    sentence: Parse,
    cue: Cue,
    source: tuple[int, int],
    bounds: tuple[int, int],
    quotations: list[int],
    later: list[tuple[int, int, Cue]],
) -> tuple[str, tuple[Span, ...], Opening | None] | None:
    """Find what a cue reports, with the rule that found it; null when it reports nothing."""
    opening = open_content(sentence.tokens, sentence.chunks, sentence.kinds, cue)
    opening = _past_subject(opening, bounds)
    subject = chunk_of(sentence, source[0])
    if subject < cue.chunk_no:
        limit = limit_of(sentence, subject, opening.chunk_no)
        opening = replace(opening, limit=limit)
    elif cue.mood == "ing" and LEAD.fullmatch(sentence.kinds, 0, cue.chunk_no):
        opening = replace(opening, limit=_main_clause(sentence, subject))
    before = [q for q in quotations if q < bounds[0]]
    behind = [q for q in quotations if q > bounds[1]]
    if opening.limit is not None:
        behind = [q for q in behind if q < opening.limit]
    if cue.lemma in ("words", "words of") and cue.mood == "according" and quotations:
        return "words.quoted", tuple(quotation(sentence, q) for q in quotations), None
    if cue.mood == "according":
        return according(sentence, bounds, quotations, later)
    if before and cue.is_thought and cue.mood != "finite":
        return None
    if before:
        before = _last_utterance(sentence, before)
        first = before[0]
        parts: list[Span] = []
        tail = sentence.kinds[before[-1] + 1 : bounds[0]].strip(",-.AT")
        if tail == "VS" and cue.lemma in SUMMING:  # “…” was how she put it
            tail = ""
        if tail and not _pauses(sentence, bounds[0]):
            return None  # “study days” at which the officers briefed others
        if tail and bounds[0] > before[-1] + 1:
            start = clause_start(sentence, first) if not starts_clause(sentence, first) else first
            stop = bounds[0]
            while stop > start + 1 and sentence.kinds[stop - 1] in ",CB":
                stop -= 1
            parts.append(stretch(sentence, start, stop))
            rule = "mixed.first"
        elif starts_clause(sentence, first) or _stands_apart(sentence, first):
            parts += [quotation(sentence, q) for q in before]
            rule = "direct.first"
        else:
            start = clause_start(sentence, first)
            parts.append(stretch(sentence, start, before[-1] + 1))
            rule = "mixed.first"
        parts += [quotation(sentence, q) for q in behind if _goes_on(sentence, q, bounds[1])]
        return rule, tuple(parts), opening
    if behind:
        around = interrupted(sentence, cue, bounds)
        if around is not None and cue.complement != "marks":
            start, stop, go_on = around
            end = max(closed(sentence, go_on, later), behind[-1] + 1)
            return (
                "mixed.around",
                (stretch(sentence, start, stop), stretch(sentence, go_on, end)),
                opening,
            )
        return _with_quotations(sentence, cue, opening, behind, later)
    return indirect(sentence, cue, bounds, opening, later)


def _main_clause(sentence: Parse, subject: int) -> int:
    """Give where the main clause begins after "Saying that it was “late”, the court …"."""
    while subject and sentence.kinds[subject - 1] in ",AT":
        subject -= 1
    return subject


def _stands_apart(sentence: Parse, number: int) -> bool:
    """Whether a whole sentence in marks stands behind a colon or dash."""
    sign = sentence.kinds[number - 1 : number]
    return sign == ":" or (sign == "-" and is_capital(sentence, number))


def _last_utterance(sentence: Parse, before: list[int]) -> list[int]:
    """Leave out what stands before the sentence that is said: `The “cut” is bad: “Go,” he said`."""
    apart = [q for q in before if _stands_apart(sentence, q)]
    return [q for q in before if q >= apart[-1]] if apart else before


def _goes_on(sentence: Parse, number: int, said: int) -> bool:
    """Whether words in marks go on with those before the cue: not in `…,” he said of the “cut”`."""
    return number <= said + 1 or sentence.kinds[number - 1] not in "NPSIGEV"


def _pauses(sentence: Parse, chunk_no: int) -> bool:
    """Whether a comma, a dash or a mark stands before a chunk."""
    subject = sentence.tokens[sentence.chunks[chunk_no].first].low
    if sentence.kinds[max(chunk_no - 2, 0) : chunk_no] == ",B" and subject in ("he", "she"):
        return True  # “a farce”, but she agreed that …
    before = sentence.chunks[chunk_no - 1]
    glyph = sentence.tokens[before.last - 1].low
    return sentence.kinds[chunk_no - 1] in PAUSES or glyph in MARK_CHARACTERS


def _past_subject(opening: Opening, bounds: tuple[int, int]) -> Opening:
    if opening.chunk_no <= bounds[1]:
        return replace(opening, chunk_no=bounds[1] + 1)
    return opening


def _with_quotations(
    sentence: Parse,
    cue: Cue,
    opening: Opening,
    behind: list[int],
    later: list[tuple[int, int, Cue]],
) -> tuple[str, tuple[Span, ...], Opening]:
    first = behind[0]
    kinds = sentence.kinds
    if len(behind) > 1 and (other := OTHER_REMARK.search(kinds, first, behind[-1])) is not None:
        # He said both were “weak”, but he gave one a compliment: “He works hard.”
        behind = [q for q in behind if q < other.end()]
        opening = replace(opening, limit=other.start())
    lead = kinds[opening.chunk_no : first]
    pieces = tuple(quotation(sentence, q) for q in behind)
    if cue.complement == "marks" or cue.is_thought:
        behind = [first, *(q for q in behind[1:] if not _stands_apart(sentence, q))]
        pieces = tuple(quotation(sentence, q) for q in behind)
        if lead.strip(",:-AT") == "" and first == opening.chunk_no and opening.has_colon:
            return "direct.after", pieces, opening
        return _complement(sentence, cue, opening, behind, later) or (
            "mixed.fragment",
            pieces,
            opening,
        )
    end = max(closed(sentence, opening.chunk_no, later, opening.limit), behind[-1] + 1)
    alone = all(kinds[a + 1 : b].strip(",-:.") == "" for a, b in pairwise(behind))
    if lead.strip(",:-AT") == "" and alone and opening.word is None:
        rest = kinds[behind[-1] + 1 : end].strip(".,")
        if not rest or opening.has_colon or is_uttered(sentence, cue, behind[-1] + 1, end):
            return ("direct.colon" if opening.has_colon else "direct.after"), pieces, opening
    token = sentence.tokens[sentence.chunks[first].first]
    timed = opening.word in (None, "when", "where") and kinds[first - 1] in ",:"
    if timed and token.start in sentence.capitals:
        return "direct.colon", pieces, opening
    start = min(opening.chunk_no, first)
    if cue.mood == "ing" and kinds[start] == "I" and kinds[behind[-1] + 1 : behind[-1] + 2] == "V":
        end = behind[-1] + 1  # "who told him to “go” was sacked"
    if kinds[start] == "P" and "V" not in kinds[start:end]:
        if sentence.tokens[sentence.chunks[start].first].low not in TOPICAL:
            return "mixed.fragment", pieces, opening
        start += 1
        end = before_verb(kinds, start, behind[-1], end)
    if kinds[start] == "I":
        end = before_own_deed(sentence, behind[-1] + 1, end)
        start = _with_addressee(sentence, cue, start)
    if cue.mood == "noun":
        end = before_main_verb(kinds, cue, behind[-1] + 1, end)
    return "mixed.clause", (stretch(sentence, start, end),), opening


def _with_addressee(sentence: Parse, cue: Cue, infinitive: int) -> int:
    """Give where "urged residents to “stay put”" starts: with whom is asked."""
    start = requested(sentence, cue)
    if start is None or start >= infinitive or cue.lemma in ("call_on", "call_upon"):
        return infinitive
    return start


def _complement(
    sentence: Parse,
    cue: Cue,
    opening: Opening,
    behind: list[int],
    later: list[tuple[int, int, Cue]],
) -> tuple[str, tuple[Span, ...], Opening] | None:
    """Take the whole complement of "urged them to “step down” now", "called for “a ban” on it"."""
    kinds = sentence.kinds
    lead = kinds[opening.chunk_no : behind[0]]
    if opening.word == "that" and "V" in kinds[opening.chunk_no : behind[0] + 2]:
        end = max(closed(sentence, opening.chunk_no, later, opening.limit), behind[-1] + 1)
        return "mixed.complement", (stretch(sentence, opening.chunk_no, end),), opening
    if cue.mood == "noun" and cue.lemma in CALLING and lead in ("", "P"):
        end = behind[-1] + 1 + len(GROUPS.match(kinds[behind[-1] + 1 :])[0])  # type: ignore[index]
        return "mixed.complement", (stretch(sentence, behind[0], end),), opening
    infinitive = lead.find("I")
    clause = lead.find("S")
    if cue.lemma in FRAGMENTING and (
        (infinitive < 0 and clause < 0) or _is_judged_as(sentence, opening.chunk_no, behind[0])
    ):
        return None
    if cue.lemma in LIKENING:
        return None
    if clause >= 0 and "V" in kinds[opening.chunk_no + clause : behind[0] + 2]:
        start = opening.chunk_no + clause + 1
    elif infinitive >= 0:
        start = _with_addressee(sentence, cue, opening.chunk_no + infinitive)
    elif cue.lemma in DEMANDING and "V" not in lead:
        start = opening.chunk_no + (1 if lead.startswith("P") else 0)
    else:
        return None
    end = max(closed(sentence, start, later, opening.limit), behind[-1] + 1)
    end = before_verb(kinds, start, behind[-1], end)
    if infinitive >= 0 and clause < 0:
        end = before_own_deed(sentence, behind[-1] + 1, end)
    if cue.mood == "noun":
        end = before_main_verb(kinds, cue, behind[-1] + 1, end)
    return "mixed.complement", (stretch(sentence, min(start, behind[0]), end),), opening


def _is_judged_as(sentence: Parse, start: int, number: int) -> bool:
    """Whether words in marks are what something is judged as: "mocked his “vow” as a “joke”"."""
    at = number - 1
    article = (
        sentence.kinds[at] == "N" and sentence.chunks[at].last - sentence.chunks[at].first == 1
    )
    at -= article
    return at >= start and sentence.tokens[sentence.chunks[at].first].low in ("as", "for")
