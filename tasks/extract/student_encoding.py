"""Tokens as numbers: each distinct string is encoded once and kept, up to a bound.

All sums are of small whole numbers held in float32, below 2**24: they are exact in any order, so
that a student gives the same spans on every machine and however texts are batched.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.extract.student_file import Weights
from tasks.extract.student_tags import Floats
from tasks.extract.student_tokens import (
    CAPITAL,
    GAZETTEER_KINDS,
    TOKEN,
    TokenFeatures,
    features_of,
    padded,
)
from tasks.extract.student_vectors import vectors_in

WINDOW = 5  # tokens seen at once: two on either side
LARGEST = 127  # of eight bits with a sign
MOST_TOKENS = 40_000
"""Distinct tokens kept; 3 kB each. When full, all are forgotten and encoded again as needed."""


def whole(values: Floats, scale: Floats) -> Floats:
    """Round to whole numbers from -127 to 127 of a scale, still as float32."""
    rounded: Floats = np.clip(np.rint(values / scale), -LARGEST, LARGEST)
    return rounded


class TokenTable:
    """Encodes the distinct tokens of texts.

    Args:
        weights: Of the student.
    """

    def __init__(self, weights: Weights) -> None:
        arrays = weights.arrays
        self._arrays = arrays
        self._exact = _numbered(arrays["exact_words"])
        self._lower = _numbered(arrays["lower_words"])
        words = bytes(arrays["gazetteer_words"]).decode().split("\n")
        self._gazetteer = dict(zip(words, arrays["gazetteer_bits"].tolist(), strict=True))
        self._vectors = vectors_in(arrays)
        self._mix = arrays["mix"].astype(np.float32)
        self._near = np.concatenate(list(arrays["near"].astype(np.float32)), axis=1)
        self.width = arrays["near"].shape[1]
        self._forget()

    def encode(self, texts: Sequence[str]) -> tuple[list[list[str]], NDArray[np.int32]]:
        """Take texts apart.

        Returns:
            The tokens of each text, and the rows of all of them in this table, with gaps (0).
        """
        tokens = [TOKEN.findall(text) for text in texts]
        if len(self._row_of) > MOST_TOKENS:
            self._forget()
        new = [token for some in tokens for token in some if token not in self._row_of]
        if new:
            self._add(list(dict.fromkeys(new)))
        row_of = self._row_of
        rows = padded([[row_of[token] for token in some] for some in tokens])
        return tokens, np.array(rows, np.int32)

    def _forget(self) -> None:
        self._row_of: dict[str, int] = {}
        self._number_of: dict[str, int] = {}
        self.own = np.zeros((1, self.width), np.float32)
        """Each token's own values, as whole numbers."""
        self.seen = np.zeros((WINDOW, 1, self.width), np.float32)
        """What each token gives to the one two, one after it, itself, one, two before it."""
        self.flags = np.zeros(1, np.uint8)
        self.word = np.zeros(1, np.int64)
        """A number for the word, capitals set aside."""

    def _add(self, new: Sequence[str]) -> None:
        features = [features_of(token) for token in new]
        first = len(self._row_of) + 1  # row 0 is a gap
        self._row_of.update((token, first + n) for n, token in enumerate(new))
        own = self._values(features)
        seen = (own @ self._near).reshape(len(new), WINDOW, self.width).swapaxes(0, 1)
        number_of = self._number_of
        words = [number_of.setdefault(f.lower, len(number_of) + 1) for f in features]
        self._grow(first + len(new))
        self.own[first : first + len(new)] = own
        self.seen[:, first : first + len(new)] = seen
        self.flags[first : first + len(new)] = [f.flags for f in features]
        self.word[first : first + len(new)] = words

    def _grow(self, least: int) -> None:
        """Make room: twice as much as before, so that little is copied in all."""
        size = len(self.own)
        if least <= size:
            return
        more = max(least, 2 * size) - size
        self.own = np.concatenate([self.own, np.zeros((more, self.width), np.float32)])
        self.seen = np.concatenate(
            [self.seen, np.zeros((WINDOW, more, self.width), np.float32)], axis=1
        )
        self.flags = np.concatenate([self.flags, np.zeros(more, np.uint8)])
        self.word = np.concatenate([self.word, np.zeros(more, np.int64)])

    def _values(self, features: Sequence[TokenFeatures]) -> Floats:
        """Mix what is known of tokens into their own values."""
        arrays = self._arrays
        exact = [self._exact.get(f.exact, 1) if f.exact != f.lower else 0 for f in features]
        lower = [self._lower.get(f.lower, 1) for f in features]
        counts = np.array([len(f.ngrams) for f in features])
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        ngrams = arrays["ngrams"][[bucket for f in features for bucket in f.ngrams]]
        mean = np.add.reduceat(ngrams.astype(np.int32), starts) / counts[:, None]
        bits = np.array([self._gazetteer.get(f.lower, 0) for f in features])
        known = (bits[:, None] >> np.arange(len(GAZETTEER_KINDS))) & 1
        vectors = self._vectors.rows_of([f.exact for f in features])
        parts = [
            self._scaled("exact", arrays["exact"][exact]),
            self._scaled("lower", arrays["lower"][lower]),
            self._scaled("ngrams", mean),
            self._scaled(
                "affixes", arrays["affixes"][[f.affixes for f in features]].sum(1, dtype=np.int32)
            ),
            self._scaled("shapes", arrays["shapes"][[f.shape for f in features]])
            + self._scaled("spaced", arrays["spaced"][[f.spaced for f in features]]),
            self._scaled("gazetteer", known @ arrays["gazetteer"].astype(np.int64)),
            self._scaled("vectors", arrays["vectors"][vectors]),
        ]
        mixed = whole(np.concatenate(parts, axis=1), arrays["scale.input"]) @ self._mix
        mixed = mixed * arrays["scale.mix"] + arrays["bias.mix"]
        return whole(mixed.reshape(len(features), self.width, -1).max(-1), arrays["scale.own"])

    def _scaled(self, name: str, values: NDArray[np.generic]) -> Floats:
        scaled: Floats = values.astype(np.float32) * self._arrays[f"scale.{name}"]
        return scaled

    @property
    def words(self) -> int:
        """How many different words are numbered."""
        return len(self._number_of)

    @property
    def capitals(self) -> NDArray[np.bool_]:
        """Which tokens have a capital."""
        return (self.flags & CAPITAL) > 0


def _numbered(words: NDArray[np.uint8]) -> dict[str, int]:
    """Give words their rows, from 2: 0 is none, 1 is unknown."""
    return {word: n for n, word in enumerate(bytes(words).decode().split("\n"), 2)}
