"""Credit lines and the news agencies they name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from tasks.clean.dateline import find_dateline
from tasks.lexicon.files import read_sections

_CREDIT = re.compile(
    r"""^\W*(?:
        (?:additional|further|extra)\s+reporting\s+(?:by|from)\b
      | with\s+(?:additional\s+)?
        (?:files?|reporting|inputs?|material|contributions?|reports?|agency\s+inputs?)
        \s+(?:from|by)\b
      | with\s+(?:agencies|agency\s+inputs|wires?)\W*$
      | (?:reporting|reported|writing|compiled|text)\s+by\s+[A-Z][^.;]{2,90}
        (?:;\s*(?:additional\s+reporting|editing|writing|graphics|translated)\b|[.]?$)
      | (?:editing|edited)\s+by\s+[A-Z]
      | this\s+(?:report|story|article)\s+(?:includes|contains)
        \s+(?:reporting|material|information)\s+from\b
      | (?:the\s+)?(?!(?:he|she|they|it|who|which|that|this|we)\b)
        (?:[\w.’'-]+[\s,]+(?:and\s+)?){1,12}
        (?:also\s+)?contributed\s+(?:to\s+this|reporting|writing|from\s+[A-Z])
      | (?:agencies|agency|wires|agenturen|agences|agencias)\W*$
      | mit\s+(?:material|agenturmaterial|informationen)\s+(?:von|der|des)\b
      | mit\s+agenturen\W*$
      | avec\s+(?:l['’]|les\s+)?(?:afp|reuters|ap|agences?)\b.{0,40}$
      | con\s+(?:información|informaciones|datos)\s+de\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_CREDIT_START = re.compile(
    r"^\W*(?:(?:mit|with|from|via|source|quelle|fuente)\s*:?\s+)?", re.IGNORECASE
)
_CREDIT_BREAK = re.compile(r"\s*(?:[/,|;]|\band\b|\bund\b|\bet\b|\by\b)\s*")
_NAMED_AGENCY = re.compile(
    r"^(?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2}) (?:(?:News|Press) Agency|Newswire)$"
)


@lru_cache(maxsize=1)
def _agencies() -> tuple[re.Pattern[str], frozenset[str]]:
    sections = read_sections("agencies.txt")
    names = sorted(sections["agency"], key=len, reverse=True)
    shorts = sections["short"]
    pattern = re.compile(
        rf"\b(?:{'|'.join(map(re.escape, names))})\b|\b(?-i:{'|'.join(shorts)})\b", re.IGNORECASE
    )
    return pattern, frozenset(name.lower() for name in (*names, *shorts))


def is_credit_line(paragraph: str) -> bool:
    """Tell whether a paragraph says only who else reported, such as "With files from Reuters"."""
    if len(paragraph) > 320:
        return False
    if _CREDIT.match(paragraph):
        return True
    if len(paragraph) > 60:
        return False
    names = _CREDIT_BREAK.split(_CREDIT_START.sub("", paragraph).rstrip(" .)]").lower())
    return all(name in _agencies()[1] for name in names)


def wire_agency(credit: str | None, bylines: Iterable[str], opening: str) -> str | None:
    """Name the agency a text comes from, if its credit line, byline or dateline says so.

    Args:
        credit: The credit line.
        bylines: Names claimed as authors, before organisations were taken out.
        opening: The first paragraph; "PARIS (AP) —" is a dateline.
    """
    dateline = find_dateline(opening)
    if dateline and dateline.agency:
        return dateline.agency  # "PARIS (AP) —": the form itself says that it is an agency
    for text in (*bylines, credit or ""):
        match = _agencies()[0].search(text)
        if match:
            return match[0]
        named = _NAMED_AGENCY.match(text)
        if named:
            return named["name"]
    return None
