"""Named entities judged against gold: their mentions, who is who, and what they are linked to.

Mentions count if the exact stretch has the right type (persons, organisations, places; a leading
"the" or honorific and a trailing 's never matter). Who is who is B-cubed (Bagga and Baldwin 1998)
over gold mentions that belong to an entity; a mention not found counts 0 for recall. Links are
judged on gold mentions: the share of known Wikidata ids that were given, and of given ids that
are right.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.evaluate.gold import GoldMention, GoldNames, Row, Stretch
from tasks.evaluate.rates import Score, f1, ratio

TYPES = {
    "PER": "PERSON", "PERSON": "PERSON", "ORG": "ORG", "ORGANISATION": "ORG",
    "ORGANIZATION": "ORG", "GPE": "PLACE", "LOC": "PLACE", "FAC": "PLACE", "PLACE": "PLACE",
}  # fmt: skip
BEFORE = re.compile(
    r"(?:the|mr|mrs|ms|miss|dr|sir|dame|lord|lady|president|sen|senator|gov|rep|prof|professor)"
    r"\.?\s+",
    re.IGNORECASE,
)
AFTER = re.compile(r"(?:['’]s|['’]|\s)+$")


@dataclass(frozen=True, slots=True)
class FoundName:
    """What the pipeline says of a stretch."""

    type: str
    entity_no: int
    wikidata_id: str | None


@dataclass(slots=True)
class NameCounts:
    """Running totals over the texts of a set."""

    gold: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    found: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    spans_right: int = 0
    clustered: int = 0
    clustered_found: int = 0
    cluster_precision: float = 0.0
    cluster_recall: float = 0.0
    linked_gold: int = 0
    linked_found: int = 0
    linked_right: int = 0


def entity_scores(
    set_name: str, golds: Iterable[GoldNames], rows: Mapping[str, Row]
) -> list[Score]:
    """Judge the entities of a set of texts (values in percent).

    Args:
        set_name: Its name.
        golds: What is right.
        rows: Lines of `onrecord annotate`, by id.
    """
    counts = NameCounts()
    for gold in golds:
        _count(counts, gold, _found_names(gold, rows.get(gold.id, {})))
    kinds = sorted(set(counts.gold) | set(counts.found))
    scores = []
    for kind in (*kinds, "all"):
        wanted, taken, right = (
            sum(of.values()) if kind == "all" else of[kind]
            for of in (counts.gold, counts.found, counts.right)
        )
        scores += _three(set_name, f"mentions {kind}", right, taken, right, wanted)
    wanted, taken = sum(counts.gold.values()), sum(counts.found.values())
    spans = f1(ratio(counts.spans_right, taken), ratio(counts.spans_right, wanted))
    scores.append(Score(set_name, "mentions, any type: F1", spans, wanted))
    scores += _three(
        set_name, "who is who (B3)", counts.cluster_precision, counts.clustered_found,
        counts.cluster_recall, counts.clustered,
    )  # fmt: skip
    scores += _three(
        set_name, "links", counts.linked_right, counts.linked_found,
        counts.linked_right, counts.linked_gold,
    )  # fmt: skip
    return scores


def name_counts(gold: GoldNames, row: Row) -> NameCounts:
    """Judge the entities of one text, for draws of documents (`bootstrap`).

    Args:
        gold: What is right.
        row: The line of `onrecord annotate`.
    """
    counts = NameCounts()
    _count(counts, gold, _found_names(gold, row))
    return counts


def mentions_f1(documents: Sequence[NameCounts]) -> float:
    """Give the F1 of the mentions of some texts, all types together, in percent."""
    wanted, taken, right = (
        sum(sum(getattr(one, name).values()) for one in documents)
        for name in ("gold", "found", "right")
    )
    return f1(ratio(right, taken), ratio(right, wanted))


def trim_name(text: str, start: int, end: int) -> Stretch:
    """Take articles, honorifics and a possessive ending off a name.

    >>> trim_name("the Dr Vossler's", 0, 16)
    (7, 14)
    """
    while (match := BEFORE.match(text, start, end)) and match.end() < end:
        start = match.end()
    while (match := AFTER.search(text[start:end])) and match.start() > 0:
        end = start + match.start()
    return start, end


def _found_names(gold: GoldNames, row: Row) -> dict[Stretch, FoundName]:
    low, high = gold.window
    return {
        trim_name(gold.text, start, end): FoundName(kind, number, entity.get("wikidata_id"))
        for number, entity in enumerate(row.get("entities") or [])
        if (kind := TYPES.get(str(entity.get("type", "")).upper()))
        for start, end in entity["mentions"]
        if low <= start and end <= high
    }


def _count(counts: NameCounts, gold: GoldNames, found: Mapping[Stretch, FoundName]) -> None:
    wanted: dict[Stretch, GoldMention] = {}
    optional: set[Stretch] = set()
    for mention in gold.mentions:
        key = trim_name(gold.text, mention.start, mention.end)
        if mention.is_optional or not mention.type:
            optional.add(key)
        else:
            wanted[key] = mention
    for key, name in found.items():
        overlaps = any(start < key[1] and key[0] < end for start, end in optional)
        if key in wanted:
            counts.spans_right += 1
            counts.right[name.type] += wanted[key].type == name.type
        elif overlaps:
            continue
        counts.found[name.type] += 1
    for mention in wanted.values():
        counts.gold[str(mention.type)] += 1
    _count_clusters(counts, wanted, found)
    _count_links(counts, wanted, found)


def _count_clusters(
    counts: NameCounts, wanted: Mapping[Stretch, GoldMention], found: Mapping[Stretch, FoundName]
) -> None:
    theirs: dict[str, set[Stretch]] = defaultdict(set)
    ours: dict[int, set[Stretch]] = defaultdict(set)
    for key, mention in wanted.items():
        if mention.entity:
            theirs[mention.entity].add(key)
            if key in found:
                ours[found[key].entity_no].add(key)
    counts.clustered += sum(len(cluster) for cluster in theirs.values())
    for right in theirs.values():
        for key in right & set(found):
            mine = ours[found[key].entity_no]
            counts.clustered_found += 1
            counts.cluster_precision += len(right & mine) / len(mine)
            counts.cluster_recall += len(right & mine) / len(right)


def _count_links(
    counts: NameCounts, wanted: Mapping[Stretch, GoldMention], found: Mapping[Stretch, FoundName]
) -> None:
    for key, mention in wanted.items():
        given = found[key].wikidata_id if key in found else None
        counts.linked_gold += bool(mention.wikidata_id)
        counts.linked_found += bool(given)
        counts.linked_right += bool(given) and given == mention.wikidata_id


def _three(
    set_name: str, name: str, right: float, taken: float, recalled: float, wanted: float
) -> list[Score]:
    precision, recall = ratio(right, taken), ratio(recalled, wanted)
    return [
        Score(set_name, f"{name}: precision", precision, int(taken)),
        Score(set_name, f"{name}: recall", recall, int(wanted)),
        Score(set_name, f"{name}: F1", f1(precision, recall), int(wanted)),
    ]
