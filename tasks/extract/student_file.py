r"""The weight file of a student tagger: one file, memory-mapped, that says where it comes from.

    ONRECORD-TAGGER 1\n | length of the header, 8 bytes | header, JSON | arrays, each at 64 bytes

The header holds the facts (teacher, corpus, scores), and name, type, shape and place of each array;
the digest is of the arrays' bytes and of the facts, so that no other weights pass under its name.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.errors import UsageError
from tasks.extract.student_tokens import TOKENS_VERSION

SUFFIX = ".tagger"
_MAGIC = b"ONRECORD-TAGGER 1\n"
_ALIGN = 64
_MOST_HEADER = 1 << 20
_KINDS = ("int8", "float32", "uint8", "uint16", "uint32", "int32")

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Weights:
    """A student's weights."""

    facts: Mapping[str, Any]
    """Teacher and its licence, corpus, scores, sizes, version of the tokens."""

    arrays: Mapping[str, Array]
    """By name, read-only views of the file."""

    digest: str
    """64 hex digits."""

    @property
    def name(self) -> str:
        """What rows call the student: student-<8 digits of the digest>."""
        return _name(self.digest)


def write_weights(path: Path, facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> str:
    """Write a weight file, whole or not at all, and give its digest."""
    listed, at = [], 0
    for name, array in arrays.items():
        listed.append({"name": name, "kind": str(array.dtype), "shape": array.shape, "at": at})
        at += -(-array.nbytes // _ALIGN) * _ALIGN
    body = b"".join(
        array.tobytes() + bytes(-array.nbytes % _ALIGN)
        for array in map(np.ascontiguousarray, arrays.values())
    )
    digest = _digest(facts, body)
    header = json.dumps({"facts": dict(facts), "arrays": listed, "digest": digest}).encode()
    header += b" " * (-(len(_MAGIC) + 8 + len(header)) % _ALIGN)
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}.{os.getpid()}")
    with hidden.open("wb") as file:
        file.write(_MAGIC + len(header).to_bytes(8, "little") + header + body)
        file.flush()
        os.fsync(file.fileno())
    hidden.replace(path)
    return digest


def read_facts(path: Path) -> tuple[Mapping[str, Any], str]:
    """Read the facts and the digest of a weight file, not its arrays.

    Raises:
        UsageError: It is not there, or no weight file.
    """
    header, _ = _read_header(path)
    return header["facts"], str(header["digest"])


def student_name(path: Path) -> str:
    """Say what rows call a student, reading only the head of its file.

    Raises:
        UsageError: It is not there, or no weight file.
    """
    return _name(read_facts(path)[1])


def read_weights(path: Path) -> Weights:
    """Map a weight file into memory and check that it is whole.

    Raises:
        UsageError: It is not there, damaged, no weight file, or of another version.
    """
    header, start = _read_header(path)
    raw = np.memmap(path, np.uint8, "r")
    if _digest(header["facts"], raw[start:]) != header["digest"]:
        raise UsageError(_advice(path, "it is damaged"))
    version = header["facts"].get("tokens")
    if version != TOKENS_VERSION:
        problem = f"it was made for tokens of version {version}, this onrecord has {TOKENS_VERSION}"
        raise UsageError(_advice(path, problem))
    arrays: dict[str, Array] = {}
    for entry in header["arrays"]:
        kind = np.dtype(entry["kind"]) if entry["kind"] in _KINDS else None
        count = int(np.prod(entry["shape"], dtype=np.int64))
        first = start + int(entry["at"])
        if kind is None or first + count * kind.itemsize > len(raw):
            raise UsageError(_advice(path, "it is damaged"))
        piece = raw[first : first + count * kind.itemsize]
        arrays[entry["name"]] = piece.view(kind).reshape(entry["shape"])
    return Weights(header["facts"], arrays, header["digest"])


def _read_header(path: Path) -> tuple[dict[str, Any], int]:
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise UsageError(_advice(path, "it is no weight file of a student tagger"))
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length)) if length <= _MOST_HEADER else None
    except OSError as error:
        raise UsageError(_advice(path, error.strerror or "it cannot be read")) from error
    except ValueError as error:
        raise UsageError(_advice(path, "it is damaged")) from error
    if not isinstance(header, dict) or not {"facts", "arrays", "digest"} <= header.keys():
        raise UsageError(_advice(path, "it is damaged"))
    if not _names_its_origin(header["facts"]):
        raise UsageError(_advice(path, "it does not say what it was made from"))
    return header, len(_MAGIC) + 8 + length


def _names_its_origin(facts: Any) -> bool:
    """Whether teacher and corpus are stated, as whatever lists students needs them."""
    return (
        isinstance(facts, dict)
        and isinstance(teacher := facts.get("teacher"), dict)
        and {"package", "name", "licence"} <= teacher.keys()
        and isinstance(corpus := facts.get("corpus"), dict)
        and {"texts", "outlets"} <= corpus.keys()
    )


def _name(digest: str) -> str:
    return f"student-{digest[:8]}"


def _digest(facts: Mapping[str, Any], body: bytes | Array) -> str:
    state = hashlib.sha256(json.dumps(dict(facts), sort_keys=True).encode())
    state.update(body if isinstance(body, bytes) else body.data)
    return state.hexdigest()


def _advice(path: Path, problem: str) -> str:
    return (
        f"the student tagger {path} cannot be used: {problem}; make one with `onrecord models "
        "distil`, or go back to the teacher with `onrecord models use teacher`"
    )
