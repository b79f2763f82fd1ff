"""spaCy's choice of names, for all tokens of a batch at once.

A spaCy ner walks through a text token by token: B, I, L (begin, in, last), U (a name of one token)
or O (none), each chosen by a small network that sees the token, the first token of the open name
and the token before (`TransitionBasedParser.v2`, spaCy 3). spaCy's own walk takes and releases the
interpreter's lock dozens of times a token, which is two thirds of what its ner costs. But where no
name is open the network sees the token alone, so all those choices are two matrix products, and
names that are open are followed side by side. The weights are spaCy's, and so are the choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IS_SPACE
from spacy.tokens import Doc

Floats = NDArray[np.float32]
Name = tuple[int, int, str]
"""First token, the token after the last, and label."""

_TOKENS_SEEN = 3  # the token, the first of the open name, the one before
_SIDE_BY_SIDE = 8  # tokens that names are followed together; few are longer


class Transitions:
    """The transitions of a spaCy ner component, with its weights.

    Args:
        ner: The component, an `EntityRecognizer`.
    """

    def __init__(self, ner: Any) -> None:
        lower, upper = ner.model.get_ref("lower"), ner.model.get_ref("upper")
        self._vectors = ner.model.get_ref("tok2vec")
        seen: Floats = lower.get_param("W")
        self._seen = [np.ascontiguousarray(w.reshape(-1, seen.shape[-1]).T) for w in seen]
        self._missing = [pad.reshape(-1) for pad in lower.get_param("pad")[0]]
        self._bias = lower.get_param("b").reshape(-1)
        self._pieces = seen.shape[2]
        self._upper: Floats = upper.get_param("W")
        self._upper_bias: Floats = upper.get_param("b")
        moves = _moves(ner)
        self._outside = [n for n, m in enumerate(moves) if m == "O" or (m[0] in "BU" and m[2:])]
        self.outside_moves = [moves[n] for n in self._outside]
        """What may be chosen where no name is open: O, B and U with each label."""
        self._begins = np.array([move[0] == "B" for move in self.outside_moves])
        self._none = self.outside_moves.index("O")
        number = {move: n for n, move in enumerate(moves)}
        self._inside = {
            move[2:]: (number["I" + move[1:]], number["L" + move[1:]])
            for move in self.outside_moves
            if move[0] == "B"
        }

    @classmethod
    def of(cls, ner: Any) -> Self | None:
        """Read a component, unless it is of another build: then only spaCy can run it."""
        model = ner.model
        if ner.cfg.get("beam_width", 1) != 1 or not model.attrs.get("has_upper"):
            return None
        lower = model.get_ref("lower")
        plain = lower.get_dim("nF") == _TOKENS_SEEN and lower.get_dim("nP") > 1
        moves = set(_moves(ner))
        labels = {move[2:] for move in moves} - {""}
        whole = {f"{move}-{label}" for move in "BILU" for label in labels} | {"O", "U-"}
        if not plain or moves != whole or model.attrs.get("unseen_classes"):
            return None
        return cls(ner)

    def names(self, docs: Sequence[Doc]) -> list[list[Name]]:
        """Find the names of texts that are cut into tokens, as the component itself would.

        Only for texts without sentence starts and names set beforehand, as a tokenizer gives them.

        Returns:
            For each text its names in reading order, counted in tokens.
        """
        found: list[list[Name]] = [[] for _ in docs]
        full = [(n, doc) for n, doc in enumerate(docs) if len(doc)]
        if not full:
            return found
        walk = self.walk([doc for _, doc in full])
        spans = walk.spans(self.openings(walk.outside_scores()))
        start, at = 0, 0
        for number, doc in full:
            end = start + len(doc)
            while at < len(spans) and spans[at][0] < end:
                first, after, label = spans[at]
                found[number].append((first - start, after - start, label))
                at += 1
            start = end
        return found

    def walk(self, docs: Sequence[Doc]) -> Walk:
        """Make the walk through some texts, none of them empty, one behind the other."""
        vectors: Floats = self._vectors.predict(docs)
        last = np.zeros(len(vectors), dtype=bool)
        last[np.cumsum([len(doc) for doc in docs]) - 1] = True
        space = np.concatenate([doc.to_array(IS_SPACE) for doc in docs]).astype(bool)
        return Walk(self, vectors, last, space)

    def openings(self, scores: Floats) -> list[tuple[int, str]]:
        """Choose for each token as if no name were open; those that open one, in order."""
        best = scores.argmax(1)
        (opening,) = np.nonzero(best != self._none)
        return [(at, self.outside_moves[best[at]]) for at in opening.tolist()]

    def _hidden(self, seen: Floats) -> Floats:
        """Keep the largest piece of each hidden value."""
        return reduce(np.maximum, [seen[:, n :: self._pieces] for n in range(self._pieces)])

    def _ends_here(
        self, seen: Floats, labels: Sequence[str]
    ) -> NDArray[np.bool_]:  # of each open name, in the order of `seen`
        """Choose between I and L for names that are open; of equals the first move wins."""
        hidden = self._hidden(seen + self._bias)
        moves = np.array([self._inside[label] for label in labels])
        both = [
            np.einsum("nh,nh->n", hidden, self._upper[column]) + self._upper_bias[column]
            for column in moves.T
        ]
        ends: NDArray[np.bool_] = np.where(
            moves[:, 0] < moves[:, 1], both[1] > both[0], both[1] >= both[0]
        )
        return ends


def _moves(ner: Any) -> list[str]:
    """Name the moves in the order of their scores; `U-`, which blocks a token, is never made."""
    return [ner.moves.get_class_name(n) for n in range(ner.model.get_ref("upper").get_dim("nO"))]


class Walk:
    """One batch of texts, one behind the other.

    Args:
        net: What chooses.
        vectors: Of each token.
        last: Which tokens are the last of their text.
        space: Which are white space, and never open a name.
    """

    def __init__(
        self,
        net: Transitions,
        vectors: Floats,
        last: NDArray[np.bool_],
        space: NDArray[np.bool_],
    ) -> None:
        self._net, self._vectors, self._last, self._space = net, vectors, last, space
        self._first: Floats = vectors @ net._seen[0]

    def outside_scores(self) -> Floats:
        """Score for each token, as if no name were open, the moves of `outside_moves`."""
        net = self._net
        seen = self._first + net._missing[1]
        seen += net._missing[2]
        seen += net._bias
        scores: Floats = (net._hidden(seen) @ net._upper.T + net._upper_bias)[:, net._outside]
        scores[np.ix_(self._last, net._begins)] = -np.inf
        scores[self._space] = -np.inf
        scores[self._space, net._none] = 0
        return scores

    def end_chances(self, opened: Sequence[tuple[int, int, str]]) -> Floats:
        """Give the chance that an open name ends at a token: its first token, this one, label."""
        starts, at, labels = (list(column) for column in zip(*opened, strict=True))
        net = self._net
        hidden = net._hidden(self._seen(np.array(starts), np.array(at)) + net._bias)
        inside, ends = np.array([net._inside[label] for label in labels]).T
        ahead = np.einsum("nh,nh->n", hidden, net._upper[ends] - net._upper[inside])
        ahead += net._upper_bias[ends] - net._upper_bias[inside]
        chances: Floats = 1 / (1 + np.exp(-np.clip(ahead, -30, 30)))
        chances[self._last[at]] = 1
        return chances

    def _seen(self, starts: NDArray[np.int64], at: NDArray[np.int64]) -> Floats:
        """Join what the network sees of tokens in open names, given their first tokens."""
        seen: Floats = self._first[at] + self._vectors[starts] @ self._net._seen[1]
        seen += self._vectors[at - 1] @ self._net._seen[2]
        return seen

    def spans(self, choices: Sequence[tuple[int, str]]) -> list[Name]:
        """Follow the names that open, each until its last token."""
        begun = [(at, move[2:]) for at, move in choices if move[0] == "B"]
        ends = self._follow(begun)
        found: list[Name] = []
        free = 0  # the first token after the last name
        for at, move in choices:
            if at < free:
                continue
            label = move[2:]
            if move[0] == "U":
                free = at + 1
            else:
                end, whole = ends[at]
                while not whole:  # a long name, alone
                    ((end, whole),) = self._step([(at, end, label)])
                free = end
            found.append((at, free, label))
        return found

    def _follow(self, begun: Sequence[tuple[int, str]]) -> dict[int, tuple[int, bool]]:
        """Follow names side by side for some tokens.

        Returns:
            By first token: the token after what was followed, and whether the name ends there.
        """
        ends = {at: (at + 1, False) for at, _ in begun}
        for _ in range(_SIDE_BY_SIDE):
            open_names = [(at, ends[at][0], label) for at, label in begun if not ends[at][1]]
            if not open_names:
                break
            for (at, *_), end in zip(open_names, self._step(open_names), strict=True):
                ends[at] = end
        return ends

    def _step(self, names: Sequence[tuple[int, int, str]]) -> list[tuple[int, bool]]:
        """Take one more token into each name: first token, the next one, label."""
        starts = np.array([name[0] for name in names])
        at = np.array([name[1] for name in names])
        done = self._net._ends_here(self._seen(starts, at), [name[2] for name in names])
        done |= self._last[at]
        return list(zip((at + 1).tolist(), done.tolist(), strict=True))
