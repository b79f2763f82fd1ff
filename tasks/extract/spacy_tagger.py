"""spaCy's ner component as a tagger: that component alone, nothing else of the pipeline.

The English models' ner carries its own tok2vec, so leaving out the shared one (and tagger, parser,
lemmatizer) changes no entity and runs 2.1 to 2.4 times as fast.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import spacy

from tasks.extract.tagger import TaggedSpan

# Texts a batch: more brings no speed on a CPU, and memory grows with it.
_BATCH_SIZE = 32


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
        # The zone gives back every string and token shape seen, so that a worker's memory does
        # not grow with the number of articles.
        with self._nlp.memory_zone():
            return [
                [TaggedSpan(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]
                for doc in self._nlp.pipe(texts, batch_size=_BATCH_SIZE)
            ]


def _listens(config: dict[str, dict[str, dict[str, object]]]) -> bool:
    """Tell whether a model's ner needs the shared tok2vec, as some community models' do."""
    return "Tok2VecListener" in str(config["components"].get("ner"))
