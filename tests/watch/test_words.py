"""Phrases are found by whole words, whatever their case, accents and spelling."""

import pytest

from tasks.watch.words import PhraseFinder, name_key, phrase_of

FOUND = [
    ("climate change", "The Climate Change Act", "Climate Change"),
    ("climate change", "a climate-change denier", "climate-change"),
    ("café culture", "their CAFE CULTURE is old", "CAFE CULTURE"),
    ("Lech Wałęsa", "when Lech Walesa spoke", "Lech Walesa"),
    ("state of emergency", "a state of\xa0emergency", "state of\xa0emergency"),
    ("St. Louis", "he left St. Louis early", "St. Louis"),
    ("D.C.", "in Washington, D.C., today", "D.C"),
    ("don't know", "they don’t know", "don’t know"),
    ("eel", "an eel’s life", "eel"),
    ("Ölpreis", "der Ölpreis steigt", "Ölpreis"),
]
NOT_FOUND = [
    ("climate change", "about the climate. Change is slow"),
    ("climate change", "the climate\nChange of course"),
    ("climate change", "climate changes"),
    ("ri", "the agri ministry"),
    ("eel", "they feel"),
    ("state of emergency", "state emergency"),
]


@pytest.mark.parametrize(("phrase", "text", "matched"), FOUND)
def test_found(phrase: str, text: str, matched: str) -> None:
    looked_for = phrase_of(phrase)
    assert looked_for is not None
    places = list(PhraseFinder([looked_for]).find(text))
    assert [text[place.start : place.end] for place in places] == [matched]


@pytest.mark.parametrize(("phrase", "text"), NOT_FOUND)
def test_not_found(phrase: str, text: str) -> None:
    looked_for = phrase_of(phrase)
    assert looked_for is not None
    assert list(PhraseFinder([looked_for]).find(text)) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Ri Yong-ho", "RI YONG HO"),
        ("Ri Yong-ho", "Ri Yongho"),
        ("Donald Trump", "Donald J. Trump"),
        ("the Harbour Board", "Harbour Board"),
        ("José Álvarez", "Jose Alvarez"),
        ("Ada Morrow Jr.", "Ada Morrow"),
    ],
)
def test_one_name(left: str, right: str) -> None:
    assert name_key(left) == name_key(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("Ri Yong-ho", "Ri Yong-nam"), ("Kim Jong-un", "Kim Jong-il"), ("Ada Morrow", "Morrow")],
)
def test_two_names(left: str, right: str) -> None:
    assert name_key(left) != name_key(right)


def test_nothing_is_no_phrase() -> None:
    assert phrase_of(" … ") is None
    assert list(PhraseFinder([]).find("text")) == []
