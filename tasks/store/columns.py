"""Columns: a name, an Arrow type and a description, declared once.

A column that a record holds takes both its type and its description from the record's field, so
that a column can never say one thing in the code and another in the data dictionary.
"""

from __future__ import annotations

import ast
import inspect
import types
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
_PLAIN = {
    str: pa.string(),
    int: pa.int32(),
    float: pa.float32(),
    bool: pa.bool_(),
    datetime: TIME,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    """Its name, the same in every table that has this quantity."""

    type: pa.DataType
    """Its Arrow type."""

    description: str
    """What it holds, for the data dictionary and the Parquet field metadata."""

    is_nullable: bool = False
    """Whether it may be unknown."""

    values: tuple[str, ...] = ()
    """The only values it may have; empty when it may have any."""

    @property
    def field(self) -> pa.Field:
        """The Arrow field, with its description in the metadata."""
        return pa.field(
            self.name, self.type, self.is_nullable, metadata={"description": self.description}
        )


def taken(record: type, names: str, **arrow_types: pa.DataType) -> tuple[Column, ...]:
    """Declare columns as a record's fields have them.

    Args:
        record: A dataclass with a docstring under every field.
        names: The fields, separated by spaces.
        arrow_types: Where the type shall be another than the field's annotation gives.
    """
    hints = _hints(record)
    descriptions = field_docstrings(record)
    return tuple(
        Column(
            name,
            arrow_types.get(name, arrow_type(hints[name])),
            descriptions[name],
            type(None) in get_args(hints[name]),
            get_args(_known(hints[name])) if get_origin(_known(hints[name])) is Literal else (),
        )
        for name in names.split()
    )


@lru_cache(maxsize=32)
def field_docstrings(record: type) -> dict[str, str]:
    """Read the docstring under each field of a record, on one line each."""
    (definition,) = ast.parse(inspect.getsource(record)).body
    found: dict[str, str] = {}
    name = ""
    for node in definition.body if isinstance(definition, ast.ClassDef) else ():
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)):
                continue
            case ast.Expr(value=ast.Constant(value=str(text))) if name:
                found[name] = " ".join(text.split())
        name = ""
    return found


def arrow_type(hint: Any) -> pa.DataType:
    """Give the Arrow type of a field's annotation.

    Raises:
        KeyError: There is none; a record has got a field that no column can hold.
    """
    hint = _known(hint)
    if get_origin(hint) is tuple:
        return pa.list_(pa.field("element", arrow_type(get_args(hint)[0])))
    if get_origin(hint) is Literal:
        return pa.string()
    if is_dataclass(hint) and isinstance(hint, type):
        return pa.struct([pa.field(n, arrow_type(h), False) for n, h in _hints(hint).items()])
    return _PLAIN[hint]


def _known(hint: Any) -> Any:
    """Leave the `| None` of an annotation out."""
    if get_origin(hint) in {Union, types.UnionType}:
        (hint,) = (part for part in get_args(hint) if part is not type(None))
    return hint


@lru_cache(maxsize=32)
def _hints(record: type) -> dict[str, Any]:
    return get_type_hints(record)
