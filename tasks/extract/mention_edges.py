"""Where a name begins and ends: what a tagger takes in too much is trimmed, split or dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tasks.extract.known_names import known_types
from tasks.extract.tagger import TaggedSpan
from tasks.lexicon.files import read_phrases, read_sections, read_words

_WORDS = "mention_words.txt"
_LONGEST_HONORIFIC = 4  # words, as in "Work and Pensions Secretary"
_HONORIFIC_SECTIONS = (
    "female",
    "male",
    "political",
    "legal",
    "service",
    "academic",
    "church",
    "other",
)
_PARTING = re.compile(
    r"\n+|,\s+(?=\S)|\s+[–—|]\s+|\.?\[\d+\]\s*|\s*\(@\w+\)\s*"
    r"|(?<=[^\W\d_]{3})/(?=[A-Z][^\W\d_]{2})"
)
_EDGE = " \t\xa0\"'“”‘’«»‹›„()[]{}<>,;:!?*|/–—-_=+~•·…"
_POSSESSIVE = re.compile(r"(?:['’`][sS]|(?<=[sS])['’])$")
_CIVIL = re.compile(r"(?:Mr|Mrs|Ms|Miss|Mx)\.?\s+(?=\S)")
_POSITION = re.compile(
    r".*\b(?:QB|RB|WR|TE|DL|DE|LB|CB|OL|DT|MP|MSP|MEP|TD|MLA|CEO|CFO|COO|CTO|VP|GM)\s+(?=[A-Z])"
)
_CREDIT = re.compile(r"(?:/|[Cc]opyright:? |(?:Photo(?:graph)?|Picture|Image|Credit)s?: ?)$")
_PARTICIPLE = re.compile(
    r"([A-Z][a-z]+ing|Named|Called|Meet|With|When|As|But|And|While)\s+(?=[A-Z])"
)
_PREFIXED = re.compile(r"(?:pro|anti|ex|then|post|pre|mid|now|pan|un)-(?=[A-Z])")
_SMALL_END = re.compile(r"\s+[a-z][a-z’'-]*$")
_POSTNOMINAL = re.compile(
    r",?\s(?:KC|QC|SC|TD|MPs?|MSP|MEP|MLA|MS|MHA|OBE|CBE|MBE|AO|AM|PhD|MD|RN|CEO)$"
)
_PARTY_AND_STATE = re.compile(r"[RDI]-(?=[A-Z])")  # (R-Ky.)
_ARTICLE = re.compile(r"(?:the|a|an|both|either)\s+", re.IGNORECASE)
_WEB = re.compile(
    r"(?:https?:|www\.)|\w\.(?:com|co|org|net|gov|uk|info|tv|io)\b(?!\s+[A-Z])", re.IGNORECASE
)
_ABBREVIATION = re.compile(r"(?:\b[A-Za-z]\.)+$|\b(?:Inc|Corp|Co|Ltd|Jr|Sr|St|Calif|Bros|Cos)\.$")
_OFFICE_OF = re.compile(r"(?:Secretary|Minister|Department) (?:of|for) $")
_NOUN_AFTER = re.compile(r"[’'s]*\s+(\w+)")
_NAME_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|Inc|Corp|Ltd|LLC|LLP|PLC|M\.?D|Ph\.?D|Co)\b")


def tidy_edges(text: str, names: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Trim every name to its own words and drop what is none.

    Line ends and commas split; quotation marks, articles, honorifics and possessives go; web
    addresses, hashtags, offices ("Transport Secretary") and common words are dropped.
    """
    return [
        piece
        for name in names
        for part in ((name,) if _is_plain(text, name) else _split(text, name))
        if (piece := _trim(text, part)) is not None and _is_name(text, piece)
    ]


def is_common(words: str) -> bool:
    """Whether capitalised words are a common noun, an office or a title rather than a name."""
    return words in _not_names() or words.rstrip(".") in _not_names()


def is_credit(text: str, name: TaggedSpan) -> bool:
    """Whether an agency is named as the owner of a picture: "(Photo: A. Berg/Reuters)"."""
    before = text[max(0, name.start - 20) : name.start]
    return bool(_CREDIT.search(before)) and text[name.start : name.end] in _agencies()


@lru_cache(maxsize=4096)
def honorific_length(words: str) -> int:
    """Count the characters of the honorifics and titles a name begins with, space included.

    A name that is nothing but a title has none.
    """
    parts = list(re.finditer(r"\S+", words))
    if len(parts) == 2 and parts[0].group() in read_words("given_names.txt"):
        return 0  # Dean Baker is no dean
    start = 0
    known = _honorifics()
    while start < len(parts) - 1:
        for size in range(min(_LONGEST_HONORIFIC, len(parts) - 1 - start), 0, -1):
            phrase = " ".join(p.group().rstrip(".").lower() for p in parts[start : start + size])
            if (
                parts[start].group()[0].isupper()
                and phrase in known
                and parts[start + size].group() not in ("of", "and")
            ):
                start += size
                break
        else:
            if not _is_capitalised_noun(parts[start].group()):
                break
            start += 1
    return parts[start].start() if parts else 0


def _is_capitalised_noun(word: str) -> bool:
    """Whether a capitalised word is a person's noun that begins a sentence: "Singer", "Wife"."""
    return (
        word.istitle()
        and word.lower() in read_words(_WORDS, "person_nouns")
        and word not in read_words("given_names.txt")
        and word not in read_words("family_names.txt")
    )


def _is_plain(text: str, name: TaggedSpan) -> bool:
    """Whether a name is one word of nothing but letters, as half are: its edges are its own."""
    return text[name.start : name.end].isalpha()


def _split(text: str, name: TaggedSpan) -> Iterator[TaggedSpan]:
    """Split a name at line ends, footnotes, and commas or slashes that part two names.

    What follows the handle of a post is no name: Ana Reyes (@areyes) July 3.
    """
    start = name.start
    for cut in _PARTING.finditer(text[name.start : name.end]):
        at, after = name.start + cut.start(), name.start + cut.end()
        if cut.group() == "/" and name.type == "WORK":
            continue
        if cut.group().startswith(",") and (
            _NAME_SUFFIX.match(text, after) or "&" in text[at : name.end] or name.type == "WORK"
        ):
            continue
        yield TaggedSpan(start, at, name.type, name.score)
        if "@" in cut.group():
            return
        start = after
    yield name if start == name.start else name._replace(start=start)


def _trim(text: str, name: TaggedSpan) -> TaggedSpan | None:
    """Trim marks, articles, honorifics and possessives; null when nothing is left."""
    start, end, kind = name[:3] if _is_plain(text, name) else _edges(text, name)
    if start >= end:
        return None
    if text[end : end + 1] == "." and known_types(text[start : end + 1]):
        end += 1
    if text[end : end + 1] == ")" and text.count("(", start, end) > text.count(")", start, end):
        end += 1
    if (start, end, kind) == name[:3]:
        return name
    return TaggedSpan(start, end, kind, name.score)


def _edges(text: str, name: TaggedSpan) -> tuple[int, int, str]:
    start, end, kind = name[:3]
    while True:
        before = (start, end)
        while start < end and (text[start] in _EDGE or text[start].isspace()):
            start += 1
        while start < end and _is_edge(text, start, end):
            end -= 1
        if party := _PARTY_AND_STATE.match(text, start, end):
            start, kind = party.end(), "PLACE"
        if prefix := _PREFIXED.match(text, start, end):
            start = prefix.end()
        if start < end and text[end - 1] == "." and not _keeps_dot(text[start:end]):
            end -= 1
        if (tail := _POSSESSIVE.search(text[start:end])) and tail.start() > 0:
            end = start + tail.start()
        if name.type != "WORK" and (head := _ARTICLE.match(text, start, end)) and head.end() < end:
            start = head.end()
        if name.type == "PERSON":
            start, end = _person_edges(text, start, end)
        elif civil := _CIVIL.match(text, start, end):
            start = civil.end()
        if (start, end) == before:
            return start, end, kind


def _person_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """Take titles, positions and a sentence's first participle off a person's name."""
    if position := _POSITION.match(text, start, end):
        start = position.end()
    participle = _PARTICIPLE.match(text, start, end)
    if participle and participle.group(1) not in read_words("given_names.txt"):
        start = participle.end()
    start += honorific_length(text[start:end])
    while (letters := _POSTNOMINAL.search(text, start, end)) and letters.start() > start:
        end = letters.start()
    while (small := _SMALL_END.search(text, start, end)) and small.start() > start:
        end = small.start()
    return start, end


def _keeps_dot(words: str) -> bool:
    """Whether a name's last full stop belongs to it: U.S., Imax Corp., Calif."""
    return bool(_ABBREVIATION.search(words)) or bool(known_types(words))


def _is_edge(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    return last.isspace() or (last in _EDGE and not _closes(text, start, end))


def _closes(text: str, start: int, end: int) -> bool:
    """Whether the bracket a name ends with was opened inside it: JD(U)."""
    return text[end - 1] == ")" and "(" in text[start:end]


def _is_name(text: str, name: TaggedSpan) -> bool:
    words = text[name.start : name.end]
    if not (words[0].isupper() or any(c.isupper() for c in words)) or is_common(words):
        return False
    if ("." in words or ":" in words) and _WEB.search(words):
        return False
    if name.start and text[name.start - 1] in "#@":
        return False
    if name.type in ("WORK", "LAW", "EVENT", "PRODUCT"):
        return True
    pieces = words.split()
    known = _honorifics()
    if len(pieces) > 1 and all(piece.rstrip(".,").lower() in known for piece in pieces):
        return False
    if len(words.rstrip(".")) == 1 or not (words[0].isalnum() or words[0].isupper()):
        return False
    return not (name.type != "PERSON" and _is_in_office(text, name))


def _is_in_office(text: str, name: TaggedSpan) -> bool:
    """Whether it is the department in an office: "Transport" Secretary, Secretary of "State"."""
    words = text[name.start : name.end].split()
    if not all(word.strip(",") in _portfolios() or word in ("and", "of") for word in words):
        return False
    following = _NOUN_AFTER.match(text, name.end, name.end + 30)
    if following and following.group(1) in read_words(_WORDS, "office_heads"):
        return True
    return bool(_OFFICE_OF.search(text[max(0, name.start - 20) : name.start]))


@lru_cache(maxsize=1)
def _agencies() -> frozenset[str]:
    owners = read_phrases(_WORDS, "picture_owners")
    return owners | frozenset(read_sections("agencies.txt")["agency"])


@lru_cache(maxsize=1)
def _not_names() -> frozenset[str]:
    return read_phrases(_WORDS, "not_names")


@lru_cache(maxsize=1)
def _portfolios() -> frozenset[str]:
    return read_words(_WORDS, "portfolios")


@lru_cache(maxsize=1)
def _honorifics() -> frozenset[str]:
    return frozenset(
        " ".join(word.rstrip(".").lower() for word in phrase.split())
        for section in _HONORIFIC_SECTIONS
        for phrase in read_phrases("honorifics.txt", section)
    )
