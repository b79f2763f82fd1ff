"""spaCy's ner component as a tagger: that component alone, nothing else of the pipeline.

The English models' ner carries its own tok2vec, so leaving out the shared one (and tagger, parser,
lemmatizer) changes no entity and runs 2.1 to 2.4 times as fast. It runs 2.5 to 3 times as fast
again, with the same entities, because `transitions` chooses them, numpy multiplies the matrices on
one thread (OpenBLAS: 1.7 times as fast as BLIS where there is AVX-512) and the tokenizer remembers
common words.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import spacy
from spacy.tokens import Doc
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController

from tasks.extract.tagger import Doubt, TaggedSpan
from tasks.extract.teacher_doubts import names_and_doubts
from tasks.extract.transitions import Name, Transitions

# Texts a batch. With 32, 400 articles took 980 MB and 37 s of CPU; with 4, 630 MB and 35 s.
_BATCH_SIZE = 4
_BATCH_CHARACTERS = 40_000  # of several texts: memory follows the characters

LONGEST_PIECE = 50_000  # characters; of twice as many, the vectors alone take 350 MB
_READ_OUTSIDE = 500_000
"""Characters from which the tokenizer remembers how words are cut: in a zone it remembers nothing,
and takes four times as long. It keeps 10,000 words at most."""

Piece = tuple[int, int, str]
"""Number of a text, offset and characters of a piece of it."""

Read = TypeVar("Read")

_HALF_SURROGATE = re.compile("[\ud800-\udfff]")


class SpacyTagger:
    """A spaCy model's named-entity recogniser.

    Args:
        folder: The folder of the model (the one with config.cfg).
        name: What rows call it.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        with warnings.catch_warnings():
            # The pinned model was made for spaCy 3.7 and loads unchanged under 3.8.
            warnings.filterwarnings("ignore", message=r"\[W095\]", category=UserWarning)
            config = spacy.util.load_config(folder / "config.cfg")
            others = [part for part in config["nlp"]["pipeline"] if part != "ner"]
            if _listens(config):
                others.remove("tok2vec")
            self._nlp = spacy.load(folder, exclude=[*others, "senter"])
        ner: Any = self._nlp.get_pipe("ner")
        self._transitions = None if _listens(config) else Transitions.of(ner)
        for layer in ner.model.walk():
            layer.ops = NumpyOps(use_blis=False)
        self._threads = ThreadpoolController()
        self._characters = 0

    def tag(self, texts: Sequence[str]) -> list[list[TaggedSpan]]:
        """Find the names of each text, in reading order, without overlaps."""
        found: list[list[TaggedSpan]] = [[] for _ in texts]
        for number, start, names in self._over(texts, self._read):
            found[number] += [
                TaggedSpan(start + first, start + end, label) for first, end, label in names
            ]
        return found

    def tag_with_doubts(self, texts: Sequence[str]) -> list[tuple[list[TaggedSpan], list[Doubt]]]:
        """Find the names of each text as `tag` does, and where they are in doubt.

        A model that only spaCy can run has no doubts.
        """
        found: list[tuple[list[TaggedSpan], list[Doubt]]] = [([], []) for _ in texts]
        for number, start, (names, doubts) in self._over(texts, self._read_with_doubts):
            spans, doubted = found[number]
            spans += [TaggedSpan(start + first, start + end, label) for first, end, label in names]
            doubted += [(start + first, start + end, tags) for first, end, tags in doubts]
        return found

    def _over(
        self, texts: Sequence[str], read: Callable[[Sequence[str]], Sequence[Read]]
    ) -> Iterator[tuple[int, int, Read]]:
        """Read texts piece by piece.

        Yields:
            The number of a text, the start of a piece of it, and what was read there.
        """
        pieces = [(n, *piece) for n, text in enumerate(texts) for piece in pieces_of(text)]
        with ExitStack() as during:
            during.enter_context(self._threads.limit(limits=1, user_api="blas"))
            zone = None
            for batch in _batches(pieces):
                if self._characters < _READ_OUTSIDE:
                    self._characters += sum(len(piece) for *_, piece in batch)
                elif zone is None:
                    # The zone gives back every string and token shape seen, so that a worker's
                    # memory does not grow with the number of articles.
                    zone = during.enter_context(self._nlp.memory_zone())
                some = read([piece for *_, piece in batch])
                for (number, start, _), one in zip(batch, some, strict=True):
                    yield number, start, one

    def _read(self, texts: Sequence[str]) -> list[list[Name]]:
        """Find the names of some texts, counted in characters."""
        if self._transitions is None:
            docs = self._nlp.pipe(texts)
            return [[(ent.start_char, ent.end_char, ent.label_) for ent in d.ents] for d in docs]
        made = [self._nlp.make_doc(text) for text in texts]
        return [
            [(*_stretch(doc, first, end), label) for first, end, label in names]
            for doc, names in zip(made, self._transitions.names(made), strict=True)
        ]

    def _read_with_doubts(self, texts: Sequence[str]) -> list[tuple[list[Name], list[Doubt]]]:
        """Find names and doubts of some texts, counted in characters."""
        if self._transitions is None:
            return [(names, []) for names in self._read(texts)]
        made = [self._nlp.make_doc(text) for text in texts]
        return [
            (
                [(*_stretch(doc, first, end), label) for first, end, label in names],
                [(*_stretch(doc, at, at + 1), tags) for at, tags in doubts],
            )
            for doc, (names, doubts) in zip(
                made, names_and_doubts(self._transitions, made), strict=True
            )
        ]

    def name_for(self, text: str) -> str:
        """Name the model for a text: always this one."""
        return self.name


def _stretch(doc: Doc, first: int, end: int) -> tuple[int, int]:
    """Give the characters of some tokens."""
    return doc[first].idx, doc[end - 1].idx + len(doc[end - 1])


def _batches(pieces: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """Put a few pieces together, fewer where they are long."""
    batch: list[Piece] = []
    size = 0
    for piece in pieces:
        length = len(piece[2])
        if batch and (len(batch) == _BATCH_SIZE or size + length > _BATCH_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += length
    if batch:
        yield batch


def pieces_of(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text into pieces that spaCy takes, at line ends where there are any.

    Returns:
        Offset and text of each piece; half surrogates, which spaCy cannot take, are replaced.
    """
    text = _HALF_SURROGATE.sub("\ufffd", text)
    start = 0
    while start < len(text):
        end = start + LONGEST_PIECE
        if end < len(text):
            line_end = text.rfind("\n", start, end)
            end = line_end + 1 if line_end > start else end
        yield start, text[start:end]
        start = end


def _listens(config: dict[str, dict[str, dict[str, object]]]) -> bool:
    """Tell whether a model's ner needs the shared tok2vec, as some community models' do."""
    return "Tok2VecListener" in str(config["components"].get("ner"))
