"""How sure a teacher is of its names, token by token.

A student learns more from that than from choices alone (Hinton, Vinyals and Dean, 2015). A teacher
that chooses token by token gives each choice a score; the softmax of the scores is what it gives to
each. Inside an open name the choices left are to go on and to end; the chances of its types, and
that there is no name at all, are those of its first token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from tasks.extract.student_tags import (
    BEGIN,
    INSIDE,
    LAST,
    TAGS,
    TYPE_OF,
    TYPES,
    UNIT,
    Floats,
    tag_of,
)
from tasks.extract.transitions import Name, Transitions, Walk

SURE = 0.98
"""Chance of the likeliest tag from which on there is no doubt."""

_LEAST = 0.005  # smaller chances are left out

TokenDoubt = tuple[int, Mapping[int, float]]
"""Number of a token, and the chance of each tag that has one."""

_BEGINS, _INSIDES, _LASTS = (
    [tag_of(kind, place) for kind in range(len(TYPES))] for place in (BEGIN, INSIDE, LAST)
)


def names_and_doubts(
    net: Transitions, docs: Sequence[Doc]
) -> list[tuple[list[Name], list[TokenDoubt]]]:
    """Find the names of texts as `Transitions.names` does, and the tokens that are in doubt.

    Returns:
        For each text its names and its doubts in reading order, counted in tokens.
    """
    full = [doc for doc in docs if len(doc)]
    if not full:
        return [([], []) for _ in docs]
    walk = net.walk(full)
    scores = walk.outside_scores()
    spans = walk.spans(net.openings(scores))
    chances = _softmax(scores) @ _tags_of_moves(net.outside_moves)
    _open_names(walk, spans, chances)
    doubted = np.flatnonzero(chances.max(1) < SURE)
    found: list[tuple[list[Name], list[TokenDoubt]]] = []
    start = 0
    for doc in docs:
        end = start + len(doc)
        names = [(a - start, b - start, label) for a, b, label in spans if start <= a < end]
        here = doubted[(doubted >= start) & (doubted < end)]
        found.append((names, [(int(at) - start, _listed(chances[at])) for at in here]))
        start = end
    return found


def _open_names(walk: Walk, spans: Sequence[Name], chances: Floats) -> None:
    """Write the chances of the tokens inside names: what their first tokens leave to them."""
    opened = [(first, at, label) for first, end, label in spans for at in range(first + 1, end)]
    if not opened:
        return
    ends = walk.end_chances(opened)[:, None]
    firsts = np.array([first for first, _, _ in opened])
    at = np.array([number for _, number, _ in opened])
    types = chances[firsts][:, _BEGINS]
    inside = np.zeros((len(at), TAGS), np.float32)
    inside[:, _INSIDES] = types * (1 - ends)
    inside[:, _LASTS] = types * ends
    inside += (1 - types.sum(1))[:, None] * chances[at]
    is_other = np.array([label not in TYPE_OF for _, _, label in opened])  # dates, sums …
    inside[is_other] = np.eye(1, TAGS)
    chances[at] = inside


def _tags_of_moves(moves: Sequence[str]) -> Floats:
    """Make the matrix from moves to tags; labels that students do not learn are no names."""
    matrix = np.zeros((len(moves), TAGS), np.float32)
    for row, move in enumerate(moves):
        kind = TYPE_OF.get(move[2:])
        place = BEGIN if move[0] == "B" else UNIT
        matrix[row, 0 if kind is None else tag_of(kind, place)] = 1
    return matrix


def _softmax(scores: Floats) -> Floats:
    chances: Floats = np.exp(scores - scores.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    return chances


def _listed(chances: NDArray[np.float32]) -> dict[int, float]:
    kept = np.flatnonzero(chances >= _LEAST)
    shares = chances[kept] / chances[kept].sum()
    return {int(tag): round(float(share), 3) for tag, share in zip(kept, shares, strict=True)}
