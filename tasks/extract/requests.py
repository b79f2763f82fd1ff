"""Reported requests and promises: "urged him to go", "vowed to stay", "called for a ban"."""

from __future__ import annotations

import re

from tasks.extract.contents import after, group_end
from tasks.extract.cue import Cue
from tasks.extract.parses import Parse

# Verbs that report what somebody is asked to do: "urged residents to stay".
REQUESTING = frozenset(
    [
        "urge",
        "ask",
        "tell",
        "encourage",
        "beg",
        "press",
        "order",
        "warn",
        "advise",
        "implore",
        "exhort",
        "challenge",
        "call_on",
        "call_upon",
        "call_for",
        "appeal",
    ]
)
# Verbs that report what somebody says he will do: "pledged to resign".
UNDERTAKING = frozenset(
    ["promise", "pledge", "vow", "swear", "agree", "threaten", "offer", "volunteer", "propose"]
)


# Where "urging" reports: not in "early warning systems".
AFTER = frozenset(["after", "when", "while", "as", "though", "although", "since"])
CLAUSE_BREAKS = ("", ",", "C", "-", "A", "S", "V")
# What the reporter goes on with: ", which …", ", even though …", ", and he …", "after …".
GOING_ON = re.compile(r",(?=[ATP]*[SR]|[CB][AT]*NA*V)|-|S(?=N[^V]*V)")


def requested(sentence: Parse, cue: Cue) -> int | None:
    """Find the chunk that a reported request, promise, demand or charge starts with."""
    kinds = sentence.kinds
    if cue.mood not in ("finite", "ing") or cue.is_modal:
        return None
    if cue.mood == "ing" and kinds[cue.chunk_no - 1 : cue.chunk_no] not in CLAUSE_BREAKS:
        return None
    start = after(sentence.chunks, cue)
    while kinds[start : start + 1] == "A":
        start += 1
    if cue.lemma in UNDERTAKING:
        return start if kinds[start : start + 1] == "I" else None
    if kinds[start : start + 1] != "N" or _last_word(sentence, start) in ("times", "time"):
        return None
    end = group_end(sentence.tokens, sentence.chunks, kinds, start)
    if cue.lemma in REQUESTING and kinds[end : end + 1] == "I":
        return start
    if cue.lemma == "call_for":
        return start
    charge = kinds[end : end + 2] in ("PG", "PN") and _word(sentence, end) == "of"
    return start if cue.lemma == "accuse" and (charge or _has_of(sentence, start, end)) else None


def request_end(sentence: Parse, start: int, end: int) -> int:
    """Find where a reported request ends: before what the reporter goes on with."""
    going_on = GOING_ON.search(sentence.kinds, start + 1, end)
    if going_on is None or "I" not in sentence.kinds[start : going_on.start()]:
        return end
    if sentence.kinds[going_on.start()] == "S" and _word(sentence, going_on.start()) not in AFTER:
        return end
    return going_on.start()


def _word(sentence: Parse, number: int) -> str:
    return sentence.tokens[sentence.chunks[number].first].low


def _last_word(sentence: Parse, number: int) -> str:
    return sentence.tokens[sentence.chunks[number].last - 1].low


def _has_of(sentence: Parse, start: int, end: int) -> bool:
    return any(_word(sentence, number) == "of" for number in range(start, end))
