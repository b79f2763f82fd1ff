"""A clause that its cue interrupts: `The toll, he said, is “far too high”`."""

from __future__ import annotations

import re

from tasks.extract.closings import OCCASIONS
from tasks.extract.cue import Cue
from tasks.extract.parses import Parse, clause_start

# What stands between a cue and what it interrupts: "told them on Friday,", ", a historian,".
INTERRUPTION = re.compile(r"[NPTA]*(?:,[NPT]+)?,")
CLAUSE = re.compile(r"[ATP]*N[^V;:.]*V")
# In phrases that only connect: "After all, he said, …", "In fact, …".
CONNECTING = frozenset(
    ["all", "fact", "addition", "contrast", "short", "instance", "example", "turn"]
)
GOING_ON = frozenset(
    [
        "that",
        "because",
        "since",
        "if",
        "unless",
        "before",
        "until",
        "although",
        "though",
        "for",
        "without",
        "despite",
    ]
)
"""Words that go on with a clause after ", he said,"."""


def interrupted(sentence: Parse, cue: Cue, bounds: tuple[int, int]) -> tuple[int, int, int] | None:
    """Find the clause around a cue.

    Args:
        sentence: The sentence.
        cue: A cue in it.
        bounds: First and last chunk of the cue with its subject.

    Returns:
        Chunks: where the clause starts, where its first part ends, where it goes on; or null.
    """
    kinds = sentence.kinds
    stop = bounds[0] - 1
    if stop < 1 or kinds[stop] != "," or cue.mood not in ("finite", "passive"):
        return None
    start = clause_start(sentence, stop)
    lead = kinds[start:stop]
    between = INTERRUPTION.match(kinds, bounds[1] + 1)
    if not lead or between is None or "Q" in lead or between.end() >= len(kinds):
        return None
    go_on = between.end()
    if kinds[go_on] == "Q":
        token = sentence.tokens[sentence.chunks[go_on].first]
        fits = "V" in lead or lead[0] == "N"
        fits = fits and token.start not in sentence.capitals and lead[0] not in "EG"
        fits = fits or (lead[0] == "G" and "V" not in lead and token.start in sentence.predicates)
    else:
        fits = _goes_on(sentence, lead, start, go_on)
    return (start, stop, go_on) if fits else None


def _goes_on(sentence: Parse, lead: str, start: int, go_on: int) -> bool:
    """Whether the words after ", he said," need those before it."""
    rest = sentence.kinds[go_on:]
    if lead[0] in "EG" or rest[0] in "GE.;:":
        return False
    if lead[0] == "S":
        return _is_clause(rest)
    if "V" not in lead:
        if rest[0] == "V":
            return lead[0] in "NP"
        return lead[0] in "PA" and not _is_occasion(sentence, lead, start) and _is_clause(rest)
    if lead[-1] == "V":
        return rest[0] not in "CBS"
    return rest[0] in "SP" and sentence.tokens[sentence.chunks[go_on].first].low in GOING_ON


def _is_clause(rest: str) -> bool:
    return CLAUSE.match(rest) is not None or rest.startswith("NQ")


def _is_occasion(sentence: Parse, lead: str, start: int) -> bool:
    """Whether words before "he said" tell where he said it: "in a statement on Friday"."""
    heads = (sentence.chunks[start + at].last - 1 for at, kind in enumerate(lead) if kind == "N")
    return any(sentence.tokens[head].low in OCCASIONS | CONNECTING for head in heads)
