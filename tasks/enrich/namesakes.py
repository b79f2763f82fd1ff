"""People whom an article names by title and surname only, beside a namesake named in full.

"President Osei …, Mr. Osei said; his daughter Martha Osei …": Mr. Osei is not Martha.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tasks.enrich.name_spans import NameSpan
from tasks.enrich.names import Gender, fold_parts
from tasks.enrich.people import Person
from tasks.enrich.person_traits import is_kin


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


def _is_another(text: str, bearer: Person, first_alone: int) -> bool:
    """Whether a bearer of the surname has a gender for sure, or comes after it."""
    starts = [place.start for place in bearer.appearances]
    return (
        bearer.gender is not None
        or first_alone < min(starts)
        or any(is_kin(text, start) for start in starts)
    )
