"""Vectors of words: shortened, found by checksum, kept in a weight file."""

import numpy as np
import pytest

from tasks.extract.student_vectors import LENGTH, no_vectors, shortened, vectors_in
from tasks.extract.tagger import default_package, model_facts

WORDS = ["Lakemouth", "harbour", "Berg", "é"]


def test_a_word_finds_its_vector_in_any_letters() -> None:
    vectors = shortened(WORDS, np.array([0, 1, 1, 2]), np.eye(3, 5))
    rows = vectors.rows_of(["Lakemouth", "LAKEMOUTH", "HARBOUR", "Harbour", "Berg", "berg", "é"])
    assert rows.tolist() == [1, 1, 2, 2, 2, 2, 3]
    assert vectors.rows_of(["Hall", "lakemouths", ""]).tolist() == [0, 0, 0]
    assert not vectors.values[0].any()


def test_shortening_keeps_angles() -> None:
    full = np.random.default_rng(3).normal(size=(50, 30))
    vectors = shortened([f"w{n}" for n in range(50)], np.arange(50), full)
    short = vectors.values[1:] * vectors.scale
    assert short.shape == (50, LENGTH)

    def cosines(values: np.ndarray) -> np.ndarray:
        units = values / np.linalg.norm(values, axis=1, keepdims=True)
        return units @ units.T

    assert np.abs(cosines(short) - cosines(full)).max() < 0.05


def test_a_teacher_without_vectors_has_none() -> None:
    assert no_vectors().rows_of(["Berg", "the"]).tolist() == [0, 0]


def test_vectors_come_back_from_a_file() -> None:
    vectors = shortened(WORDS, np.array([0, 1, 1, 2]), np.eye(3, 5))
    assert vectors_in(vectors.arrays()).rows_of(WORDS).tolist() == vectors.rows_of(WORDS).tolist()


@pytest.mark.slow
def test_the_teachers_vectors_are_found() -> None:
    from tasks.extract.teacher_vectors import teacher_vectors

    vectors = teacher_vectors(model_facts(default_package()).folder)
    paris, london, spoon = vectors.values[vectors.rows_of(["Paris", "London", "spoon"])].astype(int)
    assert paris.any()
    assert spoon.any()
    assert paris @ london > 2 * abs(paris @ spoon)
