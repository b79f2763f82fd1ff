"""The second pass: persons across articles, when all of a corpus is known.

Within an article a person has the local id of the fullest name used there. Across articles this
pass joins what is certainly one person: names that one article uses for the same person ("Donald
Trump", "Donald J. Trump"), names that are nearly equal and stand in the same company ("Sergei",
"Sergey Lavrov"), and a surname alone where the corpus knows but one bearer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import JaroWinkler

from tasks.enrich.entities import local_id
from tasks.enrich.names import fold, fold_parts, surname
from tasks.lexicon.files import read_words

NEARLY_EQUAL = 0.93  # Jaro-Winkler of the folded full names …
PART_EQUAL = 0.85  # … and of each of their parts
SHARED_COMPANY = 2  # other entities that both names must be met with …
COMMON_COMPANY = 0.1  # … and that fewer articles than this share name
METHOD = "corpus"

Reason = Literal["same_name", "same_article", "nearly_equal", "only_bearer"]


@dataclass(frozen=True, slots=True)
class Bearer:
    """An entity of type PERSON in an article, as the entities table has it."""

    article_id: str
    entity_no: int
    entity_id: str
    canonical_name: str
    aliases: tuple[str, ...] = ()
    description: str | None = None
    gender: str | None = None
    company: frozenset[str] = frozenset()
    """entity_ids of the article's other entities."""


@dataclass(frozen=True, slots=True)
class Reassignment:
    """A person who gets the id he or she has elsewhere in the corpus."""

    article_id: str
    entity_no: int
    entity_id: str
    """The new id."""

    canonical_name: str
    """The name that goes with it."""

    reason: Reason
    """same_name, same_article, nearly_equal or only_bearer."""

    confidence: float
    """From 0 to 1."""


_CONFIDENCE: dict[Reason, float] = {
    "same_name": 0.95,
    "same_article": 0.95,
    "nearly_equal": 0.85,
    "only_bearer": 0.8,
}


def unify_persons(bearers: Sequence[Bearer]) -> list[Reassignment]:
    """Say which persons of a corpus get another id. Doing it again changes nothing more.

    Args:
        bearers: All entities of type PERSON; one with an id of the world (wd:) gives it to the
            others of its name.
    """
    people = _People(bearers)
    people.join_by_article(bearers)
    people.join_nearly_equal()
    people.settle()
    changes = []
    for bearer in bearers:
        found = people.find(bearer)
        if found is None:
            continue
        key, reason = found
        entity_id, name = people.identity(key)
        if entity_id != bearer.entity_id and bearer.entity_id.startswith("local:"):
            changes.append(
                Reassignment(
                    article_id=bearer.article_id,
                    entity_no=bearer.entity_no,
                    entity_id=entity_id,
                    canonical_name=name,
                    reason=reason,
                    confidence=_CONFIDENCE[reason],
                )
            )
    return changes


class _People:
    """The full names of a corpus, joined to persons."""

    def __init__(self, bearers: Sequence[Bearer]) -> None:
        self._of_key: dict[str, list[Bearer]] = defaultdict(list)
        for bearer in bearers:
            if _is_full(bearer.canonical_name):
                self._of_key[fold(bearer.canonical_name)].append(bearer)
        self._owner = {key: key for key in self._of_key}
        self._reason: dict[str, Reason] = {}
        self._by_surname: dict[str, set[str]] = defaultdict(set)
        self._members: dict[str, list[Bearer]] = defaultdict(list)
        met = Counter(other for bearer in bearers for other in bearer.company)
        articles = len({bearer.article_id for bearer in bearers})
        most = max(2.0, COMMON_COMPANY * articles)
        self._telling = frozenset(other for other, count in met.items() if count <= most)

    def join_by_article(self, bearers: Sequence[Bearer]) -> None:
        """Join the full names that one article uses for one person."""
        for bearer in bearers:
            if _is_full(bearer.canonical_name):
                for alias in bearer.aliases:
                    if _is_full(alias) and fold(alias) in self._owner:
                        self._join(fold(bearer.canonical_name), fold(alias), "same_article")

    def join_nearly_equal(self) -> None:
        """Join full names that differ by a letter or two and are met in the same company."""
        blocks: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for key, same in self._of_key.items():
            parts = fold_parts(same[0].canonical_name)
            blocks[(str(len(parts)), *(part[0] for part in parts))].append(key)
        for block in blocks.values():
            for index, left in enumerate(block):
                for right in block[index + 1 :]:
                    if _nearly_equal(left, right) and self._share_company(left, right):
                        self._join(left, right, "nearly_equal")

    def settle(self) -> None:
        """Gather who bears each person's names, once all are joined."""
        for key, same in self._of_key.items():
            family = fold(surname(same[0].canonical_name) or "").replace(" ", "")
            self._by_surname[family].add(self._root(key))
            self._members[self._root(key)] += same

    def find(self, bearer: Bearer) -> tuple[str, Reason] | None:
        """Find whose name a bearer has, and how we know; null when nobody's for certain."""
        if _is_full(bearer.canonical_name):
            key = fold(bearer.canonical_name)
            return self._root(key), self._reason.get(key, "same_name")
        holders = self._by_surname.get(fold(bearer.canonical_name).replace(" ", ""), set())
        if len(holders) != 1:
            return None
        [key] = holders
        others = self._members[key]
        genders = {other.gender for other in others if other.gender} | {bearer.gender} - {None}
        if len(genders) > 1:
            return None
        if bearer.canonical_name in _common_surnames() and not any(
            bearer.company & other.company for other in others
        ):
            return None
        return key, "only_bearer"

    def identity(self, root: str) -> tuple[str, str]:
        """Give id and canonical name of a person: the commonest of the names."""
        members = self._members[root]
        name = Counter(bearer.canonical_name for bearer in self._of_key[root]).most_common(1)[0][0]
        known = {b.entity_id for b in members if not b.entity_id.startswith("local:")}
        return (next(iter(known)) if len(known) == 1 else local_id("PERSON", name)), name

    def _share_company(self, left: str, right: str) -> bool:
        met_left = frozenset().union(*(bearer.company for bearer in self._of_key[left]))
        met_right = frozenset().union(*(bearer.company for bearer in self._of_key[right]))
        return len(met_left & met_right & self._telling) >= SHARED_COMPANY

    def _join(self, left: str, right: str, reason: Reason) -> None:
        first, second = self._root(left), self._root(right)
        if first == second:
            return
        keep, drop = sorted((first, second), key=lambda key: (-len(self._of_key[key]), key))
        self._owner[drop] = keep
        self._reason.setdefault(drop, reason)

    def _root(self, key: str) -> str:
        while self._owner[key] != key:
            key = self._owner[key]
        return key


def _is_full(name: str) -> bool:
    return len(fold_parts(name)) >= 2


def _nearly_equal(left: str, right: str) -> bool:
    pairs = zip(left.split(), right.split(), strict=False)
    return (
        len(left.split()) == len(right.split())
        and JaroWinkler.similarity(left, right) >= NEARLY_EQUAL
        and all(JaroWinkler.similarity(a, b) >= PART_EQUAL for a, b in pairs)
    )


def _common_surnames() -> frozenset[str]:
    """Surnames of so many that one corpus with but one bearer proves nothing."""
    return read_words("family_names.txt")
