"""A student tagger: legal tags, exact arithmetic, true offsets, however texts are batched."""

from hashlib import sha256
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import UsageError
from tasks.extract import student_encoding
from tasks.extract.student import Student
from tasks.extract.student_file import (
    Weights,
    read_facts,
    read_weights,
    student_name,
    write_weights,
)
from tasks.extract.student_tags import (
    _BEGINS,
    _ENDS,
    _FOLLOWS,
    TAGS,
    best_tags,
    spans_of,
    tag_of,
)
from tasks.extract.student_tokens import GAP, TOKEN, candidates, features_of, gazetteer_bits
from tests.extract.student_factory import FACTS, random_arrays, random_weights

TEXTS = [
    "Anna Berg met Peter Hall in Kenya on Monday.\n\nMs Berg's Harbour Trust (HT) agreed.",
    "",
    "nothing with a capital in here",
    "The North-South talks: U.S. and U.K. envoys, J. D. Vance among them, left Anna Berg’s house.",
    "“Berg”",
    "Berg " * 300,
]

words = st.sampled_from(
    ["Anna", "Berg", "the", "of", "-", ".", "’s", "\n", "U.S.", "é", "\ud83d", "7"]
)


@given(st.text(max_size=200))
def test_tokens_are_the_whole_text(text: str) -> None:
    assert "".join(TOKEN.findall(text)) == text


def test_features_of_tokens() -> None:
    spaced, bare = features_of("McVance "), features_of("McVance")
    assert (spaced.exact, spaced.lower, spaced.spaced, bare.spaced) == ("McVance", "mcvance", 1, 0)
    assert spaced.ngrams == bare.ngrams
    assert features_of("Berg").shape == features_of("Hall").shape != features_of("BERG").shape


def test_candidates_are_capitals_and_what_stands_between_them() -> None:
    tokens = TOKEN.findall("Bank of the Lakes said the pro-Berg vote was over and out")
    flags = np.array([features_of(token).flags for token in tokens], np.uint8)
    marked = [t.strip() for t, is_one in zip(tokens, candidates(flags), strict=True) if is_one]
    assert marked == ["Bank", "of", "the", "Lakes", "pro", "-", "Berg"]


def test_the_lists_know_what_they_know() -> None:
    bits = gazetteer_bits()
    assert bits["kenya"] & 4
    assert bits["anna"] & 1


def best_by_trying(scores: np.ndarray) -> float:
    best = -np.inf
    for tags in product(range(scores.shape[1]), repeat=len(scores)):
        total = _BEGINS[tags[0]] + _ENDS[tags[-1]]
        total += sum(_FOLLOWS[a, b] for a, b in pairwise(tags))
        best = max(best, total + sum(scores[n, tag] for n, tag in enumerate(tags)))
    return float(best)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3), st.integers(0, 10_000))
def test_the_best_tags_are_the_best_legal_ones(length: int, seed: int) -> None:
    few = 9  # outside and two types: all sequences can be tried
    scores = np.full((length, TAGS), -100, np.float32)
    scores[:, :few] = np.random.default_rng(seed).integers(-9, 9, (length, few))
    tags = best_tags(scores, np.arange(length))
    total = _BEGINS[tags[0]] + _ENDS[tags[-1]] + sum(scores[n, t] for n, t in enumerate(tags))
    total += sum(_FOLLOWS[a, b] for a, b in pairwise(tags.tolist()))
    assert float(total) == best_by_trying(scores[:, :few])


def test_runs_are_searched_apart() -> None:
    scores = np.zeros((4, TAGS), np.float32)
    scores[0, tag_of(0, 0)] = scores[1, tag_of(0, 2)] = scores[2, tag_of(1, 3)] = 5
    scores[3, tag_of(2, 0)] = 5  # begins a name that never ends
    scores[3, 0] = 1
    tags = best_tags(scores, np.array([0, 1, 5, 9]))
    assert [(a, b, kind) for a, b, kind, _ in spans_of(tags, np.array([0, 1, 5, 9]))][:2] == [
        (0, 1, 0),
        (5, 5, 1),
    ]
    assert tags[3] != tag_of(2, 0)


def test_the_same_spans_in_any_batch_and_order() -> None:
    weights = random_weights(1)
    together = Student(weights).tag(TEXTS)
    assert any(together)
    assert together == [Student(weights).tag([text])[0] for text in TEXTS]
    assert together == Student(weights).tag(TEXTS[::-1])[::-1]
    sure = [reading.confidence for reading in Student(weights).read(TEXTS)]
    assert sure == [Student(weights).read([text])[0].confidence for text in TEXTS]
    assert sure[2] == 1.0  # no candidates
    assert all(0.5 < one < 1 for one in (sure[0], sure[3]))
    again = Student(weights)
    again.tag(TEXTS)
    assert again.tag(TEXTS) == together


MACHINE_TEXTS = [
    (
        "LAKEMOUTH, Kenya (HT) — Anna Berg-Hall, 41, told the Harbour Trust’s board on Sept. 9 "
        "that U.S. envoys and al Maktab's men had left. “Nobody,” said Ms Berg, “asked J. D. Hall.”"
        "\n\n"
        "The 9th Circuit and Pendle council met Peter Hall of the Bank of the Lakes at O'Connor's."
    ),
    "Berg, Hall and Duarte-Lopes won 3-2 against FC Lakemouth; Hall (two) and Zoë Østby scored.",
]


SPANS = {1: (25, "87902ba84094b156"), 2: (57, "59521184a5e9373e"), 4: (33, "575e30f7d57be887")}
"""Seed of the weights -> how many spans there are, and the digest of scores and spans."""


def spans_and_digest(weights: Weights) -> tuple[int, str]:
    student = Student(weights)
    tokens, rows = student._table.encode(MACHINE_TEXTS)
    sizes = np.array([len(some) + GAP for some in tokens])
    sizes[0] += GAP
    at, scores = student._scores(rows, np.repeat(np.arange(len(tokens)), sizes))
    assert len(at) > 40
    spans = [
        (n, s.start, s.end, s.type, s.score)
        for n, found in enumerate(student.tag(MACHINE_TEXTS))
        for s in found
    ]
    digest = sha256(scores.astype("<f4").tobytes() + repr(spans).encode())
    return len(spans), digest.hexdigest()[:16]


def test_the_same_scores_and_spans_on_every_machine() -> None:
    # the digests were made on one processor; docs/taggers.md names others that gave the same
    assert {seed: spans_and_digest(random_weights(seed)) for seed in SPANS} == SPANS


def test_the_digest_sees_the_smallest_change() -> None:
    weights = random_weights(1)
    arrays = dict(weights.arrays)
    arrays["bias.out"] = arrays["bias.out"] + np.float32(2**-10)
    _, digest = spans_and_digest(Weights(weights.facts, arrays, weights.digest))
    assert digest != SPANS[1][1]


def test_a_full_table_forgets_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = random_weights()
    wanted = Student(weights).tag(TEXTS)
    monkeypatch.setattr(student_encoding, "MOST_TOKENS", 5)
    small = Student(weights)
    assert [small.tag([text])[0] for text in TEXTS] == wanted


def test_sums_stay_exact_in_float32() -> None:
    assert 5 * 128 * student_encoding.LARGEST**2 < 2**24


@settings(max_examples=30, deadline=None)
@given(st.lists(words, max_size=60), st.integers(0, 3))
def test_spans_lie_in_the_text_in_order(parts: list[str], seed: int) -> None:
    text = " ".join(parts)
    [spans] = Student(random_weights(seed)).tag([text])
    assert all(0 <= s.start < s.end <= len(text) and text[s.start : s.end].strip() for s in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(0.5 <= (s.score or 0) <= 1 for s in spans)


def test_a_weight_file_comes_back_as_it_was(tmp_path: Path) -> None:
    arrays = random_arrays()
    digest = write_weights(tmp_path / "a.tagger", FACTS, arrays)
    weights = read_weights(tmp_path / "a.tagger")
    assert weights.digest == digest
    assert weights.name == student_name(tmp_path / "a.tagger") == f"student-{digest[:8]}"
    assert read_facts(tmp_path / "a.tagger")[0] == FACTS
    assert all((weights.arrays[name] == array).all() for name, array in arrays.items())
    assert Student(weights).tag(TEXTS) == Student(random_weights()).tag(TEXTS)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda raw: b"PK" + raw, "no weight file"),
        (lambda raw: raw[:-70], "damaged"),
        (lambda raw: raw[:40], "damaged"),
        (lambda raw: raw[:-70] + b"x" + raw[-69:], "damaged"),
        (lambda raw: raw.replace(b'"layers": 2', b'"layers": 9'), "damaged"),
        (lambda raw: b"", "no weight file"),
    ],
)
def test_foreign_and_broken_files_are_refused(tmp_path: Path, damage, said: str) -> None:
    path = tmp_path / "a.tagger"
    write_weights(path, FACTS, random_arrays())
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UsageError, match=said):
        read_weights(path)


def test_tokens_of_another_version_are_refused(tmp_path: Path) -> None:
    write_weights(tmp_path / "a.tagger", FACTS | {"tokens": 99}, random_arrays())
    with pytest.raises(UsageError, match="version 99"):
        read_weights(tmp_path / "a.tagger")


@pytest.mark.parametrize("facts", [{}, {"teacher": "md"}, {"teacher": FACTS["teacher"]}])
def test_weights_of_no_stated_origin_are_refused(tmp_path: Path, facts: dict[str, object]) -> None:
    write_weights(tmp_path / "a.tagger", facts, random_arrays())
    with pytest.raises(UsageError, match="what it was made from"):
        read_facts(tmp_path / "a.tagger")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="models distil"):
        read_weights(tmp_path / "none.tagger")
