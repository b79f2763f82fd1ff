"""What a teacher's word vectors say of words that a student never read: a table of its own.

A teacher that learned from far more text than a student ever sees often has vectors of half a
million words, a few thousand of them different. The student keeps these, shortened and as whole
numbers of eight bits; a word finds its row by a checksum, so that no words need be stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

LENGTH = 96
"""Values of a vector: as many as spaCy's ner makes of its 300."""

_LARGEST = 127
_BITS, _HALF = 16, 0xFFFF
_SPREAD = 0.2  # root mean square of the values, about what the other tables have


@dataclass(frozen=True, slots=True)
class WordVectors:
    """Shortened vectors, and which word has which."""

    checksums: NDArray[np.uint32]
    """Of the words, sorted."""

    rows: NDArray[np.uint16]
    """The vector of each of these."""

    values: NDArray[np.int8]
    """The vectors, LENGTH whole numbers each; the first is that of unknown words, zeros."""

    scale: float
    """What one of these numbers stands for."""

    def rows_of(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Give the vector's row of each word, or of the same word in other letters; else 0."""
        found = self._exactly(words)
        for other in (str.title, str.lower):
            missing = np.flatnonzero(found == 0).tolist()
            if missing:
                found[missing] = self._exactly([other(words[n]) for n in missing])
        return found

    def _exactly(self, words: Sequence[str]) -> NDArray[np.int64]:
        sums = np.fromiter(map(_checksum, words), np.uint32, len(words))
        if not len(self.checksums):
            return np.zeros(len(words), np.int64)
        at = np.minimum(np.searchsorted(self.checksums, sums), len(self.checksums) - 1)
        is_known = self.checksums[at] == sums
        return np.where(is_known, self.rows[at], 0).astype(np.int64)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the arrays of a weight file.

        Of a checksum the lower half is kept; how often each upper half occurs tells the rest.
        """
        return {
            "vector_sums": (self.checksums & _HALF).astype(np.uint16),
            "vector_counts": np.bincount(self.checksums >> _BITS, minlength=_HALF + 1).astype(
                np.uint16
            ),
            "vector_rows": self.rows,
            "vectors": self.values,
            "scale.vectors": np.array(self.scale, np.float32),
        }


def no_vectors() -> WordVectors:
    """Give what a teacher without vectors has: none."""
    return WordVectors(
        np.zeros(0, np.uint32), np.zeros(0, np.uint16), np.zeros((1, LENGTH), np.int8), 1.0
    )


def shortened(words: Sequence[str], rows: NDArray[np.int64], full: NDArray[Any]) -> WordVectors:
    """Shorten vectors by principal components, those that differ most first.

    Args:
        words: Different words.
        rows: The vector of each word.
        full: The vectors; no more than 65,535.
    """
    exact = full.astype(np.float64)
    _, axes = np.linalg.eigh(exact.T @ exact)
    values = np.zeros((len(full), LENGTH))
    kept = axes[:, ::-1][:, :LENGTH]
    values[:, : kept.shape[1]] = exact @ kept
    values *= _SPREAD / max(float(np.sqrt((values**2).mean())), 1e-9)
    scale = float(np.quantile(np.abs(values), 0.9999)) / _LARGEST
    small = np.clip(np.rint(values / scale), -_LARGEST, _LARGEST).astype(np.int8)
    sums = np.fromiter(map(_checksum, words), np.uint32, len(words))
    sums, first = np.unique(sums, return_index=True)
    table = np.concatenate([np.zeros((1, LENGTH), np.int8), small])
    return WordVectors(sums, (rows[first] + 1).astype(np.uint16), table, scale)


def vectors_in(arrays: Any) -> WordVectors:
    """Take the vectors out of the arrays of a weight file."""
    upper = np.repeat(np.arange(_HALF + 1, dtype=np.uint32) << _BITS, arrays["vector_counts"])
    return WordVectors(
        upper | arrays["vector_sums"],
        arrays["vector_rows"],
        arrays["vectors"],
        float(arrays["scale.vectors"]),
    )


def _checksum(word: str) -> int:
    return crc32(word.encode("utf-8", "replace"))
