"""The mentions of an article: every stretch that names somebody or something.

A tagger finds names sentence by sentence; what an article says elsewhere repairs them here: edges,
missing words, kinds, and occurrences that were passed over.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from tasks.extract.english import is_english
from tasks.extract.mention_doubts import drop_doubtful
from tasks.extract.mention_edges import is_credit, tidy_edges
from tasks.extract.mention_growth import grow, part_pair
from tasks.extract.mention_sweep import longest, sweep
from tasks.extract.mention_types import persons_of, settle_types
from tasks.extract.tagger import TaggedSpan, Tagger
from tasks.records import EntityType, Mention, Span

# From the labels of OntoNotes, which spaCy's English models use, and of CoNLL to ours.
_KINDS: dict[str, EntityType] = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "ORG": "ORG",
    "GPE": "PLACE",
    "LOC": "PLACE",
    "FAC": "PLACE",
    "PLACE": "PLACE",
    "NORP": "GROUP",
    "GROUP": "GROUP",
    "EVENT": "EVENT",
    "WORK_OF_ART": "WORK",
    "WORK": "WORK",
    "LAW": "LAW",
    "PRODUCT": "PRODUCT",
}


def find_mentions(
    texts: Sequence[str], sentences: Sequence[tuple[Span, ...]], tagger: Tagger
) -> list[tuple[Mention, ...]]:
    """Find the names in texts.

    Args:
        texts: Bodies of articles.
        sentences: The sentences of each text, in order.
        tagger: What finds the names to begin with.

    Returns:
        For each text its mentions of kind `name`, in reading order, without overlaps; none for a
        text that is not English.
    """
    english = [number for number, text in enumerate(texts) if is_english(text)]
    tagged = dict(zip(english, tagger.tag([texts[number] for number in english]), strict=True))
    return [
        mentions_of(text, spans, tagged[number]) if number in tagged else ()
        for number, (text, spans) in enumerate(zip(texts, sentences, strict=True))
    ]


def mentions_of(
    text: str, sentences: Sequence[Span], tagged: Sequence[TaggedSpan]
) -> tuple[Mention, ...]:
    """Repair what a tagger found in one text and make mentions of it."""
    starts = [sentence.start for sentence in sentences]
    return tuple(
        Mention(
            mention=text[name.start : name.end],
            type=_KINDS[name.type],
            kind="name",
            start=name.start,
            end=name.end,
            sentence_no=max(0, bisect_right(starts, name.start) - 1),
            confidence=name.score,
        )
        for name in repair(text, tagged)
    )


def repair(text: str, tagged: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Turn what a tagger found into names of our kinds, as the whole article has them."""
    names = [
        TaggedSpan(name.start, name.end, _KINDS[name.type], name.score)
        for name in tagged
        if name.type in _KINDS
    ]
    names = tidy_edges(text, grow(text, tidy_edges(text, names)))
    names = longest([part for name in names for part in part_pair(text, name)])
    names = settle_types(text, drop_doubtful(text, names))
    names = sweep(text, names, persons_of(text, names))
    return [name for name in names if not is_credit(text, name)]
