"""The transitions beside spaCy's own: nets of random weights, whose names come in all lengths."""

from typing import Any

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from tasks.extract.transitions import Name, Transitions

LABELS = ("PERSON", "ORG", "GPE")
WORDS = ["Mara", "Osei", "of", "the", "Tarn", "Board", "said", ",", "’s", "\n", "  ", "3", "(", "é"]


def net_of(seed: int, inward: float = 0.0, **model: Any) -> Language:
    """Make an ner of random weights.

    Args:
        seed: Of the weights.
        inward: What is added to the score of every B and I: the more, the longer the names.
        model: Other settings of spaCy's build of the net.
    """
    nlp = spacy.blank("en")
    config = {"model": {"@architectures": "spacy.TransitionBasedParser.v2", **BUILD, **model}}
    ner: Any = nlp.add_pipe("ner", config=config)
    for label in LABELS:
        ner.add_label(label)
    nlp.initialize()
    rng = np.random.default_rng(seed)
    for layer in ner.model.walk():
        for name in layer.param_names:
            shape = layer.get_param(name).shape
            layer.set_param(name, rng.normal(0, 0.7, shape).astype("f"))
    if inward:
        upper = ner.model.get_ref("upper")
        moves = [ner.moves.get_class_name(n) for n in range(upper.get_dim("nO"))]
        lift = [inward if move[:2] in ("B-", "I-") else 0.0 for move in moves]
        upper.set_param("b", np.array(lift, dtype="f"))
    return nlp


BUILD = {
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": 8,
    "maxout_pieces": 2,
    "use_upper": True,
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "pretrained_vectors": None,
        "width": 16,
        "depth": 2,
        "embed_size": 100,
        "window_size": 1,
        "maxout_pieces": 2,
        "subword_features": True,
    },
}


def both(nlp: Language, texts: list[str]) -> tuple[list[list[Name]], list[list[Name]]]:
    transitions = Transitions.of(nlp.get_pipe("ner"))
    assert transitions is not None
    ours = transitions.names([nlp.make_doc(text) for text in texts])
    docs = list(nlp.pipe(texts))
    return ours, [[(ent.start, ent.end, ent.label_) for ent in doc.ents] for doc in docs]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("inward", [0.0, 6.0, 100.0])
def test_the_names_are_spacys(seed: int, inward: float) -> None:
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, size)) for size in (0, 1, 2, 9, 60, 300)]
    ours, spacys = both(net_of(seed, inward), texts)
    assert ours == spacys
    assert any(ours)


def test_a_name_may_be_as_long_as_its_text() -> None:
    ours, spacys = both(net_of(1, 100.0), ["Mara Osei " * 200])
    assert ours == spacys
    assert max(end - first for first, end, _ in ours[0]) > 300


NET = net_of(7, 1.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_text_goes(texts: list[str]) -> None:
    ours, spacys = both(NET, texts)
    assert ours == spacys


@pytest.mark.parametrize(
    "build",
    [
        {"use_upper": False},
        {"extra_state_tokens": True},
        {"maxout_pieces": 1},
    ],
)
def test_other_builds_are_left_to_spacy(build: dict[str, Any]) -> None:
    assert Transitions.of(net_of(3, **build).get_pipe("ner")) is None


def test_a_beam_is_left_to_spacy() -> None:
    nlp = spacy.blank("en")
    ner: Any = nlp.add_pipe("beam_ner")
    ner.add_label("ORG")
    nlp.initialize()
    assert Transitions.of(ner) is None
