"""Masking: forgotten names blacked out of rows, forgotten articles taken out of them.

Every character of a name becomes `█`, so that offsets, lengths and keys stay as they are, and the
content hash still recognises the page when it comes again. In an article that has the person as an
entity, the other forms of the name found there and the surname alone ("Ms Doe", "Doe") go too, the
latter unless somebody else there has it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.store.schema import TABLES
from tasks.store.tombstones import MASK, WORD, Tombstones, black_out, fold

_ADDRESSES = ("article_id", "url", "canonical_url", "outlet")
_OF_ADDRESSES = ("failures", "hits", "alerts")
"""Tables outside the parts of articles whose rows go with their address or outlet."""

_SHORTEST = 3
"""Letters of a surname that is looked for by itself."""

_LINKS = (
    "description",
    "wikidata_id",
    "geonames_id",
    "country_code",
    "latitude",
    "longitude",
    "link_method",
    "gender",
)
_FIELD_OF = {"body": "text", "headline": "headline", "standfirst": "standfirst"}
_FROM_TEXT = ("mentions", "quotes")
"""Tables whose words all stand in their article: only those of articles concerned are looked at."""

_CODES = {"nlp_model", "extractor", "language", "pipeline_version", "rule_id", "kb_version", "host"}

Row = dict[str, Any]
Clean = Callable[[str], str]


def drop_forgotten(
    tables: Mapping[str, pa.Table], stones: Tombstones
) -> tuple[dict[str, pa.Table], list[str]]:
    """Take the rows of forgotten articles out.

    Returns:
        The rows left, and the article_id of each article row taken out.
    """
    kept, gone = dict(tables), []
    for name in ("articles", "revisions"):
        if name in tables:
            columns = [tables[name][column].to_pylist() for column in _ADDRESSES]
            rows = zip(*columns, strict=True)
            gone += [row[0] for row in rows if _is_of_address(stones, row)]
    ids = pa.array(gone, pa.string())
    for name, table in tables.items():
        if name in _OF_ADDRESSES and table.num_rows:
            columns = [c for c in _ADDRESSES if c in table.column_names]
            rows = zip(*(table[column].to_pylist() for column in columns), strict=True)
            keep = pa.array([not _is_of_address(stones, row) for row in rows], pa.bool_())
            kept[name] = table.filter(keep)
        if "article_id" in table.column_names and gone:
            named = pc.fill_null(pc.is_in(kept[name]["article_id"], value_set=ids), False)
            kept[name] = kept[name].filter(pc.invert(named))
    return kept, gone


def _is_of_address(stones: Tombstones, values: tuple[str | None, ...]) -> bool:
    return stones.is_address(*values) or any(stones.is_url(value) for value in values)


def mask_names(tables: Mapping[str, pa.Table], stones: Tombstones) -> dict[str, pa.Table]:
    """Black forgotten names and addresses out of rows.

    Args:
        tables: Rows that belong together: a batch, or the parts of one number.
        stones: What must go.

    Returns:
        The tables; those in which nothing was found are the same objects.
    """
    if not stones.names and not stones.addresses:
        return dict(tables)
    people = _people(tables, stones)
    masked = dict(tables)
    for name in ("articles", "revisions"):
        if name in tables:
            masked[name] = _mask_table(name, tables[name], stones, people, {})
    texts = _concerned(masked, people)
    ids = pa.array({*people, *(row["article_id"] for row in texts.values())}, pa.string())
    for name, table in tables.items():
        if name in _FROM_TEXT:
            masked[name] = _mask_some(name, table, ids, stones, people, texts)
        elif name not in ("articles", "revisions"):
            masked[name] = _mask_table(name, table, stones, people, texts)
    return masked


def _concerned(
    tables: Mapping[str, pa.Table], people: Mapping[str, Mapping[int, set[str]]]
) -> dict[str, Row]:
    """Collect the articles that have the person, or in which something is masked, by revision."""
    if "articles" not in tables:
        return {}
    columns = ["article_id", "revision_id", *_FIELD_OF.values()]
    articles = tables["articles"].select(columns)
    hit = pc.is_in(articles["article_id"], value_set=pa.array(people, pa.string()))
    for column in _FIELD_OF.values():
        has_mask = pc.fill_null(pc.match_substring(articles[column], MASK), False)
        hit = pc.or_(hit, has_mask)
    return {row["revision_id"]: row for row in articles.filter(hit).to_pylist()}


def _mask_some(
    name: str,
    table: pa.Table,
    article_ids: pa.Array,
    stones: Tombstones,
    people: Mapping[str, Mapping[int, set[str]]],
    texts: Mapping[str, Row],
) -> pa.Table:
    """Mask the rows of some articles; all rows keep their order."""
    places = np.flatnonzero(pc.is_in(table["article_id"], value_set=article_ids).to_numpy())
    some = table.take(pa.array(places))
    masked = _mask_table(name, some, stones, people, texts)
    if masked is some:
        return table
    order = np.arange(table.num_rows)
    order[places] = table.num_rows + np.arange(len(places))
    return pa.concat_tables([table, masked]).take(pa.array(order))


def _people(tables: Mapping[str, pa.Table], stones: Tombstones) -> dict[str, dict[int, set[str]]]:
    """Find the entities that are to be forgotten: by article, by entity_no, the forms of the name.

    An article is in it, too, when it only has a forgotten name as an alias.
    """
    found: dict[str, dict[int, set[str]]] = {}
    if "entities" not in tables:
        return found
    columns = ["article_id", "entity_no", "canonical_name", "aliases"]
    others: dict[str, set[str]] = {}
    for row in tables["entities"].select(columns).to_pylist():
        forms = {row["canonical_name"], *row["aliases"]}
        if any(stones.is_name(form) for form in forms):
            found.setdefault(row["article_id"], {})[row["entity_no"]] = forms
        else:
            last = {fold(form).rpartition(" ")[2] for form in forms}
            others.setdefault(row["article_id"], set()).update(last)
    for article_id, of_article in found.items():
        for forms in of_article.values():
            forms |= {s for f in forms for s in _surnames(f, others.get(article_id, set()))}
    mentions = tables.get("mentions")
    if found and mentions is not None:
        columns = ["article_id", "entity_no", "mention", "kind"]
        for row in mentions.select(columns).to_pylist():
            forms_of = found.get(row["article_id"], {}).get(row["entity_no"])
            if forms_of is not None and row["kind"] == "name":
                forms_of.add(row["mention"])
    return found


def _surnames(name: str, others: Container[str]) -> Iterator[str]:
    """Give what of a name may stand alone, unless somebody else in the article is called so.

    Written as in the name or in capitals: "Ms Young" must go, "young people" stay.
    """
    words = list(WORD.finditer(name))
    last = words[-1].group() if len(words) > 1 else ""
    if len(last) < _SHORTEST or fold(last) in others:
        return
    for surname in (last, name[words[1].start() :]):
        yield surname
        yield surname.upper()


def _mask_table(
    name: str,
    table: pa.Table,
    stones: Tombstones,
    people: Mapping[str, Mapping[int, set[str]]],
    texts: Mapping[str, Row],
) -> pa.Table:
    """Mask one table; rows keep their order."""
    columns = [
        column.name
        for column in TABLES[name].columns
        if not column.values
        and not column.name.endswith(("_id", "_hash"))
        and column.name not in _CODES
        and _holds_words(column.type)
    ]
    rows = table.to_pylist()
    cleaners: dict[str, Clean] = {}
    changed = False
    for number, row in enumerate(rows):
        article_id = row.get("article_id") or ""
        clean = cleaners.get(article_id)
        if clean is None:
            clean = cleaners[article_id] = _cleaner(stones, people.get(article_id, {}))
        new = row | {column: mask_value(row[column], clean) for column in columns}
        _unlink(name, new, stones, people.get(article_id, {}))
        _quote_again(name, new, texts.get(row.get("revision_id") or ""))
        if new != row:
            rows[number] = new
            changed = True
    return pa.Table.from_pylist(rows, schema=table.schema) if changed else table


def _cleaner(stones: Tombstones, people: Mapping[int, set[str]]) -> Clean:
    forms = sorted({f for forms in people.values() for f in forms if len(f) > 1}, key=len)
    if not forms:
        return stones.mask_all
    either = re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, reversed(forms)))})(?!\w)")

    def clean(text: str) -> str:
        masked = stones.mask_all(text)
        return black_out(masked, [match.span() for match in either.finditer(masked)])

    return clean


def _pattern(form: str) -> str:
    """Match a form in any case; a single word, which may be a common one, only as a name."""
    if len(WORD.findall(form)) > 1:
        return f"(?i:{re.escape(form)})"
    spellings = [re.escape(spelling) for spelling in dict.fromkeys((form, form.upper()))]
    return "|".join([*spellings, rf"(?<=[/_-]){re.escape(form.lower())}"])  # or in an address


def mask_value(value: Any, clean: Clean) -> Any:
    """Mask a value of a row, however it is nested."""
    match value:
        case str():
            return clean(value)
        case list():
            return [mask_value(item, clean) for item in value]
        case dict():
            return {key: mask_value(item, clean) for key, item in value.items()}
    return value


def _unlink(name: str, row: Row, stones: Tombstones, people: Mapping[int, set[str]]) -> None:
    """Cut the ties from a forgotten person's rows to who it is."""
    if name == "entities" and row["entity_no"] in people:
        row |= dict.fromkeys(_LINKS)
        row["entity_id"] = _new_id(stones, row["entity_id"])
    if name == "quotes" and row["speaker_entity_no"] in people:
        row |= {"speaker_role": None, "speaker_gender": None}
        row["speaker_entity_id"] = _new_id(stones, row["speaker_entity_id"])


def _new_id(stones: Tombstones, entity_id: str | None) -> str | None:
    """Make an id that says nothing, the same for the same person."""
    if entity_id is None or entity_id.startswith("forgotten:"):
        return entity_id
    return "forgotten:" + stones.hash_of(entity_id)[:16]


def _quote_again(name: str, row: Row, article: Row | None) -> None:
    """Take the words of a row from the masked text again: a name may begin in it and end behind."""
    if article is None or name not in ("mentions", "quotes"):
        return
    text = article[_FIELD_OF[row.get("field", "body")]]
    if text is None:
        return
    if name == "mentions":
        row["mention"] = text[row["start"] : row["end"]]
        return
    row["quote"] = " ".join(text[span["start"] : span["end"]] for span in row["spans"])
    for kind in ("source", "cue"):
        if row[f"{kind}_start"] is not None:
            row[kind] = text[row[f"{kind}_start"] : row[f"{kind}_end"]]


def _holds_words(arrow: pa.DataType) -> bool:
    if pa.types.is_list(arrow):
        return _holds_words(arrow.value_type)
    if pa.types.is_struct(arrow):
        return any(_holds_words(field.type) for field in arrow)
    return bool(pa.types.is_string(arrow))
