"""A student tagger: a small network, distilled from a bigger model, run by numpy alone.

Three convolutions over windows of five tokens, run only at candidates (tokens that may be part of a
name), with one pooling over all occurrences of a word in the text before the last; the best legal
tags by Viterbi. Whole numbers of eight bits throughout: see `student_encoding`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from tasks.extract.student_encoding import WINDOW, TokenTable, whole
from tasks.extract.student_file import Array, Weights
from tasks.extract.student_tags import TAGS, TYPES, Floats, best_tags, spans_of
from tasks.extract.student_tokens import GAP, candidates
from tasks.extract.tagger import TaggedSpan

Numbers = NDArray[np.int64]

_AROUND = np.arange(WINDOW) - WINDOW // 2
TEXTS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Reading:
    """What a student makes of a text."""

    spans: list[TaggedSpan]
    """The names, in reading order, without overlaps."""

    confidence: float
    """From 0.5 to 1: how far the chosen tags are ahead of the next best, on average over all
    candidates; 1 of a text without any. Low in texts unlike those that were learned from."""


class Student:
    """A student tagger.

    Args:
        weights: Its weights.
    """

    def __init__(self, weights: Weights) -> None:
        self.name = weights.name
        self._threads = ThreadpoolController()
        self._arrays = weights.arrays
        self._table = TokenTable(weights)
        self._layers = int(weights.facts["layers"])
        self._matrices = {
            name: weights.arrays[name].astype(np.float32)
            for name in ("pool", "out", *(f"layer{n}" for n in range(self._layers)))
        }

    def tag(self, texts: Sequence[str]) -> list[list[TaggedSpan]]:
        """Find the names of each text, in reading order, without overlaps."""
        return [reading.spans for reading in self.read(texts)]

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Find the names of each text, and how sure they are."""
        found: list[Reading] = []
        # on more threads small products take as long, and cost more
        with self._threads.limit(limits=1, user_api="blas"):
            for at in range(0, len(texts), TEXTS_AT_ONCE):
                found += self._read(texts[at : at + TEXTS_AT_ONCE])
        return found

    def name_for(self, text: str) -> str:
        """Name the model for a text: always this one."""
        return self.name

    def _read(self, texts: Sequence[str]) -> list[Reading]:
        tokens, rows = self._table.encode(texts)
        sizes = np.array([len(some) + GAP for some in tokens])
        sizes[0] += GAP
        text_of = np.repeat(np.arange(len(texts)), sizes)
        at, scores = self._scores(rows, text_of)
        tags = best_tags(scores, at)
        margins = _margins(scores, tags)
        starts = np.concatenate([[GAP], np.cumsum(sizes)[:-1]])
        ends = [np.cumsum([len(token) for token in some]) for some in tokens]
        found: list[list[TaggedSpan]] = [[] for _ in texts]
        for first, last, kind, index in spans_of(tags, at):
            number = int(text_of[first])
            some, stops = tokens[number], ends[number]
            begin, finish = first - int(starts[number]), last - int(starts[number])
            end = int(stops[finish]) - (len(some[finish]) > 1 and some[finish][-1] == " ")
            start = int(stops[begin]) - len(some[begin])
            score = float(margins[index : index + last - first + 1].min())
            found[number].append(TaggedSpan(start, end, TYPES[kind], round(score, 3)))
        seen = np.bincount(text_of[at], minlength=len(texts))
        sums = np.bincount(text_of[at], margins, len(texts))
        sure = np.where(seen, sums / np.maximum(seen, 1), 1.0).round(4)
        return [Reading(*one) for one in zip(found, sure.tolist(), strict=True)]

    def _scores(self, rows: NDArray[np.int32], text_of: Numbers) -> tuple[Numbers, Floats]:
        """Score the tags of each candidate.

        Returns:
            Where the candidates stand, and a row of scores for each.
        """
        table, arrays = self._table, self._arrays
        is_candidate = candidates(table.flags[rows]) & (rows != 0)
        at = np.flatnonzero(is_candidate)
        if not len(at):
            return at, np.zeros((0, TAGS), np.float32)
        is_near = np.zeros(len(rows), bool)
        for step in _AROUND:
            is_near[at + step] = True
        near = np.flatnonzero(is_near)
        place = np.zeros(len(rows), np.int64)
        place[near] = np.arange(len(near))
        total = sum(
            table.seen[k].take(_clipped(rows, near + step), 0) for k, step in enumerate(_AROUND)
        )
        h = _rectified(total, arrays, "near")
        h += table.own.take(rows[near], 0) * arrays["scale.own"]
        h[rows[near] == 0] = 0
        capitals = at[table.capitals[rows[at]]]
        words = text_of * (table.words + 1) + table.word[rows]
        h[place[capitals]] += arrays["twin"][self._has_twin(rows, words, capitals)]
        windows = place[at[:, None] + _AROUND].ravel()
        here = place[at]
        for n in range(self._layers):
            if n == self._layers - 1 and len(capitals):
                self._pool(h, place[capitals], words[capitals])
            seen = whole(h, arrays[f"scale.in.layer{n}"]).take(windows, 0)
            total = seen.reshape(len(at), -1) @ self._matrices[f"layer{n}"]
            h[here] += _rectified(total, arrays, f"layer{n}")
        scores = whole(h[here], arrays["scale.in.out"]) @ self._matrices["out"]
        return at, scores * arrays["scale.out"] + arrays["bias.out"]

    def _has_twin(self, rows: NDArray[np.int32], words: Numbers, capitals: Numbers) -> Numbers:
        """Say of each word with a capital whether its text has it without, too."""
        small = ~self._table.capitals[rows] & (rows != 0)
        return np.isin(words[capitals], words[small]).astype(np.int64)

    def _pool(self, h: Floats, at: Numbers, words: Numbers) -> None:
        """Tell each word with a capital what all its occurrences in the text have in common."""
        _, group, counts = np.unique(words, return_inverse=True, return_counts=True)
        order = np.argsort(group, kind="stable")
        firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        values = whole(h[at[order]], self._arrays["scale.in.pool"]).astype(np.int32)
        mean = np.rint(np.add.reduceat(values, firsts) / counts[:, None].astype(np.float32))
        pooled = _rectified(mean.astype(np.float32) @ self._matrices["pool"], self._arrays, "pool")
        h[at] += pooled[group]


def _rectified(total: Floats, arrays: Mapping[str, Array], name: str) -> Floats:
    """Bring whole numbers to scale, add the bias, and cut off what is below zero."""
    scaled: Floats = total * arrays[f"scale.{name}"]
    scaled += arrays[f"bias.{name}"]
    np.maximum(scaled, 0, out=scaled)
    return scaled


def _clipped(rows: NDArray[np.int32], at: Numbers) -> NDArray[np.int32]:
    """Take rows; beyond the ends is a gap."""
    taken: NDArray[np.int32] = rows.take(np.clip(at, 0, len(rows) - 1))
    return taken


def _margins(scores: Floats, tags: Numbers) -> Floats:
    """Say how far each chosen tag is ahead of the next: from 0.5 (not at all) to 1."""
    if not len(tags):
        return np.zeros(0, np.float32)
    chosen = np.take_along_axis(scores, tags[:, None], 1)[:, 0]
    others = scores.copy()
    np.put_along_axis(others, tags[:, None], -np.inf, 1)
    ahead = np.maximum(chosen - others.max(1), 0)
    margins: Floats = 0.5 + 0.5 * ahead / (1 + ahead)
    return margins
