"""What titles carry at their ends besides the headline: the outlet's name, the kind of piece."""

from __future__ import annotations

import re

from tasks.clean.words import fold

_SEPARATOR = re.compile(r"\s+[|–—·•»›:-]+\s+|\s*\|\s*")
_DOMAIN = re.compile(
    r"^(?:www\.)?(?:[\w-]+\.)+(?:com|org|net|info|biz|news|press|media|eu|tv|fm|(?!js|py|md)[a-z]{2})$",
    re.IGNORECASE,
)
_SITE_PART = re.compile(
    r"\.(?:com|org|net|de|fr|es|it|co|uk)\b|^(?:the )?[\w' ]*(?:news|times|post|journal|zeitung)$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|der|die|das|le|la|les|el|il) ")
_GENERIC = re.compile(
    r" (?:online|magazine?|magazin|blog|website|homepage|e v|gmbh|ag|inc|ltd|llc|com|de|at|ch)$"
)
_ARCHIVE = re.compile(r"blog[ -]archi(?:ve|v|ves)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:opinion|editorial|comment(?:ary)?|column|analysis|review|watch|video|photos?|podcast"
    r"|letters?(?: to the editor)?|exclusive|meinung|kommentar|leitartikel|analyse)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*[\[(]\s*([\w ]{4,12})\s*[\])]\s*$")
_BAR = re.compile(r"\s+\|\s+")


def without_outlet(title: str, names: set[str]) -> str:
    """Cut the outlet's name off the ends of a title.

    Args:
        title: As claimed.
        names: What the outlet calls itself, folded.
    """
    pieces = _SEPARATOR.split(title)
    separators = _SEPARATOR.findall(title)
    while len(pieces) > 1:
        own = _own_tail(pieces, names)
        if own:
            del pieces[-own:], separators[-own:]
        elif (is_outlet(pieces[0], names) and fold(pieces[0]) in names) or _ARCHIVE.fullmatch(
            pieces[0].strip()
        ):
            pieces.pop(0)
            separators.pop(0)
        else:
            break
    text = pieces[0]
    for separator, piece in zip(separators, pieces[1:], strict=True):
        text += separator + piece
    return text.strip()


def without_labels(title: str) -> str:
    """Cut off what kind of piece it is: "Opinion | Keep the ferry", "Ferry stays [Watch]"."""
    pieces = _BAR.split(title)
    while len(pieces) > 1 and _LABEL.fullmatch(pieces[-1].strip()):
        pieces.pop()
    while len(pieces) > 1 and _LABEL.fullmatch(pieces[0].strip()):
        pieces.pop(0)
    text = " | ".join(pieces)
    bracketed = _BRACKETED.search(text)
    if bracketed and _LABEL.fullmatch(bracketed[1].strip()) and bracketed.start() > 0:
        text = text[: bracketed.start()]
    return text


def is_outlet(piece: str, names: set[str]) -> bool:
    """Tell whether a piece of a title names the outlet, or is nothing but a domain."""
    key = fold(piece)
    return (
        not key
        or key in names
        or _DOMAIN.match(piece.strip()) is not None
        or _bare(key) in {_bare(name) for name in names}
        or (len(key.split()) <= 4 and bool(_SITE_PART.search(piece)))
    )


def _own_tail(pieces: list[str], names: set[str]) -> int:
    """Count the last pieces that are the outlet's name: one, or several where the name has bars."""
    for count in range(len(pieces) - 1, 1, -1):
        if fold(" ".join(pieces[-count:])) in names:
            return count
    return int(is_outlet(pieces[-1], names))


def _bare(key: str) -> str:
    """Take the article and the words that any outlet may add off a folded name."""
    bare = _ARTICLE.sub("", key)
    while (shorter := _GENERIC.sub("", bare)) != bare:
        bare = shorter
    return bare.replace(" ", "")
