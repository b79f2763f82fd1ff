"""What is reported "according to" somebody: the clause around or beside it."""

from __future__ import annotations

from tasks.extract.contents import Opening
from tasks.extract.cue import Cue
from tasks.extract.indirect import closed
from tasks.extract.parses import Parse, clause_start, quotation, starts_clause, stretch
from tasks.records import Span


def _after_description(kinds: str, comma: int) -> int:
    """Skip what describes a source: "according to Ann Berg, a nurse who left, the ward was full".

    A relative clause or a group of nouns between commas, unless it begins a list of subjects:
    "according to the report, prices, wages and rents rose".

    Args:
        kinds: Of the sentence's chunks.
        comma: Number of the comma behind the source.

    Returns:
        The number of the comma that the reported clause follows.
    """
    start = comma
    while True:
        following = kinds.find(",", comma + 1)
        part = kinds[comma + 1 : following]
        rest = kinds[following + 1 :]
        clause = rest.partition(",")[0]
        if following < 0 or "V" not in rest:
            return comma
        if part.startswith(("R", "E")):
            comma = following
        elif (
            part[:1] in ("N", "C")
            and "V" not in part
            and not clause.startswith("R")
            and "C" not in clause.partition("V")[0]
        ):
            if part.startswith("C") and comma == start:
                return comma
            comma = following
        else:
            return comma


def according(
    sentence: Parse,
    bounds: tuple[int, int],
    quotations: list[int],
    later: list[tuple[int, int, Cue]],
) -> tuple[str, tuple[Span, ...], Opening | None] | None:
    """Find what is reported "according to" somebody."""
    kinds = sentence.kinds
    number = bounds[0]
    if kinds[bounds[1] + 1 : bounds[1] + 2] == "V" and kinds[number - 1 : number] == "N":
        # "The delay, by her own admission, was a mistake" without its commas.
        end = closed(sentence, bounds[1] + 1, later)
        first = stretch(sentence, clause_start(sentence, number - 1), number)
        return "according.around", (first, stretch(sentence, bounds[1] + 1, end)), None
    lead = kinds[:number].strip(",ABCT")
    if not lead:
        comma = kinds.find(",", bounds[1])
        if comma < 0:
            return None
        comma = _after_description(kinds, comma)
        end = closed(sentence, comma + 1, later)
        if end <= comma + 1:
            return None
        return "according.first", (stretch(sentence, comma + 1, end),), None
    start = clause_start(sentence, number - 1)
    end = number
    while end > start and kinds[end - 1] in ",-CBA":
        end -= 1
    parts = [stretch(sentence, start, end)] if end > start else []
    rest = kinds[bounds[1] + 1 :]
    if (
        kinds[number - 1] == ","
        and rest.startswith(",")
        and "V" in rest
        and "V" not in kinds[start:end]
    ):
        parts.append(stretch(sentence, bounds[1] + 2, len(kinds.rstrip(".;:,-"))))
    rule = "according.last"
    if (
        quotations
        and all(starts_clause(sentence, q) for q in quotations)
        and "V" not in kinds[start:end]
    ):
        return "according.quoted", tuple(quotation(sentence, q) for q in quotations), None
    return (rule, tuple(parts), None) if parts else None
