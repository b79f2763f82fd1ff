"""Teaching a student tagger: batches, steps, and a place to go on from after a kill."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from tasks.extract.student_lessons import Lessons
from tasks.extract.student_network import (
    Drop,
    Parameters,
    Scales,
    Tensor,
    exported,
    new_parameters,
    scores_of,
)
from tasks.extract.student_silver import Corpus
from tasks.extract.student_vectors import WordVectors

_ROUNDED_SHARE = 0.25  # of the steps, at the end, with rounded values
_WATCHED = 20  # steps before that which note how large values become
_WARM_UP = 50
_CHECKPOINT_STEPS = 100


@dataclass(frozen=True, slots=True)
class Course:
    """How a student is taught."""

    epochs: float = 4
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

    unknown: float = 0.1
    """Share of words made unknown, so that the rest of what is known of them is learned."""

    hidden: float = 0.05
    """Share of words of which not even the spelling is shown, so that their surroundings are."""

    average: float = 0.99
    """What of the averaged weights is kept at each step; the average is what is written."""

    fewest: int = 8
    """Occurrences from which on a word has a row of its own."""

    seed: int = 0
    """Of the random order, the first values and what is dropped."""


OnStep = Callable[[int, int, float], None]


def train(
    corpus: Corpus, vectors: WordVectors, course: Course, checkpoint: Path, on_step: OnStep
) -> Mapping[str, NDArray[Any]]:
    """Teach a student, on the GPU if torch finds one.

    Args:
        corpus: What to learn from.
        vectors: Of the teacher.
        course: How.
        checkpoint: Written every hundred steps and after the last; one of the same course and
            corpus is gone on from.
        on_step: Told of each step: its number, how many there are, the loss.

    Returns:
        The arrays of its weight file.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    lessons = Lessons(corpus, vectors, course.fewest, device)
    sizes = np.array([len(ids) for ids, _ in corpus.texts])
    steps = max(_WARM_UP, int(course.epochs * sizes.sum() / course.tokens))
    torch.manual_seed(course.seed)
    parameters = {
        name: value.detach().to(device).requires_grad_()
        for name, value in new_parameters(
            len(lessons.exact_words) + 2, len(lessons.lower_words) + 2, course.width, course.layers
        ).items()
    }
    optimizer = torch.optim.AdamW(
        list(parameters.values()), lr=course.rate, weight_decay=0.01, fused=True
    )
    scales = Scales({})
    averaged = {name: value.detach().clone() for name, value in parameters.items()}
    key = f"{asdict(course)} {len(sizes)} {sizes.sum()} {len(corpus.tokens)}"
    first = _restored(checkpoint, key, parameters, averaged, optimizer, scales)
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
        rng = np.random.default_rng((course.seed, step))
        lesson = lessons.lesson(next(batches), rng, course.unknown, course.hidden)
        scores = scores_of(parameters, lesson, scales, course.layers, _drop(course.drop, rng))
        loss = functional.cross_entropy(scores, lesson.tags)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(parameters.values()), 1.0)
        optimizer.step()
        with torch.no_grad():
            parameters["exact"][0] = parameters["lower"][0] = 0
            kept = course.average if step >= rounded_from else 0.0
            torch._foreach_lerp_(list(averaged.values()), list(parameters.values()), 1 - kept)
        on_step(step + 1, steps, float(loss.detach()))
        if (step + 1) % _CHECKPOINT_STEPS == 0 or step + 1 == steps:
            _save(checkpoint, key, step + 1, parameters, averaged, optimizer, scales)
    return {**exported(averaged, scales, course.layers), **lessons.arrays()}


def _drop(share: float, rng: np.random.Generator) -> Drop:
    """Make what drops values: numpy draws faster than torch, and anew after a kill as before."""

    def dropped(values: Tensor) -> Tensor:
        kept = rng.random(tuple(values.shape), np.float32) >= share
        return values * torch.from_numpy(kept).to(values.device) / (1 - share)

    return dropped


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


def _save(
    path: Path,
    key: str,
    step: int,
    parameters: Parameters,
    averaged: Parameters,
    optimizer: Tensor,
    scales: Scales,
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_suffix(".part")
    saved = {
        "key": key,
        "step": step,
        "parameters": {name: value.detach() for name, value in parameters.items()},
        "averaged": averaged,
        "optimizer": optimizer.state_dict(),
        "scales": scales.seen,
    }
    written = io.BytesIO()
    torch.save(saved, written)
    try:
        hidden.write_bytes(written.getbuffer())
        hidden.replace(path)
    except OSError as error:  # most often the disk is full: give back what was taken of it
        hidden.unlink(missing_ok=True)
        advice = "the same command goes on from its last checkpoint once this is mended"
        raise OSError(error.errno, f"{error.strerror}; {advice}", str(path)) from error


def _restored(
    path: Path,
    key: str,
    parameters: Parameters,
    averaged: Parameters,
    optimizer: Tensor,
    scales: Scales,
) -> int:
    """Go on from a checkpoint of the same course and corpus; 0 if there is none."""
    if not path.exists():
        return 0
    saved = torch.load(path, weights_only=True)
    if saved["key"] != key:
        return 0
    with torch.no_grad():
        for values, name in ((parameters, "parameters"), (averaged, "averaged")):
            for part, value in saved[name].items():
                values[part].copy_(value)
    optimizer.load_state_dict(saved["optimizer"])
    scales.seen.update(saved["scales"])
    return int(saved["step"])
