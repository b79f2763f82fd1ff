"""The network of a student tagger as it learns, in torch; `student` runs what it has learned.

While it learns it computes with fractions; towards the end every value is rounded as the whole
numbers of the weight file will be, and gradients pass as if it were not (straight-through
estimation: Bengio, Léonard and Courville, 2013), so that little is lost by rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from tasks.extract.student_encoding import LARGEST, WINDOW
from tasks.extract.student_tags import TAGS
from tasks.extract.student_tokens import (
    AFFIX_BUCKETS,
    GAZETTEER_KINDS,
    NGRAM_BUCKETS,
    SHAPE_BUCKETS,
)
from tasks.extract.student_vectors import LENGTH as VECTOR

WORD, SMALL = 64, 32  # values of a word's and of an affix's, a shape's, a list's row
_MAXOUT = 3
_TABLES = ("exact", "lower", "ngrams", "affixes", "shapes", "spaced", "gazetteer")
_SPREAD = 0.1

Tensor = Any  # torch's classes are unknown where the extra `train` is not installed
Parameters = dict[str, Tensor]
Drop = Callable[[Tensor], Tensor]
"""Sets some values to zero while the network learns."""


@dataclass(slots=True)
class Scales:
    """How large the values at each place become: what eight bits must hold."""

    seen: dict[str, float]
    """Place -> largest value, but for one in a thousand."""

    mode: str = "off"
    """off, watch (note how large values become) or round."""

    def apply(self, name: str, values: Tensor) -> Tensor:
        """Note or round the values at a place."""
        if self.mode == "watch":
            flat = values.detach().abs().flatten()
            size = float(flat.kthvalue(max(1, int(0.999 * len(flat)))).values)
            self.seen[name] = max(self.seen.get(name, 1e-6), size)
        if self.mode != "round":
            return values
        step = self.seen[name] / LARGEST
        return _straight(values, torch.clamp(torch.round(values / step), -LARGEST, LARGEST) * step)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A batch of texts, as the network takes them; all are tensors.

    Distinct tokens come first, with the features of each; a row after the last of them is a gap.
    Places near candidates come next: no others are looked at.
    """

    exact: Tensor
    lower: Tensor
    affixes: Tensor
    shapes: Tensor
    spaced: Tensor
    gazetteer: Tensor
    vectors: Tensor
    """Those of the teacher, which stay as they are."""
    ngrams: Tensor
    ngram_starts: Tensor
    spelt: Tensor
    """0 where the spelling of a distinct token is hidden, else 1."""
    rows: Tensor
    """For each place near a candidate, the distinct tokens of the window around it."""
    filled: Tensor
    """1 for tokens, 0 for gaps, at each of these places."""
    at: Tensor
    """The candidates, as numbers of these places."""
    windows: Tensor
    """The window around each candidate, likewise."""
    capitals: Tensor
    """Those with a capital, likewise."""
    word: Tensor
    """Which word of which text each of these is."""
    twin: Tensor
    """Whether the text has it in small letters, too."""
    tags: Tensor
    """What the teacher gives to each tag of each candidate; a row sums up to 1."""


def new_parameters(exact: int, lower: int, width: int, layers: int) -> Parameters:
    """Make the parameters of a network that knows nothing.

    Args:
        exact: Rows for words as written.
        lower: Rows for words in small letters.
        width: Values of a token.
        layers: Convolutions after the first.
    """
    sizes = {
        "exact": (exact, WORD),
        "lower": (lower, WORD),
        "ngrams": (NGRAM_BUCKETS, WORD),
        "affixes": (AFFIX_BUCKETS, SMALL),
        "shapes": (SHAPE_BUCKETS, SMALL),
        "spaced": (2, SMALL),
        "gazetteer": (len(GAZETTEER_KINDS), SMALL),
    }
    inputs = 3 * WORD + 3 * SMALL + VECTOR
    made = {name: torch.randn(*size) * _SPREAD for name, size in sizes.items()}
    made["exact"][0] = made["lower"][0] = 0
    matrices = {
        "mix": (inputs, _MAXOUT * width),
        "near": (WINDOW * width, width),
        "pool": (width, width),
        "out": (width, TAGS),
        **{f"layer{n}": (WINDOW * width, width) for n in range(layers)},
    }
    for name, (rows, columns) in matrices.items():
        made[name] = (torch.rand(rows, columns) * 2 - 1) / rows**0.5
        made[f"bias.{name}"] = torch.zeros(columns)
    made["twin"] = torch.zeros(2, width)
    return {name: value.requires_grad_() for name, value in made.items()}


def scores_of(
    parameters: Parameters, lesson: Lesson, scales: Scales, layers: int, drop: Drop
) -> Tensor:
    """Score the tags of each candidate of a batch."""
    p = _Rounded(parameters, scales)
    ngrams = functional.embedding_bag(lesson.ngrams, p["ngrams"], lesson.ngram_starts, mode="mean")
    tables = [
        functional.embedding(lesson.exact, p["exact"]),
        functional.embedding(lesson.lower, p["lower"]),
        ngrams * lesson.spelt,
        functional.embedding(lesson.affixes, p["affixes"]).sum(1) * lesson.spelt,
        functional.embedding(lesson.shapes, p["shapes"])
        + functional.embedding(lesson.spaced, p["spaced"]),
        lesson.gazetteer @ p["gazetteer"],
        lesson.vectors * lesson.spelt,
    ]
    inputs = scales.apply("input", drop(torch.cat(tables, 1)))
    width = parameters["near"].shape[1]
    mixed = (inputs @ p["mix"] + p["bias.mix"]).view(len(inputs), width, _MAXOUT).max(-1).values
    own = functional.pad(scales.apply("own", mixed), (0, 0, 0, 1))
    # what each distinct token gives to those around it, computed once
    near = p["near"].view(WINDOW, width, width).permute(1, 0, 2).reshape(width, WINDOW * width)
    given = (own @ near).view(-1, width)
    around = torch.arange(WINDOW, device=own.device)
    total = functional.embedding_bag(lesson.rows * WINDOW + around, given, mode="sum")
    h = functional.embedding(lesson.rows[:, WINDOW // 2], own) + torch.relu(total + p["bias.near"])
    h = (h * lesson.filled).index_add(0, lesson.capitals, p["twin"][lesson.twin])
    for n in range(layers):
        if n == layers - 1 and len(lesson.capitals):
            h = _pooled(h, p, lesson, scales)
        seen = functional.embedding(lesson.windows, drop(scales.apply(f"in.layer{n}", h)))
        total = seen.view(len(lesson.at), -1) @ p[f"layer{n}"] + p[f"bias.layer{n}"]
        h = h.index_add(0, lesson.at, torch.relu(total))
    return scales.apply("in.out", h[lesson.at]) @ p["out"] + p["bias.out"]


def _pooled(h: Tensor, p: _Rounded, lesson: Lesson, scales: Scales) -> Tensor:
    seen = scales.apply("in.pool", h[lesson.capitals])
    count = int(lesson.word.max()) + 1
    total = seen.new_zeros(count, h.shape[1]).index_add(0, lesson.word, seen)
    times = seen.new_zeros(count).index_add(0, lesson.word, seen.new_ones(len(lesson.word)))
    shared = torch.relu(total / times[:, None] @ p["pool"] + p["bias.pool"])
    return h.index_add(0, lesson.capitals, shared[lesson.word])


class _Rounded:
    """Parameters as the weight file will have them, while values are rounded."""

    def __init__(self, parameters: Parameters, scales: Scales) -> None:
        self._parameters, self._scales = parameters, scales

    def __getitem__(self, name: str) -> Tensor:
        values = self._parameters[name]
        if self._scales.mode != "round" or name.startswith("bias.") or name == "twin":
            return values
        step = _step(name, values.detach())
        return _straight(values, torch.clamp(torch.round(values / step), -LARGEST, LARGEST) * step)


def _step(name: str, values: Tensor) -> Tensor:
    """Give what one whole number stands for: in each column of a matrix, or in a whole table."""
    largest = values.abs().max() if name in _TABLES else values.abs().max(0).values
    return torch.clamp(largest, min=1e-6) / LARGEST


def _straight(values: Tensor, rounded: Tensor) -> Tensor:
    return values + (rounded - values).detach()


def exported(parameters: Parameters, scales: Scales, layers: int) -> Mapping[str, NDArray[Any]]:
    """Give the arrays of a weight file, but for the word lists."""
    arrays: dict[str, NDArray[Any]] = {"twin": _floats(parameters["twin"])}
    activations = {name: size / LARGEST for name, size in scales.seen.items()}
    inputs = {"mix": "input", "near": "own", "pool": "in.pool", "out": "in.out"}
    inputs |= {f"layer{n}": f"in.layer{n}" for n in range(layers)}
    for name, value in parameters.items():
        if name == "twin" or name.startswith("bias."):
            continue
        step = _step(name, value.detach())
        arrays[name] = torch.round(value.detach() / step).to(torch.int8).cpu().numpy()
        if name in _TABLES:
            arrays[f"scale.{name}"] = _floats(step)
        else:
            arrays[f"scale.{name}"] = _floats(step * activations[inputs[name]])
            arrays[f"bias.{name}"] = _floats(parameters[f"bias.{name}"])
    width = parameters["near"].shape[1]
    arrays["near"] = arrays["near"].reshape(WINDOW, width, width)
    for name, place in (("input", "input"), ("own", "own")):
        arrays[f"scale.{name}"] = np.array(activations[place], np.float32)
    for place, size in activations.items():
        if place.startswith("in."):
            arrays[f"scale.{place}"] = np.array(size, np.float32)
    return arrays


def _floats(values: Tensor) -> NDArray[np.float32]:
    made: NDArray[np.float32] = values.detach().to(torch.float32).cpu().numpy()
    return made
