"""spaCy's ner component as a tagger: that component alone, nothing else of the pipeline.

The English models' ner carries its own tok2vec, so leaving out the shared one (and tagger, parser,
lemmatizer) changes no entity and runs 2.1 to 2.4 times as fast.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import spacy

from tasks.extract.tagger import TaggedSpan

# Texts a batch. With 32, 400 articles took 980 MB and 37 s of CPU; with 4, 630 MB and 35 s.
_BATCH_SIZE = 4

LONGEST_PIECE = 100_000  # characters; spaCy refuses a million, and needs about 1 GB for that many
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

    def tag(self, texts: Sequence[str]) -> list[list[TaggedSpan]]:
        """Find the names of each text, in reading order, without overlaps."""
        pieces = [(n, *piece) for n, text in enumerate(texts) for piece in pieces_of(text)]
        found: list[list[TaggedSpan]] = [[] for _ in texts]
        # The zone gives back every string and token shape seen, so that a worker's memory does
        # not grow with the number of articles.
        with self._nlp.memory_zone():
            docs = self._nlp.pipe((piece for *_, piece in pieces), batch_size=_BATCH_SIZE)
            for (number, start, _), doc in zip(pieces, docs, strict=True):
                found[number] += [
                    TaggedSpan(start + ent.start_char, start + ent.end_char, ent.label_)
                    for ent in doc.ents
                ]
        return found

    def name_for(self, text: str) -> str:
        """Name the model for a text: always this one."""
        return self.name


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
