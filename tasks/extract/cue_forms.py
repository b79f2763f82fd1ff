"""The forms of the reporting verbs: generated from the base forms in the lexicon."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from tasks.lexicon.files import read_sections, read_words
from tasks.records import CueClass

CUES = "cues.txt"

Complement = Literal["bare", "that", "asks", "marks"]
Tense = Literal["base", "present", "past", "participle", "ing"]

VOWELS = "aeiou"
# One syllable with one short vowel: the last consonant is doubled, slam and slammed.
FINAL_L = re.compile(r"[aeiou][^aeiou]+[aeiou]l$")  # label, signal; not reveal or call
SHORT_VOWEL = re.compile(r"[^aeiou]+[aeiou][bdgmnpt]")
CLASSES: Mapping[str, CueClass] = {
    "neutral": "neutral",
    "strong": "strong",
    "doubtful": "doubtful",
    "document": "document",
    "thought": "neutral",
}
RANK: Mapping[Complement, int] = {"bare": 0, "that": 1, "asks": 2, "marks": 3}


@dataclass(frozen=True, slots=True)
class CueForm:
    """One form of a reporting verb."""

    lemma: str
    """Base form; a particle follows after an underscore: point_out."""

    cue_class: CueClass
    """neutral, strong, doubtful or document."""

    complement: Complement
    """What it reports without marks."""

    tense: Tense
    """base, present (says), past (said), participle (written) or ing."""

    is_thought: bool
    """Whether its subject thinks rather than speaks."""

    particle: str | None
    """The words that must follow: "out" for point_out, "it clear" for make_it_clear."""


@lru_cache(maxsize=1)
def cue_forms() -> Mapping[str, tuple[CueForm, ...]]:
    """Map each form (lower case) to its readings, those with a particle first."""
    irregular = irregular_verbs()
    forms: dict[str, list[CueForm]] = {}
    for section, lines in read_sections(CUES).items():
        cue_class, _, complement = section.partition(" ")
        if cue_class not in CLASSES or complement not in RANK:
            continue
        for lemma in (word for line in lines for word in line.split()):
            base, _, particle = lemma.partition("_")
            for tense, form in tenses(base, irregular).items():
                reading = CueForm(
                    lemma=lemma,
                    cue_class=CLASSES[cue_class],
                    complement=complement,  # type: ignore[arg-type]
                    tense=tense,
                    is_thought=cue_class == "thought",
                    particle=particle.replace("_", " ") or None,
                )
                for spelling in spellings(base, form):
                    forms.setdefault(spelling, []).append(reading)
    ranked = {
        form: tuple(
            sorted(
                readings,
                key=lambda r: (r.particle is None, r.is_thought, RANK[r.complement]),
            )
        )
        for form, readings in forms.items()
    }
    return MappingProxyType(ranked)


@lru_cache(maxsize=1)
def document_nouns() -> frozenset[str]:
    """Give the nouns of things that hold words, singular and plural."""
    nouns = read_words(CUES, "documents")
    return nouns | {noun + "s" for noun in nouns}


@lru_cache(maxsize=1)
def speaking_nouns() -> frozenset[str]:
    """Give the nouns, singular and plural, for people, bodies and documents that say things."""
    sections = ("roles", "organisations", "groups", "unnamed", "spokespeople")
    nouns = frozenset(word for name in sections for word in read_words("speakers.txt", name))
    return nouns | {noun + "s" for noun in nouns} | document_nouns()


@lru_cache(maxsize=1)
def cue_nouns() -> Mapping[str, CueClass]:
    """Map each noun of saying, singular and plural, to its class."""
    classes: dict[str, CueClass] = {}
    for noun in read_words(CUES, "nouns"):
        classes[noun] = "neutral"
        if noun in read_words(CUES, "noun doubtful"):
            classes[noun] = "doubtful"
        elif noun in read_words(CUES, "noun strong"):
            classes[noun] = "strong"
        classes[noun + "s"] = classes[noun]
    return MappingProxyType(classes)


def tenses(base: str, irregular: Mapping[str, tuple[str, ...]]) -> dict[Tense, str]:
    """Make the forms of a verb; where past and participle are equal only past is listed.

    Args:
        base: Infinitive without "to".
        irregular: Base form -> present, past, participle, ing.
    """
    if base in irregular:
        present, past, participle, ing = irregular[base]
    else:
        stem = base + base[-1] if SHORT_VOWEL.fullmatch(base) else base
        present, past, ing = third_person(base), past_of(stem), ing_of(stem)
        participle = past
    made: dict[Tense, str] = {"base": base, "present": present, "past": past, "ing": ing}
    if participle != past:
        made["participle"] = participle
    if past == base:
        del made["base"]
    return made


def spellings(base: str, form: str) -> tuple[str, ...]:
    """Spell a form of a verb in -l both ways: labelled and labeled, signalling and signaling."""
    ending = "ed" if form.endswith("ed") else "ing" if form.endswith("ing") else ""
    if not ending or not FINAL_L.search(base):
        return (form,)
    return base + ending, f"{base}l{ending}"


def irregular_verbs() -> dict[str, tuple[str, ...]]:
    """Read the irregular verbs: base form -> present, past, participle, ing."""
    rows = (line.split() for line in read_sections(CUES)["irregular"])
    return {row[0]: tuple(row[1:]) for row in rows}


def third_person(base: str) -> str:
    """Make the form for he and she: says, replies, watches."""
    if base.endswith(("s", "sh", "ch", "x", "z")):
        return base + "es"
    if base.endswith("y") and base[-2] not in VOWELS:
        return base[:-1] + "ies"
    return base + "s"


def past_of(base: str) -> str:
    """Make the regular past of a verb: replied, noted."""
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in VOWELS:
        return base[:-1] + "ied"
    return base + "ed"


def ing_of(base: str) -> str:
    """Make the form in -ing: noting, agreeing."""
    return (base[:-1] if base.endswith("e") and not base.endswith("ee") else base) + "ing"
