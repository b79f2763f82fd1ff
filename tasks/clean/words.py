"""How texts are normalised and compared."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_NOT_WORD = re.compile(r"[\W_]+")
_ASCII_WORDS = {code: " " for code in range(128) if not chr(code).isalnum()}


def normalise(text: str) -> str:
    """Put a text in NFC with single spaces and no invisible characters."""
    if text.isascii():
        return " ".join(text.split())
    if "\u200d" in text or "\u200c" in text:
        # Joiners carry meaning in emoji and in Indic and Persian words.
        cleaned = re.sub("[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]", "", text)
    else:
        cleaned = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFC", " ".join(cleaned.split()))


def fold(text: str) -> str:
    """Reduce a text to its lower-case words, to compare it with another."""
    lower = text.lower()
    if lower.isascii():
        return " ".join(lower.translate(_ASCII_WORDS).split())
    return _NOT_WORD.sub(" ", lower).strip()
