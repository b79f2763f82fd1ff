"""A teacher's doubts: what it gives to each tag, where its net's choices are not clear."""

import numpy as np
import pytest

from tasks.extract.student_tags import BEGIN, INSIDE, LAST, TAGS, TYPE_OF, UNIT, tag_of
from tasks.extract.tagger import default_package, load_tagger, load_teacher
from tasks.extract.teacher_doubts import SURE, names_and_doubts
from tasks.extract.transitions import Transitions
from tests.extract.test_transitions import WORDS, net_of

PLACES = {"B": BEGIN, "U": UNIT}


def texts_of(seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS, size)) for size in (0, 1, 2, 9, 60)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("inward", [0.0, 6.0])
def test_the_names_are_the_same_and_the_chances_sum_up(seed: int, inward: float) -> None:
    nlp = net_of(seed, inward)
    net = Transitions.of(nlp.get_pipe("ner"))
    assert net is not None
    docs = [nlp.make_doc(text) for text in texts_of(seed)]
    read = names_and_doubts(net, docs)
    assert [names for names, _ in read] == net.names(docs)
    doubts = [doubt for _, some in read for doubt in some]
    assert inward or doubts
    for _, chances in doubts:
        assert sum(chances.values()) == pytest.approx(1, abs=0.02)
        assert max(chances.values()) < SURE + 0.01
        assert all(0 <= tag < TAGS for tag in chances)


def test_outside_names_they_are_the_softmax_of_spacys_scores() -> None:
    nlp = net_of(2)
    net = Transitions.of(nlp.get_pipe("ner"))
    assert net is not None
    doc = nlp.make_doc("Osei said the Board of Tarn")
    scores = net.walk([doc]).outside_scores()[0]
    shares = np.exp(scores - scores.max())
    wanted = {0: 0.0}
    for move, share in zip(net.outside_moves, shares / shares.sum(), strict=True):
        tag = 0 if move == "O" else tag_of(TYPE_OF[move[2:]], PLACES[move[0]])
        wanted[tag] = wanted.get(tag, 0) + float(share)
    [(_, doubts)] = names_and_doubts(net, [doc])
    assert doubts[0][0] == 0
    assert doubts[0][1] == pytest.approx(
        {tag: share for tag, share in wanted.items() if share >= 0.005}, abs=0.02
    )


def test_inside_a_name_the_types_are_those_of_its_beginning() -> None:
    seen = 0
    for seed in range(8):
        nlp = net_of(seed, 2.0)  # long names, in doubt
        net = Transitions.of(nlp.get_pipe("ner"))
        assert net is not None
        [(names, doubts)] = names_and_doubts(net, [nlp.make_doc("Mara Osei of the Tarn Board")])
        chances = dict(doubts)
        for first, end, _ in names:
            if end - first > 1 and {first, first + 1} <= chances.keys():
                seen += 1
                for kind in range(3):
                    begins = chances[first].get(tag_of(kind, BEGIN), 0)
                    after = chances[first + 1]
                    inside = sum(after.get(tag_of(kind, place), 0) for place in (INSIDE, LAST))
                    assert inside == pytest.approx(begins, abs=0.05)
    assert seen


def test_a_model_has_doubts_where_its_names_are() -> None:
    teacher = load_teacher(default_package())
    text = "Angela Novak of Harbour met Peter Hall in Paris on Monday."
    [(spans, doubts)] = teacher.tag_with_doubts([text])
    assert spans == load_tagger().tag([text])[0]
    assert all(text[start:end].strip() for start, end, _ in doubts)
    assert all(0 <= start < end <= len(text) for start, end, _ in doubts)
