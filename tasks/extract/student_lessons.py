"""What a student is given at each step: texts put together, as tensors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from tasks.extract.student_encoding import WINDOW
from tasks.extract.student_network import Lesson, Tensor
from tasks.extract.student_silver import Corpus
from tasks.extract.student_tags import TAGS
from tasks.extract.student_tokens import (
    CAPITAL,
    GAP,
    GAZETTEER_KINDS,
    candidates,
    features_of,
    gazetteer_bits,
)
from tasks.extract.student_vectors import WordVectors

Numbers = NDArray[np.int64]


class Lessons:
    """The distinct tokens of a corpus, their features, and which words get rows.

    Args:
        corpus: What is learned from.
        vectors: Of the teacher.
        fewest: Occurrences from which on a word has a row of its own.
        device: Where torch computes.
    """

    def __init__(
        self, corpus: Corpus, vectors: WordVectors, fewest: int, device: str = "cpu"
    ) -> None:
        self._corpus = corpus
        self._device = device
        features = [features_of(token) for token in corpus.tokens]
        counts = np.zeros(len(corpus.tokens) + 1, np.int64)
        for ids, _ in corpus.texts:
            counts += np.bincount(ids, minlength=len(counts))
        exact: Counter[str] = Counter()
        lower: Counter[str] = Counter()
        for one, count in zip(features, counts[1:].tolist(), strict=True):
            lower[one.lower] += count
            if one.exact != one.lower:
                exact[one.exact] += count
        self.exact_words = [w for w, n in exact.items() if n >= fewest and "\n" not in w]
        self.lower_words = [w for w, n in lower.items() if n >= fewest and "\n" not in w]
        self._bits = gazetteer_bits()
        # row 0 is a gap, with the features of the first token; its values are blanked
        features.insert(0, features[0])
        exact_row = {word: row for row, word in enumerate(self.exact_words, 2)}
        lower_row = {word: row for row, word in enumerate(self.lower_words, 2)}
        self._exact = np.array(
            [exact_row.get(f.exact, 1) if f.exact != f.lower else 0 for f in features]
        )
        self._lower = np.array([lower_row.get(f.lower, 1) for f in features])
        self._affixes = np.array([f.affixes for f in features])
        self._shapes = np.array([f.shape for f in features])
        self._spaced = np.array([f.spaced for f in features])
        bits = np.array([self._bits.get(f.lower, 0) for f in features])
        self._known = ((bits[:, None] >> np.arange(len(GAZETTEER_KINDS))) & 1).astype(np.float32)
        self._ngrams = np.array([n for f in features for n in f.ngrams])
        self._ngram_ends = np.cumsum([len(f.ngrams) for f in features])
        self._vectors = vectors
        self._vector_rows = vectors.rows_of([f.exact for f in features])
        self._flags = np.array([0, *(f.flags for f in features[1:])], np.uint8)
        numbers: dict[str, int] = {}
        self._word = np.array(
            [0, *(numbers.setdefault(f.lower, len(numbers) + 1) for f in features[1:])]
        )

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """Give the word lists as arrays of a weight file."""
        words = sorted(self._bits)
        return {
            "exact_words": _bytes(self.exact_words),
            "lower_words": _bytes(self.lower_words),
            "gazetteer_words": _bytes(words),
            "gazetteer_bits": np.array([self._bits[word] for word in words], np.uint8),
            **self._vectors.arrays(),
        }

    def lesson(
        self, chosen: Sequence[int], rng: np.random.Generator, unknown: float, hidden: float
    ) -> Lesson:
        """Put texts together for the network.

        Args:
            chosen: Numbers of the texts.
            rng: Decides which words are made unknown.
            unknown: Share of words made unknown, so that the rest of what is known is learned.
            hidden: Share of words of which not even the spelling is shown.
        """
        texts = [self._corpus.texts[n] for n in chosen]
        gap = np.zeros(GAP, np.int32)
        ids = np.concatenate([gap, *(x for ids, _ in texts for x in (ids, gap))])
        tags = np.concatenate([gap, *(x for _, tags in texts for x in (tags, gap))])
        sizes = [len(ids) + GAP for ids, _ in texts]
        text_of = np.repeat(np.arange(len(texts)), [sizes[0] + GAP, *sizes[1:]])
        flags = self._flags[ids]
        at = np.flatnonzero(candidates(flags) & (ids != 0))
        is_capital = (flags & CAPITAL) > 0
        capitals = at[is_capital[at]]
        words = text_of.astype(np.int64) * (int(self._word.max()) + 1) + self._word[ids]
        twin = np.isin(words[capitals], words[~is_capital & (ids != 0)])
        _, word = np.unique(words[capitals], return_inverse=True)
        distinct, rows = np.unique(ids, return_inverse=True)
        rows[ids == 0] = len(distinct)
        around = np.arange(WINDOW) - WINDOW // 2
        is_near = np.zeros(len(ids), bool)
        is_near[(at[:, None] + around).ravel()] = True
        near = np.flatnonzero(is_near)
        place = np.zeros(len(ids), np.int64)
        place[near] = np.arange(len(near))
        beside = rows[np.clip(near[:, None] + around, 0, len(ids) - 1)]
        exact, lower = self._exact[distinct].copy(), self._lower[distinct].copy()
        chance = rng.random(len(distinct))
        exact[(chance < unknown) & (exact > 0)] = 1
        lower[chance < unknown] = 1
        ngrams, starts = self._ngrams_of(distinct)
        return Lesson(
            exact=self._tensor(exact),
            lower=self._tensor(lower),
            affixes=self._tensor(self._affixes[distinct]),
            shapes=self._tensor(self._shapes[distinct]),
            spaced=self._tensor(self._spaced[distinct]),
            gazetteer=self._tensor(self._known[distinct]),
            vectors=self._tensor(self._vectors.values[self._vector_rows[distinct]]).float()
            * self._vectors.scale,
            ngrams=self._tensor(ngrams),
            ngram_starts=self._tensor(starts),
            spelt=self._tensor((chance >= hidden).astype(np.float32)[:, None]),
            rows=self._tensor(beside),
            filled=self._tensor((ids[near] != 0).astype(np.float32)[:, None]),
            at=self._tensor(place[at]),
            windows=self._tensor(place[at[:, None] + around]),
            capitals=self._tensor(place[capitals]),
            word=self._tensor(word),
            twin=self._tensor(twin.astype(np.int64)),
            tags=self._tensor(self._chances(chosen, sizes, tags)[at]),
        )

    def _chances(
        self, chosen: Sequence[int], sizes: Sequence[int], tags: NDArray[np.int8]
    ) -> NDArray[np.float32]:
        """Give what the teacher gives to each tag at each place: all to one, or as it doubts."""
        chances = np.zeros((len(tags), TAGS), np.float32)
        chances[np.arange(len(tags)), tags] = 1
        start = GAP
        for number, size in zip(chosen, sizes, strict=True):
            at, rows = self._corpus.doubts[number]
            chances[start + at] = rows
            start += size
        return chances

    def _ngrams_of(self, distinct: NDArray[np.int32]) -> tuple[Numbers, Numbers]:
        """Give the stretches of letters of some tokens, and where each one's begin."""
        ends = self._ngram_ends[distinct]
        starts = np.where(distinct > 0, self._ngram_ends[distinct - 1], 0)
        counts = ends - starts
        begin = np.concatenate([[0], np.cumsum(counts)[:-1]])
        every = np.arange(counts.sum()) - np.repeat(begin, counts) + np.repeat(starts, counts)
        return self._ngrams[every], begin

    def _tensor(self, values: NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self._device)


def _bytes(words: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode("utf-8", "replace"), np.uint8)
