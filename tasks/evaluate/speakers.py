"""Whether two quotations have the same source, and whether a speaker is named rightly."""

from __future__ import annotations

import re

from tasks.evaluate.gold import FoundQuote, GoldQuote
from tasks.evaluate.overlap import WORD, letters

PRONOUNS = {
    "he", "she", "they", "it", "i", "we", "who", "his", "her", "him", "them", "their", "that",
    "which",
}  # fmt: skip
TITLES = {
    "mr", "mrs", "ms", "miss", "dr", "sir", "president", "sen", "senator", "rep", "gov", "jr", "sr",
    "the", "a", "an", "and", "of",
}  # fmt: skip
SMALL_WORDS = TITLES | {"for", "in", "at", "on", "s", "to"}
NAME_PART = re.compile(r"[\w'’.-]+")
TRAILING = re.compile(r"(['’]s|\.)$")
POSSESSIVE = re.compile(r"['’]s$")


def is_same_source(text: str, gold: GoldQuote, found: FoundQuote) -> bool:
    """Tell whether a quotation was given the source that gold has.

    Right if the shorter of the two shares half its letters with the other, which is not much
    longer, or if both end in the same name. Where gold has no source, none is right.
    """
    if not gold.source:
        return not found.source and not found.source_text
    if found.source:
        ours, theirs = letters(text, found.source), letters(text, gold.source)
        if (
            ours
            and theirs
            and len(ours & theirs) >= 0.5 * min(len(ours), len(theirs))
            and len(ours) <= 3 * len(theirs) + 15
        ):
            return True
    words = found.source_text or " ".join(text[start:end] for start, end in found.source)
    if not words or len(WORD.findall(words)) > 12:
        return False
    last = last_name(" ".join(text[start:end] for start, end in gold.source))
    return last is not None and last == last_name(words)


def is_right_speaker(gold: GoldQuote, found: FoundQuote) -> bool:
    """Tell whether the speaker is the one that gold names. To abstain is not right.

    Gold made by a machine holds only its surname against us; gold made by hand more than half of
    the words of the name (a third for a description such as "lawyer for the driver's widow").
    """
    name = found.speaker
    if gold.speaker is None or not name or len(WORD.findall(name)) > 12:
        return False
    if gold.is_silver:
        parts = {POSSESSIVE.sub("", part).lower() for part in NAME_PART.findall(name)}
        return len(WORD.findall(name)) <= 8 and last_name(gold.speaker) in parts
    ours, theirs = name_words(name), name_words(gold.speaker)
    both = len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0
    is_name = all(
        word[:1].isupper() for word in WORD.findall(gold.speaker) if word.lower() not in SMALL_WORDS
    )
    return both > 0.5 if is_name else both >= 1 / 3


def last_name(words: str) -> str | None:
    """Give the last word that looks like a name, folded.

    >>> last_name("Ms Ilsa Varn’s office")
    'varn'
    """
    capitals = (part for part in NAME_PART.findall(words) if part[0].isupper())
    capital = (TRAILING.sub("", part).lower() for part in capitals)
    names = [part for part in capital if part not in TITLES and part not in PRONOUNS]
    return names[-1] if names else None


def name_words(name: str) -> set[str]:
    """Give the words of a name that tell it apart, folded."""
    return {word.lower() for word in WORD.findall(name)} - SMALL_WORDS
