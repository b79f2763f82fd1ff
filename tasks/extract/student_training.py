"""Teaching a student tagger: batches, steps, and a place to go on from after a kill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from tasks.extract.student_network import (
    Lesson,
    Parameters,
    Scales,
    Tensor,
    exported,
    new_parameters,
    scores_of,
)
from tasks.extract.student_silver import Corpus
from tasks.extract.student_tags import TAGS
from tasks.extract.student_tokens import (
    CAPITAL,
    GAP,
    GAZETTEER_KINDS,
    TokenFeatures,
    candidates,
    features_of,
    gazetteer_bits,
)

_ROUNDED_SHARE = 0.25  # of the steps, at the end, with rounded values
_WATCHED = 20  # steps before that which note how large values become
_WARM_UP = 50
_UNKNOWN_SHARE = 0.1  # of words made unknown, so that the rest of what is known of them is learned
_CHECKPOINT_STEPS = 100


@dataclass(frozen=True, slots=True)
class Course:
    """How a student is taught."""

    epochs: float = 6
    """Times that each text is read."""

    width: int = 128
    """Values of a token."""

    layers: int = 3
    """Convolutions after the first."""

    tokens: int = 12_000
    """Tokens of a batch."""

    rate: float = 3e-3
    """Learning rate at its highest."""

    drop: float = 0.1
    """Share of values dropped while learning."""

    fewest: int = 3
    """Occurrences from which on a word has a row of its own."""

    seed: int = 0
    """Of the random order, the first values and what is dropped."""


OnStep = Callable[[int, int, float], None]


def train(
    corpus: Corpus, course: Course, checkpoint: Path, on_step: OnStep
) -> Mapping[str, NDArray[Any]]:
    """Teach a student.

    Args:
        corpus: What to learn from.
        course: How.
        checkpoint: Written every hundred steps; one of the same course and corpus is gone on from.
        on_step: Told of each step: its number, how many there are, the loss.

    Returns:
        The arrays of its weight file.
    """
    words = _Words(corpus, course)
    sizes = np.array([len(ids) for ids, _ in corpus.texts])
    steps = max(_WARM_UP, int(course.epochs * sizes.sum() / course.tokens))
    torch.manual_seed(course.seed)
    parameters = new_parameters(
        len(words.exact_words) + 2, len(words.lower_words) + 2, course.width, course.layers
    )
    optimizer = torch.optim.AdamW(list(parameters.values()), lr=course.rate, weight_decay=0.01)
    scales = Scales({})
    key = f"{asdict(course)} {len(sizes)} {sizes.sum()} {len(corpus.tokens)}"
    first = _restored(checkpoint, key, parameters, optimizer, scales)
    batches = _batches(sizes, course, first)
    for step in range(first, steps):
        rounded_from = int(steps * (1 - _ROUNDED_SHARE))
        scales.mode = (
            "round"
            if step >= rounded_from
            else "watch"
            if step >= rounded_from - _WATCHED
            else "off"
        )
        for group in optimizer.param_groups:
            group["lr"] = course.rate * min(1, (step + 1) / _WARM_UP) * (1 - step / steps)
        lesson = words.lesson(corpus, next(batches), np.random.default_rng((course.seed, step)))
        scores = scores_of(parameters, lesson, scales, course.layers, course.drop)
        loss = functional.cross_entropy(scores, lesson.tags)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(parameters.values()), 1.0)
        optimizer.step()
        with torch.no_grad():
            parameters["exact"][0] = parameters["lower"][0] = 0
        on_step(step + 1, steps, float(loss.detach()))
        if (step + 1) % _CHECKPOINT_STEPS == 0:
            _save(checkpoint, key, step + 1, parameters, optimizer, scales)
    return {**exported(parameters, scales, course.layers), **words.arrays()}


def _batches(sizes: NDArray[np.int64], course: Course, skipped: int) -> Iterator[list[int]]:
    """Yield the texts of each batch, in an order that the seed alone decides."""
    order: list[int] = []
    rng = np.random.default_rng(course.seed)
    number = 0
    while True:
        chosen: list[int] = []
        total = 0
        while total < course.tokens:
            if not order:
                order = rng.permutation(len(sizes)).tolist()
            chosen.append(order.pop())
            total += int(sizes[chosen[-1]])
        number += 1
        if number > skipped:
            yield chosen


class _Words:
    """The distinct tokens of a corpus, their features, and which words get rows."""

    def __init__(self, corpus: Corpus, course: Course) -> None:
        self.features: list[TokenFeatures] = [features_of(token) for token in corpus.tokens]
        counts = np.zeros(len(corpus.tokens) + 1, np.int64)
        for ids, _ in corpus.texts:
            counts += np.bincount(ids, minlength=len(counts))
        exact: Counter[str] = Counter()
        lower: Counter[str] = Counter()
        for features, count in zip(self.features, counts[1:].tolist(), strict=True):
            lower[features.lower] += count
            if features.exact != features.lower:
                exact[features.exact] += count
        self.exact_words = [w for w, n in exact.items() if n >= course.fewest and "\n" not in w]
        self.lower_words = [w for w, n in lower.items() if n >= course.fewest and "\n" not in w]
        exact_row = {word: row for row, word in enumerate(self.exact_words, 2)}
        lower_row = {word: row for row, word in enumerate(self.lower_words, 2)}
        self._exact = np.array(
            [exact_row.get(f.exact, 1) if f.exact != f.lower else 0 for f in self.features]
        )
        self._lower = np.array([lower_row.get(f.lower, 1) for f in self.features])
        self._flags = np.array([0, *(f.flags for f in self.features)], np.uint8)
        numbers: dict[str, int] = {}
        self._word = np.array(
            [0, *(numbers.setdefault(f.lower, len(numbers) + 1) for f in self.features)]
        )
        self._bits = gazetteer_bits()

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """Give the word lists as arrays of a weight file."""
        words = sorted(self._bits)
        return {
            "exact_words": _bytes(self.exact_words),
            "lower_words": _bytes(self.lower_words),
            "gazetteer_words": _bytes(words),
            "gazetteer_bits": np.array([self._bits[word] for word in words], np.uint8),
        }

    def lesson(self, corpus: Corpus, chosen: list[int], rng: np.random.Generator) -> Lesson:
        """Put texts together for the network."""
        gap = np.zeros(GAP, np.int32)
        ids = np.concatenate([gap, *(x for n in chosen for x in (corpus.texts[n][0], gap))])
        tags = np.concatenate(
            [gap, *(x for n in chosen for x in (corpus.texts[n][1].astype(np.int32), gap))]
        )
        sizes = [len(corpus.texts[n][0]) + GAP for n in chosen]
        text_of = np.repeat(np.arange(len(chosen)), [sizes[0] + GAP, *sizes[1:]])
        at = np.flatnonzero(candidates(self._flags[ids]) & (ids != 0))
        is_capital = (self._flags[ids] & CAPITAL) > 0
        capitals = at[is_capital[at]]
        words = text_of.astype(np.int64) * (int(self._word.max()) + 1) + self._word[ids]
        twin = np.isin(words[capitals], words[~is_capital & (ids != 0)])
        _, word = np.unique(words[capitals], return_inverse=True)
        # a gap has the features of the first token: its values are blanked
        distinct, rows = np.unique(np.maximum(ids, 1) - 1, return_inverse=True)
        features = [self.features[n] for n in distinct]
        exact, lower = self._exact[distinct].copy(), self._lower[distinct].copy()
        unknown = rng.random(len(distinct)) < _UNKNOWN_SHARE
        exact[unknown & (exact > 0)] = 1
        lower[unknown] = 1
        counts = [len(f.ngrams) for f in features]
        bits = np.array([self._bits.get(f.lower, 0) for f in features])
        return Lesson(
            exact=_tensor(exact),
            lower=_tensor(lower),
            affixes=_tensor(np.array([f.affixes for f in features])),
            shapes=_tensor(np.array([f.shape for f in features])),
            spaced=_tensor(np.array([f.spaced for f in features])),
            gazetteer=_tensor(
                ((bits[:, None] >> np.arange(len(GAZETTEER_KINDS))) & 1).astype(np.float32)
            ),
            ngrams=_tensor(np.array([n for f in features for n in f.ngrams])),
            ngram_starts=_tensor(np.concatenate([[0], np.cumsum(counts)[:-1]])),
            rows=_tensor(rows),
            filled=_tensor((ids != 0).astype(np.float32))[:, None],
            at=_tensor(at),
            capitals=_tensor(capitals),
            word=_tensor(word),
            twin=_tensor(twin.astype(np.int64)),
            tags=_tensor(np.minimum(tags[at], TAGS - 1).astype(np.int64)),
        )


def _tensor(values: NDArray[Any]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))


def _bytes(words: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode("utf-8", "replace"), np.uint8)


def _save(
    path: Path, key: str, step: int, parameters: Parameters, optimizer: Tensor, scales: Scales
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_suffix(".part")
    values = {name: value.detach() for name, value in parameters.items()}
    torch.save(
        {
            "key": key,
            "step": step,
            "parameters": values,
            "optimizer": optimizer.state_dict(),
            "scales": scales.seen,
        },
        hidden,
    )
    hidden.replace(path)


def _restored(
    path: Path, key: str, parameters: Parameters, optimizer: Tensor, scales: Scales
) -> int:
    """Go on from a checkpoint of the same course and corpus; 0 if there is none."""
    if not path.exists():
        return 0
    saved = torch.load(path, weights_only=True)
    if saved["key"] != key:
        return 0
    with torch.no_grad():
        for name, value in saved["parameters"].items():
            parameters[name].copy_(value)
    optimizer.load_state_dict(saved["optimizer"])
    scales.seen.update(saved["scales"])
    return int(saved["step"])
