"""datapackage.json: a machine-readable description of the tables folder (Frictionless v1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from tasks.store.columns import Column
from tasks.store.schema import TABLES
from tasks.store.table import SCHEMA_VERSION, Table


def datapackage(parts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Describe the tables.

    Args:
        parts: File names of each table's parts.
    """
    return {
        "profile": "data-package",
        "name": "onrecord",
        "title": "Articles, entities and quotes from news pages",
        "version": str(SCHEMA_VERSION),
        "resources": [_resource(table, parts.get(name, ())) for name, table in TABLES.items()],
    }


def _resource(table: Table, parts: Sequence[str]) -> dict[str, Any]:
    return {
        "name": table.name,
        "description": table.description,
        "path": [f"{table.name}/{part}" for part in parts],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": list(columns),
                    "reference": {"resource": target, "fields": list(TABLES[target].key)},
                }
                for columns, target in table.references
            ],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if column.is_nullable else {"required": True}
    if column.values:
        constraints["enum"] = list(column.values)
    field = {"name": column.name, "type": _type(column.type), "description": column.description}
    return field | ({"constraints": constraints} if constraints else {})


def _type(arrow: pa.DataType) -> str:
    if pa.types.is_list(arrow):
        return "array"
    if pa.types.is_timestamp(arrow):
        return "datetime"
    if pa.types.is_integer(arrow):
        return "integer"
    if pa.types.is_floating(arrow):
        return "number"
    return "boolean" if pa.types.is_boolean(arrow) else "string"
