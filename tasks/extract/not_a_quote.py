"""Tell quotations from what else stands between marks: scare quotes, titles, nicknames, terms.

A small scorer: the traits of a stretch, of its place and of its cue add up to a logit. The weights
are a data file (`tasks/lexicon/quotation_weights.txt`), so that they can be read and argued with.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from tasks.extract.attributions import Attribution
from tasks.extract.mark_traits import mark_traits
from tasks.lexicon.files import read_sections
from tasks.records import Mark

WEIGHTS = "quotation_weights.txt"
NAMING = frozenset(["name", "dub", "title", "term", "label", "nickname", "know", "use", "feature"])
CRYING = frozenset(["chant", "shout", "yell", "scream", "cry"])
QUOTATION = 0.74  # probability from which on a marked stretch with no clause around it is a quote


@lru_cache(maxsize=1)
def weights() -> Mapping[str, float]:
    """Read the weights: trait, or `cue:` and `rule:` with their values -> logit."""
    table: dict[str, float] = {}
    for section, lines in read_sections(WEIGHTS).items():
        prefix = f"{section}:" if section in ("cue", "rule") else ""
        for line in lines:
            name, _, value = line.rpartition(" ")
            table[prefix + name if name else section] = float(value)
    return MappingProxyType(table)


def quotation_probability(text: str, mark: Mark, made: Attribution) -> float:
    """Say how likely a marked stretch is somebody's words, given what attributes it."""
    table = weights()
    logit = table["start"] + table.get(f"rule:{made.rule_id}", 0.0) + table[f"cue:{_cue(made)}"]
    logit += sum(table.get(trait, 0.0) for trait in mark_traits(text, mark))
    return 1.0 / (1.0 + math.exp(-logit))


def _cue(made: Attribution) -> str:
    if made.is_thought:
        return "thought"
    if made.complement is None:
        return "none"
    if made.lemma in CRYING:
        return "bare"
    return "naming" if made.lemma in NAMING else made.complement
