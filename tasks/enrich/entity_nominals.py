"""Where "the minister" means a person whose role the article gives: mentions of kind nominal."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tasks.enrich.entity_groups import Group
from tasks.lexicon.files import read_words
from tasks.records import AnnotatedArticle, Mention

CONFIDENCE = 0.7
_BESIDE = 3  # characters: so near its own name a role is an apposition, not a mention of its own

_AMBIGUOUS = frozenset({"head", "star", "source"})  # nouns of other things too
_STOP = re.compile(r"[.!?;\n]")


def nominal_mentions(
    annotated: AnnotatedArticle, groups: Sequence[Group], roles: Mapping[int, str]
) -> list[tuple[Mention, int]]:
    """Find "the minister" after the one person whose role says minister.

    Args:
        annotated: The article.
        groups: Its groups of name mentions.
        roles: Descriptions of persons by number of their group.

    Returns:
        Mentions of kind `nominal` outside quotation marks, with the number of their group; none
        for a noun that two persons' roles share.
    """
    bearers = _bearers(roles)
    if not bearers:
        return []
    text = annotated.article.text
    starts = [sentence.start for sentence in annotated.sentences]
    mark_starts = [mark.start for mark in annotated.marks]
    spots = sorted((m.start, m.end, n) for n, group in enumerate(groups) for m in group.mentions)
    found = []
    nouns = "|".join(sorted(map(re.escape, bearers), key=len, reverse=True))
    for match in re.finditer(rf"\b[Tt]he (?:[a-z]+ )?({nouns})\b(?![\w’'-]| (?:{nouns})\b)", text):
        number = bearers[match.group(1)]
        mark = bisect_right(mark_starts, match.start()) - 1
        is_quoted = mark >= 0 and match.start() < annotated.marks[mark].end
        if is_quoted or match.start() < groups[number].mentions[0].start:
            continue
        if _names_beside(text, match.start(), match.end(), spots):
            continue
        mention = Mention(
            mention=match.group(),
            type="PERSON",
            kind="nominal",
            start=match.start(),
            end=match.end(),
            sentence_no=max(0, bisect_right(starts, match.start()) - 1),
            confidence=CONFIDENCE,
        )
        found.append((mention, number))
    return found


def _bearers(roles: Mapping[int, str]) -> dict[str, int]:
    """Give the nouns of roles that one person alone has: the last one before "of" and the like."""
    of_noun: dict[str, set[int]] = defaultdict(set)
    nouns = read_words("speakers.txt", "roles") - _AMBIGUOUS
    for number, role in roles.items():
        head = re.split(r"\s(?:of|for|at|in|from|with|who|and)\s|,", role)[0]
        words = [word.lower() for word in re.findall(r"[A-Za-z-]+", head)]
        if words and words[-1] in nouns:
            of_noun[words[-1]].add(number)
    return {noun: next(iter(found)) for noun, found in of_noun.items() if len(found) == 1}


def _names_beside(text: str, start: int, end: int, spots: Sequence[tuple[int, int, int]]) -> bool:
    """Whether a name stands right beside a stretch, or in it, in the same clause."""
    near = bisect_right(spots, (end + _BESIDE, 0, 0))
    return any(
        spot_end >= start - _BESIDE
        and spot_start <= end + _BESIDE
        and not _STOP.search(text[min(spot_end, end) : max(spot_start, start)])
        for spot_start, spot_end, _ in spots[max(0, near - 2) : near + 1]
    )
