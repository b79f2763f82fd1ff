"""Which texts are English: names are looked for in no others, nor who says what."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.lexicon.files import read_words

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_SHARE = 0.06
_FEW_WORDS = 15
_LOOKED_AT = 4000  # characters


@lru_cache(maxsize=256)  # quotes and names of a batch both ask
def is_english(text: str) -> bool:
    """Whether a text is English, as the tagger needs it: its commonest words say so.

    The English function words looked for make up a quarter of English prose and a fiftieth of
    other languages'. A text of a few words passes.
    """
    words = _WORD.findall(text[:_LOOKED_AT].lower())
    if not words and text.strip():
        return not any(c.isalpha() for c in text[:_LOOKED_AT])
    english = read_words("mention_words.txt", "english_words")
    common = sum(word in english for word in words)
    return len(words) < _FEW_WORDS or common >= _ENGLISH_SHARE * len(words)
