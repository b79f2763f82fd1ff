"""Datelines: where, and for whom, a text was written: "PARIS, May 3 (AP) —"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.lexicon.files import read_words

_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’/]+(?:[ -][A-ZÀ-Þ][A-ZÀ-Þ.'’/]*){0,4}"
_REGION = r"(?:,\ (?:[A-Z][\w.]+|(?:[A-Z]\.){2,3})(?:\ [A-Z][\w.]+){0,2})?"
_DAY = r"""(?:,?\ (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?\ \d{1,2}
    |,?\ \d{1,2}\ (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?)?"""
_AGENCY = r"\((?P<{}>[A-Z][\w’'&/. -]{{1,28}}|dpa[\w/]*)\)"
_DIGIT = re.compile(r"\d")
_DASH = r"\s*(?:[—–]|--?(?=\s|$))\s*"
_CAPITALS = re.compile(
    rf"^(?P<dateline>(?P<place>{_PLACE}){_REGION}{_DAY}(?:\s?{_AGENCY.format('agency')})?){_DASH}",
    re.VERBOSE,
)
_SIGNED = re.compile(
    rf"^(?P<dateline>(?P<place>[A-ZÀ-Þ][\w.'’-]+(?:[ /][A-ZÀ-Þ][\w.'’-]+){{0,3}}){_REGION}{_DAY}"
    rf"\s?{_AGENCY.format('agency')}){_DASH}",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """What opens a text before its first sentence."""

    text: str
    """As printed, without the dash: `PARIS, May 3 (AP)`."""

    agency: str | None
    """The agency it names in brackets."""

    is_alone: bool
    """Whether nothing follows it in the paragraph."""


def find_dateline(paragraph: str) -> Dateline | None:
    """Read the dateline that opens a paragraph; null if there is none.

    The form is the one of the agencies' stylebooks: the place in capitals, perhaps its state and
    the day, perhaps the agency in brackets, and a dash. A place in small letters counts only with
    an agency.
    """
    match = _CAPITALS.match(paragraph) or _SIGNED.match(paragraph)
    if not match and len(paragraph) < 60 and _DIGIT.search(paragraph):
        alone = _CAPITALS.match(f"{paragraph} —")  # on a line of its own the dash may be left out
        match = alone if alone and alone.end() > len(paragraph) else None
    if not match or match["place"].split()[0].rstrip(".:") in read_words(
        "datelines.txt", "no_place"
    ):
        return None
    agency = match["agency"]
    if agency and _DIGIT.search(agency):
        agency = None  # the day stands in brackets
    return Dateline(match["dateline"].strip(), agency, match.end() >= len(paragraph))
