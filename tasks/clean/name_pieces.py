"""The single names that a byline consists of, each tidied: without "By", job, place, date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tasks.clean.name_lists import given_names, job, organisation, wires
from tasks.clean.structured import plain
from tasks.clean.words import fold, normalise

LONGEST_CLAIM = 4_000
"""Characters of a claim that are read: a dozen authors and all their institutes have fewer."""

SEPARATOR = re.compile(
    r"\s*(?:[;|•·/\n、，；]|,?\s+(?:and|And|AND|und|UND|et|ET|y|e|og|och|en)\s+|\s+&\s+|\s+(?:with|mit|avec)\s+)\s*"
)
PREFIX = re.compile(
    r"^\W*(?:(?:(?:zeige\s+)?alle\s+beiträge\s+von|mehr\s+(?:von|über)|über|about"
    r"|more\s+(?:by|from|about)|(?:all\s+)?posts\s+by"
    r"|(?:written|words|reported|story|posted|published|text|analysis|opinion)"
    r"\s+by|by|(?-i:From(?=\s[A-Z]))|von|par|por|de|di|door|af|av|text|autor(?:in)?|auteur|author)\b\s*:?\s*"
    r"|(?-i:By(?=[A-Z])))",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*,\s*")
_STATED = re.compile(
    r"(?:last\s+)?(?:updated|modified)|published|posted|stand:?|publiziert|veröffentlicht|aktualisiert"
    r"|zuletzt|publié|publicado|actualizado|actualisé|mis à jour",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(
    r"\s*(?:"
    rf"\b(?i:{_STATED.pattern})\b.*"
    r"|\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b(?:[\s,]+(?:\d|[A-Z][a-z]{2,8}$).*|$)"
    r"|\b(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|März|Mai|Okt|Dez)[a-zA-Z]{0,6}\.?\s+\d.*"
    r"|[(\[<@].*|\d.*|\b(?:[Ff]or|FOR|in|at|of)\s+(?:(?:the|The|THE)\s+)?[A-Z].*"
    r"|\bThe\s+[A-Z].*|\S+@\S+\.\w.*|@.*|\bvia\b.*|https?:.*)$"
)
_DASH = re.compile(r"\s[-–—|]\s")
# "Ada Quell BBC News", "Ada Maria Quell WXYZ", "Ada QuellCEO"; but "Bill MCCARTHY", "Ada Quell KC".
_AFFILIATED = re.compile(
    r"(?<=[a-z.])(?:\s+|(?<=[a-zà-ÿ]{3}))(?!(?:II|III|IV|JR|SR|QC|KC|MP|MD|CBE|OBE|MBE|TD)\b)"
    r"(?:[A-Z]{2,5}\s+(?:[A-Z][a-z]|[a-z]).*|(?<=[a-zà-ÿ])[A-Z]{2,4}$|(?:Follow|Updated|Published)$)"
)
_GLUED = re.compile(r"(?<=[a-zà-ÿ]{3})(?<!Fitz)[A-ZÀ-Þ][a-zà-ÿ]{3}.*$")
_LOOSE_END = re.compile(r"(?:\s+(?:[Oo]n|[Aa]t|[Aa]m|um|[Vv]om|[Ll]e|el|il|den|à|a las|de|in))+$")
_PICTURES = re.compile(
    r"\((?:photo|picture|image|illustration|graphic|video|foto|bild|fotos|photos)", re.IGNORECASE
)
_NICKNAME = re.compile(r"\s[\"“„‘'][^\"”“’']{2,20}[\"”“’'](?=\s+[A-ZÀ-Þ])")
_INVERTED = re.compile(r"([^\W\d_][\w’'-]+), ([^\W\d_][\w’'-]+(?: [A-Z]\.?)?)")


def joined_names(outlet_names: Iterable[str]) -> frozenset[str]:
    """Fold what an outlet calls itself, to find it in a byline: `usatoday`."""
    return _joined(tuple(outlet_names))


@lru_cache(maxsize=64)
def _joined(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(name).replace(" ", "") for name in names if name) - {""}


def split_names(claim: str, outlets: frozenset[str]) -> Iterator[str]:
    """Split a claim such as "By Ada Quell and Tom Vale, Larkfield" into names.

    Args:
        claim: As printed or claimed.
        outlets: What the outlet calls itself, by `joined_names`.

    Yields:
        What may be names; empty and other strings among them.
    """
    text = normalise(plain(claim[:LONGEST_CLAIM]))
    if text.lower().startswith(("http:", "https:", "www.", "@")):
        return
    text = _NICKNAME.sub("", PREFIX.sub("", text, count=1))
    text = _turned(text)
    for part in _COMMA.split(text):
        is_affiliation = False
        for piece in SEPARATOR.split(part):
            if _PICTURES.search(piece):
                continue
            name = tidy_name(piece, outlets)
            # "…, Institute of Allergy and Infectious Diseases": what follows is no author either.
            if not (is_affiliation and name.partition(" ")[0] not in given_names()):
                yield name
            is_affiliation = is_affiliation or bool(organisation().search(fold(piece)))
            if _STATED.search(piece, pos=1):
                return  # when the text was printed or changed, by whom it was not written


def _turned(text: str) -> str:
    """Turn a name as libraries write it, "Quell, Ada", the way it is said."""
    name = _INVERTED.fullmatch(text)
    if name is None or name[1] in given_names() or name[2].split()[0] not in given_names():
        return text
    return f"{name[2]} {name[1]}"


def tidy_name(name: str, outlets: frozenset[str]) -> str:
    """Take off a name what is printed with it: job, place, date, outlet; capitals become small."""
    name = PREFIX.sub("", name, count=1)
    name = _LOOSE_END.sub("", _AFTERWARDS.sub("", name))
    first, *others = _DASH.split(name)
    # "Nickname - Ada Quell" names her after the dash, "Ada Quell - Larkfield" before it.
    if others and len(first.split()) == 1 and len(others[0].split()) > 1:
        first = others[0]
    for after in (_AFFILIATED, _GLUED):
        alone = after.sub("", first)
        first = alone if " " in alone.strip() else first
    name = _without_job(first).strip(' .,:;-–—|*"“”')
    name = _without_outlet(name, outlets)
    if name.isupper() and len(name) > 4:
        name = re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lambda word: word[0].capitalize(), name)
    return name


def _without_job(name: str) -> str:
    """Cut off what a person does, with what it is about: "Ada Quell Wellness Writer"."""
    alone = job().sub("", name)
    words = alone.split()
    # A third word before a job is its subject, unless the second is a given name, too.
    is_subject = len(words) == 3 and words[0] in given_names() and words[1] not in given_names()
    return " ".join(words[:2]) if alone != name and is_subject and "." not in words[1] else alone


def _without_outlet(name: str, outlets: frozenset[str]) -> str:
    """Cut the outlet off a name: "Ada Quell USA TODAY"; nothing is left of "MDR THÜRINGEN"."""
    words = name.split()
    own = outlets | wires()
    is_short = words[:1] != [] and (words[0].isupper() or len(words[0]) == 2)
    if len(words) > 1 and is_short and fold(words[0]) in own:
        return ""
    if len(words) > 2 and fold(words[-1]) in wires():
        words.pop()
        name = " ".join(words)
    for count in range(len(words) - 2, 0, -1):
        tail = fold(" ".join(words[-count:])).replace(" ", "")
        if len(tail) > 3 and tail in outlets:
            return " ".join(words[:-count])
    return name
