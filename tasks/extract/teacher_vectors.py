"""The word vectors of a teacher, for its students."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language

from tasks.extract.student_vectors import WordVectors, no_vectors, shortened

_MOST = 65_535
_WORD = re.compile(r"[^\W\d_]{2,24}|(?:[^\W\d_]\.){2,}")  # others are no names or parts of one


def teacher_vectors(folder: Path) -> WordVectors:
    """Take the vectors of a spaCy model: what its ner makes of them, where it does.

    Args:
        folder: The folder of the model (the one with config.cfg).

    Returns:
        Those of words; of a model with more than 65,535 vectors the first, which are of the
        commonest words.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]", category=UserWarning)
        config = spacy.util.load_config(folder / "config.cfg")
        others = [part for part in config["nlp"]["pipeline"] if part != "ner"]
        nlp = spacy.load(folder, exclude=[*others, "senter"])
    vectors, strings = nlp.vocab.vectors, nlp.vocab.strings
    keys = [key for key in vectors if key in strings] if vectors.size else []
    words = [strings[key] for key in keys]
    kept = [
        (word, int(row))
        for word, row in zip(words, vectors.find(keys=keys) if keys else (), strict=True)
        if 0 <= row < _MOST and _WORD.fullmatch(word)
    ]
    if not kept:
        return no_vectors()
    return shortened(
        [word for word, _ in kept],
        np.array([row for _, row in kept], np.int64),
        _as_ner_sees(nlp, np.asarray(vectors.data[:_MOST])),
    )


def _as_ner_sees(nlp: Language, vectors: NDArray[Any]) -> NDArray[Any]:
    """Multiply vectors by the matrix that the ner component has learned for them, if any."""
    ner: Any = nlp.get_pipe("ner") if "ner" in nlp.pipe_names else None
    for layer in ner.model.walk() if ner else ():
        if layer.name == "static_vectors" and layer.has_param("W"):
            seen: NDArray[Any] = vectors @ np.asarray(layer.get_param("W")).T
            return seen
    return vectors
