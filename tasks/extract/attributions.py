"""What a sentence reports: its cues, their sources, and the words they attribute."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.extract.channels import find_channel, find_relayed, find_via
from tasks.extract.contents import Opening
from tasks.extract.cue_forms import Complement
from tasks.extract.owners import bounds_of, owners_of
from tasks.extract.parses import Parse, chunk_of, chunk_span, quotation, source_span
from tasks.extract.reports import content_of
from tasks.records import CueClass, Span


@dataclass(frozen=True, slots=True)
class Attribution:
    """Words, and who is said to have said them."""

    parts: tuple[Span, ...]
    """The reported words."""

    rule_id: str
    """The rule that found it."""

    source: Span | None = None
    """The words that name who speaks."""

    cue: Span | None = None
    """The words that report."""

    cue_class: CueClass | None = None
    """Class of the cue."""

    lemma: str = ""
    """Base form of the cue."""

    addressee: Span | None = None
    """Whom it was said to."""

    via: Span | None = None
    """Who or what relays it."""

    complement: Complement | None = None
    """What the cue reports without marks."""

    is_negated: bool = False
    """Whether it is denied that the words were said."""

    is_thought: bool = False
    """Whether the cue is a verb of thinking."""


def _owned(owners: dict[int, int], number: int) -> list[int]:
    return [q for q, owner in owners.items() if owner == number]


def _report(
    sentence: Parse, bounds: list[tuple[int, int]], owners: dict[int, int], number: int
) -> tuple[str, tuple[Span, ...], Opening | None] | None:
    """Find what one cue of a sentence reports, with the rule that found it.

    Later cues end it, but for those whose subject is in what it reports: "said Ms Reid had
    blamed him and called him “weak”".
    """
    cue, source = sentence.frames[number]
    later = [
        (first, last, other[0])
        for (first, last), other in zip(bounds, sentence.frames, strict=True)
        if first > bounds[number][1]
        and not bounds[number][1] < chunk_of(sentence, other[1][0]) < first
    ]
    quotations = _owned(owners, number)
    return content_of(sentence, cue, source, bounds[number], quotations, later)


def attribute(sentence: Parse) -> list[Attribution]:
    """Find what the cues of a sentence report."""
    if not sentence.frames:
        return []
    bounds = [bounds_of(sentence, cue, source) for cue, source in sentence.frames]
    owners = owners_of(sentence, bounds)
    found: list[Attribution] = []
    reports = [_report(sentence, bounds, owners, number) for number in range(len(bounds))]
    channel = find_channel(sentence, bounds)
    if channel is not None and reports[channel[1]] is None:
        channel = None
    for number, (cue, source) in enumerate(sentence.frames):
        made = reports[number]
        if made is None or (channel is not None and number == channel[0]):
            continue
        quotations = _owned(owners, number)
        rule, parts, opening = made
        relayed = find_relayed(sentence, cue, quotations) if parts else None
        if relayed is not None:
            own = quotation(sentence, quotations[0])
            found.append(
                Attribution(
                    parts=(own,),
                    rule_id="mixed.relayed",
                    source=source_span(sentence, relayed),
                    cue=Span(sentence.tokens[cue.first].start, sentence.tokens[cue.last - 1].end),
                    cue_class=cue.cue_class,
                    lemma=cue.lemma,
                    via=source_span(sentence, source),
                )
            )
            parts = tuple(quotation(sentence, q) for q in quotations[1:])
            rule = "mixed.fragment"
            if not parts:
                continue
        found.append(
            Attribution(
                parts=parts,
                rule_id=rule,
                source=source_span(sentence, source),
                cue=Span(sentence.tokens[cue.first].start, sentence.tokens[cue.last - 1].end),
                cue_class=cue.cue_class,
                lemma=cue.lemma,
                complement=cue.complement,
                addressee=chunk_span(sentence, opening.addressee) if opening else None,
                via=find_via(sentence, cue, number, channel),
                is_negated=cue.is_negated,
                is_thought=cue.is_thought,
            )
        )
    return found
