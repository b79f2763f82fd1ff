"""The declaration of the tables, and what is generated from it."""

import dataclasses
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.records import Article, Entity, Failure, Mention, Quote, Segment
from tasks.store.columns import TIME, arrow_type, field_docstrings
from tasks.store.datapackage import datapackage
from tasks.store.dictionary import data_dictionary
from tasks.store.rows import rows_of
from tasks.store.run import Run
from tasks.store.schema import SCHEMAS, TABLES
from tests.store.factory import annotated, run, store


def test_types_are_those_of_the_design() -> None:
    articles = SCHEMAS["articles"]
    assert articles.field("revision").type == pa.int16()
    assert articles.field("published_at").type == TIME
    assert articles.field("authors").type == pa.list_(pa.field("element", pa.string()))
    assert not articles.field("quote_count").nullable
    assert articles.field("text").nullable
    assert SCHEMAS["quotes"].field("spans").type.value_type.field("start").type == pa.int32()
    assert not any(pa.types.is_dictionary(f.type) for schema in SCHEMAS.values() for f in schema)


@pytest.mark.parametrize(
    ("record", "table", "elsewhere"),
    [
        (Article, "articles", {"captured_at", "segments", "field_sources"}),
        (Entity, "entities", set()),
        (Mention, "mentions", set()),
        (Quote, "quotes", set()),
        (Segment, "segments", set()),
        (Failure, "failures", set()),
        (Run, "runs", set()),
    ],
)
def test_every_field_of_a_record_is_stored(record: type, table: str, elsewhere: set[str]) -> None:
    fields = {field.name for field in dataclasses.fields(record)}
    assert fields - elsewhere <= set(SCHEMAS[table].names)


@pytest.mark.parametrize("name", list(TABLES))
def test_every_column_is_described(name: str) -> None:
    table = TABLES[name]
    assert table.description
    assert set(table.key) <= set(SCHEMAS[name].names)
    for column in table.columns:
        assert column.description.endswith((".", "…")), column.name


def test_the_same_column_has_one_type_everywhere() -> None:
    types: dict[str, set[str]] = {}
    for schema in SCHEMAS.values():
        for field in schema:
            types.setdefault(field.name, set()).add(str(field.type))
    assert {name: t for name, t in types.items() if len(t) > 1} == {}


def test_descriptions_travel_in_the_files(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1)])
    schema = pq.read_schema(tmp_path / "tables/quotes/part-00000.parquet")
    assert schema.equals(SCHEMAS["quotes"])
    metadata = schema.field("speaker").metadata
    assert metadata[b"description"].decode() == field_docstrings(Quote)["speaker"]
    assert schema.metadata[b"onrecord.key"] == b"article_id quote_no"


def test_an_unknown_annotation_is_refused() -> None:
    with pytest.raises(KeyError):
        arrow_type(bytes)


def test_the_dictionary_has_a_line_per_column() -> None:
    text = data_dictionary()
    for name, schema in SCHEMAS.items():
        section = text.split(f"## {name}\n")[1].split("\n## ")[0]
        assert sum(line.startswith("| ") for line in section.splitlines()) == len(schema) + 1


def test_the_datapackage_names_every_part(tmp_path: Path) -> None:
    store(tmp_path, [annotated(n) for n in range(4)], part_articles=2)
    package = pd.read_json(tmp_path / "tables/datapackage.json", typ="series")
    paths = {resource["name"]: resource["path"] for resource in package.resources}
    assert paths["quotes"] == ["quotes/part-00000.parquet", "quotes/part-00001.parquet"]
    for resource in package.resources:
        for path in resource["path"]:
            assert (tmp_path / "tables" / path).exists()
    keys = datapackage({})["resources"][3]["schema"]["foreignKeys"]
    assert keys[0]["reference"] == {"resource": "articles", "fields": ["article_id"]}


def test_rows_have_the_schemas_even_when_there_are_none() -> None:
    for tables in (rows_of([], run()), rows_of([annotated(1)], run())):
        for name, table in tables.items():
            assert table.schema.equals(SCHEMAS[name], check_metadata=True)
