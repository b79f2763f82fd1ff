"""How texts are normalised and compared."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_NOT_WORD = re.compile(r"[\W_]+")
_SPACES = re.compile(
    r"[ \t\r\n\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\x1c-\x1f\x85]+"
)


def normalise(text: str) -> str:
    """Put a text in NFC with single spaces and no invisible characters."""
    if text.isascii():
        return " ".join(text.split())
    if "\u200d" in text or "\u200c" in text:
        # Joiners carry meaning in emoji and in Indic and Persian words.
        cleaned = re.sub("[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]", "", text)
    else:
        cleaned = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFC", _SPACES.sub(" ", cleaned)).strip()


def fold(text: str) -> str:
    """Reduce a text to its lower-case words, to compare it with another."""
    return _NOT_WORD.sub(" ", text.lower()).strip()
