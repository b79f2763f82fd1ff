"""Forms of common verbs: which words are read as verbs after a noun group."""

from __future__ import annotations

from functools import lru_cache

from tasks.extract.cue_forms import cue_forms, past_of, third_person
from tasks.extract.tokens import FUNCTION_WORDS
from tasks.lexicon.files import read_words


@lru_cache(maxsize=16)
def function_words(section: str) -> frozenset[str]:
    """Give the words of a closed class."""
    return read_words(FUNCTION_WORDS, section)


@lru_cache(maxsize=1)
def finite_verbs() -> frozenset[str]:
    """Give forms that are read as finite verbs after a noun group."""
    forms = set(function_words("verbs"))
    for base in function_words("regular verbs"):
        forms |= {past_of(base), third_person(base), base}
    for form, readings in cue_forms().items():
        if any(r.tense in ("past", "present", "participle") for r in readings) or any(
            r.tense == "base" and not r.is_thought for r in readings
        ):
            forms.add(form)
    return frozenset(forms)


@lru_cache(maxsize=1)
def base_verbs() -> frozenset[str]:
    """Give base forms: verbs only after a plural, "critics say", and nouns as often."""
    past = {"put", "cut", "set", "hit", "let", "hurt", "cost", "beat", "read", "shut", "quit"}
    bases = set(function_words("regular verbs")) | {
        form for form, readings in cue_forms().items() if all(r.tense == "base" for r in readings)
    }
    bases |= {"make", "take", "get", "give", "go", "come", "find", "know", "think", "keep", "run"}
    bases |= {"become", "seem", "need", "want", "believe", "feel", "hope", "understand", "remain"}
    return frozenset(bases - past)
