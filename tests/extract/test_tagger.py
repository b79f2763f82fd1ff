"""The tagger interface and spaCy behind it."""

from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.evaluate.gold import read_sample_gold
from tasks.extract import spacy_tagger
from tasks.extract.tagger import Tagger, installed_models, load_tagger, tagger_name

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return load_tagger()


def test_it_finds_names_with_offsets(tagger: Tagger) -> None:
    text = "Angela Novak met Peter Hall in Paris on Monday."
    [spans] = tagger.tag([text])
    found = {(text[s.start : s.end], s.type) for s in spans}
    assert {("Angela Novak", "PERSON"), ("Peter Hall", "PERSON"), ("Paris", "GPE")} <= found


def test_a_batch_keeps_its_order_and_its_empty_texts(tagger: Tagger) -> None:
    texts = ["Peter Hall spoke in Paris.", "", "Nothing here.", "Angela Novak flew to Berlin."]
    batch = tagger.tag(texts)
    assert [bool(spans) for spans in batch] == [True, False, False, True]
    assert batch == [tagger.tag([text])[0] for text in texts]


def test_long_texts_go_in_pieces_with_true_offsets(
    tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spacy_tagger, "LONGEST_PIECE", 40)
    text = "Peter Hall spoke in Paris.\n" * 5 + "x" * 100
    assert "".join(piece for _, piece in spacy_tagger.pieces_of(text)) == text
    [spans] = tagger.tag([text])
    assert [text[s.start : s.end] for s in spans if s.type == "GPE"] == ["Paris"] * 5


def test_half_surrogates_do_no_harm(tagger: Tagger) -> None:
    text = "\ud83d Peter Hall spoke in Paris."
    assert "Paris" in [text[s.start : s.end] for s in tagger.tag([text])[0]]


def test_its_memory_does_not_grow_with_new_words(
    tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spacy_tagger, "_READ_OUTSIDE", 0)
    strings = tagger._nlp.vocab.strings  # type: ignore[attr-defined]
    tagger.tag(["Warm up in Paris."])
    before = len(strings)
    tagger.tag([f"Mr Xq{n}zz met Ms Yb{n}vv at Zz{n}ton." for n in range(200)])
    assert len(strings) == before


def test_only_the_recogniser_runs(tagger: Tagger) -> None:
    assert tagger._nlp.pipe_names == ["ner"]  # type: ignore[attr-defined]


def test_the_name_is_known_without_loading(tagger: Tagger) -> None:
    assert tagger_name() == tagger.name
    assert load_tagger() is tagger


def test_installed_models_say_what_they_are() -> None:
    facts = installed_models()
    assert facts
    assert facts[0].name == tagger_name()
    assert facts[0].licence == "MIT"
    assert facts[0].digest.startswith("sha256:")


@pytest.mark.parametrize("name", ["no_such_model", "pandas", "../etc", "os.path"])
def test_what_is_no_model_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError):
        load_tagger(name)


def test_the_names_are_those_of_the_models_own_pipeline(tagger: Tagger, sample: Path) -> None:
    texts = [text.text for text in read_sample_gold(ROOT / "tests/gold/sample.jsonl", sample)[0]]
    spans = tagger.tag(texts)
    for text, doc, found in zip(texts, tagger._nlp.pipe(texts), spans, strict=True):  # type: ignore[attr-defined]
        assert [(s.start, s.end, s.type) for s in found] == [
            (ent.start_char, ent.end_char, ent.label_) for ent in doc.ents
        ], text[:80]


def test_a_model_of_another_build_is_run_by_spacy(
    tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Angela Novak met Peter Hall in Paris on Monday."
    ours = tagger.tag([text, "", text])
    monkeypatch.setattr(tagger, "_transitions", None)
    assert tagger.tag([text, "", text]) == ours
