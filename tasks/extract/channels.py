"""Who relays words that are somebody else’s: "according to the paper", "by his ministry"."""

from __future__ import annotations

from tasks.extract.contents import after
from tasks.extract.cue import Cue
from tasks.extract.cue_forms import speaking_nouns
from tasks.extract.cue_nouns import OWNED_WORDS
from tasks.extract.parses import Parse, source_span
from tasks.extract.subject_patterns import to_tokens
from tasks.records import Span

RELAYING = frozenset(
    ["pass_on", "relay", "convey", "quote", "cite", "repeat", "echo", "recite", "read"]
)


def find_channel(sentence: Parse, bounds: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Find an "according to" that only relays what another cue of the sentence attributes.

    Returns:
        Numbers of its frame and of the frame it relays, or null.
    """
    for number, (cue, _) in enumerate(sentence.frames):
        if cue.mood != "according" or cue.lemma in OWNED_WORDS:
            continue
        for other, (verb, _) in enumerate(sentence.frames):
            between = sentence.kinds[bounds[number][1] + 1 : bounds[other][0]]
            reports = verb.complement in ("bare", "that")
            spoken = verb.mood == "finite" and reports and not verb.is_thought
            follows = not between or (between.endswith(",") and "V" not in between)
            if spoken and (other < number or follows):
                return number, other
    return None


def find_via(
    sentence: Parse, cue: Cue, number: int, channel: tuple[int, int] | None
) -> Span | None:
    """Find who relays the words: "according to the paper", "was quoted … by his ministry"."""
    if channel is not None and number == channel[1]:
        return source_span(sentence, sentence.frames[channel[0]][1])
    start = after(sentence.chunks, cue)
    if sentence.kinds[start : start + 2] == "PN" and _is_relay(sentence, start):
        group = to_tokens(sentence.tokens, sentence.chunks, (start + 1, start + 2))
        return source_span(sentence, group)
    if cue.mood != "passive" or cue.lemma not in ("quote", "cite", "report"):
        return None
    for at in range(start, min(start + 4, len(sentence.chunks) - 1)):
        if sentence.tokens[sentence.chunks[at].first].low == "by" and sentence.kinds[at + 1] == "N":
            return source_span(
                sentence, to_tokens(sentence.tokens, sentence.chunks, (at + 1, at + 2))
            )
    return None


def _is_relay(sentence: Parse, start: int) -> bool:
    """Whether a group tells who passes the words on: "via a spokesman", "through her lawyer"."""
    word = sentence.tokens[sentence.chunks[start].first].low
    head = sentence.tokens[sentence.chunks[start + 1].last - 1]
    speaks = head.low in speaking_nouns() or head.low in ("lawyer", "agent", "aide")
    return (word == "via" and (speaks or head.is_capital)) or (word == "through" and speaks)


def find_relayed(sentence: Parse, cue: Cue, quotations: list[int]) -> tuple[int, int] | None:
    """Find whose words a cue passes on: "passed on Mr Reid’s “best wishes”"."""
    if cue.lemma not in RELAYING or not quotations:
        return None
    before = quotations[0] - 1
    if before < cue.chunk_no or sentence.kinds[before] != "N":
        return None
    piece = sentence.chunks[before]
    return (piece.first, piece.last) if sentence.tokens[piece.last - 1].is_possessive else None
