"""Marks of every shape: what stands between them, whether they close, whether they go on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.marks import find_marks
from tasks.extract.masking import veil
from tasks.extract.sentences import find_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said “yes” and left.", ["yes"]),
        ('He said "yes" and left.', ["yes"]),
        ("He said ‘yes’ and left.", ["yes"]),
        ("He said 'yes' and left.", ["yes"]),
        ("He said ''yes'' and left.", ["yes"]),
        ("Er sagte „ja“ und ging.", ["ja"]),
        ("Il a dit «oui» hier.", ["oui"]),
        ("Er sagte »ja« und ging. »Nein!«", ["ja", "Nein!"]),
        ("»Hier lang. Il a dit «oui» et «non».", ["oui", "non"]),
        ("»More news »Sport »Weather", []),
        ("“She said ‘no’ twice,” he said.", ["She said ‘no’ twice,"]),
        ("‘She said “no” twice,’ he said. ‘Yes.’", ["She said “no” twice,", "Yes."]),
        ("The Joneses’ dog bit the Smiths’ cat.", []),
        ("It's the '80s, isn't it? Rock 'n' roll.", []),
        ("’Tis the season, ’cause we said so.", []),
        ("He is 6'2\" tall and she is 5'9\".", []),
        ("“It's unusual,“ said Boon. “Very.”", ["It's unusual,", "Very."]),
        ("“Closed by the wrong mark,\" he said.", ["Closed by the wrong mark,"]),
        ("“The doors were locked,’’ she said.", ["The doors were locked,"]),
        ('<a href="x">“Yes,” he said.</a>', ["Yes,"]),
        ("He called it ‘a mess’, ‘a farce’ and ‘a joke’.", ["a mess", "a farce", "a joke"]),
        ("No marks at all here.", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_stands_between_marks(text: str, expected: list[str]) -> None:
    assert [text[mark.start : mark.end] for mark in find_marks(text)] == expected


def test_a_quotation_goes_on_over_paragraphs() -> None:
    text = "“One.\n“Two.\n“Three.” He left.\n“Four.”"
    marks = find_marks(text)
    assert [m.is_closed for m in marks] == [False, False, True, True]
    assert [m.is_continued for m in marks] == [False, True, True, False]


def test_a_line_break_inside_a_quotation() -> None:
    text = "“We kept records of the\nweather,” he said."
    marks = find_marks(text)
    assert [text[m.start : m.end] for m in marks] == ["We kept records of the", "weather,"]
    assert marks[1].is_continued


def test_a_forgotten_mark_costs_its_own_quotation_only() -> None:
    text = "“We wait, he said.\nThen “nobody” came."
    assert [text[m.start : m.end] for m in find_marks(text)] == ["We wait,", "nobody"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. A. B. Holm met Gov. Reid. He ran.", ["Dr. A. B. Holm met Gov. Reid.", "He ran."]),
        ("“Stop! Now!” he said. She left.", ["“Stop! Now!” he said.", "She left."]),
        ("“Why?” Ms Reid asked. He left.", ["“Why?” Ms Reid asked.", "He left."]),
        ("“It is over.” Ms Reid left the room.", ["“It is over.”", "Ms Reid left the room."]),
        ("The U.S. Midwest is dry. It burns.", ["The U.S. Midwest is dry.", "It burns."]),
        ("Rule No. 5 applies. Read it.", ["Rule No. 5 applies.", "Read it."]),
        ("It met on Oct. 28 in Tarn. It left.", ["It met on Oct. 28 in Tarn.", "It left."]),
        ("He said no. 5 others left.", ["He said no.", "5 others left."]),
        ("Doors open at 9 a.m. Monday. Come.", ["Doors open at 9 a.m. Monday.", "Come."]),
        ("He left at 9 a.m. Police came.", ["He left at 9 a.m.", "Police came."]),
        ("He fled to Calif. He is safe.", ["He fled to Calif.", "He is safe."]),
        ("Ask Fla. Senator Holm. Do.", ["Ask Fla. Senator Holm.", "Do."]),
        ("One line\nanother line", ["One line", "another line"]),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[str]) -> None:
    spans = find_sentences(text, find_marks(text))
    assert [text[span.start : span.end] for span in spans] == expected


PIECES = [
    "“",
    "”",
    "‘",
    "’",
    '"',
    "'",
    "''",
    "«",
    "»",
    "„",
    " ",
    "a",
    "B",
    ".",
    ",",
    "?",
    "\n",
    "s",
    "6",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60))
@settings(deadline=None)
def test_marks_lie_in_order_and_the_veil_keeps_offsets(pieces: list[str]) -> None:
    text = "".join(pieces)
    marks = find_marks(text)
    ends = [0]
    for mark in marks:
        assert ends[-1] <= mark.start < mark.end <= len(text)
        assert "\n" not in text[mark.start : mark.end]
        ends.append(mark.end)
    view = veil(text, marks)
    assert len(view) == len(text)
    for sentence in find_sentences(text, marks):
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It was late,” says Ann Reid. “We left.”", ["It was late,", "We left."]),
        ('Nobody came," Reid said. He left.', ["Nobody came,"]),
        ("Six feet,” it reads on the door.", []),
        ("”The roof fell,” said Ann Reid.", ["The roof fell,"]),
        ("He left. ”It fell,” said Ann.", ["It fell,"]),
        ('"They call me “loud” or “shrill”," he said.', ["They call me “loud” or “shrill”,"]),
        ("''The word is 'old,''' said Gregory.", ["The word is 'old,"]),
    ],
)
def test_marks_that_were_lost_turned_round_or_end_together(text: str, words: list[str]) -> None:
    assert [text[mark.start : mark.end] for mark in find_marks(text)] == words


def test_marks_that_end_together_are_veiled_together() -> None:
    text = "''The word is 'old,''' said Gregory."
    assert veil(text, find_marks(text)).strip("\x01") == " said Gregory."
