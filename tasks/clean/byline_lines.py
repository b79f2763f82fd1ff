"""The lines of an article's head that name its author."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.clean.author_claims import CARD_LABEL, is_author_name, is_byline_step
from tasks.clean.blocks import Block
from tasks.clean.person_names import NAME, has_job, people
from tasks.clean.words import fold

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|ene|abr|avr|juin|août)"
    r"[a-zäé]*"
)
_SHOWN = re.compile(
    r"(?:^|(?<=\s))(?P<opener>[Bb]y|BY|[Vv]on|VON|[Pp]ar|[Pp]or|Di|Door|Av|Af)\s*:?\s+"
    r"(?P<names>[A-ZÀ-Þ][^|•·\n]{2,90})|^[Bb]y(?P<glued>[A-Z][a-z]+ [A-Z][^|•·\n]{2,60})"
    r"|(?:^|(?<=[\s\d]))(?:Author|Autor(?:in)?|Auteur)\s*:?\s*(?P<author>[A-ZÀ-Þ][^|•·\n]{2,60})"
    r"|^(?:di|door|av|af|de)\s+(?P<small>[A-ZÀ-Þ][^|•·.\n]{2,50})$"
)
_DATED = re.compile(
    rf"^(?P<names>(?-i:[A-ZÀ-Þ][\w.’'-]+(?:\s+[A-ZÀ-Þ][\w.’'-]+){{1,4}}?))\s*[|•·,–—-]?\s*"
    rf"(?:{_MONTH}\.?\s+\d{{1,2}},|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|\d{{1,2}}\.?\s+{_MONTH}"
    r"|\d{1,2}\s+(?:minutes?|hours?|days?|weeks?)\s+ago|published\b"
    r"|(?:(?<=[\s,])@|@@)\w)",
    re.IGNORECASE,
)
_PICTURED = re.compile(
    r"\bgetty\b|^\W*(?:photo(?:graph)?|image|picture|illustration|foto)s?\s*(?::|by\b|credit|/)",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}"
    r"|\d{1,2}(?:st|nd|rd|th)?[. ]?\s*[^\W\d_]{3,12}[.,]{0,2}\s+(?:19|20)\d\d\b"
    r"|\b\d{1,2}[:.]\d\d\s*(?:uhr|h|am|pm|a\.m|p\.m)\b|\d\s+(?:minutes?|hours?|days?)\s+ago",
    re.IGNORECASE,
)
_HELPED = re.compile(
    r"^\W*(?:(?:medically|clinically|expert|fact)?[\s-]*(?:reviewed|edited|checked|translated"
    r"|photographed|illustrated|produced)\s+by|übersetzt\s+von|traduit\s+par|traducido\s+por"
    r"|(?:with\s+)?(?:additional\s+)?contributions?\s+(?:from|by)|contributors?\b)\s*:?\s*(?P<names>.*)$",
    re.IGNORECASE,
)
# What may stand before "by": who wrote, or when; not "translated", "led", "photographs".
_WROTE = re.compile(
    r"(?:words|written|text|story|report|reported|reporting|posted|published|submitted|analysis"
    r"|opinion|commentary|comment|column|review|essay|interview|article|post|blog|guest|exclusive"
    r"|updated|by|beitrag|artikel|kommentar|analyse|gastbeitrag|kolumne|essay|rezension|bericht"
    r"|veröffentlicht|geschrieben|verfasst|publiziert|erstellt|gespeichert|ein|eine|publié|écrit"
    r"|article|propos|recueillis|publicado|escrito|autor|author)",
    re.IGNORECASE,
)
_DATE_WORD = re.compile(
    rf"(?:.*\d.*|{_MONTH}|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi"
    rf"|dimanche|on|at|am|pm|um|vom|le|el|de|uhr|est"
    rf"|edt|gmt|utc|et|the|in|im|{_WROTE.pattern})",
    re.IGNORECASE,
)
_OTHER_WORK = re.compile(
    r"(?:translated|photograph(?:ed|s|y)?|photos?|pictures?|images?|video|produced|sponsored|powered"
    r"|presented|provided|supported|illustrat(?:ed|ions?)|directed|hosted|edited|reviewed|checked"
    r"|design(?:ed)?|music|book|brought|owned|approved|developed|created|made|led|used|hit)",
    re.IGNORECASE,
)
_GLUED_DAY = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4})")
_TWICE = re.compile(r"^by(?=\s?by\s)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"^(?:@.*|and|und|et|y|e|&|,|\W*)$", re.IGNORECASE)
MOST = 3
"""Lines that are read of a head: what stands below names others."""

REST = 40
"""Characters that may follow the date in a line that opens with a name."""

BOX = 4
"""Elements around a line that count as its box."""

_BULLET = re.compile(r"\s*[|•·]\s*")
_FACTS = re.compile(r"\s*[|•·]\s*|\s+[-–—~/,]\s+")


def shown_claims(head: Sequence[Block], blocks: Sequence[Block]) -> list[str]:
    """Read the lines of the head that name somebody: "By …", a byline class, a name and a date.

    Args:
        head: The lines around the headline.
        blocks: All of the page, in its order.
    """
    found: list[str] = []
    last: Block | None = None
    for number, block in enumerate(head):
        if last and block.path == last.path and people([block.text]) == (block.text,):
            found[-1] += f"; {block.text}"  # "By Ada Quell", a line on her job, "and", "Tom Vale"
        elif _HELPED.match(block.text):
            last = None
        elif claim := _claim(head, number, blocks):
            if len(found) == MOST:
                break
            found.append(claim)
            last = block
    return found


def _claim(head: Sequence[Block], number: int, blocks: Sequence[Block]) -> str | None:
    """Read the names in a line of the head; None if it names nobody as the author."""
    block = head[number]
    text = _TWICE.sub("", _GLUED_DAY.sub(" ", block.text))
    if _in_picture(block) or _PICTURED.search(text) or _HELPED.match(text):
        return None
    labelled = _names_below(block, blocks) if CARD_LABEL.match(text) else ""
    if labelled:
        return labelled
    opening = next(filter(_opens_byline, _SHOWN.finditer(text)), None)
    if opening:
        return str(next(filter(None, opening.group("names", "glued", "author", "small"))))
    dated = _DATED.match(text)
    if dated and len(text) - dated.end() <= REST:
        return dated["names"]
    named = _named_beside_date(text)
    if named:
        return named
    is_alone = (
        has_job(text)
        or (is_byline_step(block.path[:2]) and len(text) < 120)
        or (is_author_name(block.path[:2]) and people([text]) == (text,))
        or (NAME.match(text) and _has_date(head, number))
    )
    return text if is_alone else None


def _opens_byline(opening: re.Match[str]) -> bool:
    """Tell "By Ada Quell", "Posted on May 3 by Ada Quell" from "a fleet run by Ada Quell"."""
    words = re.findall(r"[^\W_]+", _BULLET.split(opening.string[: opening.start()])[-1])
    if not words:
        return True
    if _OTHER_WORK.fullmatch(words[-1]):
        return False
    if _WROTE.fullmatch(words[-1]) or all(map(_DATE_WORD.fullmatch, words)):
        return True
    is_kicker = len(words) <= 3 and all(word[0].isupper() for word in words)
    return is_kicker and (opening["opener"] or "").lower() == "by"


def _names_below(label: Block, blocks: Sequence[Block]) -> str:
    """Read the names that stand one a line under a label: "By", "Ada Quell", "and", "Tom Vale"."""
    names: list[str] = []
    path: tuple[str, ...] = ()
    is_joined = True
    place = next(number for number, block in enumerate(blocks, start=1) if block is label)
    for block in blocks[place : place + 9]:
        is_name = (
            block.tag not in ("h1", "h2")
            and len(block.text) < 50
            and len(people([block.text])) == 1
        )
        if is_name and (is_joined or block.path == path):
            names.append(block.text)
            path = block.path
            is_joined = False
        elif _BETWEEN.match(block.text):
            is_joined = True
        else:
            break
    return "; ".join(names)


def _named_beside_date(text: str) -> str | None:
    """Find the name in a line of facts with a date: "27 January 2026 • Ada Quell • 3 min"."""
    if len(text) > 100:
        return None
    pieces = _FACTS.split(text)
    if not 2 <= len(pieces) <= 5 or not any(map(_DATE.search, pieces)):
        return None
    return next((piece for piece in pieces if people([piece]) == (piece,)), None)


def _in_picture(block: Block) -> bool:
    """Tell a caption; an address element in one names who wrote the article."""
    return block.tag != "address" and block.within("figure", "figcaption")


def _has_date(head: Sequence[Block], number: int) -> bool:
    """Tell whether little more than a date stands below a line of the head, in one box with it."""
    below = head[number + 1] if number + 1 < len(head) else None
    if below is None or len(below.text) > 40 or not _DATE.search(below.text):
        return False
    if head[number].within("li"):
        alike = (block.text for block in head if block.path == head[number].path)
        if not all(people([text]) for text in alike):
            return False  # one of a list of subjects
    return bool(set(head[number].elements[:BOX]) & set(below.elements[:BOX]))


def without_helpers(
    found: tuple[str, ...], head: Sequence[Block], outlets: Sequence[str]
) -> tuple[str, ...]:
    """Leave out whom the page names as editor, reviewer or contributor, unless nobody is left."""
    if len(found) < 2:
        return found
    helpers: set[str] = set()
    for number, block in enumerate(head):
        label = _HELPED.match(block.text)
        if label:
            following = head[number + 1].text if number + 1 < len(head) else ""
            helpers |= {fold(name) for name in people([label["names"] or following], outlets)}
    return tuple(name for name in found if fold(name) not in helpers) or found
