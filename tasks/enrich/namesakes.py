"""People whom an article names by title and surname only, beside a namesake named in full.

"President Osei …, Mr. Osei said; his daughter Martha Osei …": Mr. Osei is not Martha.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tasks.enrich.name_spans import NameSpan
from tasks.enrich.names import Gender, fold_parts, usual_gender
from tasks.enrich.people import Person
from tasks.enrich.person_traits import is_kin, kin_noun, noun_gender

GROWN_UP = 20  # years, from which on people are called Mr and Mrs
_AGE = re.compile(r",? \(?(?:aged )?(\d\d?)\b")


def untold_namesakes(
    text: str, alone: Iterable[NameSpan], by_part: Mapping[str, Sequence[Person]]
) -> Iterator[tuple[str, Person]]:
    """Find those of another gender than all who bear their surname in full.

    A usual given name misleads (`Mr Ashley Cole`), and articles name people in full before they
    call them Mr or Ms. So there must be more: the surname with Mr and with Ms, what the text says
    of the namesake's gender, that it calls them a relative, or that the surname alone came first.

    Args:
        text: The article.
        alone: Names of one part.
        by_part: Folded part -> people named in full, what stands next to them looked at.

    Returns:
        Folded surname and person, not yet among the others.
    """
    first: dict[str, NameSpan] = {}
    titled: dict[tuple[str, Gender], NameSpan] = {}
    for span in alone:
        part = fold_parts(span.name)[0]
        first.setdefault(part, span)
        if span.gender:
            titled.setdefault((part, span.gender), span)
    for (part, gender), span in titled.items():
        both = (part, "f") in titled and (part, "m") in titled
        bearers = [p for p in by_part.get(part, ()) if p.parts[-1] == part]
        if bearers and all(
            bearer.likely_gender not in (None, gender)
            and (both or _is_another(text, bearer, first[part].start))
            for bearer in bearers
        ):
            yield part, Person(span.name, (part,), genders={gender: 2.0})


def surnamed_kin(text: str, spans: Sequence[NameSpan]) -> list[NameSpan]:
    """Give kin named by given name alone the surname that Mr or Mrs calls them by later.

    "Jodie Farrow, 17, … Her mother, Karen, … Mrs Farrow said": Karen Farrow. Not where somebody
    of the same or of no told gender has that surname, unless a child or called by the given name.
    """
    kin: dict[Gender, list[int]] = {}
    for number, span in enumerate(spans):
        noun = kin_noun(text, span.start) if " " not in span.name else None
        gender = noun_gender(noun) if noun else None
        if gender is not None:
            kin.setdefault(gender, []).append(number)
    result = list(spans)
    for gender, numbers in kin.items():
        if len({spans[number].name for number in numbers}) > 1:
            continue
        first = numbers[0]
        titled = [s for s in spans if s.gender == gender and " " not in s.name]
        if not titled or titled[0].start < spans[first].start:
            continue
        family = titled[0].name
        bearers = [s for s in spans if s.name.endswith(f" {family}")]
        given = {s.name for s in spans if " " not in s.name and s.title is None}
        if bearers and all(
            bearer.name.split()[0] in given or _is_other(text, bearer, gender) for bearer in bearers
        ):
            result[first] = spans[first]._replace(name=f"{spans[first].name} {family}")
    return result


def _is_other(text: str, bearer: NameSpan, gender: Gender) -> bool:
    """Whether a bearer of a surname has another gender, or is a child."""
    age = _AGE.match(text, bearer.end)
    young = age is not None and int(age.group(1)) < GROWN_UP
    return young or usual_gender(bearer.name) not in (None, gender)


def _is_another(text: str, bearer: Person, first_alone: int) -> bool:
    """Whether a bearer of the surname has a gender for sure, or comes after it."""
    starts = [place.start for place in bearer.appearances]
    return (
        bearer.gender is not None
        or first_alone < min(starts)
        or any(is_kin(text, start) for start in starts)
    )
